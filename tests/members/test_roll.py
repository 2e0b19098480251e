"""A roll is read whole, and everything that is wrong in it is told at once."""

from __future__ import annotations

import datetime

import pytest

from folkmoot.members.roll import LIMIT, MOST_ROWS, Roll, Row, read_roll
from folkmoot.methods import InputError

TODAY = datetime.date(2027, 2, 1)
HEADER = "name,email,branch,joined"


def roll_of(*lines: str, header: str = HEADER, encoding: str = "utf-8") -> Roll:
    return read_roll("\n".join([header, *lines]).encode(encoding), today=TODAY)


def told(*lines: str, header: str = HEADER) -> list[str]:
    return [str(problem) for problem in roll_of(*lines, header=header).problems]


def refused(data: bytes) -> str:
    with pytest.raises(InputError) as error:
        read_roll(data, today=TODAY)
    return str(error.value)


def test_a_row_is_a_member() -> None:
    roll = roll_of("Jean Petrie, Jean@Lantern.example ,South / Marl,2019-05-31")
    assert roll.rows == (
        Row("Jean Petrie", "jean@lantern.example", "South/Marl", datetime.date(2019, 5, 31)),
    )
    assert not roll.problems


@pytest.mark.parametrize("written", ["2019-05-31", "31/05/2019", "31/5/2019"])
def test_a_date_is_written_from_either_end(written: str) -> None:
    assert roll_of(f"Jean,jean@lantern.example,Marl,{written}").rows[0].joined == datetime.date(2019, 5, 31)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_are_parted_as_the_spreadsheet_parts_them(separator: str) -> None:
    header = separator.join(["Name", "Email", "Branch", "Joined"])
    line = separator.join(["Jean", "jean@lantern.example", "Marl", "2019-05-31"])
    assert [row.name for row in roll_of(line, header=header).rows] == ["Jean"]


@pytest.mark.parametrize(
    "header",
    [
        "NAME,E-Mail,Branch,Date joined",
        "Full name,Email address,branch path,member since",
        "member_name,mail,Section,join_date",
    ],
)
def test_columns_go_by_other_names(header: str) -> None:
    assert len(roll_of("Jean,jean@lantern.example,Marl,2019-05-31", header=header).rows) == 1


def test_columns_come_in_any_order_among_others() -> None:
    header = "Membership no,Joined,Surname,Email,First name,Branch"
    roll = roll_of("17,2019-05-31,Petrie,jean@lantern.example,Jean,Marl", header=header)
    assert roll.rows[0].name == "Jean Petrie"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_names_keep_their_accents_in_every_usual_encoding(encoding: str) -> None:
    roll = roll_of("Siân Nuñez,sian@lantern.example,Marl,2019-05-31", encoding=encoding)
    assert roll.rows[0].name == "Siân Nuñez"


def test_blank_rows_are_passed_over_and_counted() -> None:
    lines = ["Jean,jean@lantern.example,Marl,2019-05-31", "", ",,,", "Idris,idris@,Marl,2019-05-31"]
    assert told(*lines) == ["Row 5: “idris@” is not an email address. Write it like jean@lantern.example."]


def test_a_member_need_not_belong_to_a_branch() -> None:
    assert roll_of("Jean,jean@lantern.example,,2019-05-31").rows[0].branch == ""


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",jean@lantern.example,Marl,2019-05-31", "name", "The name is missing."),
        ("Jean,,Marl,2019-05-31", "email", "The email address is missing."),
        ("Jean,jean@,Marl,2019-05-31", "email", "“jean@” is not an email address."),
        ("Jean,jean@lantern.example,Marl,", "joined", "The joining date is missing."),
        ("Jean,jean@lantern.example,Marl,31.05.2019", "joined", "“31.05.2019” is not a date."),
        ("Jean,jean@lantern.example,Marl,2019-02-30", "joined", "“2019-02-30” is not a date."),
        ("Jean,jean@lantern.example,Marl,0019-05-31", "joined", "“0019-05-31” is not a date."),
        ("Jean,jean@lantern.example,Marl,2027-02-02", "joined", "“2027-02-02” is still to come."),
        (
            f"Jean,jean@lantern.example,{'M' * 201},2019-05-31",
            "branch",
            "The name of the branch is too long.",
        ),
        (f"{'J' * 201},jean@lantern.example,Marl,2019-05-31", "name", f"“{'J' * 59}…” is too long."),
        ("Jean,jean@lantern.example,Marl", "", "It has 3 cells, the header has 4."),
        ("Petrie,Jean,jean@lantern.example,Marl,2019-05-31", "", "It has 5 cells, the header has 4."),
    ],
)
def test_a_row_that_does_not_fit_is_told_with_its_reason_and_a_remedy(
    line: str, column: str, reason: str
) -> None:
    roll = roll_of("Idris,idris@lantern.example,Marl,2019-05-31", line)
    assert [(each.row, each.column, each.reason) for each in roll.problems] == [(3, column, reason)]
    assert roll.problems[0].remedy.endswith(".")
    assert len(roll.rows) == 1


def test_every_problem_of_a_row_is_told() -> None:
    problems = roll_of(",jean@,Marl,yesterday").problems
    assert [(each.row, each.column, each.value) for each in problems] == [
        (2, "name", ""),
        (2, "email", "jean@"),
        (2, "joined", "yesterday"),
    ]


def test_a_duplicate_names_the_other_row() -> None:
    lines = [
        f"{name},{mail},Marl,2019-05-31" for name, mail in (("Jean", "j@l.example"), ("J", "J@L.example"))
    ]
    assert told(*lines) == [
        "Row 3: “J@L.example” stands in row 2 already. "
        "Keep one of the two; each member needs an address of their own."
    ]


@pytest.mark.parametrize("column", ["name", "email", "branch", "joined"])
def test_a_missing_column_is_named(column: str) -> None:
    header = ",".join(name for name in HEADER.split(",") if name != column)
    message = refused(f"{header}\na,b,c\n".encode())
    assert message == f"That file has no {column} column. Add one and upload again."


def test_two_columns_for_the_same_thing_are_told() -> None:
    message = refused(b"name,email,e-mail,branch,joined\n")
    assert message == ("That file has two email columns, “email” and “e-mail”. Remove one and upload again.")


def test_what_is_no_table_is_told() -> None:
    assert refused(b"") == "That file is empty. Choose the file with your members."
    assert refused(HEADER.encode()).startswith("That file has no members below its header.")
    assert "UTF-16" in refused(HEADER.encode("utf-16"))
    assert "not text" in refused(b"PK\x03\x04\x00\x00")
    assert refused(f'{HEADER}\n"Jean,j@l.example,Marl,2019-05-31\n'.encode()).startswith("Line 2:")


def test_a_file_over_20_mb_is_refused() -> None:
    assert refused(b"x" * (LIMIT + 1)).startswith("That file is larger than 20 MB.")


def test_a_file_with_more_than_200_000_rows_is_refused() -> None:
    assert len(roll_of(*["Jean"] * MOST_ROWS).problems) == MOST_ROWS
    too_many = "Jean\n" * (MOST_ROWS + 1)
    assert refused(f"{HEADER}\n{too_many}".encode()) == (
        "That file has more than 200,000 rows. If it is the roll, bring it in as several files."
    )


def test_what_looks_like_a_formula_is_a_text() -> None:
    roll = roll_of(
        '"=HYPERLINK(""http://x.example"")",=jean@lantern.example,@Marl,2019-05-31',
        "+44,-j@l.example,,2019-05-31",
    )
    assert [(row.name, row.email, row.branch) for row in roll.rows] == [
        ('=HYPERLINK("http://x.example")', "=jean@lantern.example", "@Marl"),
        ("+44", "-j@l.example", ""),
    ]


def test_fifty_thousand_rows_are_read() -> None:
    roll = roll_of(*(f"Member {n},member{n}@lantern.example,North/Skelby,2019-05-31" for n in range(50_000)))
    assert len(roll.rows) == 50_000
    assert not roll.problems
