"""The transfers as pictures: a column a stage, a band a candidate, and a ribbon for votes that moved.

A count of many stages is drawn in several pictures, each beginning with the stage at which the one before ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from html import escape

from folkmoot.methods.counting.result import Count, Stage

STEP, BAR, TOP = 110, 14, 34
NAMES = 200
# Lines of names must not run into each other, and so much height a candidate needs at least.
LINE, LOWEST = 15, 420
# So many stages fit a page beside each other.
ACROSS = 8
# Distinct on paper and in the dark; shapes are told apart by their names, too.
COLOURS = ("#1D5C57", "#8C4A1F", "#6A3D7C", "#2B5C8A", "#9A5B13", "#7A2E3A", "#4F6B1E", "#3E4A8C")
IN_THE_DARK = ("#8CCFC4", "#E0A277", "#C9A5DA", "#8FBCE6", "#E5B465", "#E59AA7", "#B3CF7E", "#A9B4EE")
LOST, LOST_IN_THE_DARK = "#857A6C", "#A89D8E"
STYLE = (
    ".stage,.name{font:13px system-ui,sans-serif;fill:currentColor}.lead{stroke:currentColor;opacity:.4}"
    "@media screen and (prefers-color-scheme:dark){"
    + "".join(f".c{at}{{fill:{colour}}}" for at, colour in enumerate((*IN_THE_DARK, LOST_IN_THE_DARK)))
    + "}"
)
Spans = dict[str, tuple[float, float]]


def pictures(found: Count) -> list[str]:
    """Draw how votes passed from one to another, as SVG; none for a rule under which none do."""
    if not any(stage.transfers for stage in found.stages):
        return []
    last = len(found.stages) - 1
    return [
        _picture(found, found.stages[at : min(at + ACROSS, last + 1)]) for at in range(0, last, ACROSS - 1)
    ]


def _picture(found: Count, stages: Sequence[Stage]) -> str:
    order = _order(found)
    room = _room(order)
    columns = [_spans(stage, order, found.valid) for stage in stages]
    width = NAMES * 2 + STEP * (len(columns) - 1) + BAR
    parts = [_head(stages, width, room)]
    for at, stage in enumerate(stages):
        x = NAMES + STEP * at
        parts.append(f'<text x="{x}" y="22" class="stage">Stage {stage.number}</text>')
        if at:
            parts += _bands(columns[at - 1], columns[at], x, order)
            parts += _ribbons(stage, columns[at - 1], columns[at], x, order, found.valid)
        parts += [_bar(found, key, span, x, order) for key, span in columns[at].items()]
    parts += _names(found, columns[0], NAMES, -1)
    parts += _names(found, columns[-1], width - NAMES, 1)
    return "".join(parts) + "</svg>"


def _room(order: list[str]) -> int:
    """How high the columns are: every name has its line."""
    return max(LOWEST, LINE * len(order))


def _order(found: Count) -> list[str]:
    """The elected in order at the top, then the others by how long they lasted, lost votes at the foot."""
    elected = [str(number) for number in found.elected]
    others = [each for each in found.candidates if each.status not in ("elected", "withdrawn")]
    others.sort(key=lambda each: (-(each.stage or len(found.stages) + 1), each.number))
    return [*elected, *(str(each.number) for each in others), ""]


def _gap(order: list[str]) -> float:
    return min(6.0, _room(order) / 4 / len(order))


def _spans(stage: Stage, order: list[str], valid: int) -> Spans:
    """From where to where each candidate's votes reach in a column."""
    votes = {**stage.totals, "": stage.non_transferable}
    gap = _gap(order)
    room = _room(order) - gap * (len(order) - 1)
    spans, y = Spans(), float(TOP)
    for key in order:
        height = float(Fraction(votes[key]) / max(valid, 1)) * room
        if height > 0:
            spans[key] = (y, y + height)
        y += height + gap
    return spans


def _head(stages: Sequence[Stage], width: int, room: int) -> str:
    words = (
        f"How votes passed on from stage {stages[0].number} to stage {stages[-1].number}; "
        "the table gives the numbers."
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {room + TOP + 10}" width="{width}" '
        f'height="{room + TOP + 10}" role="img" aria-label="{escape(words)}"><title>{escape(words)}</title>'
        f"<style>{STYLE}</style>"
    )


def _fill(key: str, order: list[str]) -> str:
    at = order.index(key) % len(COLOURS) if key else len(COLOURS)
    return f'class="c{at}" fill="{(*COLOURS, LOST)[at]}"'


def _bar(found: Count, key: str, span: tuple[float, float], x: int, order: list[str]) -> str:
    top, foot = span
    return (
        f'<rect x="{x}" y="{top:.1f}" width="{BAR}" height="{max(foot - top, 0.5):.1f}" '
        f"{_fill(key, order)}><title>{escape(_label(found, key))}</title></rect>"
    )


def _label(found: Count, key: str) -> str:
    return found.name_of(key) if key else "Non-transferable"


def _names(found: Count, spans: Spans, x: int, side: int) -> list[str]:
    """Names beside a column, left (-1) or right (1) of it, with a line to those that had to make room."""
    anchor = "end" if side < 0 else "start"
    middles = [(top + foot) / 2 for top, foot in spans.values()]
    texts = []
    for key, middle, y in zip(spans, middles, _apart(middles), strict=True):
        words = _label(found, key)
        words = words if len(words) < 23 else words[:21] + "…"
        near, far = x + 3 * side, x + 16 * side
        texts.append(f'<path class="lead" d="M{near} {middle:.1f}L{far} {y:.1f}" stroke-width="1"/>')
        place = f'x="{x + 20 * side}" y="{y + 4:.1f}" text-anchor="{anchor}"'
        texts.append(f'<text {place} class="name">{escape(words)}</text>')
    return texts


def _apart(middles: list[float]) -> list[float]:
    """Places for lines of text, each as near to its own as may be and none on another, from the foot upwards."""
    places: list[float] = []
    for middle in middles:
        places.append(max(middle, places[-1] + LINE) if places else middle)
    lowest = middles[-1]
    for at in reversed(range(len(places))):
        places[at] = min(places[at], lowest)
        lowest = places[at] - LINE
    return places


def _bands(before: Spans, after: Spans, x: int, order: list[str]) -> list[str]:
    """What stayed with each candidate, from one column to the next."""
    found = []
    for key in before.keys() & after.keys():
        (a, b), (c, d) = before[key], after[key]
        kept = min(b - a, d - c)
        shape = _ribbon(x - STEP + BAR, a, a + kept, x, c, c + kept)
        found.append((order.index(key), f'<path d="{shape}" {_fill(key, order)} opacity=".2"/>'))
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
    room = _room(order) - _gap(order) * (len(order) - 1)
    leaves = {key: before[key][1] for key in before}
    arrives = _feet(moved, after, room, valid)
    texts = []
    for source, target in sorted(moved, key=lambda pair: (order.index(pair[0]), -order.index(pair[1]))):
        height = float(moved[source, target] / max(valid, 1)) * room
        if target in after and height > 0:
            a, c = leaves[source] - height, arrives[target]
            shape = _ribbon(x - STEP + BAR, a, a + height, x, c, c + height)
            texts.append(f'<path d="{shape}" {_fill(source, order)} opacity=".55"/>')
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
