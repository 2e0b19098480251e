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
    Marks,
    Profile,
    Rankings,
    rank,
    read_ballots,
    read_blt,
    read_csv,
    read_pabulib,
    read_preflib,
    reading_blt,
    to_blt,
)
from tests.methods.counting.conformance import rankings

BLT = b'3 2\n4 1 2 0\n2 3 0\n1 0\n0\n"Ada"\n"Ben"\n"Cam"\n"Committee"\n'
PB = (
    b"META\nkey;value\nbudget;100\nvote_type;approval\nPROJECTS\nproject_id;cost;name;selected\n"
    b"1;60;Bus stop;1\n2;50;Bench;0\nVOTES\nvoter_id;vote\na;1,2\nb;1\nc;\n"
)
SOI = (
    b"# TITLE: Chair\n# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: Ada\n# ALTERNATIVE NAME 2: Ben\n"
    b"# ALTERNATIVE NAME 3: Cam\n4: 1,2\n2: 3,{1,2}\n"
)


# -- BLT


def test_a_blt_file_is_read() -> None:
    found = read_blt(BLT)
    assert (found.candidates, found.title, found.seats) == (("Ada", "Ben", "Cam"), "Committee", 2)
    assert found.lines() == [(4, [[1], [2]]), (2, [[3]])]
    assert (found.valid, found.invalid) == (6, 1)


def test_comments_ids_gaps_equal_places_and_withdrawn_candidates_are_read() -> None:
    text = (
        '# An election\n3 2  # three for two\n-2\n(J17) 4 1 - 3 0 # a gap\n2 3=1 2 0\n\n0\n"Ada" # first\n'
        '"Ben #2"\n"Cam"\n"Committee"\n'
    )
    found = read_blt(text.encode())
    assert found.candidates == ("Ada", "Ben #2", "Cam")
    assert found.withdrawn == {2}
    assert found.lines() == [(4, [[1], [3]]), (2, [[1, 3], [2]])]


def test_a_plain_file_and_one_with_comments_are_read_alike() -> None:
    assert read_blt(BLT + b"# end\n").canonical() == read_blt(b"# start\n" + BLT).canonical()
    assert [*read_blt(BLT).ballots_json()] == [*read_blt(b"# start\n" + BLT).ballots_json()]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(rankings())
def test_what_is_written_as_blt_is_read_back(profile: Rankings) -> None:
    again = read_blt(to_blt(profile, seats=2).encode())
    assert again.lines() == profile.lines()
    assert again.candidates == profile.candidates


def test_windows_lines_and_names_without_quotes_are_read() -> None:
    found = read_blt(b"2 1\r\n1 2 1 0\r\n0\r\nAda (Lab)\r\nBen\r\nSkelby ward\r\n")
    assert (found.candidates, found.title) == (("Ada (Lab)", "Ben"), "Skelby ward")


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "line 1", "the file is empty"),
        ("x y\n", "line 1", "is not two numbers"),
        ("3\n1 2 0\n0\n", "line 1", "is not two numbers"),
        ("0 1\n0\n", "line 1", "0 candidates"),
        ("2 1\n1 1 2\n0\na\nb\n", "line 2", "does not end with 0"),
        ("2 1\n1 3 0\n0\na\nb\n", "line 2", "the number 3 is no candidate's"),
        ("2 1\n# x\n1 1 1 0\n0\na\nb\n", "line 3", "stands twice"),
        ("2 1\n0 1 0\n0\na\nb\n", "line 2", "a ballot of no papers"),
        ("2 1\n1 one 0\n0\na\nb\n", "line 2", "“one” is not a number"),
        ("2 1\n1 1 0 1 2 0\n0\na\nb\n", "line 2", "the number 0 is no candidate's"),
        ("2 1\n1 99999999999 0\n0\na\nb\n", "line 2", "is not a number"),
        ("2 1\n1 1 0\n", "line 2", "the ballots have no end"),
        ("2 1\n[tie 2 1]\n1 1 0\n0\na\nb\n", "line 2", "an instruction to another program"),
        ("2 1\n1 1 0\n0\na\n", "line 4", "fewer than 2 names"),
        ("2 1\n-3\n1 1 0\n0\na\nb\n", "line 2", "is no withdrawn candidate"),
        ("2 1\n1 1 0\n0\na\na\n", "line 5", "two candidates have the name “a”"),
        ("2 1\n1 1=0 0\n0\na\nb\n", "line 2", "the number 0 is no candidate's"),
        ("2 1\n1 ² 0\n0\na\nb\n", "line 2", "“²” is not a number"),
        ("2 1\n1 1e9 0\n0\na\nb\n", "line 2", "“1e9” is not a number"),
    ],
)
def test_a_broken_blt_file_is_told_with_its_line(text: str, where: str, what: str) -> None:
    with pytest.raises(InputError, match=what) as raised:
        read_blt(text.encode())
    assert raised.value.where == where
    assert raised.value.remedy


@pytest.mark.parametrize("marked", [reading_blt.MARKED, 0])
def test_a_name_twice_on_a_paper_is_found_among_many_papers(
    marked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_blt, "MARKED", marked)
    papers = b"1 1 2 0\n" * 50 + b"3 2 1 0\n"
    names = b'0\n"Ada"\n"Ben"\n"Cam"\n'
    assert read_blt(b"3 1\n" + papers + names).valid == 53
    with pytest.raises(InputError, match="line 53: candidate 2 stands twice"):
        read_blt(b"3 1\n" + papers + b"1 2 1 2 0\n" + names)


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


@pytest.mark.parametrize(
    ("text", "kind", "where", "what"),
    [
        ("name,1\n", Rankings, "line 1", "not “ballot”"),
        ("ballot,2\nx,Ada\n", Rankings, "line 1", "the column “2” should be “1”"),
        ("ballot,1,2\nx,Ada,Ada\n", Rankings, "line 2", "“Ada” stands twice"),
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
        (b"1;60", b"1;0", "the project 1 costs nothing"),
    ],
)
def test_a_broken_pabulib_file_is_told(old: bytes, new: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what) as raised:
        read_pabulib(PB.replace(old, new))
    assert raised.value.remedy


def test_a_preflib_file_is_read() -> None:
    found = read_preflib(SOI)
    assert (found.candidates, found.title) == (("Ada", "Ben", "Cam"), "Chair")
    assert found.lines() == [(4, [[1], [2]]), (2, [[3], [1, 2]])]


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        (b"4: 1,2", b"4 1,2", "line 6", "is no ballot"),
        (b"4: 1,2", b"4: 1,x", "line 6", "is no place"),
        (b"4: 1,2", b"4: 1,9", "ballot line 1", "the number 9 is no candidate's"),
        (
            b"NUMBER ALTERNATIVES: 3",
            b"NUMBER ALTERNATIVES: 4",
            "the lines after #",
            "3 alternatives are named",
        ),
        (b"4: 1,2\n2: 3,{1,2}\n", b"", "the end", "there is no ballot"),
    ],
)
def test_a_broken_preflib_file_is_told(old: bytes, new: bytes, where: str, what: str) -> None:
    with pytest.raises(InputError, match=what) as raised:
        read_preflib(SOI.replace(old, new))
    assert raised.value.where == where


# -- any file at all


READERS: dict[str, tuple[bytes, type[Profile]]] = {
    "x.blt": (BLT, Rankings),
    "rankings.csv": (b"ballot,1,2,count\na,Ada,Ben,2\n", Rankings),
    "marks.csv": (b"ballot,Ada,Ben\na,1,0\n", Marks),
    "motion.csv": (b"ballot,choice\na,yes\n", Choices),
    "x.pb": (PB, Budget),
    "x.soi": (SOI, Rankings),
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


def test_a_name_that_a_blt_file_cannot_hold_is_not_changed_in_silence() -> None:
    with pytest.raises(InputError, match='the name Jo "J" Ray has a quotation mark'):
        to_blt(rank(('Jo "J" Ray', "Ben"), [(1, [1])]), seats=1)


def test_a_file_of_another_ending_is_not_guessed() -> None:
    with pytest.raises(InputError, match=r"the ending “\.xls” is no ballots'"):
        read_ballots(b"", "x.xls", Rankings)
