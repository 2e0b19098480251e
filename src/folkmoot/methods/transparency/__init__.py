"""What makes a voice's place in the log checkable by anybody."""

from folkmoot.methods.transparency.checkpoints import Checkpoint, Promise, Request
from folkmoot.methods.transparency.leaf import (
    SALT_BYTES,
    Leaf,
    canonical,
    commitment,
    leaf_hash,
    read_leaf,
    sealed,
)
from folkmoot.methods.transparency.notes import COSIGNATURE, ED25519, BadNoteError, Key, Note, Signer
from folkmoot.methods.transparency.tiles import Tiles

__all__ = [
    "COSIGNATURE",
    "ED25519",
    "SALT_BYTES",
    "BadNoteError",
    "Checkpoint",
    "Key",
    "Leaf",
    "Note",
    "Promise",
    "Request",
    "Signer",
    "Tiles",
    "canonical",
    "commitment",
    "leaf_hash",
    "read_leaf",
    "sealed",
]
