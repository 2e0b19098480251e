"""Broken files, read and counted: the benchmark's check with fewer files."""

from __future__ import annotations

import random

from benchmarks.counting_broken_files import SOUND, read_and_count, try_files

from folkmoot.methods.counting import Budget, Choices, Marks, Rankings, find_rule


def test_a_broken_file_gives_a_result_or_one_message_with_a_remedy() -> None:
    tally = try_files(3000, seed=7)
    assert tally.wrong == []
    assert tally.results + tally.messages == 3000
    assert min(tally.results, tally.messages) > 500


def test_the_same_seed_breaks_the_same_files() -> None:
    first, again, other = (try_files(200, seed) for seed in (1, 1, 2))
    assert (first.results, first.messages) == (again.results, again.messages)
    assert first.results != other.results


RULES = {Rankings: "schulze", Marks: "approval", Choices: "motion", Budget: "equal-shares"}


def test_every_sound_file_counts_by_a_rule_that_takes_what_it_holds() -> None:
    for name, (kind, data) in SOUND.items():
        read_and_count(data, name, find_rule(RULES[kind]), random.Random(1))
