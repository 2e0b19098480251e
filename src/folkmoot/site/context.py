"""What every template may use."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

import folkmoot
from folkmoot.members.models import Organisation


def installation(request: HttpRequest) -> dict[str, object]:
    return {
        "organisation": SimpleLazyObject(Organisation.objects.here),
        "folkmoot_version": folkmoot.__version__,
    }
