"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from folkmoot.convene import views, workbench

app_name = "convene"

urlpatterns = [
    path("convene/new/", workbench.new, name="new"),
    path("a/<uuid:uuid>/", views.assembly, name="assembly"),
    path("a/<uuid:uuid>/versions/", views.versions, name="versions"),
    path("a/<uuid:uuid>/links/", workbench.links, name="links"),
    path("a/<uuid:uuid>/edit/", workbench.edit, name="edit"),
    path("a/<uuid:uuid>/edit/wording/", workbench.wording, name="wording"),
    path("a/<uuid:uuid>/edit/timetable/", workbench.timetable, name="timetable"),
    path("a/<uuid:uuid>/edit/access/", workbench.access, name="access"),
    path("a/<uuid:uuid>/edit/open/", workbench.open_page, name="open"),
    path("a/<uuid:uuid>/edit/questions/new/<str:way>/", workbench.add_question, name="add"),
    path("a/<uuid:uuid>/edit/questions/<uuid:question>/", workbench.question, name="question"),
    path("a/<uuid:uuid>/edit/questions/<uuid:question>/move/", workbench.move, name="move"),
    path("a/<uuid:uuid>/edit/questions/<uuid:question>/remove/", workbench.remove, name="remove"),
]
