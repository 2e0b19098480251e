"""What makes a voice's place in the log checkable by anybody."""

from folkmoot.methods.transparency.leaf import SALT_BYTES, Leaf, canonical, commitment, leaf_hash

__all__ = ["SALT_BYTES", "Leaf", "canonical", "commitment", "leaf_hash"]
