"""Files of ballots: what the readers take, and what they say of files that are broken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot.methods import InputError
from folkmoot.methods.counting import (
    Budget,
    Choices,
    FixedOrder,
    Marks,
    Profile,
    Rankings,
    count,
    read_ballots,
    read_csv,
    read_pabulib,
    read_preflib,
)

BLT = b'3 2\n4 1 2 0\n2 3 0\n1 0\n0\n"Ada"\n"Ben"\n"Cam"\n"Committee"\n'
PB = (
    b"META\nkey;value\nbudget;100\nvote_type;approval\nPROJECTS\nproject_id;cost;name;selected\n"
    b"1;60;Bus stop;1\n2;50;Bench;0\nVOTES\nvoter_id;vote\na;1,2\nb;1\nc;\n"
)
TOI = (
    b"# TITLE: Chair\n# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: Ada\n# ALTERNATIVE NAME 2: Ben\n"
    b"# ALTERNATIVE NAME 3: Cam\n4: 1,2\n2: 3,{1,2}\n"
)


# -- CSV


def test_rankings_are_read_from_csv() -> None:
    found = read_csv(b"ballot,1,2,3,count\na,Cam,Ada,,2\nb,Ben,,,\n".replace(b",,,\n", b",,,1\n"), Rankings)
    assert isinstance(found, Rankings)
    assert found.candidates == ("Ada", "Ben", "Cam")
    assert found.lines() == [(1, [[2]]), (2, [[3], [1]])]


def test_marks_and_choices_are_read_from_csv() -> None:
    found = read_csv(b"ballot,Ada,Ben\n1,1,\n2,0,1\n", Marks)
    assert isinstance(found, Marks)
    assert found.marks.tolist() == [[1, 0], [0, 1]]
    votes = read_csv(b"ballot,choice\n1,Yes\n2,no\n3,abstain\n4,\n", Choices)
    assert votes == Choices(1, 1, 1, invalid=1)


def test_a_paper_with_nothing_filled_in_is_invalid_and_a_written_0_is_a_mark() -> None:
    found = read_csv(b"ballot,Ada,Ben,count\na,1,,2\nb,,,3\nc,0,0,4\nd,,\n".replace(b"d,,", b"d,,,1"), Marks)
    assert isinstance(found, Marks)
    assert (found.valid, found.invalid) == (6, 4)
    assert found.marks.tolist() == [[1, 0], [0, 0]]
    nobody = read_csv(b"ballot,Ada,Ben\na,,\n", Marks)
    assert count(nobody, "approval", seats=1, ties=FixedOrder("12")).invalid == 1


def test_names_that_stand_once_are_noted_unless_all_do() -> None:
    papers = b"ballot,1,2\na,Ada,Ben\nb,Ben,Ada\nc,Bne,Ada\n"
    assert read_csv(papers, Rankings).notes == (
        "Named once, perhaps misspelt: “Bne”. A list of who stands (--candidates) settles it.",
    )
    assert read_csv(b"ballot,1,2\na,Ada,Ben\n", Rankings).notes == ()


def test_a_list_of_who_stands_settles_numbers_and_refuses_others() -> None:
    papers = b"ballot,1,2\na,Ben,Ada\nb,Zoe\xcc\x88,\n"
    found = read_csv(papers, Rankings, ["Zo\u00eb", "Cam", "Ben", "Ada"])
    assert isinstance(found, Rankings)
    assert found.candidates == ("Zo\u00eb", "Cam", "Ben", "Ada")
    assert found.lines() == [(1, [[1]]), (1, [[3], [4]])]
    assert found.notes == ()
    with pytest.raises(InputError, match="“Ada” does not stand") as raised:
        read_csv(papers, Rankings, ["Ben", "Zo\u00eb"])
    assert raised.value.where == "line 2, column 2"


@pytest.mark.parametrize(("name", "kind"), [("x.blt", Rankings), ("marks.csv", Marks), ("x.pb", Budget)])
def test_a_list_of_who_stands_is_refused_where_the_file_has_one(name: str, kind: type[Profile]) -> None:
    with pytest.raises(InputError, match="this file names its candidates itself"):
        read_ballots(READERS[name][0], name, kind, ["Ada"])


@pytest.mark.parametrize(
    ("text", "kind", "where", "what"),
    [
        ("name,1\n", Rankings, "line 1", "not “ballot”"),
        ("ballot,2\nx,Ada\n", Rankings, "line 1", "the column “2” should be “1”"),
        ("ballot,1,2\nx,Ada,Ada\n", Rankings, "line 2, column 2", "“Ada” stands twice"),
        ("ballot,1\nx,Ada\nx,Ben\n", Rankings, "line 3", "stands on line 2 already"),
        ("ballot,1\nx,Ada,Ben\n", Rankings, "line 2", "3 cells under 2 columns"),
        ("ballot,1\n", Rankings, "line 1", "no candidate is named"),
        ("ballot,1,count\nx,Ada,many\n", Rankings, "line 2, column count", "not a whole number"),
        ("ballot,Ada\nx,-1\n", Marks, "line 2, column Ada", "not a whole number"),
        ("ballot,Ada,Ada\nx,1,1\n", Marks, "line 1", "two columns share a name"),
        ("ballot\nx\n", Marks, "line 1", "there is no candidate"),
        ("ballot,choice\nx,perhaps\n", Choices, "line 2, column choice", "“perhaps” is no choice"),
        ("ballot,vote\nx,yes\n", Choices, "line 1", "ballot and choice"),
        ("ballot,1\n", Budget, "", "not read from CSV"),
        ('ballot,1\na,Ada\nb,"Ben\nc,Cam\n', Rankings, "line 3", "the line cannot be read"),
        ('ballot,1\na,"Ada" Ray\n', Rankings, "line 2", "the line cannot be read"),
        ('ballot,1,2\n"a\nb",Ada,\nc,Ben,Ben\n', Rankings, "line 4, column 2", "“Ben” stands twice"),
    ],
)
def test_a_broken_csv_file_is_told_with_line_and_column(
    text: str, kind: type[Profile], where: str, what: str
) -> None:
    with pytest.raises(InputError, match=what) as raised:
        read_csv(text.encode(), kind)
    assert raised.value.where == where
    assert raised.value.remedy


# -- Pabulib and PrefLib


def test_a_pabulib_file_is_read() -> None:
    found = read_pabulib(PB)
    assert [(each.id, each.name, each.cost, each.selected) for each in found.projects] == [
        ("1", "Bus stop", 60, True),
        ("2", "Bench", 50, False),
    ]
    assert (found.budget, found.valid, found.invalid) == (100, 2, 1)
    assert dict(found.approvals) == {frozenset({0, 1}): 1, frozenset({0}): 1}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b"META\n", b"", "stands before META"),
        (b"VOTES\n", b"", "there is no section VOTES"),
        (b"approval", b"ordinal", "the votes are of the type “ordinal”"),
        (b"budget;100", b"budget;lots", "“lots” is not an amount"),
        (b"1;60", b"1;60.5", "60.5 is not a whole amount"),
        (b"2;50", b"1;50", "two projects have the id 1"),
        (b"1;60", b";60", "the project has no project_id"),
        (b"a;1,2", b"a;1,7", "names “7”, which is no project"),
        (b"1;60", b"1;0", "line 7: the project 1 costs nothing"),
        (b"b;1", b"a;1", "line 12: the voter a stands on line 11 already"),
        (b"b;1", b"b;1,2,1", "line 12: the vote names 1 twice"),
        (b"1;60", b"1;60,000", "line 7: “60,000” is not an amount"),
        (b"1;60;Bus stop;1", b"1;60;Bus; stop;1", "line 7: 5 cells under 4 columns"),
        (b"budget;100", b"budget;100\nbudget;200", "line 4: “budget” is given twice"),
        (b"budget;100\n", b"", "META: there is no budget"),
        (b"key;value\n", b"", "line 2: the section META has no column key"),
        (b"voter_id;vote", b"voter_id;votes", "line 10: the section VOTES has no column vote"),
        (b"approval", b"approval\nnum_votes;4", "line 5: num_votes announces 4, and the file holds 3"),
        (b"approval", b"approval\nnum_projects;3", "line 5: num_projects announces 3, and the file holds 2"),
        (b"VOTES\n", b"META\nkey;value\nVOTES\n", "line 9: there is a section META already"),
        (b"1;60;Bus stop;1\n2;50;Bench;0\n", b"", "PROJECTS: there is no project"),
        (b"Bench;0", b'"Bench;0', "line 8: the line cannot be read"),
    ],
)
def test_a_broken_pabulib_file_is_told(old: bytes, new: bytes, what: str) -> None:
    assert old in PB
    with pytest.raises(InputError) as raised:
        read_pabulib(PB.replace(old, new))
    assert what in str(raised.value)
    assert raised.value.remedy


def test_whole_amounts_may_be_written_with_cents() -> None:
    found = read_pabulib(PB.replace(b"1;60", b"1;60,00").replace(b"budget;100", b"budget; 100.0"))
    assert (found.budget, found.projects[0].cost) == (100, 60)


def test_a_preflib_file_is_read() -> None:
    found = read_preflib(TOI)
    assert (found.candidates, found.title) == (("Ada", "Ben", "Cam"), "Chair")
    assert found.lines() == [(4, [[1], [2]]), (2, [[3], [1, 2]])]


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        (b"4: 1,2", b"4 1,2", "line 6", "is no ballot"),
        (b"4: 1,2", b"4: 1,x", "line 6", "is no place"),
        (b"4: 1,2", b"4: 1,9", "line 6", "the number 9 is no candidate's"),
        (
            b"NUMBER ALTERNATIVES: 3",
            b"NUMBER ALTERNATIVES: 4",
            "line 2",
            "4 alternatives are announced and 3 are named",
        ),
        (b"4: 1,2\n2: 3,{1,2}\n", b"", "the end", "there is no ballot"),
        (b"{1,2}", b"{1 2}", "line 7", "“{1 2}” is no place"),
        (b"{1,2}", b"{}", "line 7", "“{}” is no place"),
        (b"4: 1,2", b"4: 1,", "line 6", "the ballot breaks off"),
        (b"4: 1,2", b"0: 1,2", "line 6", "0 papers"),
        (b"NAME 3", b"NAME 2", "line 5", "alternative 2 is named twice"),
        (b"NAME 3", b"NAME 4", "line 2", "3 alternatives are announced"),
        (b"3: Cam", b"3: Ben", "line 5", "two alternatives have the name “Ben”"),
        (b"3: Cam", b"3:", "line 5", "an alternative has no name"),
        (b"ALTERNATIVES: 3", b"ALTERNATIVES: 99999999999", "line 2", "3 are named"),
        (b"# TITLE: Chair", b"# TITLE: Chair\n# TITLE: Treasurer", "line 2", "TITLE is given twice"),
        (b"ALTERNATIVES: 3", b"ALTERNATIVES: three", "line 2", "“three” is not a number"),
        (b"# TITLE: Chair", b"# NUMBER VOTERS: 7", "line 1", "7 voters are announced, and the file holds 6"),
    ],
)
def test_a_broken_preflib_file_is_told(old: bytes, new: bytes, where: str, what: str) -> None:
    with pytest.raises(InputError, match=what) as raised:
        read_preflib(TOI.replace(old, new))
    assert raised.value.where == where


@pytest.mark.parametrize(
    ("name", "ballots", "told"),
    [
        ("x.soi", "4: 1,2\n2: 3,{1,2}\n", "line 7: “{1,2}” puts candidates level"),
        ("x.soc", "4: 1,2,3\n2: 3,1\n", "line 7: 2 of 3 alternatives stand here"),
        ("x.toc", "4: 1,{2,3}\n2: {1,3}\n", "line 7: 2 of 3 alternatives stand here"),
    ],
)
def test_a_preflib_file_holds_what_its_ending_says(name: str, ballots: str, told: str) -> None:
    head = TOI[: TOI.index(b"4:")].decode()
    with pytest.raises(InputError) as raised:
        read_ballots((head + ballots).encode(), name, Rankings)
    assert told in str(raised.value)


def test_preflib_files_of_all_four_kinds_are_read() -> None:
    head = TOI[: TOI.index(b"4:")].decode() + "# NUMBER VOTERS: 6\n"
    for name, ballots, lines in (
        ("x.soc", "4: 1,2,3\n2: 3, 1, 2\n", [(4, [[1], [2], [3]]), (2, [[3], [1], [2]])]),
        ("x.soi", "4: 1,2\n2: 3\n", [(4, [[1], [2]]), (2, [[3]])]),
        ("x.toc", "4: 1,{2,3}\n2: { 3 , 1 },2\n", [(4, [[1], [2, 3]]), (2, [[1, 3], [2]])]),
        ("x.toi", "4: {1,2}\n2: 3\n", [(4, [[1, 2]]), (2, [[3]])]),
    ):
        found = read_ballots((head + ballots).encode(), name, Rankings)
        assert isinstance(found, Rankings)
        assert (found.candidates, sorted(found.lines())) == (("Ada", "Ben", "Cam"), sorted(lines))


def test_lines_of_a_preflib_file_with_equal_places_are_told_by_a_rule_that_takes_none() -> None:
    with pytest.raises(InputError, match="some papers put candidates level") as raised:
        count(read_preflib(TOI), "meek-stv", seats=1)
    assert raised.value.where == "line 7 (1=2)"


# -- any file at all


READERS: dict[str, tuple[bytes, type[Profile]]] = {
    "x.blt": (BLT, Rankings),
    "rankings.csv": (b"ballot,1,2,count\na,Ada,Ben,2\n", Rankings),
    "marks.csv": (b"ballot,Ada,Ben\na,1,0\n", Marks),
    "motion.csv": (b"ballot,choice\na,yes\n", Choices),
    "x.pb": (PB, Budget),
    "x.toi": (TOI, Rankings),
}


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_no_file_whatever_brings_a_reader_down(name: str, data: st.DataObject) -> None:
    sound, kind = READERS[name]
    broken = data.draw(st.one_of(st.binary(max_size=60), mutations(sound)))
    try:
        read_ballots(broken, name, kind)
    except InputError as error:
        assert error.remedy


def mutations(sound: bytes) -> st.SearchStrategy[bytes]:
    """The sound file with a piece of it replaced by something else."""

    def pieces(cut: tuple[int, int, bytes]) -> bytes:
        return sound[: cut[0]] + cut[2] + sound[cut[1] :]

    ends = st.integers(0, len(sound))
    inside = st.one_of(
        st.binary(max_size=4),
        st.sampled_from([b"0", b"-1", b"\n", b"=", b'"', b"(", b"{", b"99999999999", b"\xff"]),
    )
    return st.tuples(ends, ends, inside).map(lambda cut: (min(cut[:2]), max(cut[:2]), cut[2])).map(pieces)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "damage",
    [
        lambda sound: sound.decode().encode("utf-16"),
        lambda sound: sound[:9] + b"\x00" + sound[9:],
        lambda _: b"",
        lambda _: b"\n\n\n",
        lambda _: b"\xef\xbb\xbf",
    ],
    ids=["UTF-16", "a zero byte", "empty", "empty lines", "only a mark of UTF-8"],
)
def test_what_is_no_text_or_empty_is_refused_with_a_remedy(
    name: str, damage: Callable[[bytes], bytes]
) -> None:
    sound, kind = READERS[name]
    with pytest.raises(InputError) as raised:
        read_ballots(damage(sound), name, kind)
    assert raised.value.remedy
    assert raised.value.where


@pytest.mark.parametrize("name", READERS)
def test_a_mark_of_utf_8_and_windows_lines_change_nothing(name: str) -> None:
    sound, kind = READERS[name]
    plain = read_ballots(sound, name, kind)
    other = read_ballots(b"\xef\xbb\xbf" + sound.replace(b"\n", b"\r\n"), name, kind)
    assert other.canonical() == plain.canonical()
    assert [*other.ballots_json()] == [*plain.ballots_json()]


def test_a_file_of_another_ending_is_not_guessed() -> None:
    with pytest.raises(InputError, match=r"the ending “\.xls” is no ballots'"):
        read_ballots(b"", "x.xls", Rankings)
