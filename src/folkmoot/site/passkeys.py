"""Adding and removing a passkey, as django-allauth does it, with the log beside: both or neither."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.db import transaction
from django.http import HttpResponse

from folkmoot.members.passkey_actions import note_passkey


class Add(AddWebAuthnView):
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        hers = Authenticator.objects.filter(user=self.request.user, type=Authenticator.Type.WEBAUTHN)
        before = set(hers.values_list("pk", flat=True))
        answer = super().form_valid(form)
        for passkey in hers.exclude(pk__in=before):
            note_passkey(passkey, added=True)
        return answer


class Remove(RemoveWebAuthnView):
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        passkey = self.get_object()
        answer = super().form_valid(form)
        note_passkey(passkey, added=False)
        return answer
