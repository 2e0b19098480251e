"""What somebody with the database's password would do to have her way, one act each: the audit finds it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from folkmoot.convene.models import Invitation
from folkmoot.listen.models import Consent, Participation, PseudonymKey, Response, Statement, Vote
from folkmoot.listen.voices import texts
from folkmoot.members import contact_actions
from folkmoot.members.models import ContactChange, Member, Role, RoleChange
from folkmoot.publiclog.audit import audit
from folkmoot.publiclog.models import Checkpoint, WitnessChange
from folkmoot.publiclog.witness_actions import accept_witness, end_witness
from folkmoot.understand.models import ThemeReviewers
from tests.people import Cast
from tests.publiclog.tampering import Undo, delete, everything

LAST = 99_999


@pytest.fixture
def assembly(cast):
    made = everything(cast)
    assert audit().wrong == []
    return made


def found(act: Callable[[], object]) -> bool:
    """Whether the audit finds what was done; it is taken back."""
    wrong: list[str] = []
    with pytest.raises(Undo), transaction.atomic():
        act()
        wrong = audit().wrong
        raise Undo
    return bool(wrong)


def test_a_role_that_was_taken_back_does_not_come_back_by_a_row_number(assembly, cast: Cast):
    granted = RoleChange.objects.get(member=cast.bill, role=Role.FACILITATOR, given=True)

    def renumber() -> None:
        RoleChange.objects.filter(pk=granted.pk).update(id=LAST)
        assert Member.objects.get(pk=cast.bill.pk).holds(Role.FACILITATOR)

    assert not cast.bill.holds(Role.FACILITATOR)
    assert found(renumber)


def test_a_choice_of_words_is_not_turned_by_a_row_number(assembly):
    """The one who changed her mind about whether her words may be printed."""
    from folkmoot.listen import actions as listen

    person = Participation.objects.filter(responses__question__way="open_text", consents__given=True).first()
    question = assembly.questions.get(way="open_text", closing=False)
    listen.consent(person, False)
    assert audit().wrong == []
    given = person.consents.get(given=True)

    def standing() -> set[str]:
        return {text.may_print for text in texts(question) if text.who in set(whose)}

    whose = list(Response.objects.filter(participation=person).values_list("who", flat=True))
    before = standing()

    def renumber() -> None:
        Consent.objects.filter(pk=given.pk).update(id=LAST)
        assert standing() != before

    assert found(renumber)


def test_a_witness_that_was_ended_does_not_stand_again_by_a_row_number(assembly):
    accepted = WitnessChange.objects.standing().get()
    end_witness(accepted, authority="Nell")

    def renumber() -> None:
        WitnessChange.objects.filter(pk=accepted.pk).update(id=LAST)
        assert WitnessChange.objects.standing().exists()

    assert found(renumber)


def test_who_decides_about_themes_does_not_follow_from_a_row_number(assembly, cast: Cast):
    from folkmoot.understand import theme_actions

    theme_actions.let_facilitators_review(assembly, False, by=cast.maud)
    allowed = ThemeReviewers.objects.get(facilitators=True)

    def renumber() -> None:
        ThemeReviewers.objects.filter(pk=allowed.pk).update(id=LAST)
        assert ThemeReviewers.objects.include_facilitators(assembly)

    assert found(renumber)


def test_an_old_address_does_not_come_back_by_a_row_number(assembly, cast: Cast):

    first = ContactChange.objects.effective().get(member=cast.jean)
    jean = Member.objects.get(pk=cast.jean.pk)
    back = contact_actions.change_contact(jean, "jean@third.example", reason="Again.", by=cast.maud)
    contact_actions.rule_contact(back, approved=True, by=cast.nell)
    assert audit().wrong == []

    def renumber() -> None:
        ContactChange.objects.filter(pk=first.pk).update(id=LAST)
        Member.objects.filter(pk=cast.jean.pk).update(email=first.after)

    assert found(renumber)


def test_an_answer_is_not_given_to_somebody_else(assembly):
    response = Response.objects.first()
    other = Participation.objects.exclude(pk=response.participation_id).first()
    assert found(lambda: Response.objects.filter(pk=response.pk).update(participation=other, number=90))


@pytest.mark.parametrize("key", [True, False], ids=["with the key dropped", "with the key kept"])
def test_a_statement_is_not_given_to_somebody_else(assembly, key):
    statement = Statement.objects.filter(participation__isnull=False).first()
    other = Participation.objects.exclude(pk=statement.participation_id).first()

    def move() -> None:
        if key:
            delete(PseudonymKey, PseudonymKey.objects.get(question=statement.question).pk)
        Statement.objects.filter(pk=statement.pk).update(participation=other)

    assert found(move)


def test_a_vote_is_not_put_under_another_answer(assembly):
    words = Response.objects.filter(content__isnull=False).first()
    assert found(lambda: Vote.objects.create(response=words, statement=Statement.objects.first(), value=1))


def test_nobody_takes_part_who_said_nothing(assembly):
    assert found(
        lambda: Participation.objects.create(
            assembly=assembly, token_hash="new", started_at=assembly.moment()
        )
    )


def test_the_last_checkpoint_does_not_go(assembly):
    last = Checkpoint.objects.latest("number")
    assert found(lambda: (last.cosignatures.all().delete(), delete(Checkpoint, last.pk)))


def test_a_checkpoint_between_two_does_not_go(assembly):
    middle = Checkpoint.objects.filter(cosignatures__isnull=True).earliest("number")
    assert middle.number < Checkpoint.objects.count()
    assert found(lambda: delete(Checkpoint, middle.pk))


def test_a_link_that_was_made_elsewhere_seats_nobody(assembly, cast: Cast):
    token = Invitation.digest("of my own")
    assert found(lambda: Invitation.objects.filter(member=cast.jean).update(token_hash=token))
    assert found(lambda: Invitation.objects.create(assembly=assembly, member=cast.maud, token_hash=token))


# -- signing in


def test_another_address_does_not_let_anybody_in(cast: Cast, django_capture_on_commit_callbacks):
    """The mail with the code would really be sent there."""
    cache.clear()
    assert audit().wrong == []
    EmailAddress.objects.create(user=cast.nell, email="evil@else.example", verified=True, primary=False)
    with django_capture_on_commit_callbacks(execute=True):
        Client().post(reverse("account_login"), {"login": "evil@else.example"})
    assert mail.outbox[-1].to == ["evil@else.example"]
    assert any("an address that is not hers" in line for line in audit().wrong)


def test_whoever_signed_in_by_her_own_address_changes_nothing(cast: Cast, django_capture_on_commit_callbacks):
    cache.clear()
    client = Client()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_login"), {"login": "Jean@Lantern.example"})
    client.post(reverse("account_confirm_login_code"), {"code": mail.outbox[-1].subject.split()[0]})
    assert "_auth_user_id" in client.session
    assert audit().wrong == []


def test_a_password_lets_nobody_in(cast: Cast):
    cast.nell.set_password("let me in")
    cast.nell.save()
    assert any("nobody has one here" in line for line in audit().wrong)
    cast.nell.set_unusable_password()
    cast.nell.save()
    assert audit().wrong == []


def test_a_passkey_that_its_member_did_not_add_is_found(assembly, cast: Cast):
    key = Authenticator.objects.filter(user=cast.nell).first()
    assert found(
        lambda: Authenticator.objects.create(
            user=cast.nell, type="webauthn", data={"name": "x", "credential": {}}
        )
    )
    assert found(lambda: Authenticator.objects.filter(pk=key.pk).update(user=cast.maud))
    assert found(lambda: delete(Authenticator, key.pk))
    key.data["name"] = "My other telephone"
    key.save()
    assert audit().wrong == []


def test_a_second_witness_of_the_same_key_is_no_trouble(assembly):
    standing = WitnessChange.objects.standing().get()
    accept_witness(name="Again", key=standing.key, address="", authority="Nell")
    assert audit().wrong == []
