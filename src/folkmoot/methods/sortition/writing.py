"""A draw for machines and for readers: folkmoot.draw/1, and sentences."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import folkmoot
from folkmoot.methods.lots import METHOD
from folkmoot.methods.sortition.drawing import STAGE, Draw

FORMAT = "folkmoot.draw/1"


def to_json(found: Draw) -> str:
    """Write the draw as folkmoot.draw/1: keys sorted, a newline at the end, the same bytes every time."""
    return json.dumps(as_form(found), ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"


def as_form(found: Draw) -> dict[str, Any]:
    lot = found.lot
    return {
        "format": FORMAT,
        "version": folkmoot.__version__,
        "size": found.size,
        "pool": len(found.pool.people),
        # A panel that misses a target is never listed: the draw is refused instead.
        "targets_met": True,
        "fairness": {
            "aim": found.fairness,
            "reached": found.lottery.complete,
            "lowest_chance": as_text(min(found.chances.values())),
        },
        "panels": [
            {
                "members": list(panel.members),
                "probability": as_text(Fraction(panel.tickets, found.tickets)),
                "tickets": [panel.first, panel.last],
            }
            for panel in found.panels
        ],
        "chances": {id: as_text(chance) for id, chance in found.chances.items()},
        "drawn": list(found.drawn),
        "panel": list(found.panel),
        "gone": list(found.gone),
        "lot": None
        if lot is None
        else {
            "seed": lot.seed,
            "contest": lot.contest,
            "stage": STAGE,
            "method": METHOD,
            "tickets": found.tickets,
            "ticket": found.ticket,
        },
    }


def as_text(chance: Fraction) -> str:
    return f"{chance.numerator}/{chance.denominator}"


def summary(found: Draw) -> str:
    """Tell the draw in words."""
    chances = found.chances.values()
    lines = [
        f"{len(found.panels)} different panels of {found.size} from {len(found.pool.people)} volunteers, on "
        f"{found.tickets} tickets. Each panel meets every target.",
        f"Everybody's chance is between {percent(min(chances))} and {percent(max(chances))}.",
        fairness_sentence(found),
    ]
    if found.ticket is None:
        lines.append("Nothing is drawn yet. Publish the list, then draw it with the seed (--lot SEED).")
    else:
        lines += [f"Ticket {found.ticket} is drawn:", *(f"  {id}" for id in found.drawn)]
    if found.gone:
        now = "The panel is now" if found.ticket is not None else "Those who stay on the panel"
        lines += [f"{now}: {', '.join(found.panel)}", f"Dropped out so far: {', '.join(found.gone)}"]
    lines += ["Everybody's chance:", *chance_lines(found)]
    return "\n".join(lines) + "\n"


def chance_lines(found: Draw) -> list[str]:
    """Volunteers by their chance to be drawn, the lowest first."""
    by_chance: dict[Fraction, list[str]] = {}
    for id, chance in found.chances.items():
        by_chance.setdefault(chance, []).append(id)
    return [f"  {percent(chance)}: {', '.join(ids)}" for chance, ids in sorted(by_chance.items())]


def fairness_sentence(found: Draw) -> str:
    if not found.lottery.complete:
        bound = percent(Fraction(found.lottery.bound))
        lowest = percent(Fraction(min(found.lottery.chances)))
        if found.lottery.rounds == 1:
            return f"The search was broken off: the lowest chance is {lowest} before rounding, and at best {bound}."
        return (
            f"The lowest chance is the highest possible, {lowest} before rounding; the search for the "
            f"fairest among higher chances was broken off in round {found.lottery.rounds}."
        )
    if found.fairness == "maximin":
        return "The lowest chance is the highest possible, but for rounding to tickets."
    return "Nobody's chance can rise without lowering one that is no higher, but for rounding to tickets."


def percent(chance: Fraction) -> str:
    return f"{float(chance) * 100:.1f} %"
