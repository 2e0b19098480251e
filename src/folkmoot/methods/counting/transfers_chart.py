"""The transfers as a picture: a column a stage, a band a candidate, and a ribbon for votes that moved."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from html import escape

from folkmoot.methods.counting.result import Count, Stage

STEP, BAR, HEIGHT, TOP = 110, 14, 420, 34
NAMES = 190
# Distinct on paper and in the dark; shapes are told apart by their names, too.
COLOURS = ("#1D5C57", "#8C4A1F", "#6A3D7C", "#2B5C8A", "#9A5B13", "#7A2E3A", "#4F6B1E", "#3E4A8C")
LOST = "#857A6C"
Spans = dict[str, tuple[float, float]]


def to_svg(found: Count) -> str:
    """Draw how votes passed from one to another; "" for a rule under which none do."""
    if not any(stage.transfers for stage in found.stages):
        return ""
    order = _order(found)
    columns = [_spans(stage, order, found.valid) for stage in found.stages]
    width = NAMES * 2 + STEP * (len(columns) - 1) + BAR
    parts = [_head(found, width)]
    for at, stage in enumerate(found.stages):
        x = NAMES + STEP * at
        parts.append(f'<text x="{x}" y="22" class="stage">Stage {stage.number}</text>')
        if at:
            parts += _bands(columns[at - 1], columns[at], x, order)
            parts += _ribbons(stage, columns[at - 1], columns[at], x, order, found.valid)
        parts += [_bar(found, key, span, x, order) for key, span in columns[at].items()]
    parts += [_name(found, key, columns[0], NAMES - 8, "end") for key in order if key in columns[0]]
    right = width - NAMES + 8
    parts += [_name(found, key, columns[-1], right, "start") for key in order if key in columns[-1]]
    return "".join(parts) + "</svg>"


def _order(found: Count) -> list[str]:
    """The elected in order at the top, then the others by how long they lasted, lost votes at the foot."""
    elected = [str(number) for number in found.elected]
    others = [each for each in found.candidates if each.status not in ("elected", "withdrawn")]
    others.sort(key=lambda each: (-(each.stage or len(found.stages) + 1), each.number))
    return [*elected, *(str(each.number) for each in others), ""]


def _spans(stage: Stage, order: list[str], valid: int) -> Spans:
    """From where to where each candidate's votes reach in a column."""
    votes = {**stage.totals, "": stage.non_transferable}
    gap = min(6.0, HEIGHT / 4 / len(order))
    room = HEIGHT - gap * (len(order) - 1)
    spans, y = Spans(), float(TOP)
    for key in order:
        height = float(Fraction(votes[key]) / max(valid, 1)) * room
        if height > 0:
            spans[key] = (y, y + height)
        y += height + gap
    return spans


def _head(found: Count, width: int) -> str:
    words = f"How votes passed on through {len(found.stages)} stages; the table gives the numbers."
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT + TOP + 10}" width="{width}" '
        f'role="img" aria-label="{escape(words)}"><title>{escape(words)}</title>'
        "<style>.stage,.name{font:13px system-ui,sans-serif;fill:currentColor}</style>"
    )


def _colour(key: str, order: list[str]) -> str:
    return COLOURS[order.index(key) % len(COLOURS)] if key else LOST


def _bar(found: Count, key: str, span: tuple[float, float], x: int, order: list[str]) -> str:
    top, foot = span
    return (
        f'<rect x="{x}" y="{top:.1f}" width="{BAR}" height="{max(foot - top, 0.5):.1f}" '
        f'fill="{_colour(key, order)}"><title>{escape(_label(found, key))}</title></rect>'
    )


def _label(found: Count, key: str) -> str:
    return found.name_of(key) if key else "Non-transferable"


def _name(found: Count, key: str, spans: Spans, x: int, anchor: str) -> str:
    top, foot = spans[key]
    words = _label(found, key)
    words = words if len(words) < 23 else words[:21] + "…"
    y = f"{(top + foot) / 2 + 4:.1f}"
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" class="name">{escape(words)}</text>'


def _bands(before: Spans, after: Spans, x: int, order: list[str]) -> list[str]:
    """What stayed with each candidate, from one column to the next."""
    found = []
    for key in before.keys() & after.keys():
        (a, b), (c, d) = before[key], after[key]
        kept = min(b - a, d - c)
        shape = _ribbon(x - STEP + BAR, a, a + kept, x, c, c + kept)
        found.append((order.index(key), f'<path d="{shape}" fill="{_colour(key, order)}" opacity=".18"/>'))
    return [text for _, text in sorted(found)]


def _ribbons(stage: Stage, before: Spans, after: Spans, x: int, order: list[str], valid: int) -> list[str]:
    """What moved: it leaves the foot of its source and arrives at the foot of its target."""
    moved: dict[tuple[str, str], Fraction] = {}
    for each in stage.transfers:
        held = [key for key in each.sources if key in before]
        for source in held:
            target = each.target or ""
            share = Fraction(each.votes) / len(held)
            moved[source, target] = moved.get((source, target), Fraction(0)) + share
    room = HEIGHT - min(6.0, HEIGHT / 4 / len(order)) * (len(order) - 1)
    leaves = {key: before[key][1] for key in before}
    arrives = _feet(moved, after, room, valid)
    texts = []
    for source, target in sorted(moved, key=lambda pair: (order.index(pair[0]), -order.index(pair[1]))):
        height = float(moved[source, target] / max(valid, 1)) * room
        if target in after and height > 0:
            a, c = leaves[source] - height, arrives[target]
            shape = _ribbon(x - STEP + BAR, a, a + height, x, c, c + height)
            texts.append(f'<path d="{shape}" fill="{_colour(source, order)}" opacity=".5"/>')
            leaves[source], arrives[target] = a, c + height
    return texts


def _feet(
    moved: Mapping[tuple[str, str], Fraction], after: Spans, room: float, valid: int
) -> dict[str, float]:
    """Where in each target's bar what it received begins."""
    got: dict[str, float] = {}
    for (_, target), votes in moved.items():
        got[target] = got.get(target, 0.0) + float(votes / max(valid, 1)) * room
    return {key: span[1] - got.get(key, 0.0) for key, span in after.items()}


def _ribbon(x0: int, a: float, b: float, x1: int, c: float, d: float) -> str:
    middle = (x0 + x1) / 2
    return (
        f"M{x0} {a:.1f}C{middle} {a:.1f} {middle} {c:.1f} {x1} {c:.1f}"
        f"V{d:.1f}C{middle} {d:.1f} {middle} {b:.1f} {x0} {b:.1f}z"
    )
