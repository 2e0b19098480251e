"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from folkmoot.members import importing, own, views, waiting

app_name = "members"

urlpatterns = [
    path("members/", views.roll, name="roll"),
    path("members/me/", own.own, name="own"),
    path("members/frozen/<uuid:assembly>/", own.frozen, name="frozen"),
    path("members/import/", importing.bring_in, name="import"),
    path("members/contact/", waiting.contact, name="contact"),
    path("members/contact/<uuid:change>/", waiting.rule, name="rule"),
    path("members/leaving/<uuid:brought>/", waiting.rule_leaving, name="rule_leaving"),
    path("members/me/<uuid:change>/", waiting.answer, name="answer"),
    path("members/officers/", views.officers, name="officers"),
    path("members/officers/<uuid:change>/take-back/", views.take_back, name="take_back"),
]
