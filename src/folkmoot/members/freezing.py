"""The roll at one moment: what is committed to of each member, and the root over all of them."""

from __future__ import annotations

import os
from collections.abc import Iterable

from folkmoot.members.models import FrozenEntry, FrozenRoll, Member
from folkmoot.methods.transparency import SALT_BYTES, commitment, tree


def entries(roll: FrozenRoll, members: Iterable[Member]) -> list[FrozenEntry]:
    """An entry for each member, in the order of their public ids, which is none."""
    found = sorted(members, key=lambda member: member.uuid)
    return [
        FrozenEntry(
            roll=roll,
            position=position,
            member=member,
            name=member.name,
            email=member.email,
            number=member.number,
            branch=member.branch.path if member.branch else "",
            joined=member.joined,
            salt=os.urandom(SALT_BYTES),
        )
        for position, member in enumerate(found)
    ]


def content(entry: FrozenEntry) -> dict[str, str]:
    """What is committed to of one member."""
    return {
        "member": str(entry.member.uuid),
        "name": entry.name,
        "email": entry.email,
        "number": entry.number,
        "branch": entry.branch,
        "joined": entry.joined.isoformat(),
    }


def committed(entry: FrozenEntry) -> str:
    """The salted commitment to one entry, in hexadecimal."""
    return commitment(bytes(entry.salt), content(entry))


def leaves(found: Iterable[FrozenEntry]) -> list[bytes]:
    """The leaf hashes of the roll's own tree: each over its commitment's 32 bytes (RFC 6962)."""
    return [tree.of_leaf(bytes.fromhex(committed(entry))) for entry in found]


def root(found: list[FrozenEntry]) -> str:
    hashes = leaves(found)
    return tree.root(len(hashes), tree.in_memory(hashes)).hex()


def wrong(roll: FrozenRoll) -> str:
    """What does not fit of a frozen roll; empty where everything does."""
    found = list(roll.entries.select_related("member").order_by("position"))
    if [entry.position for entry in found] != list(range(roll.members)):
        return f"it has {len(found)} entries instead of {roll.members}, or in another order"
    return "" if root(found) == roll.root else "its entries do not give the root that was committed to"


def proof(entry: FrozenEntry) -> list[str]:
    """The way from one entry to the root, for the member whose it is."""
    hashes = leaves(entry.roll.entries.select_related("member").order_by("position"))
    return [each.hex() for each in tree.inclusion(entry.position, len(hashes), tree.in_memory(hashes))]
