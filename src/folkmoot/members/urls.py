"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from folkmoot.members import importing, own, views

app_name = "members"

urlpatterns = [
    path("members/", views.roll, name="roll"),
    path("members/me/", own.own, name="own"),
    path("members/frozen/<uuid:assembly>/", own.frozen, name="frozen"),
    path("members/import/", importing.bring_in, name="import"),
    path("members/contact/", views.contact, name="contact"),
    path("members/contact/<uuid:change>/", views.rule, name="rule"),
    path("members/officers/", views.officers, name="officers"),
    path("members/officers/<uuid:change>/take-back/", views.take_back, name="take_back"),
]
