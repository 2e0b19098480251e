"""The demonstration: an invented union, what its members said, and a question still open.

Nobody in it is real, nor is any town, union or employer. The same seed and day give the same union, word
for word:

    union = lantern_union(today=timezone.now())
"""

from folkmoot.site.demonstration.model import (
    Answer,
    Assembly,
    Demonstration,
    Member,
    Officer,
    Option,
    Person,
    Question,
    Statement,
)
from folkmoot.site.demonstration.union import lantern_union

__all__ = [
    "Answer",
    "Assembly",
    "Demonstration",
    "Member",
    "Officer",
    "Option",
    "Person",
    "Question",
    "Statement",
    "lantern_union",
]
