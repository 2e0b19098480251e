"""Panels: to target, as fair as can be, drawn by the public lot, and the same everywhere."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from folkmoot.methods import InputError
from folkmoot.methods.sortition import (
    Lot,
    Pool,
    Target,
    draw,
    fairness,
    read_pool,
    read_targets,
    replace_members,
    summary,
    to_json,
)
from folkmoot.methods.sortition.fairness import Leximin, Solution

POOL = Pool(
    ("gender", "town"),
    (
        ("ada", ("f", "Skelby")), ("bea", ("f", "Harbour")), ("cat", ("f", "Skelby")), ("dan", ("m", "Skelby")),
        ("eli", ("m", "Skelby")), ("fred", ("m", "Harbour")), ("guy", ("m", "Skelby")), ("hal", ("m", "Skelby")),
    ),
)  # fmt: skip
TARGETS = (
    Target("gender", "f", 2, 2),
    Target("gender", "m", 2, 2),
    Target("town", "Skelby", 2, 3),
    Target("town", "Harbour", 1, 2),
)
LOT = Lot("2026-11-23 noon", "Skelby panel")


def meets(pool: Pool, targets: tuple[Target, ...], members: tuple[str, ...]) -> bool:
    people = dict(pool.people)
    for target in targets:
        place = pool.categories.index(target.category)
        number = sum(people[id][place] == target.value for id in members)
        if not target.least <= number <= target.most:
            return False
    return True


def all_panels(pool: Pool, targets: tuple[Target, ...], size: int) -> list[tuple[str, ...]]:
    ids = sorted(id for id, _ in pool.people)
    return [members for members in itertools.combinations(ids, size) if meets(pool, targets, members)]


def fairest(pool: Pool, panels: list[tuple[str, ...]]) -> dict[str, float]:
    """Leximin by trying everybody in turn over all panels there are: slow, and sure for a few people."""
    ids = sorted(id for id, _ in pool.people)
    table = np.array([[float(id in members) for members in panels] for id in ids])
    settled: dict[int, float] = {}
    while len(settled) < len(ids):
        level = best(table, settled, None)
        for each in range(len(ids)):
            if each not in settled and best(table, settled, each, level) <= level + 1e-6:
                settled[each] = level
    return {ids[each]: level for each, level in settled.items()}


def best(table: np.ndarray, settled: dict[int, float], raised: int | None, level: float = 0.0) -> float:
    """The highest common level, or the highest chance of one while the others keep theirs."""
    people, panels = table.shape
    floors = np.array([settled.get(each, level if raised is not None else 0.0) for each in range(people)])
    common = np.array([0.0 if raised is not None or each in settled else 1.0 for each in range(people)])
    worth = np.append(
        -table[raised] if raised is not None else np.zeros(panels), 0.0 if raised is not None else -1.0
    )
    found = linprog(
        worth,
        A_ub=np.hstack([-table, common[:, None]]),
        b_ub=-np.where(common > 0, 0.0, floors - 1e-9),
        A_eq=[[1.0] * panels + [0.0]],
        b_eq=[1.0],
        bounds=[(0, None)] * panels + [(0, 1)],
    )
    return float(-found.fun)


# -- fairness


def test_every_panel_meets_every_target() -> None:
    found = draw(POOL, TARGETS, 4, lot=LOT)
    assert found.panels
    assert all(meets(POOL, TARGETS, panel.members) for panel in found.panels)
    assert sum(panel.tickets for panel in found.panels) == found.tickets == 1000
    assert found.panels[0].first == 1
    assert all(a.last + 1 == b.first for a, b in itertools.pairwise(found.panels))


def test_people_alike_have_the_same_chance_but_for_a_ticket() -> None:
    found = draw(POOL, TARGETS, 4)
    for ids in POOL.kinds.values():
        chances = [found.chances[id] for id in ids]
        assert max(chances) - min(chances) <= Fraction(1, 1000)
    assert sum(found.chances.values()) == 4


def test_letting_go_of_panels_that_are_worth_little_changes_no_chance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(3)
    values = (("a", "b", "c"), ("r", "s", "t", "u"), ("x", "y"))
    people = tuple((f"p{n:02}", tuple(map(str, (rng.choice(each) for each in values)))) for n in range(60))
    pool = Pool(("one", "two", "three"), people)
    targets = tuple(
        Target(category, value, 12 // len(each) - 1, 12 // len(each) + 1)
        for category, each in zip(pool.categories, values, strict=True)
        for value in each
    )
    whole = draw(pool, targets, 12).lottery
    let_go: list[int] = []
    thin_out = Leximin.thin_out

    def counting(self: Leximin, solution: Solution) -> None:
        before = len(self.found)
        thin_out(self, solution)
        let_go.append(before - len(self.found))

    monkeypatch.setattr(Leximin, "thin_out", counting)
    monkeypatch.setattr(fairness, "CROWDED", 1)
    monkeypatch.setattr(fairness, "KEPT", 1)
    thinned = draw(pool, targets, 12).lottery
    assert sum(let_go) > 0
    assert whole.complete
    assert thinned.complete
    assert thinned.chances == pytest.approx(whole.chances, abs=1e-4)


@pytest.mark.parametrize("seed", range(8))
def test_the_lottery_is_the_fairest_that_there_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    people = tuple(
        (f"p{n}", (rng.choice(["a", "b", "c"], p=[0.6, 0.3, 0.1]), rng.choice(["x", "y"]))) for n in range(9)
    )
    pool = Pool(("one", "two"), tuple((id, tuple(map(str, values))) for id, values in people))
    targets = tuple(
        Target(category, value, *sorted(rng.integers(0, 4, 2).tolist()))
        for place, category in enumerate(pool.categories)
        for value in sorted({values[place] for _, values in pool.people})
    )
    panels = all_panels(pool, targets, 3)
    if not panels:
        with pytest.raises(InputError, match="no panel of 3 meets the targets"):
            draw(pool, targets, 3)
        return
    found = draw(pool, targets, 3, tickets=100_000)
    assert found.lottery.complete
    wanted = fairest(pool, panels)
    for id, chance in found.chances.items():
        assert float(chance) == pytest.approx(wanted[id], abs=2e-4)


def test_both_outcomes_of_that_test_occur() -> None:
    """Among the pools above some have panels and some have none, so neither branch is idle."""
    outcomes = set()
    for seed in range(8):
        rng = np.random.default_rng(seed)
        values = [(rng.choice(["a", "b", "c"], p=[0.6, 0.3, 0.1]), rng.choice(["x", "y"])) for _ in range(9)]
        pool = Pool(("one", "two"), tuple((f"p{n}", tuple(map(str, each))) for n, each in enumerate(values)))
        targets = tuple(
            Target(category, value, *sorted(rng.integers(0, 4, 2).tolist()))
            for place, category in enumerate(pool.categories)
            for value in sorted({each[place] for _, each in pool.people})
        )
        outcomes.add(bool(all_panels(pool, targets, 3)))
    assert outcomes == {True, False}


def test_maximin_raises_the_lowest_chance_as_far_as_leximin_does() -> None:
    lowest = [
        min(draw(POOL, TARGETS, 4, fairness=fairness).lottery.chances) for fairness in ("leximin", "maximin")
    ]
    assert lowest[0] == pytest.approx(lowest[1], abs=1e-4)


def test_somebody_whom_no_panel_can_have_has_no_chance_and_the_rest_are_treated_fairly() -> None:
    pool = Pool(("town",), (("ada", ("Skelby",)), ("ben", ("Skelby",)), ("cam", ("Harbour",))))
    found = draw(pool, (Target("town", "Skelby", 0, 1), Target("town", "Harbour", 0, 0)), 1)
    assert found.chances == {"ada": Fraction(1, 2), "ben": Fraction(1, 2), "cam": Fraction(0)}


def test_a_search_that_is_broken_off_says_so_and_how_far_it_came() -> None:
    rng = np.random.default_rng(0)
    people = tuple(
        (f"p{n:02d}", tuple(map(str, rng.choice(3, 5, p=[0.5, 0.3, 0.2]).tolist()))) for n in range(60)
    )
    pool = Pool(("a", "b", "c", "d", "e"), people)
    targets = tuple(Target(category, str(value), 4, 5) for category in pool.categories for value in range(3))
    found = draw(pool, targets, 12, most_searches=1)
    assert not found.lottery.complete
    assert found.lottery.bound > min(found.lottery.chances)
    assert "broken off" in summary(found)
    assert json.loads(to_json(found))["fairness"]["reached"] is False
    assert all(meets(pool, targets, panel.members) for panel in found.panels)


# -- the lot


def test_the_lot_picks_the_ticket_that_the_method_gives() -> None:
    found = draw(POOL, TARGETS, 4, lot=LOT)
    ticket = LOT.below("panel", 1000) + 1
    assert found.ticket == ticket
    chosen = [panel for panel in found.panels if panel.first <= ticket <= panel.last]
    assert [panel.members for panel in chosen] == [found.drawn]


def test_the_list_is_the_same_before_and_after_the_lot() -> None:
    before, after = draw(POOL, TARGETS, 4), draw(POOL, TARGETS, 4, lot=LOT)
    assert before.panels == after.panels
    assert before.drawn == ()
    assert "Nothing is drawn yet" in summary(before)


def test_over_many_seeds_everybody_is_drawn_as_often_as_their_chance_says() -> None:
    found = draw(POOL, TARGETS, 4)
    drawn = dict.fromkeys(found.chances, 0)
    for seed in range(3000):
        ticket = Lot(f"seed {seed}").below("panel", 1000) + 1
        panel = next(panel for panel in found.panels if panel.first <= ticket <= panel.last)
        for id in panel.members:
            drawn[id] += 1
    for id, times in drawn.items():
        assert times / 3000 == pytest.approx(float(found.chances[id]), abs=0.04)


# -- quotas that cannot be met


def test_too_few_volunteers_are_named_with_the_nearest_that_can_be_met() -> None:
    targets = (Target("gender", "f", 4, 4), *TARGETS[1:])
    with pytest.raises(InputError) as raised:
        draw(POOL, targets, 4)
    assert "gender = f asks for 4, and 3 volunteered" in raised.value.what
    assert "the lowest numbers of gender add up to 6" in raised.value.what
    assert raised.value.remedy == "The nearest that can be met: gender = f min 2 instead of 4."


def test_targets_that_only_clash_together_are_explained_and_mended_by_little() -> None:
    targets = (
        Target("gender", "f", 2, 2), Target("gender", "m", 2, 2),
        Target("town", "Skelby", 0, 1), Target("town", "Harbour", 0, 4),
    )  # fmt: skip
    with pytest.raises(InputError) as raised:
        draw(POOL, targets, 4)
    assert "each target could be met alone" in raised.value.what
    assert "town = Skelby max 2 instead of 1" in raised.value.remedy
    draw(POOL, (*targets[:2], Target("town", "Skelby", 0, 2), targets[3]), 4)


@pytest.mark.parametrize(
    ("targets", "size", "told"),
    [
        (TARGETS, 9, "a panel of 9 cannot be drawn from 8"),
        ((*TARGETS, Target("age", "old", 0, 1)), 4, "the pool has no such column"),
        ((*TARGETS, TARGETS[0]), 4, "given twice"),
        ((Target("gender", "f", 3, 2), *TARGETS[1:]), 4, "from 3 to 2 is no range"),
        (TARGETS[:3], 4, "“Harbour”, such as bea, and there is no target for it"),
    ],
)
def test_what_cannot_be_drawn_is_said(targets: tuple[Target, ...], size: int, told: str) -> None:
    with pytest.raises(InputError, match=told) as raised:
        draw(POOL, targets, size)
    assert raised.value.remedy


# -- those who drop out


def test_those_who_drop_out_are_replaced_so_that_the_whole_still_meets_the_targets() -> None:
    found = draw(POOL, TARGETS, 4, lot=LOT)
    outcomes = set()
    for gone in found.drawn:
        stay = tuple(id for id in found.drawn if id != gone)
        could = [id for id, _ in POOL.people if id not in found.drawn and meets(POOL, TARGETS, (*stay, id))]
        outcomes.add(bool(could))
        if could:
            replaced = replace_members(POOL, TARGETS, found.drawn, {gone}, lot=Lot("later"))
            assert set(replaced.drawn) <= set(could)
            assert {id for id, chance in replaced.chances.items() if chance} == set(could)
        else:
            with pytest.raises(InputError, match="no panel of 1 meets the targets"):
                replace_members(POOL, TARGETS, found.drawn, {gone}, lot=Lot("later"))
    assert outcomes == {True, False}


def test_somebody_who_was_not_drawn_cannot_drop_out() -> None:
    found = draw(POOL, TARGETS, 4, lot=LOT)
    other = next(id for id, _ in POOL.people if id not in found.drawn)
    with pytest.raises(InputError, match=f"{other} is not on the panel"):
        replace_members(POOL, TARGETS, found.drawn, {other}, lot=LOT)


# -- files, the form, the command line


POOL_CSV = "id,gender,town\n" + "".join(f"{id},{values[0]},{values[1]}\n" for id, values in POOL.people)
TARGETS_CSV = "category,value,min,max\n" + "".join(
    f"{t.category},{t.value},{t.least},{t.most}\n" for t in TARGETS
)


def test_pool_and_targets_are_read() -> None:
    assert read_pool(POOL_CSV.encode()) == POOL
    assert read_targets(TARGETS_CSV.encode()) == TARGETS


@pytest.mark.parametrize(
    ("reader", "text", "where", "told"),
    [
        (read_pool, "name,town\nada,Skelby\n", "line 1", "there is no column id"),
        (read_pool, "id,town\nada\n", "line 2", "1 cells under 2 columns"),
        (read_pool, "id,town\nada,\n", "line 2", "the column town is empty"),
        (read_pool, "id,town,town\nada,x,y\n", "line 1", "share a name"),
        (read_pool, "id,town\nada,x\nada,y\n", "line 3", "the id ada stands on line 2 already"),
        (read_pool, "id,town\n", "line 1", "there is no volunteer"),
        (read_targets, "category,value,min\n", "line 1", "there is no column max"),
        (read_targets, "category,value,min,max\n", "line 1", "there is no target"),
        (
            read_targets,
            "category,value,min,max\na,b,few,2\n",
            "line 2, column min",
            "“few” is not a whole number",
        ),
    ],
)
def test_broken_files_are_told_with_their_line(reader, text: str, where: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as raised:
        reader(text.encode())
    assert raised.value.where == where
    assert raised.value.remedy


def test_the_form_has_everything_that_was_announced() -> None:
    found = draw(POOL, TARGETS, 4, lot=LOT)
    form = json.loads(to_json(found))
    assert {"format", "version", "size", "pool", "targets_met", "panels", "chances", "drawn", "lot"} <= set(
        form
    )
    assert (form["format"], form["size"], form["pool"], form["targets_met"]) == (
        "folkmoot.draw/1",
        4,
        8,
        True,
    )
    assert sum(Fraction(panel["probability"]) for panel in form["panels"]) == 1
    assert {id: Fraction(chance) for id, chance in form["chances"].items()} == found.chances
    assert form["lot"]["ticket"] == found.ticket
    assert form["drawn"] == list(found.drawn)


PROGRAM = """
import sys
from folkmoot.methods.sortition import Lot, draw, read_pool, read_targets, to_json
pool, targets = (open(path, "rb").read() for path in sys.argv[1:])
sys.stdout.write(to_json(draw(read_pool(pool), read_targets(targets), 4, lot=Lot("seed"))))
"""


def test_every_process_hash_seed_and_order_of_rows_gives_the_same_bytes(tmp_path: Path) -> None:
    targets = tmp_path / "targets.csv"
    targets.write_text(TARGETS_CSV)
    header, *rows = POOL_CSV.splitlines(keepends=True)
    written = set()
    for seed in ("0", "7", "4242"):
        pool = tmp_path / f"pool{seed}.csv"
        pool.write_text(header + "".join(sorted(rows, key=lambda row: hash((row[::-1], seed)))))
        command = [sys.executable, "-c", PROGRAM, str(pool), str(targets)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        written.add(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    assert len(written) == 1


def folkmoot(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "folkmoot", "draw", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "pool.csv").write_text(POOL_CSV)
    (tmp_path / "targets.csv").write_text(TARGETS_CSV)
    return tmp_path


def test_the_command_lists_draws_and_replaces(place: Path) -> None:
    files = ("pool.csv", "--targets", "targets.csv")
    listed = folkmoot(*files, "--size", "4", "--list-only", cwd=place)
    assert listed.returncode == 0, listed.stderr
    assert "Nothing is drawn yet" in listed.stdout
    chances = listed.stdout.partition("Everybody's chance:\n")[2]
    told = [id for line in chances.splitlines() for id in line.partition(": ")[2].split(", ")]
    assert sorted(told) == sorted(id for id, _ in POOL.people)
    drawn = folkmoot(*files, "--size", "4", "--lot", "noon", "--json", "draw.json", cwd=place)
    assert drawn.returncode == 0, drawn.stderr
    members = json.loads((place / "draw.json").read_text())["drawn"]
    assert tuple(members) == draw(POOL, TARGETS, 4, lot=Lot("noon")).drawn
    gone = next(id for id in members if id.startswith(("dan", "eli", "guy", "hal")))
    again = folkmoot(
        *files, "--panel", "draw.json", "--gone", gone, "--lot", "later", "--json", "-", cwd=place
    )
    assert again.returncode == 0, again.stderr
    assert len(json.loads(again.stdout)["drawn"]) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--size", "4"], "a lot is needed to draw a panel"),
        (["--lot", "x"], "the size of the panel is not known"),
        (["--size", "40", "--lot", "x"], "a panel of 40 cannot be drawn from 8"),
        (["--size", "4", "--lot", "x", "--gone", "ada"], "needs the panel and who is gone"),
        (["--panel", "pool.csv", "--gone", "ada", "--lot", "x"], "this is not a draw"),
    ],
)
def test_wrong_use_is_one_message(place: Path, arguments: list[str], told: str) -> None:
    done = folkmoot("pool.csv", "--targets", "targets.csv", *arguments, cwd=place)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_draw_that_is_nested_without_end_is_refused(place: Path) -> None:
    (place / "draw.json").write_text("[" * 100_000)
    done = folkmoot(
        "pool.csv",
        "--targets",
        "targets.csv",
        "--panel",
        "draw.json",
        "--gone",
        "ada",
        "--lot",
        "x",
        cwd=place,
    )
    assert done.returncode == 2
    assert "this is not a draw" in done.stderr
