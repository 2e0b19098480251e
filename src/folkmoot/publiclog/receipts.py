"""A receipt: what somebody keeps to show later that her answer is in the log."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from folkmoot.methods.transparency import canonical, leaf_hash
from folkmoot.publiclog import identity, store
from folkmoot.publiclog.actions import covered, promise
from folkmoot.publiclog.models import Entry
from folkmoot.publiclog.trust import covering, note_of

FORMAT = "folkmoot.receipt/1"

WORDS = (
    "ACORN ALDER AMBER APPLE ARROW ASH ASPEN BADGER BARLEY BEACON BEECH BELL BIRCH BRACKEN BRAMBLE BRIDGE "
    "BROOK BROOM CANDLE CEDAR CHALK CLOVER COPPER CORAL CORN CROFT CROW CURLEW DAISY DALE DOVE DOWN DUNE "
    "ELDER ELM EMBER FALCON FARM FERN FIELD FINCH FLINT FORD FOX FROST GARNET GATE GLEN GORSE GRANITE "
    "GROVE GULL HARE HARBOUR HAVEN HAWTHORN HAZEL HEATH HERON HILL HOLLY HONEY IRIS IVY JAY JUNIPER KESTREL "
    "KILN LAKE LANTERN LARCH LARK LAUREL LEAF LIME LINDEN LINNET MALLOW MAPLE MARSH MEADOW MILL MINT MOOR "
    "MOSS MOTH NETTLE OAK OAR OTTER OWL PEAR PEBBLE PINE PLOUGH PLOVER PLUM POPLAR POPPY PRIMROSE QUARRY "
    "QUILL RAVEN REED RIDGE ROBIN ROOK ROSE ROWAN RUSH SAGE SALT SEDGE SHORE SILVER SKYLARK SLATE SLOE SORREL "
    "SPARROW SPRING STONE STREAM SWALLOW SWIFT TEASEL THISTLE THORN THRUSH THYME TIDE VALE VIOLET WAGON "
    "WALNUT WATER WHEAT WILLOW WINDOW WOOD WREN YARROW YEW"
).split()


def receipt_name(item: uuid.UUID) -> str:
    """A short name to say on the telephone, such as HEATH-41. It names, the long hash proves."""
    return f"{WORDS[item.bytes[0] % len(WORDS)]}-{10 + (item.bytes[1] * 256 + item.bytes[2]) % 990}"


@dataclass(frozen=True)
class Receipt:
    """The public id of the thing, its place in the log, and what opens the commitment.

    `content` is the canonical JSON of what was committed to; empty where it was erased. `checkpoint` is the
    note that covers it and `proof` the way to its root; before the log was signed over it there is a `promise`
    of its place instead.
    """

    item: uuid.UUID
    kind: str
    position: int
    epoch: int
    commitment: str
    leaf_hash: str
    salt: str
    content: str = ""
    checkpoint: str | None = None
    proof: tuple[str, ...] = ()
    promise: str | None = None

    @classmethod
    def of(cls, entry: Entry) -> Receipt:
        return cls(
            item=entry.item,
            kind=entry.kind,
            position=entry.position,
            epoch=entry.epoch,
            commitment=entry.commitment,
            leaf_hash=leaf_hash(entry.leaf),
            salt=bytes(entry.salt).hex() if entry.salt else "",
        )

    @classmethod
    def whole(cls, entry: Entry, thing: Any) -> Receipt:
        """With its content, and the checkpoint that covers it and the proof: all that a checker needs."""
        receipt = cls.of(entry)
        seal = bytes(entry.seal) if entry.seal else None
        if receipt.salt and thing is not None:
            receipt = replace(receipt, content=canonical(covered(thing, seal)).decode())
        found = covering(entry.position)
        if found is None:
            return replace(receipt, promise=promise(entry))
        proof = store.tiles(found.size).inclusion(entry.position)
        return replace(receipt, checkpoint=note_of(found), proof=tuple(each.hex() for each in proof))

    @property
    def name(self) -> str:
        return receipt_name(self.item)

    def to_json(self) -> str:
        """The small file for checkers; `verify_receipt.py` reads it."""
        key = identity.key()
        form = {
            "format": FORMAT,
            "name": self.name,
            "log": {"origin": key.name, "key": str(key)},
            "leaf": {
                "type": self.kind,
                "item": str(self.item),
                "epoch": self.epoch,
                "commitment": self.commitment,
            },
            "salt": self.salt,
            "content": self.content,
            "index": self.position,
            "checkpoint": self.checkpoint,
            "proof": list(self.proof),
            "promise": self.promise,
        }
        return json.dumps(form, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def check_address(receipt: Receipt) -> str:
    """Where this receipt is checked on the site: its place and hash, nothing that opens it."""
    home = settings.FOLKMOOT.url.rstrip("/")
    query = urlencode({"place": receipt.position, "hash": receipt.leaf_hash})
    return f"{home}{reverse('publiclog:check')}?{query}"


def square(receipt: Receipt) -> SafeString:
    """That address as a QR code, drawn as SVG; black on white in either scheme, so that cameras read it."""
    code = segno.make(check_address(receipt), error="l", micro=False)
    svg = code.svg_inline(scale=4, border=4, dark="#000", light="#fff", title=_("The address to check it at"))
    return mark_safe(svg)
