"""Lots: the published method, drawn again by a few lines of other code, and fair."""

from __future__ import annotations

import hashlib
import math

import pytest

from folkmoot.methods import InputError
from folkmoot.methods.sortition import Lot


def drawn_again(seed: str, contest: str, stage: str, names: list[str]) -> list[str]:
    """The method of the documentation, written without looking at the other."""
    numbered = []
    for name in names:
        digest = hashlib.sha256()
        for part in (seed, "\n", contest, "\n", stage, "\n", name):
            digest.update(part.encode("utf-8"))
        numbered.append((digest.hexdigest(), name))
    return [name for _, name in sorted(numbered)]


def test_the_order_is_that_of_the_published_method() -> None:
    names = [f"person {number}" for number in range(200)] + ["Zoë", "李"]
    lot = Lot("FTSE 100 at close: 9876.54", "Skelby chair")
    for stage in (1, 2, "panel"):
        assert lot.order(stage, names) == drawn_again(lot.seed, lot.contest, str(stage), names)


def test_the_order_does_not_depend_on_how_the_list_was_written() -> None:
    lot = Lot("seed")
    assert lot.order(1, ["a", "b", "c"]) == lot.order(1, ["c", "a", "b"])
    assert {tuple(Lot(f"seed {n}").order(1, "abc")) for n in range(60)} == {
        ("a", "b", "c"), ("a", "c", "b"), ("b", "a", "c"), ("b", "c", "a"), ("c", "a", "b"), ("c", "b", "a"),
    }  # fmt: skip


def test_a_known_seed_gives_a_known_order() -> None:
    # printf '2026-11-23\nChair\n1\n1' | sha256sum, and so on; the lowest comes first.
    assert Lot("2026-11-23", "Chair").order(1, ["1", "2", "3", "4"]) == ["3", "4", "1", "2"]


@pytest.mark.parametrize("sides", [6, 7, 10])
def test_a_million_draws_are_even(sides: int) -> None:
    draws = 1_000_000 // 3
    lot, seen = Lot("even"), [0] * sides
    for number in range(draws):
        seen[lot.below(number, sides)] += 1
    expected = draws / sides
    chi_squared = sum((each - expected) ** 2 / expected for each in seen)
    # Beyond this the draws would be uneven with one chance in 100,000 of being wrong (Wilson and Hilferty).
    freedom = sides - 1
    limit = freedom * (1 - 2 / (9 * freedom) + 4.2649 * math.sqrt(2 / (9 * freedom))) ** 3
    assert chi_squared < limit


def test_what_lies_past_the_last_full_round_is_drawn_anew() -> None:
    limit = (1 << 255) + 1
    lot, drawn = Lot("again"), set()
    for stage in range(200):
        first = lot.number(stage, "1")
        found = lot.below(stage, limit)
        assert found < limit
        drawn.add(first >= limit)
        assert (found == first) is (first < limit)
    assert drawn == {True, False}


def test_a_lot_without_a_seed_or_with_lines_is_refused() -> None:
    for seed, contest in ((" ", ""), ("a\nb", ""), ("a", "b\nc"), ("\udcff", ""), ("a", "b\ud800")):
        with pytest.raises(InputError):
            Lot(seed, contest)
    with pytest.raises(ValueError, match="limit"):
        Lot("seed").below(1, 0)
