"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from folkmoot.publiclog import views

app_name = "publiclog"

urlpatterns = [path("record/", views.record, name="record")]
