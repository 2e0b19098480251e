"""Every address of the site."""

from __future__ import annotations

from django.http import Http404
from django.urls import include, path, re_path
from django.views.defaults import page_not_found

from folkmoot.site import passkeys, views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("folkmoot.publiclog.urls")),
    path("", include("folkmoot.members.urls")),
    path("", include("folkmoot.convene.urls")),
    path("", include("folkmoot.listen.urls")),
    path("", include("folkmoot.understand.urls")),
    path("", include("folkmoot.publish.urls")),
    # The roll alone says whose an address is: a member who could change her own would be let in again,
    # as somebody new, by the next import, and answer twice. And nobody has a password.
    re_path("^account/(?:email|confirm-email/.+|password)/", page_not_found, {"exception": Http404()}),
    # Before the same addresses of django-allauth.
    path("account/2fa/webauthn/add/", passkeys.Add.as_view()),
    path("account/2fa/webauthn/keys/<int:pk>/remove/", passkeys.Remove.as_view()),
    path("account/", include("allauth.urls")),
]
