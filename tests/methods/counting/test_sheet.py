"""The sheet, the machine's form and the digest: whole, readable, and the same everywhere."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from folkmoot.methods.counting import (
    Budget,
    Choices,
    FixedOrder,
    Project,
    count,
    rank,
    to_html,
    to_json,
    to_text,
)
from folkmoot.methods.counting.transfers_chart import ACROSS, pictures

LINES = [(18, [1, 2, 4]), (6, [1, 3]), (6, [1]), (2, [2, 3]), (1, [2, 4]), (2, [2]), (12, [3]), (13, [4])]
ELECTION = rank(("Ada <b>", "Ben & Co", "Cam", "Dee"), LINES, title="Committee")


def test_the_text_shows_what_moved_what_was_left_and_who_was_elected() -> None:
    text = to_text(count(ELECTION, "ers97", seats=2), command="folkmoot count committee.blt --rule ers97")
    assert "Elected, in this order: 1. Ada <b>; 2. Dee." in text
    assert "Quota: 20.00" in text
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "Ada <b> 30.00 E −10.00 20.00 20.00 elected, stage 1" in lines
    assert "Ben & Co 5.00 +7.38 12.38 −12.38 0.00 X excluded" in lines
    assert "Non-transferable 0.00 +0.16 0.16 +2.00 2.16" in lines
    assert "Count again: folkmoot count committee.blt --rule ers97" in lines


def test_each_transfer_is_told_with_papers_and_their_value_a_line_a_sub_stage() -> None:
    told = to_text(count(ELECTION, "ers97", seats=2)).split("\nTransfers\n")[1].split("\n\n")[0].splitlines()
    assert [line.strip() for line in told] == [
        "Stage 2, from Ada <b>: to Ben & Co, 18 × 0.41 = 7.38; to Cam, 6 × 0.41 = 2.46.",
        "Stage 2, from Ada <b>: 6 papers without a next preference: no transfer; 0.16 lost by that or to rounding.",
        "Stage 3, from Ben & Co: to Cam, 2 × 1.00 = 2.00; to Dee, 1 × 1.00 = 1.00; non-transferable, 2 × 1.00 = 2.00.",
        "Stage 3, from Ben & Co: to Dee, 18 × 0.41 = 7.38.",
    ]
    # A surplus of 4 of 7: each paper passes on at 4 / 7 = 0.57142, all together 3.99994.
    sevenths = rank(("Ada", "Ben", "Cam"), [(6, [1, 2]), (1, [1, 3]), (1, [3])], seats=2)
    assert "Stage 2, from Ada: 0.00006 lost to rounding." in to_text(count(sevenths, "scottish-stv"))


def test_the_quota_has_a_line_where_it_changes() -> None:
    lowered = rank(
        ("Ada", "Ben", "Cam", "Dee"), [(4, [1]), (3, [2]), (1, [3, 2]), (1, [3]), (1, [4])], seats=1
    )
    found = count(lowered, "ers97")
    assert [stage.quota for stage in found.stages] == ["5.00", "4.00"]
    lines = [" ".join(line.split()) for line in to_text(found).splitlines()]
    assert "Quota 5.00 −1.00 4.00" in lines
    assert "Quota at the end: 4.00" in lines
    assert '<th scope="row">Quota<small></small></th><td>5.00</td>' in to_html(found)
    fixed = count(ELECTION, "scottish-stv", seats=2)
    assert not [line for line in to_text(fixed).splitlines() if line.startswith("Quota ")]


def test_meek_tells_what_is_kept_and_has_a_picture_of_what_passed_on() -> None:
    # Of Ada's 8 votes 4 are the quota: half of each paper goes on, 7 to Cam next and 1 to Dee.
    found = count(
        rank(("Ada", "Ben", "Cam", "Dee"), [(7, [1, 3]), (1, [1, 4]), (4, [4])]), "meek-stv", seats=2
    )
    form = json.loads(to_json(found))
    assert form["stages"][0]["details"] == {"keep": {"1": "1.000000000"}}
    assert form["stages"][1]["details"] == {"keep": {"1": "0.500000001", "4": "1.000000000"}}
    text = to_text(found)
    assert "  Stage 2, from Ada: to Cam, 3.499999993 (7 papers); to Dee, 0.499999999 (1 paper)." in text
    assert "  Stage 2: Ada 0.500000001; Dee 1.000000000.\n" in text
    [drawn] = pictures(found)
    picture = ElementTree.fromstring(drawn)
    moved = [
        each for each in picture.iter("{http://www.w3.org/2000/svg}path") if each.get("opacity") == ".55"
    ]
    assert len(moved) == 2


def test_a_tie_is_told_with_how_it_was_broken() -> None:
    profile = rank(("Ada", "Ben", "Cam"), [(1, [1]), (1, [2]), (1, [3])])
    text = to_text(count(profile, "alternative-vote", ties=FixedOrder("213")))
    assert "Stage 2, fewest votes: Ada, Ben and Cam were equal; Cam was taken by lot." in text


def test_the_page_holds_every_total_and_escapes_names() -> None:
    found = count(ELECTION, "ers97", seats=2)
    page = to_html(found, command="folkmoot count x.blt")
    assert "Ada &lt;b&gt;" in page
    assert "Ada <b>" not in page
    assert "Ben &amp; Co" in page
    for stage in found.stages:
        assert all(total in page for total in stage.totals.values())
    assert found.digest in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_the_picture_is_sound_and_shows_each_stage() -> None:
    found = count(ELECTION, "scottish-stv", seats=2)
    [drawn] = pictures(found)
    picture = ElementTree.fromstring(drawn)
    words = ["".join(each.itertext()) for each in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert [word for word in words if word.startswith("Stage")] == [
        f"Stage {n}" for n in range(1, len(found.stages) + 1)
    ]
    assert len([*picture.iter("{http://www.w3.org/2000/svg}path")]) > len(found.stages)


def test_forty_candidates_and_many_stages_make_a_whole_page() -> None:
    rng = np.random.default_rng(5)
    orders = rng.permuted(np.tile(np.arange(1, 41), (300, 1)), axis=1).tolist()
    names = [f"Candidate {number}" for number in range(1, 41)]
    found = count(
        rank(names, [(1, order[:12]) for order in orders]),
        "scottish-stv",
        seats=3,
        ties=FixedOrder(list(map(str, range(1, 41)))),
    )
    assert len(found.stages) > 35
    on_screen, on_paper = to_html(found).split('<div class="paper">')
    assert on_screen.count('<th scope="row">') == 41
    assert on_screen.count("<td") == 41 * len(found.stages)
    assert on_paper.count("<td") == on_screen.count("<td")
    assert on_paper.count("<table>") == -(-len(found.stages) // 8)
    assert len(on_screen) + len(on_paper) < 1_500_000


def test_names_in_the_picture_never_run_into_each_other_and_no_stage_is_left_out() -> None:
    rng = np.random.default_rng(6)
    orders = rng.permuted(np.tile(np.arange(1, 31), (400, 1)), axis=1).tolist()
    names = [f"Candidate {number}" for number in range(1, 31)]
    order = FixedOrder(list(map(str, range(1, 31))))
    found = count(rank(names, [(1, each) for each in orders]), "scottish-stv", seats=2, ties=order)
    drawn = [ElementTree.fromstring(each) for each in pictures(found)]
    assert len(drawn) == -(-(len(found.stages) - 1) // (ACROSS - 1))
    shown = []
    for picture in drawn:
        texts = [*picture.iter("{http://www.w3.org/2000/svg}text")]
        shown += ["".join(each.itertext()) for each in texts if each.get("class") == "stage"]
        for side in ("start", "end"):
            places = [float(each.get("y")) for each in texts if each.get("text-anchor") == side]
            assert min(b - a for a, b in itertools.pairwise(places)) >= 14.9
            assert 0 < min(places) < max(places) < float(picture.get("height"))
    assert set(shown) == {f"Stage {stage.number}" for stage in found.stages}


def test_every_sheet_says_who_was_excluded_in_order_and_that_there_was_no_tie() -> None:
    found = count(ELECTION, "scottish-stv", seats=2)
    names = [found.name_of(key) for stage in found.stages for key in stage.excluded]
    text = to_text(found)
    assert f"Excluded, in this order\n  {'; '.join(names)}.\n" in text
    assert "Ties\n  No tie had to be broken.\n" in text
    assert "<h2>Ties</h2><ul><li>No tie had to be broken.</li></ul>" in to_html(found)


def test_comparisons_and_budgets_and_motions_have_sheets_too() -> None:
    schulze = count(ELECTION, "schulze", seats=1, ties=FixedOrder("1234"))
    assert "<h2>Comparisons</h2>" in to_html(schulze)
    assert "Ada <b> 30, Ben & Co 5" in to_text(schulze)
    budget = Budget((Project("a", "Bench", 10), Project("b", "Bus stop", 90)), 60, {frozenset({0, 1}): 3})
    assert "Funded (10 of 60): Bench." in to_text(count(budget, "equal-shares"))
    assert "12 for, 3 against, 1 abstained; 8 for were needed. Carried." in to_text(
        count(Choices(12, 3, 1), "motion")
    )


def test_a_budget_is_a_list_of_projects_in_order_with_costs_and_votes() -> None:
    projects = (Project("a", "Bench", 10), Project("b", "Bus stop", 90), Project("c", "Lit path", 40))
    money = Budget(projects, 60, {frozenset({0, 2}): 3, frozenset({2}): 2, frozenset({1}): 1})
    found = count(money, "equal-shares", options={"completion": "none"})
    lines = [" ".join(line.split()) for line in to_text(found).splitlines()]
    at = lines.index("Funded as Cost Votes Spent so far")
    assert lines[at + 1 : at + 4] == [
        "Lit path 1 40 5 40 funded",
        "Bench – 10 3 – not funded",
        "Bus stop – 90 1 – not funded",
    ]
    assert "Each voter's share: 10.00, raised by 0" in lines
    assert '<th scope="row">Lit path<small>funded</small></th><td>1</td><td>40</td>' in to_html(found)


def test_the_form_has_everything_that_was_announced() -> None:
    form = json.loads(to_json(count(ELECTION, "ers97", seats=2)))
    assert {
        "format", "version", "rule", "source", "seats", "valid", "invalid", "quota", "candidates", "elected",
        "stages", "ties", "lot", "digest",
    } <= set(form)  # fmt: skip
    assert form["candidates"][0] == {"number": 1, "name": "Ada <b>", "status": "elected", "stage": 1}
    assert form["elected"] == [1, 4]
    assert form["stages"][1]["totals"] == {"1": "20.00", "2": "12.38", "3": "14.46", "4": "13.00"}
    assert form["stages"][1]["non_transferable"] == "0.16"
    assert [form["stages"][at]["acted_on"] for at in range(3)] == [[], [1], [2]]
    assert [form["stages"][at]["elected"] for at in range(3)] == [[1], [], [4]]
    assert form["stages"][2]["excluded"] == [2, 3]
    assert [(each["from"], each["to"], each["papers"]) for each in form["stages"][2]["transfers"]] == [
        ([2], 3, 2), ([2], 4, 1), ([2], None, 2), ([2], 4, 18),
    ]  # fmt: skip
    budget = Budget((Project("b", "Bench", 10), Project("a", "Bus stop", 90)), 60, {frozenset({0, 1}): 3})
    form = json.loads(to_json(count(budget, "greedy-budget")))
    assert form["projects"][1] == {"id": "b", "name": "Bench", "cost": 10, "funded": True}
    assert form["funded"] == ["b"]
    assert form["stages"][0]["acted_on"] == form["stages"][0]["elected"] == ["b"]
    assert "candidates" not in form


# -- the command line


def folkmoot(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "folkmoot", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "committee.blt").write_text(
        "4 2\n18 1 2 4 0\n6 1 3 0\n6 1 0\n2 2 3 0\n1 2 4 0\n2 2 0\n12 3 0\n13 4 0\n0\n"
        '"Ada"\n"Ben"\n"Cam"\n"Dee"\n"Committee"\n'
    )
    (tmp_path / "tied.blt").write_text('2 1\n1 1 0\n1 2 0\n0\n"Ada"\n"Ben"\n"Chair"\n')
    (tmp_path / "motion.csv").write_text("ballot,choice\n1,yes\n2,yes\n3,no\n4,abstain\n")
    (tmp_path / "dots.csv").write_text("ballot,Pay,Homes\n1,3,7\n2,10,0\n")
    return tmp_path


def test_the_command_counts_and_says_how_to_count_again(place: Path) -> None:
    done = folkmoot("count", "committee.blt", "--rule", "ers97", "--sheet", "sheet.html", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "Elected, in this order: 1. Ada; 2. Dee." in done.stdout
    assert "Count again: folkmoot count committee.blt --rule ers97\n" in done.stdout
    assert "<code>folkmoot count committee.blt --rule ers97</code>" in (place / "sheet.html").read_text()


def test_the_command_writes_text_and_blt_and_json(place: Path) -> None:
    done = folkmoot(
        "count", "committee.blt", "--rule", "scottish-stv", "--seats", "1", "--sheet", "sheet.txt",
        "--blt", "again.blt", "--json", "-", cwd=place,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["seats"] == 1
    assert "Seats: 1" in (place / "sheet.txt").read_text()
    again = folkmoot("count", "again.blt", "--rule", "scottish-stv", "--json", "-", cwd=place)
    assert json.loads(again.stdout)["digest"] == json.loads(done.stdout)["digest"]


def test_the_command_writes_the_same_pdf_each_time(place: Path) -> None:
    written = []
    for name in ("a.pdf", "b.pdf"):
        done = folkmoot("count", "committee.blt", "--rule", "ers97", "--sheet", name, cwd=place)
        assert done.returncode == 0, done.stderr
        written.append((place / name).read_bytes())
    assert written[0] == written[1]
    text = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(place / "a.pdf").pages)
    assert "Elected, in this order: 1. Ada; 2. Dee." in text
    assert "12.38" in text
    assert "How votes passed on Stage 1" in text
    assert "No tie had to be broken." in text
    assert "folkmoot count committee.blt --rule ers97" in text


def test_a_tie_needs_a_lot_and_is_broken_by_it(place: Path) -> None:
    refused = folkmoot("count", "tied.blt", "--rule", "alternative-vote", cwd=place)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert "a lot is needed at stage 2 between 1 (Ada), 2 (Ben)" in refused.stderr
    assert "--lot SEED" in refused.stderr
    first = folkmoot(
        "count", "tied.blt", "--rule", "alternative-vote", "--order", "2,1", "--json", "-", cwd=place
    )
    assert json.loads(first.stdout)["elected"] == [2]
    drawn = folkmoot(
        "count", "tied.blt", "--rule", "alternative-vote", "--lot", "42", "--json", "-", cwd=place
    )
    form = json.loads(drawn.stdout)
    assert form["lot"]["seed"] == "42"
    assert form["lot"]["contest"] == "Chair"
    assert form["ties"][0]["by"] == "lot"


def test_a_motion_and_dots_take_their_options(place: Path) -> None:
    done = folkmoot("count", "motion.csv", "--rule", "motion", "--quorum", "5", cwd=place)
    assert "4 voted and the quorum is 5: the vote does not stand. Not carried." in done.stdout
    done = folkmoot(
        "count", "motion.csv", "--rule", "motion", "--majority", "absolute", "--entitled", "3", cwd=place
    )
    assert done.returncode == 2
    assert "motion.csv: 4 voted and 3 are entitled" in done.stderr
    done = folkmoot("count", "dots.csv", "--rule", "points", "--seats", "1", "--set", "dots=10", cwd=place)
    assert "Elected, in this order: 1. Pay." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["committee.blt", "--rule", "plurality"], "there is no rule plurality"),
        (["committee.blt", "--rule", "ers97", "--seats", "0"], "0 seats"),
        (["committee.blt", "--rule", "ers97", "--seats", "9" * 20], "up to 10,000"),
        (["motion.csv", "--rule", "motion", "--quorum", "9" * 20], "cannot be used"),
        (["committee.blt", "--rule", "ers97", "--order", "1,1,2,3,4"], "names 1 twice"),
        (["nothing.blt", "--rule", "ers97"], "does not exist"),
        ([".", "--rule", "ers97"], "is a directory"),
        (
            ["committee.blt", "--rule", "ers97", "--sheet", "nowhere/sheet.html"],
            "nowhere/sheet.html cannot be written: there is no such folder",
        ),
        (["committee.blt", "--rule", "ers97", "--set", "x"], "“x” sets nothing"),
        (["committee.blt", "--rule", "ers97", "--set", "x=1"], "ers97 has no option x"),
        (["dots.csv", "--rule", "points", "--set", "dots=0"], "“0” cannot be used"),
        (["dots.csv", "--rule", "points"], "the number of seats is not known"),
        (["motion.csv", "--rule", "motion", "--majority", "most"], "“most” cannot be used"),
        (["motion.csv", "--rule", "ers97"], "should be “1”"),
        (["motion.csv", "--rule", "motion", "--blt", "x.blt"], "rankings only"),
        (["committee.blt", "--rule", "ers97", "--sheet", "x.doc"], "not written as “.doc”"),
        (["committee.blt", "--rule", "ers97", "--lot", "1", "--order", "1"], "not both"),
        (["committee.blt", "--rule", "ers97", "--lot", " "], "the seed of the lot is empty"),
    ],
)
def test_wrong_use_is_one_message_and_nothing_is_written(
    place: Path, arguments: list[str], told: str
) -> None:
    before = set(place.iterdir())
    done = folkmoot("count", *arguments, cwd=place)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert set(place.iterdir()) == before
