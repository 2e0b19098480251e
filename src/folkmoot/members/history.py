"""Whether the roll is what was logged of it: whoever changes a row past the actions is found by this."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from folkmoot.members.models import Branch, ContactChange, Member, RollChange
from folkmoot.members.roll import row_of

FIELDS = ("number", "name", "email", "branch", "joined", "left")


def differences() -> Iterator[str]:
    """A line for each member who is not as the last change of her says, the address by its own changes."""
    last = {
        change["member"]: change["after"]
        for change in RollChange.objects.order_by("pk").values("member", "after").iterator()
    }
    # That somebody left stands in the import that took her off.
    readdressed = ContactChange.objects.effective().exclude(after="").order_by("pk")
    addresses = dict(readdressed.values_list("member", "after").iterator())
    for member in Member.objects.select_related("branch").order_by("pk").iterator():
        if wrong := _wrong(member, last.get(member.pk), addresses.get(member.pk)):
            yield f"member {member.uuid}: {wrong}"
    yield from _branches()


def _wrong(member: Member, logged: dict[str, Any] | None, address: str | None) -> str:
    if logged is None:
        return "nothing was logged of her: she was added"
    # What was brought in before there were numbers says nothing of them.
    expected = {"number": ""} | logged | ({"email": address} if address else {})
    found = row_of(member).as_json()
    for field in FIELDS:
        if found[field] != expected[field]:
            return f"her {field} is not the one that was logged last"
    if member.is_active != (member.left is None):
        return "whether she may sign in does not follow from what was logged"
    return ""


def _branches() -> Iterator[str]:
    """A branch is named by the end of its path, and stands below the branch at the rest of it."""
    for branch in Branch.objects.select_related("parent"):
        above, _slash, name = branch.path.rpartition("/")
        if branch.name != name or (branch.parent.path if branch.parent else "") != above:
            yield f"branch {branch.uuid} does not stand where its path says"
