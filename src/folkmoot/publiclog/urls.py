"""Addresses of the room. Those of the log are what C2SP tlog-tiles says, below /log/, or /log/2/ and so on."""

from __future__ import annotations

from django.urls import include, path

from folkmoot.publiclog import serving, views

app_name = "publiclog"

served = [
    path("checkpoint", serving.checkpoint, name="checkpoint"),
    path("tile/entries/<path:place>", serving.entries, name="entries"),
    path("tile/<str:level>/<path:place>", serving.tile, name="tile"),
]

urlpatterns = [
    path("record/", views.record, name="record"),
    path("log/", views.log, name="log"),
    path("log/", include(served)),
    path("log/<int:number>/", include(served)),
    # Of the log as it is now, whatever its number: where it is follows from the name of its key.
    path("log/key", serving.key, name="key"),
    path("log/cosignature", serving.cosignature, name="cosignature"),
    path("log/<int:number>/key", serving.of_this_log(serving.key)),
    path("log/<int:number>/cosignature", serving.of_this_log(serving.cosignature)),
    path("log/verify_receipt.py", serving.checker, name="checker"),
    path("log/witnesses/", views.witnesses, name="witnesses"),
    path("log/witnesses/<uuid:witness>/end/", views.end_witness, name="end-witness"),
    path("log/restored/", views.restored, name="restored"),
    path("receipts/", views.mine, name="mine"),
    path("receipts/check/", views.check, name="check"),
    path("receipts/<uuid:item>/receipt.json", views.receipt, name="receipt"),
]
