"""Who may open a page: those who hold one of its roles; everybody else is asked to sign in, or told no."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from folkmoot.members.models import Role

View = Callable[..., HttpResponseBase]


def role_required(*roles: str) -> Callable[[View], View]:
    """Let members with one of these roles in: strangers go to sign in, other members get the 403 page."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.holds(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


organisers_only = role_required(Role.ORGANISER, Role.ADMINISTRATOR)
