"""Opinions: from votes on statements to an opinion map.

Where people stand, whether there are groups, what each group holds, what everybody shares, and what to ask
next. Read the votes, map them, write the map:

    votes = read_votes(stream)
    found = map_opinions(votes)
    print(summary(found))
"""

from folkmoot.methods.opinions import chart
from folkmoot.methods.opinions.bridging import Bridging
from folkmoot.methods.opinions.live import MOST_STATEMENTS, LiveState
from folkmoot.methods.opinions.mapping import MODES, map_opinions
from folkmoot.methods.opinions.opinion_map import (
    SMALLEST_GROUP,
    Consensus,
    OpinionMap,
    Representative,
    Verdict,
    VoteCounts,
    group_letter,
)
from folkmoot.methods.opinions.priorities import draw_next, priority, routing_weights
from folkmoot.methods.opinions.reading import (
    Comments,
    UnknownStatementsError,
    read_comments,
    read_membership,
    read_votes,
)
from folkmoot.methods.opinions.snapshot import Snapshot
from folkmoot.methods.opinions.spots import spots
from folkmoot.methods.opinions.stored_votes import open_votes, save_votes
from folkmoot.methods.opinions.votes import AGREE, DISAGREE, PASS, Votes, id_key
from folkmoot.methods.opinions.words import GroupInWords, MapInWords, in_words
from folkmoot.methods.opinions.writing import summary, to_json

__all__ = [
    "AGREE",
    "DISAGREE",
    "MODES",
    "MOST_STATEMENTS",
    "PASS",
    "SMALLEST_GROUP",
    "Bridging",
    "Comments",
    "Consensus",
    "GroupInWords",
    "LiveState",
    "MapInWords",
    "OpinionMap",
    "Representative",
    "Snapshot",
    "UnknownStatementsError",
    "Verdict",
    "VoteCounts",
    "Votes",
    "chart",
    "draw_next",
    "group_letter",
    "id_key",
    "in_words",
    "map_opinions",
    "open_votes",
    "priority",
    "read_comments",
    "read_membership",
    "read_votes",
    "routing_weights",
    "save_votes",
    "spots",
    "summary",
    "to_json",
]
