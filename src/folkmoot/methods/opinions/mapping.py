"""One way in to every kind of opinion map."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from folkmoot.methods import InputError
from folkmoot.methods.one_thread import in_one_thread
from folkmoot.methods.opinions.opinion_map import OpinionMap
from folkmoot.methods.opinions.polis import Progress, map_as_polis
from folkmoot.methods.opinions.votes import Votes


def map_as_best(votes: Votes, **options: Any) -> OpinionMap:
    """Map opinions and say how surely; see map_opinions for the options."""
    # what this mode needs takes long to load, and most processes never draw a map
    from folkmoot.methods.opinions import best

    return best.map_as_best(votes, **options)


MODES: Mapping[str, Callable[..., OpinionMap]] = {"best": map_as_best, "polis": map_as_polis}


def map_opinions(
    votes: Votes,
    *,
    mode: str = "best",
    groups: int | None = None,
    moderated_out: Collection[str] = (),
    background: Collection[str] = (),
    include: Collection[str] = (),
    membership: Mapping[str, int] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> OpinionMap:
    """Find where people stand, whether there are groups, what each holds, what all share, what to ask next.

    The mode `best` tells how sure the map is and whether there are groups at all; `polis` follows the
    arithmetic that Polis publishes. `groups` asks for a number of groups instead of letting the votes
    decide. `moderated_out` and `background` name statements (those without a vote are passed over);
    `include` names people who count though they voted on too little. `membership` gives groups found
    elsewhere, by participant, and has them described. The same `seed` gives the same map. `progress` is
    called with the name of a step and the share done, 0 to 1.
    Raises InputError for an unknown mode, an impossible number of groups, an unknown participant.
    """
    if mode not in MODES:
        raise InputError(f"there is no mode {mode!r}", remedy=f"Choose one of: {', '.join(MODES)}.")
    with in_one_thread():
        return MODES[mode](
            votes,
            groups=groups,
            moderated_out=moderated_out,
            background=background,
            include=include,
            membership=None
            if membership is None
            else {str(name): group for name, group in membership.items()},
            seed=seed,
            progress=progress,
        )
