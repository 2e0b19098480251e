"""Signing in: nobody joins by signing up, the roll says who is a member; mail goes through the queue."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from folkmoot.members.actions import post


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(
        self, request: HttpRequest, user: Any, *, email: str | None, **more: Any
    ) -> HttpResponse | None:
        """A code opens the door only as long as the address it was sent to is hers.

        Otherwise whoever was given her address for a minute could keep a code, and use it when it is hers again.
        """
        if email and email.lower() != user.email.lower():
            clear_login(request)
            messages.error(request, _("That code was sent to another address. Ask for a new one."))
            return redirect("account_login")
        return super().pre_login(request, user, email=email, **more)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        message = self.render_mail(template_prefix, email, context)
        post(subject=message.subject, body=message.body, to=email)


class PasskeyAdapter(DefaultMFAAdapter):
    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": self.request.get_host().partition(":")[0], "name": "Folkmoot"}
