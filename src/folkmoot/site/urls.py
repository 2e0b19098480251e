"""Every address of the site."""

from __future__ import annotations

from django.urls import include, path

from folkmoot.site import views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("folkmoot.publiclog.urls")),
    path("", include("folkmoot.members.urls")),
    path("", include("folkmoot.convene.urls")),
    path("", include("folkmoot.listen.urls")),
    path("", include("folkmoot.understand.urls")),
    path("", include("folkmoot.publish.urls")),
    path("account/", include("allauth.urls")),
]
