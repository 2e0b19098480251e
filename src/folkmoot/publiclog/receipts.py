"""A receipt: what somebody keeps to show later that her answer is in the log."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from folkmoot.methods.transparency import leaf_hash
from folkmoot.publiclog.models import Entry

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
    """The public id of the thing, its place in the log, and what opens the commitment."""

    item: uuid.UUID
    kind: str
    position: int
    epoch: int
    commitment: str
    leaf_hash: str
    salt: str

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
