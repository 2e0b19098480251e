from __future__ import annotations

import io

import pytest

from folkmoot.methods import InputError
from folkmoot.methods.opinions import UnknownStatementsError, Votes, read_comments, read_votes
from folkmoot.methods.text_files import decode, open_text

LONG = "timestamp,datetime,comment-id,voter-id,vote\n"
WIDE = "participant,xid,group-id,n-comments,n-votes,n-agree,n-disagree,"
COMMENTS = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"


def table(votes: Votes) -> dict[tuple[str, str], int]:
    found = {}
    for place, person in enumerate(votes.participants):
        span = slice(votes.indptr[place], votes.indptr[place + 1])
        for column, value in zip(votes.indices[span], votes.values[span], strict=True):
            found[person, votes.statements[column]] = int(value)
    return found


def read(text: str, **options: set[str]) -> Votes:
    return read_votes(io.StringIO(text, newline=""), **options)


def test_the_last_vote_counts_by_time_then_by_row():
    votes = read(LONG + "20,,1,ann,1\n10,,1,ann,-1\n30,,2,ann,0\n30,,2,ann,-1\n")
    assert table(votes) == {("ann", "1"): 1, ("ann", "2"): -1}


def test_columns_go_by_name_and_others_are_ignored():
    votes = read("vote,xid,voter-id,comment-id,timestamp\n-1,x,3,7,5\n")
    assert table(votes) == {("3", "7"): -1}


def test_the_wide_form_is_told_by_its_header():
    votes = read(WIDE + "0,10,2\n5,x1,0,0,2,1,1,1,,-1\n6,,1,0,1,0,0,,0,\n7,,,0,0,0,0,,,\n")
    assert table(votes) == {("5", "0"): 1, ("5", "2"): -1, ("6", "10"): 0}
    assert votes.statements == ("0", "2", "10")


def test_wide_statements_may_have_names():
    votes = read(WIDE + "rent,wages\nann,,0,0,1,1,0,,1\n")
    assert table(votes) == {("ann", "wages"): 1}


def test_ids_that_look_like_integers_sort_as_numbers_before_all_others():
    rows = "".join(f"1,,{name},ann,1\n" for name in ("10", "b", "9", "a", "-2"))
    assert read(LONG + rows).statements == ("-2", "9", "10", "a", "b")


def test_a_vote_takes_five_bytes():
    votes = read(LONG + "1,,1,ann,1\n1,,2,ann,1\n")
    assert votes.indices.itemsize + votes.values.itemsize == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        (LONG, "there is a header but no vote"),
        ("a,b\n1,2\n", "line 1: these are not votes in either of Polis's forms"),
        ("comment-id,voter-id,vote\n1,2,1\n", "line 1: no column is called timestamp"),
        ("timestamp,comment-id,voter-id\n1,1,2\n", "line 1: no column is called vote"),
        ("participant,0,1\nann,1,1\n", "line 1: no column is called group-id"),
        (LONG + "1,,1,ann,1\n1,,1,bea,2\n", "line 3, column vote: the vote is '2'"),
        (LONG + "1,,1,ann,agree\n", "line 2, column vote: the vote is 'agree'"),
        (LONG + "soon,,1,ann,1\n", "line 2, column timestamp: the time is 'soon'"),
        (LONG + "1,,1,ann\n", "line 2: 4 columns where the header has 5"),
        (LONG + "1,,1,,1\n", "line 2, column voter-id: there is no id"),
        (LONG + '1,"open,1,ann,1\n', "line 2: this is not CSV"),
        ("vote,vote,timestamp,voter-id,comment-id\n", "line 1: the column vote is there twice"),
        (WIDE + "0,1\n5,,0,0,1,1,0,7,\n", "line 2, column 0: the vote is '7'"),
        (WIDE + "0\n5,,0,0,1,1,0,1\n5,,0,0,1,1,0,1\n", "the participant 5 stands on line 2 already"),
    ],
)
def test_bad_votes_are_named_with_place_and_remedy(text, said):
    with pytest.raises(InputError) as caught:
        read(text)
    assert said in str(caught.value)
    assert caught.value.remedy


def test_every_vote_on_a_statement_that_nobody_wrote_is_listed():
    text = LONG + "1,,1,ann,1\n1,,9,ann,1\n1,,9,bea,1\n1,,1,bea,1\n1,,8,ann,0\n"
    with pytest.raises(UnknownStatementsError) as caught:
        read(text, statements={"1"})
    assert caught.value.rows == (3, 4, 6)
    assert str(caught.value).startswith("lines 3–4, 6: votes on statements that nobody wrote: 8, 9.")


def test_a_wide_column_for_a_statement_that_nobody_wrote_is_named():
    with pytest.raises(UnknownStatementsError, match="nobody wrote: 4"):
        read(WIDE + "1,4\n5,,0,0,1,1,0,1,1\n", statements={"1"})


def test_comments_have_author_moderation_and_words():
    comments = read_comments(io.StringIO(COMMENTS + '1,,0,7,1,0,1,"Rents, too\nhigh"\n1,,3,8,1,0,-1,No\n'))
    assert comments.text == {"0": "Rents, too\nhigh", "3": "No"}
    assert comments.authors == ("7", "8")
    assert comments.moderated_out == ("3",)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("1,,0,7,1,0,2,x\n", "line 2, column moderated: moderated is '2'"),
        ("1,,0,7,1,0,1,x\n1,,0,7,1,0,1,y\n", "line 3, column comment-id: the statement 0 stands on line 2"),
    ],
)
def test_bad_comments_are_named_with_place_and_remedy(rows, said):
    with pytest.raises(InputError) as caught:
        read_comments(io.StringIO(COMMENTS + rows))
    assert said in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Grüße – 6 €".encode(), "Grüße – 6 €"),
        ("Grüße".encode("utf-8-sig"), "Grüße"),
        ("Grüße".encode("latin-1"), "Grüße"),
        ("“6 €”".encode("cp1252"), "“6 €”"),
    ],
)
def test_text_is_read_whatever_a_spreadsheet_wrote(data, text):
    assert decode(data) == text
    assert open_text(data).read() == text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("a".encode("utf-16"), "line 1: the file is UTF-16"),
        (b"PK\x03\x04", "line 1, byte 3: the byte 0x03 is not text"),
        (b"one\ntw\x81o\xff", "line 2, byte 3: the byte 0x81 is not text"),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_their_place(data, said):
    with pytest.raises(InputError) as caught:
        decode(data)
    assert said in str(caught.value)
    assert "UTF-8" in caught.value.remedy
