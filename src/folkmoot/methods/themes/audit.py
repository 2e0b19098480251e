"""How right a theme is: a random sample in it and out of it, judged by a person who is not told which is which.

What is drawn and judged are responses, because what is published is how many people raised a theme. The sample
is stratified: half from the theme, half from all others, so that a small theme is looked at as closely as a large
one. Precision is the share of responses in the theme that belong to it, recall the share of all that belong to it
which are in it, and the corrected count is how many would be, had the theme made no mistake.

Sources. The corrected count N_in·p_in + N_out·p_out is the stratified estimator (Cochran 1977, *Sampling
Techniques*, 3rd ed., eq. 5.51 for proportions). Each share has its score interval (Wilson 1927,
doi:10.1080/01621459.1927.10502953) with the sample counted for as much larger as it is a larger part of all
(Cochran, § 3.2: the variance falls by the factor (N − n) / (N − 1)). The intervals of the two parts are joined by
the recovery of variance estimates (Zou and Donner 2008, doi:10.1002/sim.3095, "MOVER"), which stays right where a
share is 0 or 1: no mistake among fifty is not no mistake at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from folkmoot.methods import InputError

SAMPLE = 100
VERDICTS = ("yes", "no", "unsure")
Z = 1.959963984540054
"""Of the normal distribution: 95 % lie nearer to its middle."""
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The responses to judge, in the order in which they are shown, and how many there are in and out."""

    sample: tuple[str, ...]
    inside: int
    outside: int


@dataclass(frozen=True, slots=True)
class Audit:
    """What a sample says of a theme, each with its 95 % interval; None where nothing can be said.

    `judged_in` and `judged_out` are how many responses were judged with a clear yes or no; of `unsure` ones the
    lower ends take all as no, the upper ends all as yes.
    """

    inside: int
    outside: int
    judged_in: int
    judged_out: int
    unsure: int
    precision: float | None
    precision_interval: Interval | None
    recall: float | None
    recall_interval: Interval | None
    corrected: float | None
    corrected_interval: Interval | None


def draw_sample(inside: Sequence[str], outside: Sequence[str], *, seed: int, size: int = SAMPLE) -> Drawn:
    """Half from the theme and half from the rest, as far as there are so many, in one shuffled order.

    The same responses and seed give the same sample, whatever order they come in. Raises InputError for a
    response that is given twice.
    """
    if len({*inside, *outside}) < len(inside) + len(outside):
        raise InputError(
            "A response stands in the theme and outside it, or twice", remedy="Give each response once."
        )
    generator = np.random.default_rng(seed)
    from_in = min(len(inside), max(size // 2, size - len(outside)))
    from_out = min(len(outside), size - from_in)
    chosen = [
        *generator.choice(np.array(sorted(inside), dtype=object), from_in, replace=False),
        *generator.choice(np.array(sorted(outside), dtype=object), from_out, replace=False),
    ]
    shown = [chosen[place] for place in generator.permutation(len(chosen))]
    return Drawn(tuple(shown), len(inside), len(outside))


def audit_theme(
    verdicts: Mapping[str, str], in_theme: Mapping[str, bool], *, inside: int, outside: int
) -> Audit:
    """What the verdicts ("yes", "no", "unsure": does this response raise the theme?) say of it.

    `in_theme` says of each judged response where it stands, `inside` and `outside` how many there are in all.
    Raises InputError for another verdict and for more judged than there are.
    """
    if wrong := sorted({*verdicts.values()} - {*VERDICTS}):
        raise InputError(f"{wrong[0]!r} is no verdict", remedy="Use yes, no or unsure.")
    one, other = _part(verdicts, in_theme, True, inside), _part(verdicts, in_theme, False, outside)
    corrected, corrected_interval = _sum(one, other)
    return Audit(
        inside=inside,
        outside=outside,
        judged_in=one.clear,
        judged_out=other.clear,
        unsure=one.unsure + other.unsure,
        precision=_rounded(one.share),
        precision_interval=_both(one.interval),
        recall=_rounded(_recall(one, other)),
        recall_interval=_recall_interval(one, other),
        corrected=_rounded(corrected),
        corrected_interval=_both(corrected_interval),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the two parts: how many there are, how many were judged, and how many of them belong."""

    size: int
    yes: int
    no: int
    unsure: int

    @property
    def clear(self) -> int:
        return self.yes + self.no

    @property
    def share(self) -> float | None:
        """Of a part with nobody in it, nobody belongs."""
        if self.size == 0:
            return 0.0
        return self.yes / self.clear if self.clear else None

    @property
    def interval(self) -> Interval | None:
        if self.size == 0:
            return 0.0, 0.0
        judged = self.clear + self.unsure
        if not self.clear:
            return None
        lowest = wilson(self.yes, judged, of=self.size)[0]
        return lowest, wilson(self.yes + self.unsure, judged, of=self.size)[1]


def _part(verdicts: Mapping[str, str], in_theme: Mapping[str, bool], inner: bool, size: int) -> _Part:
    here = [verdict for response, verdict in verdicts.items() if in_theme[response] is inner]
    if len(here) > size:
        raise InputError(
            f"{len(here)} responses were judged of a part of {size}",
            remedy="Give the size of the whole part.",
        )
    return _Part(size, here.count("yes"), here.count("no"), here.count("unsure"))


def wilson(hits: int, judged: int, *, of: int, z: float = Z) -> Interval:
    """The score interval of a share: `hits` of `judged`, drawn without replacement from `of`."""
    share = hits / judged
    if judged >= of:
        return share, share
    weight = judged * (of - 1) / (of - judged)
    middle = (share + z * z / (2 * weight)) / (1 + z * z / weight)
    half = z / (1 + z * z / weight) * math.sqrt(share * (1 - share) / weight + z * z / (4 * weight * weight))
    return max(0.0, middle - half), min(1.0, middle + half)


def _sum(one: _Part, other: _Part) -> tuple[float | None, Interval | None]:
    """N_in·p_in + N_out·p_out, and its interval from those of the parts."""
    if one.share is None or other.share is None or one.interval is None or other.interval is None:
        return None, None
    estimate = one.size * one.share + other.size * other.share
    down = math.hypot(
        one.size * (one.share - one.interval[0]), other.size * (other.share - other.interval[0])
    )
    up = math.hypot(one.size * (one.interval[1] - one.share), other.size * (other.interval[1] - other.share))
    return estimate, (max(0.0, estimate - down), min(float(one.size + other.size), estimate + up))


def _recall(one: _Part, other: _Part) -> float | None:
    if one.share is None or other.share is None:
        return None
    belongs = one.size * one.share + other.size * other.share
    return one.size * one.share / belongs if belongs else None


def _recall_interval(one: _Part, other: _Part) -> Interval | None:
    """Recall is 1 / (1 + missed / found), so its interval follows from that of the ratio."""
    if _recall(one, other) is None or one.interval is None or other.interval is None:
        return None
    if one.share is None or other.share is None:
        return None
    found, missed = one.size * one.share, other.size * other.share
    low, high = _ratio(
        (other.size * other.interval[0], missed, other.size * other.interval[1]),
        (one.size * one.interval[0], found, one.size * one.interval[1]),
    )
    return round(1 / (1 + high), 6), round(1 / (1 + low), 6)


def _ratio(above: tuple[float, float, float], below: tuple[float, float, float]) -> Interval:
    """The interval of one estimate over another, each given as its low end, itself and its high end.

    Donner and Zou 2012 (doi:10.1177/0962280210383081), equation for a ratio of independent estimates; where the
    lower one may be so small that the equation has no solution, the ends themselves are divided.
    """
    (low, middle, high), (least, base, most) = above, below
    square = (middle * base) ** 2
    divisor = most * (2 * base - most)
    start = low / most if most else math.inf
    if divisor > 0:
        start = (middle * base - math.sqrt(max(0.0, square - low * (2 * middle - low) * divisor))) / divisor
    divisor = least * (2 * base - least)
    if divisor <= 0:
        return start, math.inf
    return start, (middle * base + math.sqrt(square - high * (2 * middle - high) * divisor)) / divisor


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _both(interval: Interval | None) -> Interval | None:
    return None if interval is None else (round(interval[0], 6), round(interval[1], 6))
