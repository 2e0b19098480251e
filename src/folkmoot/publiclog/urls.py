"""Addresses of the room. Those of the log are what C2SP tlog-tiles says, below /log/."""

from __future__ import annotations

from django.urls import path

from folkmoot.publiclog import serving, views

app_name = "publiclog"

urlpatterns = [
    path("record/", views.record, name="record"),
    path("log/", views.log, name="log"),
    path("log/key", serving.key, name="key"),
    path("log/checkpoint", serving.checkpoint, name="checkpoint"),
    path("log/tile/entries/<path:place>", serving.entries, name="entries"),
    path("log/tile/<int:level>/<path:place>", serving.tile, name="tile"),
    path("log/cosignature", serving.cosignature, name="cosignature"),
    path("log/verify_receipt.py", serving.checker, name="checker"),
    path("log/witnesses/", views.witnesses, name="witnesses"),
    path("log/witnesses/<uuid:witness>/end/", views.end_witness, name="end-witness"),
    path("log/restored/", views.restored, name="restored"),
    path("receipts/", views.mine, name="mine"),
    path("receipts/check/", views.check, name="check"),
    path("receipts/<uuid:item>/receipt.json", views.receipt, name="receipt"),
]
