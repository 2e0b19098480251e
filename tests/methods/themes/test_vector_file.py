"""Vectors kept in a file: nothing is computed twice, and a file that is something else is left alone."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from folkmoot.methods import InputError
from folkmoot.methods.themes import VectorFile, to_json
from folkmoot.methods.themes.embedding import CHUNK
from folkmoot.methods.themes.find import find_themes
from folkmoot.methods.themes.model import Response
from tests.methods.themes.conftest import CountingEmbedder

MANY = CHUNK + 60
RUN = """
import os, signal, sys
from pathlib import Path
from tests.methods.themes.conftest import CountingEmbedder
from tests.methods.themes.test_vector_file import answers
from folkmoot.methods.themes import VectorFile
from folkmoot.methods.themes.embedding import embed_through_cache

class Ended(CountingEmbedder):
    def embed(self, texts, progress=None):
        if self.asked:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed(texts, progress)

texts = [answer.text for answer in answers()]
embed_through_cache(Ended(), texts, VectorFile(Path(sys.argv[1])))
"""


def answers(many: int = MANY) -> list[Response]:
    return [Response(str(number), f"Answer {number} about buses") for number in range(many)]


def test_a_run_that_was_killed_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    done = subprocess.run([sys.executable, "-c", RUN, str(path)], timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL
    with VectorFile(path) as kept:
        assert len(kept) == CHUNK
        after = CountingEmbedder()
        found = find_themes(answers(), embedder=after, cache=kept, bootstraps=0)
    assert len({text for text in after.asked if text.startswith("Answer")}) == MANY - CHUNK
    assert to_json(found) == to_json(find_themes(answers(), embedder=CountingEmbedder(), bootstraps=0))


def test_ten_more_answers_cost_ten_more_vectors(tmp_path: Path) -> None:
    for more in (0, 10):
        reader = CountingEmbedder()
        with VectorFile(tmp_path / "vectors") as kept:
            find_themes(answers(40 + more), embedder=reader, cache=kept, bootstraps=0)
        assert sum(text.startswith("Answer") for text in reader.asked) == (more or 40)


def test_another_models_vectors_are_not_taken(tmp_path: Path) -> None:
    with VectorFile(tmp_path / "vectors") as kept:
        find_themes(answers(40), embedder=CountingEmbedder(), cache=kept, bootstraps=0)
        other = CountingEmbedder()
        other.name = "another"
        find_themes(answers(40), embedder=other, cache=kept, bootstraps=0)
    assert len(other.asked) >= 40


def test_what_was_cut_in_the_file_is_computed_again(tmp_path: Path) -> None:
    with VectorFile(tmp_path / "vectors") as kept:
        whole = find_themes(answers(40), embedder=CountingEmbedder(), cache=kept, bootstraps=0)
        key = next(iter(kept))
        was, kept[key] = kept[key], kept[key][:7]
        again = find_themes(answers(40), embedder=CountingEmbedder(), cache=kept, bootstraps=0)
        assert kept[key] == was
    assert to_json(again) == to_json(whole)


def test_a_file_that_is_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    words, database = tmp_path / "answers.csv", tmp_path / "site.sqlite3"
    words.write_text("id,text\n1,Buses\n" * 200)
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE member (name TEXT)")
    for path in (words, database):
        before = path.read_bytes()
        with pytest.raises(InputError, match="vectors cannot be kept in this file") as refused:
            VectorFile(path)
        assert refused.value.where == str(path)
        assert path.read_bytes() == before


def test_a_directory_or_a_place_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "vectors"):
        with pytest.raises(InputError, match="vectors cannot be kept"):
            VectorFile(path)


def test_a_file_that_was_cut_is_told(tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    with VectorFile(path) as kept:
        find_themes(answers(), embedder=CountingEmbedder(), cache=kept, bootstraps=0)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="vectors cannot be kept"), VectorFile(path) as kept:
        find_themes(answers(), embedder=CountingEmbedder(), cache=kept, bootstraps=0)


def test_what_is_kept_can_be_listed_and_dropped(tmp_path: Path) -> None:
    with VectorFile(tmp_path / "vectors") as kept:
        kept["b"], kept["a"] = b"2", b"1"
        assert (list(kept), len(kept), kept["a"]) == (["a", "b"], 2, b"1")
        del kept["a"]
        assert "a" not in kept
        with pytest.raises(KeyError):
            del kept["a"]
