"""A table of responses is read, or refused with a message that helps."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from folkmoot.cli import cli
from folkmoot.methods import InputError
from folkmoot.methods.themes import Response, VectorFile, load_minilm, read_responses

TABLE = 'id,who,answer\n1,Jean,"Pay, first"\n2,,Café\n3,Ann,\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_table_is_read_in_the_usual_encodings(encoding: str) -> None:
    assert read_responses(TABLE.encode(encoding), text="answer", id="id", person="who") == [
        Response("1", "Pay, first", "Jean"),
        Response("2", "Café", None),
        Response("3", "", "Ann"),
    ]


def test_without_an_id_column_rows_are_numbered() -> None:
    assert [response.id for response in read_responses(TABLE.encode(), text="answer")] == ["1", "2", "3"]


def test_line_breaks_inside_an_answer_stay_as_they_were_written() -> None:
    (response,) = read_responses(b'answer\n"one\r\ntwo"\n', text="answer")
    assert response.text == "one\r\ntwo"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"id,words\n1,a\n", "no column 'answer'"),
        (b"id,answer\n1,a\n1,b\n", "'1' comes twice, in rows 1 and 2"),
        (b"id,answer\n,a\n", "'id' is empty"),
        (b"id,answer\n1,a,b\n", "more cells"),
        (b'id,answer\n1,"a\n', "line"),
    ],
)
def test_a_bad_table_is_refused_with_the_reason(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_responses(data, text="answer", id="id")
    assert message in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize("odd", ["\x00", "\x01", "\x07", "\x0b", "\x1b[31m", "\x7f"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_control_characters_in_one_answer_do_not_refuse_the_table(tmp_path, hall, odd, encoding) -> None:
    path = tmp_path / "answers.csv"
    said = [*(response.text for response in hall), f"More{odd}cafés in the{odd}evening"]
    path.write_bytes("\n".join(["answer", *(f'"{text}"' for text in said)]).encode(encoding))
    told = CliRunner().invoke(cli, ["themes", str(path), "--text", "answer", "--json", "-"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["counts"]["responses"] == 25
    assert "that cannot be seen: 2, kept" in told.stderr
    assert read_responses(path.read_bytes(), text="answer")[-1].text == said[-1]


def test_a_file_that_is_no_text_is_refused_whatever_its_bytes_mean() -> None:
    for data in (b"answer\n" + bytes(range(256)), "answer\nbuses\n".encode("utf-16-le")):
        with pytest.raises(InputError, match="is not text"):
            read_responses(data, text="answer")


def test_the_command_prints_a_summary_or_the_machines_form(tmp_path, hall) -> None:
    path = tmp_path / "answers.csv"
    rows = [f'{response.id},"{response.text}"' for response in hall]
    path.write_text("\n".join(["id,answer", *rows]), encoding="utf-8")
    told = CliRunner().invoke(cli, ["themes", str(path), "--text", "answer", "--id", "id"])
    assert told.exit_code == 0, told.output
    assert told.output.startswith("24 responses from 24 people")
    form = CliRunner().invoke(cli, ["themes", str(path), "--text", "answer", "--id", "id", "--json", "-"])
    assert json.loads(form.output)["counts"]["responses"] == 24


def test_the_command_keeps_vectors_where_it_is_told_and_names_a_file_that_will_not_do(tmp_path, hall) -> None:
    path, vectors = tmp_path / "answers.csv", tmp_path / "vectors"
    rows = [f'{response.id},"{response.text}"' for response in hall]
    path.write_text("\n".join(["id,answer", *rows]), encoding="utf-8")
    call = ["themes", str(path), "--text", "answer", "--id", "id", "--json", "-", "--vectors"]
    first = CliRunner().invoke(cli, [*call, str(vectors)])
    assert first.exit_code == 0, first.output
    with VectorFile(vectors) as kept:
        assert (len(kept) > 20) == (load_minilm() is not None)  # what only shared words gave is not kept
    assert CliRunner().invoke(cli, [*call, str(vectors)]).output == first.output
    with pytest.raises(InputError, match="vectors cannot be kept in this file"):
        CliRunner().invoke(cli, [*call, str(path)], catch_exceptions=False)


def test_the_command_says_which_columns_there_are(tmp_path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("id,words\n1,pay\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"answers\.csv, line 1: .*'answer'.*id, words"):
        CliRunner().invoke(cli, ["themes", str(path), "--text", "answer"], catch_exceptions=False)


INTERRUPTED = """
import signal, sys, time
from folkmoot.cli import main
from folkmoot.methods.themes import find
from tests.methods.themes.conftest import CountingEmbedder

class Slow(CountingEmbedder):
    def embed(self, texts, progress=None):
        print("reading", flush=True)
        time.sleep(60)

find.load_minilm = Slow
# What a shell starts in the background, and these tests with it, is deaf to this signal.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[1:] = ["themes", sys.argv[1], "--text", "answer", "--vectors", sys.argv[1] + ".vectors"]
main()
"""


def test_whoever_ends_the_command_sees_one_line(tmp_path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("answer\nMore buses\n", encoding="utf-8")
    command = [sys.executable, "-c", INTERRUPTED, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "reading\n"
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=60)[1]
    assert told.split("\n") == ["", "Aborted!", ""]
    assert process.returncode == 1
