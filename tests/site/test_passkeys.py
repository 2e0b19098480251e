"""A member adds a passkey and takes it away; the log holds both, and a passkey that nobody added is found."""

from __future__ import annotations

import hashlib
import json
import os

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from folkmoot.members import passkey_actions
from folkmoot.members.models import PasskeyChange
from folkmoot.publiclog.actions import sign
from folkmoot.publiclog.audit import audit
from folkmoot.publiclog.models import Entry
from tests.people import Cast


@pytest.fixture
def jean(cast: Cast, django_capture_on_commit_callbacks) -> Client:
    """She has just signed in by the code from her mail."""
    cache.clear()
    client = Client()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_login"), {"login": cast.jean.email})
    client.post(reverse("account_confirm_login_code"), {"code": mail.outbox[-1].subject.split()[0]})
    return client


def made(options: dict) -> str:
    """What a telephone answers that makes a passkey as it is asked to."""
    asked = options["publicKey"]
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    held = AttestedCredentialData.create(bytes(16), os.urandom(16), key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    rp = hashlib.sha256(asked["rp"]["id"].encode()).digest()
    attested = AttestationObject.create("none", AuthenticatorData.create(rp, flags, 0, held), {})
    client_data = CollectedClientData.create(
        CollectedClientData.TYPE.CREATE, websafe_decode(asked["challenge"]), f"http://{asked['rp']['id']}"
    )
    return json.dumps(
        {
            "id": websafe_encode(held.credential_id),
            "rawId": websafe_encode(held.credential_id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {"credProps": {"rk": False}},
            "response": {
                "clientDataJSON": websafe_encode(bytes(client_data)),
                "attestationObject": websafe_encode(bytes(attested)),
            },
        }
    )


def add(client: Client) -> None:
    page = client.get(reverse("mfa_add_webauthn"))
    sent = {"name": "My telephone", "credential": made(page.context["js_data"]["creation_options"])}
    assert client.post(reverse("mfa_add_webauthn"), sent).status_code == 302


def test_a_passkey_is_logged_when_it_is_added_and_when_it_is_taken_away(jean: Client, cast: Cast) -> None:
    add(jean)
    # Whoever has a passkey is asked for it, or for a recovery code, before she changes that.
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert jean.post(reverse("mfa_reauthenticate"), {"code": codes[0]}).status_code == 302
    add(jean)
    first, second = Authenticator.objects.filter(user=cast.jean, type="webauthn").order_by("pk")
    assert audit().wrong == []
    assert jean.post(reverse("mfa_edit_webauthn", args=[second.pk]), {"name": "Telephone"}).status_code == 302
    assert jean.post(reverse("mfa_remove_webauthn", args=[first.pk])).status_code == 302
    assert list(Authenticator.objects.filter(type="webauthn")) == [second]
    assert [change.added for change in PasskeyChange.objects.filter(member=cast.jean)] == [True, True, False]
    assert Entry.objects.filter(kind="passkey").count() == 3
    assert audit().wrong == []
    sign(at_once=True)
    page = Client().get("/record/").content.decode()
    assert "3 passkeys added or taken away" in page
    assert "My telephone" not in page


def test_a_passkey_that_cannot_be_logged_is_not_added(jean: Client, monkeypatch) -> None:
    def full(*_args: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(passkey_actions, "record", full)
    with pytest.raises(OSError, match="full"):
        add(jean)
    assert not Authenticator.objects.exists()


def test_a_passkey_that_was_put_there_is_found(jean: Client, cast: Cast) -> None:
    add(jean)
    hers = Authenticator.objects.get(type="webauthn")
    Authenticator.objects.create(user=cast.nell, type="webauthn", data=hers.data)
    assert any(str(cast.nell.uuid) in line for line in audit().wrong)
