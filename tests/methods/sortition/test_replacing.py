"""Those who drop out are replaced, as often as need be: the record of a draw holds what the next one needs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from folkmoot.methods import InputError
from folkmoot.methods.sortition import Lot, Target, draw, read_draw, replace_members, summary, to_json
from tests.methods.sortition.test_draw import POOL, POOL_CSV, TARGETS, TARGETS_CSV, folkmoot, meets

FILES = ("pool.csv", "--targets", "targets.csv")
# More men from Skelby than any panel needs, so that they can drop out one after the other.
MEN = ("dan", "eli", "guy", "hal")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "pool.csv").write_text(POOL_CSV + "ian,m,Skelby\njim,m,Skelby\n")
    (tmp_path / "targets.csv").write_text(TARGETS_CSV)
    return tmp_path


def form(path: Path) -> dict[str, list[str]]:
    return json.loads(path.read_bytes())


def test_a_chain_of_three_replacements_never_draws_who_dropped_out(place: Path) -> None:
    done = folkmoot(*FILES, "--size", "4", "--lot", "noon", "--json", "0.json", cwd=place)
    assert done.returncode == 0, done.stderr
    first = form(place / "0.json")
    assert (first["panel"], first["gone"]) == (first["drawn"], [])
    gone: list[str] = []
    for number in range(3):
        before = form(place / f"{number}.json")
        newcomers = [id for id in before["drawn"] if number and id in before["panel"]]
        leaves = next(id for id in [*newcomers, *before["panel"]] if id in (*MEN, "ian", "jim"))
        done = folkmoot(
            *FILES, "--panel", f"{number}.json", "--gone", leaves, "--lot", f"day {number}",
            "--json", f"{number + 1}.json", cwd=place,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        gone.append(leaves)
        after = form(place / f"{number + 1}.json")
        assert after["gone"] == gone
        assert not set(gone) & ({*after["panel"]} | {*after["chances"]})
        assert set(after["panel"]) == {*before["panel"], *after["drawn"]} - {leaves}
        assert len(after["panel"]) == 4
        assert len(after["drawn"]) == 1
    assert len(set(gone)) == 3


def test_somebody_who_stayed_can_drop_out_later() -> None:
    found = draw(POOL, TARGETS, 4, lot=Lot("noon"))
    men = [id for id in found.panel if id in MEN]
    women = [id for id in found.panel if id in ("ada", "bea", "cat")]
    after = replace_members(POOL, TARGETS, found.panel, {men[0]}, lot=Lot("later"))
    assert meets(POOL, TARGETS, after.panel)
    assert after.gone == (men[0],)
    stayed = next(id for id in after.panel if id in women and id != "bea")
    again = replace_members(POOL, TARGETS, after.panel, {stayed}, earlier=after.gone, lot=Lot("last"))
    assert meets(POOL, TARGETS, again.panel)
    assert again.gone == (men[0], stayed)
    assert not {men[0], stayed} & set(again.chances)
    told = summary(again)
    assert f"The panel is now: {', '.join(again.panel)}" in told
    assert f"Dropped out so far: {men[0]}, {stayed}" in told


def test_before_the_lot_the_panel_is_those_who_stay() -> None:
    found = draw(POOL, TARGETS, 4, lot=Lot("noon"))
    leaves = next(id for id in found.panel if id in MEN)
    listed = replace_members(POOL, TARGETS, found.panel, {leaves})
    assert listed.panel == tuple(id for id in found.panel if id != leaves)
    assert f"Those who stay on the panel: {', '.join(listed.panel)}" in summary(listed)
    with pytest.raises(InputError, match="nobody is drawn yet in this file"):
        read_draw(to_json(listed).encode())


def test_what_was_written_is_read_back() -> None:
    found = draw(POOL, TARGETS, 4, lot=Lot("noon"))
    leaves = next(id for id in found.panel if id in MEN)
    after = replace_members(POOL, TARGETS, found.panel, {leaves}, lot=Lot("later"))
    read = read_draw(to_json(after).encode())
    assert (read.panel, read.gone) == (after.panel, after.gone)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "5", "{}", '{"drawn": "ada"}', '{"drawn": [5]}', '{"drawn": ["ada"], "gone": {}}', "\ufffe"],
)
def test_what_is_no_draw_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="this is not a draw") as raised:
        read_draw(text.encode())
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--gone", "zed"), "draw.json: zed is not on the panel"),
        (("--gone", "ian"), "draw.json: ian dropped out before"),
        (("--gone", " , "), "draw.json: nobody is named who dropped out"),
        (("--gone", "dan", "--size", "4"), "1 dropped out, and --size is 4"),
        (("--gone", "ada,bea,fred,dan,cat,eli"), "draw.json: cat is not on the panel"),
    ],
)
def test_a_replacement_that_cannot_be_is_told_with_the_file(
    place: Path, arguments: tuple[str, ...], told: str
) -> None:
    panel = {"drawn": ["dan"], "panel": ["ada", "bea", "fred", "dan"], "gone": ["ian"]}
    (place / "draw.json").write_text(json.dumps(panel))
    done = folkmoot(*FILES, "--panel", "draw.json", *arguments, "--lot", "later", cwd=place)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_more_can_drop_out_than_are_left() -> None:
    panel = tuple(id for id, _ in POOL.people if id not in ("guy", "hal"))
    with pytest.raises(InputError, match="3 dropped out, and fewer are left who were not drawn"):
        replace_members(POOL, TARGETS, panel, {"dan", "eli", "ada"}, lot=Lot("later"))


# -- where errors are


@pytest.mark.parametrize(
    ("pool", "targets", "size", "told"),
    [
        ("", "age,old,0,1\n", "4", "targets.csv, line 6, target age = old: the pool has no such column: age"),
        ("", "gender,f,1,2\n", "4", "targets.csv, line 6, target gender = f: this target is given twice"),
        ("", "town,Moor,3,2\n", "4", "targets.csv, line 6, target town = Moor: from 3 to 2 is no range"),
        (
            "kim,f,Moor\n",
            "",
            "4",
            "“Moor”, such as kim on line 12 of the pool, and there is no target for it",
        ),
        ("", "", "40", "pool.csv: a panel of 40 cannot be drawn from 10 volunteers"),
        ("", "", "0", "pool.csv: a panel of 0 cannot be drawn from 10 volunteers"),
        ("", "town,Moor,9,9\n", "4", "targets.csv: no panel of 4 meets the targets"),
    ],
)
def test_an_error_names_the_file_and_the_line(
    place: Path, pool: str, targets: str, size: str, told: str
) -> None:
    for name, more in (("pool.csv", pool), ("targets.csv", targets)):
        (place / name).write_text((place / name).read_text() + more)
    done = folkmoot(*FILES, "--size", size, "--lot", "noon", cwd=place)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_category_that_the_pool_lacks_is_told_in_a_replacement_too() -> None:
    found = draw(POOL, TARGETS, 4, lot=Lot("noon"))
    with pytest.raises(InputError, match="the pool has no such column: age"):
        replace_members(POOL, (*TARGETS, Target("age", "old", 0, 1)), found.panel, {found.panel[0]})
