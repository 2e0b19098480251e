"""Why no panel meets the targets, in plain words, and the nearest targets that one meets."""

from __future__ import annotations

from folkmoot.methods import InputError
from folkmoot.methods.sortition.pool import Pool, Target


def explain(
    pool: Pool, targets: tuple[Target, ...], size: int, nearest: list[tuple[Target, int, int]]
) -> InputError:
    """The error that says both."""
    reasons = [*too_few(pool, targets), *wrong_sums(targets, size)]
    if not reasons:
        reasons = ["each target could be met alone, but not all of them together by these volunteers"]
    changes = [change(*each) for each in nearest if each[1:] != (each[0].least, each[0].most)]
    return InputError(
        f"no panel of {size} meets the targets: {'; '.join(reasons)}",
        remedy=f"The nearest that can be met: {'; '.join(changes)}.",
    )


def too_few(pool: Pool, targets: tuple[Target, ...]) -> list[str]:
    return [
        f"{target.category} = {target.value} asks for {target.least}, and {pool.having(target)} volunteered"
        for target in targets
        if pool.having(target) < target.least
    ]


def wrong_sums(targets: tuple[Target, ...], size: int) -> list[str]:
    """Categories whose lowest numbers add up to more than the panel, or whose highest to less."""
    found = []
    for category in dict.fromkeys(target.category for target in targets):
        least = sum(target.least for target in targets if target.category == category)
        most = sum(target.most for target in targets if target.category == category)
        if least > size:
            found.append(f"the lowest numbers of {category} add up to {least}")
        if most < size:
            found.append(f"the highest numbers of {category} add up to only {most}")
    return found


def change(target: Target, least: int, most: int) -> str:
    words = []
    if least != target.least:
        words.append(f"min {least} instead of {target.least}")
    if most != target.most:
        words.append(f"max {most} instead of {target.most}")
    return f"{target.category} = {target.value} {' and '.join(words)}"
