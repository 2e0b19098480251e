"""Real conversations brought in, published and verified; they lie beside the project, never in it."""

from __future__ import annotations

import re

import pytest

from folkmoot.listen.models import Participation, Statement, Vote
from folkmoot.methods import InputError
from folkmoot.publish import actions as publish
from folkmoot.publish.models import Publication
from folkmoot.publish.verification import verify
from folkmoot.site.export import publish_to
from folkmoot.site.imports import import_polis, import_responses

pytestmark = [pytest.mark.data, pytest.mark.django_db]

CONVERSATIONS = {
    "brexit-consensus": (204, 50, 5_303),
    "vtaiwan.uberx": (1_921, 197, 49_443),
    "american-assembly.bowling-green": (2_031, 896, 225_524),
}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_conversation_becomes_findings_that_verify(name, reference_data, tmp_path):
    assembly = import_polis(reference_data / "opinions" / name, title=name)
    people, statements, votes = CONVERSATIONS[name]
    assert Participation.objects.count() == people
    assert Statement.objects.count() == statements
    assert Vote.objects.count() == votes
    publication = publish_to(assembly, tmp_path / "out")
    page = (tmp_path / "out" / "index.html").read_text()
    assert f"{people:,} people" in page
    assert "who answered" in page
    assert not re.search(r"https?://(?!127\.0\.0\.1)(?!www\.w3\.org)", page)
    assert (tmp_path / "out" / "findings.pdf").read_bytes().startswith(b"%PDF")
    for bundle in ("public.zip", "members.zip"):
        with (tmp_path / "out" / bundle).open("rb") as stream:
            report = verify(stream)
        assert report.wrong == []
    assert publication.number == 1


def test_publishing_again_writes_the_same_version_again(reference_data, tmp_path):
    assembly = import_polis(reference_data / "opinions" / "brexit-consensus", title="Brexit")
    publish_to(assembly, tmp_path / "one")
    publish_to(assembly, tmp_path / "two")
    assert Publication.objects.count() == 1
    for path in (tmp_path / "one").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()
    corrected = publish_to(assembly, tmp_path / "three", changed="A typing error in the title.")
    assert corrected.number == 2
    assert publish.folder_of(corrected).is_dir()


def test_statements_of_a_conversation_as_written_answers(reference_data):
    path = reference_data / "opinions" / "brexit-consensus" / "comments.csv"
    assembly = import_responses(
        path, title="Brexit", question="What now?", text="comment-body", id="comment-id"
    )
    assert assembly.batches.get().people == 50


def test_written_answers_may_hold_control_characters_but_none_that_a_database_cannot_keep(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_bytes(b"answer\nbuses\x0bin the evening\nrents\n")
    assembly = import_responses(path, title="Hall", question="What now?", text="answer", id=None)
    assert assembly.batches.get().people == 2
    path.write_bytes(b"answer\nbuses\x00in the evening\nrents\n")
    with pytest.raises(InputError, match="line 2: a character of the value 0"):
        import_responses(path, title="Hall", question="What now?", text="answer", id=None)


def test_a_broken_conversation_brings_nothing_in(reference_data, tmp_path):
    source = reference_data / "opinions" / "brexit-consensus"
    comments = (source / "comments.csv").read_text().splitlines(keepends=True)
    (tmp_path / "comments.csv").write_text("".join(comments[:-3]))
    (tmp_path / "votes.csv").write_bytes((source / "votes.csv").read_bytes())
    with pytest.raises(InputError, match="that nobody wrote") as told:
        import_polis(tmp_path, title="Broken")
    assert "votes.csv" in str(told.value)
    assert Participation.objects.count() == Statement.objects.count() == 0
