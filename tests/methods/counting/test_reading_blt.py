"""BLT files: every dialect that can be told from the others is read, and what is uncertain is refused by line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from folkmoot.methods import InputError
from folkmoot.methods.counting import Rankings, count, rank, read_blt, reading_blt, to_blt
from tests.methods.counting.conformance import rankings
from tests.methods.counting.test_reading import BLT


def test_a_blt_file_is_read() -> None:
    found = read_blt(BLT)
    assert (found.candidates, found.title, found.seats) == (("Ada", "Ben", "Cam"), "Committee", 2)
    assert found.lines() == [(4, [[1], [2]]), (2, [[3]])]
    assert (found.valid, found.invalid) == (6, 1)


def test_comments_ids_gaps_equal_places_and_withdrawn_candidates_are_read() -> None:
    text = (
        '# An election\n3 2  # three for two\n-2\n(J17) 1 1 - 3 0 # a gap\n2 3=1 2 0\n\n0\n"Ada" # first\n'
        '"Ben #2"\n"Cam"\n"Committee"\n'
    )
    found = read_blt(text.encode())
    assert found.candidates == ("Ada", "Ben #2", "Cam")
    assert found.withdrawn == {2}
    assert found.lines() == [(1, [[1], [3]]), (2, [[1, 3], [2]])]


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
        ("2 1\n1 1 0 2 0\n0\na\nb\n", "line 2", "“1 1 0 2 0” has a 0 inside a ballot"),
        ("2 1\n1 1 0 1 2 0 0\n0\na\nb\n", "line 2", "has a 0 inside a ballot"),
        ("2 1\n1 1 0\n-2\n0\na\nb\n", "line 3", "“-2” stands after a ballot"),
        ("2 1\n1 1 0\n[nick a b]\n0\na\nb\n", "line 3", "stands after a ballot"),
        ("2 1\n[nick a]\n1 a 0\n0\na\nb\n", "line 2", "“a” does not name each candidate once"),
        ("2 1\n[nick a a]\n1 a 0\n0\na\nb\n", "line 2", "does not name each candidate once"),
        ("2 1\n[nick 2 1]\n1 2 0\n0\na\nb\n", "line 2", "“2 1” does not name each candidate once"),
        ("2 1\n[droop precision=5]\n1 2 0\n0\na\nb\n", "line 2", "an instruction to another program"),
        ("2 1\n[nick a b\n1 a 0\n0\na\nb\n", "line 2", "an instruction to another program"),
        ("2 1\n[withdrawn 3]\n1 1 0\n0\na\nb\n", "line 2", "the number 3 is no candidate's"),
        ("2 1\n(J1) 4 1 0\n0\na\nb\n", "line 2", "the ballot with the id J1 is not one paper"),
        ("2 1\n(J1) 1 1 0 1 2 0\n0\na\nb\n", "line 2", "the ballot with the id J1 is not one paper"),
        ("2 1\n(J1) 1 1 0\n(J1) 1 2 0\n0\na\nb\n", "line 3", "the ballot J1 stands on line 2 already"),
        ("2 1\n1 1= 0\n0\na\nb\n", "line 2", "“1=” is no place"),
        ("2 1\n1 1=2=1 0\n0\na\nb\n", "line 2", "candidate 1 stands twice"),
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


# -- names


def with_names(*lines: str) -> bytes:
    """Five papers for the second candidate and three for the first, and these lines of names."""
    return "\n".join(["2 1", "5 2 0", "3 1 0", "0", *lines, ""]).encode()


@pytest.mark.parametrize(
    ("lines", "where", "what"),
    [
        (('"Jo ""J"" Ray"', '"Ben"', '"Chair"'), "line 5", "has text beside quotation marks, or one inside"),
        ((r'"Jo \"J\" Ray"', '"Ben"', '"Chair"'), "line 5", "has text beside quotation marks, or one inside"),
        (('"Jo "J" Ray"', '"Ben"', '"Chair"'), "line 5", "has text beside quotation marks, or one inside"),
        (('"Jo " J " Ray"', '"Ben"', '"Chair"'), "line 5", "has text beside quotation marks, or one inside"),
        (('Jo "J" Ray', "Ben", "Chair"), "line 5", "has text beside quotation marks, or one inside"),
        (('"Ada""Ben"', '"Chair"'), "line 5", "has text beside quotation marks, or one inside"),
        (('"Ada"', '"Ben', '"Chair"'), "line 6", '“"Ben” has text beside quotation marks'),
        (('"Ada"', "", '"Ben" Labour'), "line 7", '“"Ben" Labour” has text beside quotation marks'),
        (("Ada #2", "Ben"), "line 5", "“Ada #2” may be a whole name, or a name and a comment"),
        (("Ada", "Ben", "Ward #3"), "line 7", "“Ward #3” may be a whole name, or a name and a comment"),
        (('"Ada"', '""', '"Chair"'), "line 6", "a candidate has no name"),
        (('" "', '"Ben"', '"Chair"'), "line 5", "a candidate has no name"),
        (("Ada", "Ben", "Cam", "Chair"), "line 8", "more than 2 names and the title “Cam”"),
        (('"Ada"', '"Ben"', '"T"', '"S"', '"C"', '"more"'), "line 10", "more than 2 names and the title “T”"),
    ],
)
def test_a_name_that_could_be_read_in_two_ways_is_refused(
    lines: tuple[str, ...], where: str, what: str
) -> None:
    with pytest.raises(InputError) as raised:
        read_blt(with_names(*lines))
    assert raised.value.where == where
    assert what in raised.value.what
    assert raised.value.remedy


def test_names_stand_on_one_line_or_on_several_with_comments_after_them() -> None:
    found = read_blt(with_names('"Ada (Lab)" "Ben #2" # two', "# and", '"Chair"#the title'))
    assert (found.candidates, found.title, found.notes) == (("Ada (Lab)", "Ben #2"), "Chair", ())


def test_a_source_and_a_comment_may_follow_the_title_and_are_told() -> None:
    found = read_blt(with_names('"Ada"', '"Ben"', '"Chair"', '"Branch 7"', '"Counted twice"'))
    assert found.title == "Chair"
    assert found.notes == ("The title is “Chair”; after it the file has “Branch 7” and “Counted twice”.",)
    assert count(found, "alternative-vote").elected == (2,)


def test_a_title_may_be_empty_or_missing() -> None:
    for lines in (('"Ada"', '"Ben"', '""'), ("Ada", "Ben")):
        assert read_blt(with_names(*lines)).title == ""


# -- dialects


def test_several_ballots_on_a_line_are_read() -> None:
    found = read_blt(b"3 1\n4 1 2 0 2 3 0\n1 0\n0\na b\nc\nd\n")
    assert found.candidates == ("a b", "c", "d")
    assert found.lines() == [(4, [[1], [2]]), (2, [[3]])]
    assert found.invalid == 1


def test_nicknames_and_withdrawn_candidates_in_brackets_are_read() -> None:
    found = read_blt(b'3 2\n[nick a b c]\n[withdrawn c]\n5 a b 0\n1 b=c 1 0\n0\n"A"\n"B"\n"C"\n')
    assert found.withdrawn == {3}
    assert found.lines() == [(5, [[1], [2]]), (1, [[2, 3], [1]])]


def test_the_lines_with_equal_places_are_kept_and_told() -> None:
    found = read_blt(b"3 1\n# x\n2 1=2 3 0\n5 3 0\n1 2=3=1 0\n0\na\nb\nc\n")
    assert found.level_at == ((3, "1=2"), (5, "2=3=1"))
    assert found.standing().level_at == found.level_at
    with pytest.raises(InputError, match="some papers put candidates level") as raised:
        count(found, "meek-stv")
    assert raised.value.where == "line 3 (1=2), line 5 (2=3=1)"


def test_many_lines_with_equal_places_are_told_by_the_first_hundred_and_their_number() -> None:
    found = read_blt(b"2 1\n" + b"1 1=2 0\n" * 150 + b"0\na\nb\n")
    assert found.level_where.startswith("line 2 (1=2), line 3 (1=2)")
    assert found.level_where.endswith("line 101 (1=2) and 50 more")


# -- writing


@pytest.mark.parametrize("text", ['Jo "J" Ray', "Jo  Ray", " Jo", "Jo\nRay"])
def test_what_a_blt_file_cannot_hold_is_not_changed_in_silence(text: str) -> None:
    with pytest.raises(InputError, match=r"the name [\s\S]* a BLT file cannot hold") as raised:
        to_blt(rank((text, "Ben"), [(1, [1])]), seats=1)
    assert raised.value.remedy
    with pytest.raises(InputError, match="the title "):
        to_blt(rank(("Ada", "Ben"), [(1, [1])], title=text), seats=1)
