"""A bundle that was changed does not verify, whatever was changed in it and however carefully."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable

import pytest

from folkmoot.listen import actions as listen
from folkmoot.listen import voices
from folkmoot.listen.models import Statement
from folkmoot.methods import InputError
from folkmoot.publish import actions, leaves
from folkmoot.publish.bundle import MANIFEST, sha256
from folkmoot.publish.verdict import Report
from folkmoot.publish.verification import verify
from folkmoot.understand import actions as understand
from tests.people import opened

Files = dict[str, bytes]


@pytest.fixture
def answered(cast):
    """Fourteen people answered everything; one changed her mind."""
    assembly = opened(cast.maud)
    text, votes, ranks = (
        assembly.questions.get(way=way, closing=False) for way in ("open_text", "statements", "priorities")
    )
    statements = [str(statement.uuid) for statement in Statement.objects.filter(question=votes)]
    for number in range(14):
        person = listen.take_part(
            assembly, member=None, token_hash=str(number), started_at=assembly.moment(), seed=number
        )
        listen.respond(person, text, {"text": f"Care workers need {number} more pounds an hour."})
        listen.respond(person, votes, {"votes": {s: (number + n) % 3 - 1 for n, s in enumerate(statements)}})
        listen.respond(person, ranks, {"ranking": ["o1", "o2"] if number % 2 else ["o3"]})
    listen.respond(person, text, {"text": "I changed my mind: rents."})
    return assembly


@pytest.fixture
def published(answered):
    """The findings are out."""
    return put_out(answered)


def put_out(assembly):
    understand.analyse(understand.ask(assembly))
    return actions.publish(assembly, by=None)


def bundle(published, name: str) -> Files:
    with zipfile.ZipFile(actions.folder_of(published) / name) as archive:
        return {entry: archive.read(entry) for entry in archive.namelist()}


def packed(files: Files, *, restated: bool = True) -> io.BytesIO:
    """The files as a bundle again; a careful forger states the new digests too."""
    if restated:
        manifest = json.loads(files[MANIFEST])
        manifest["files"] = {name: sha256(files[name]) for name in files if name != MANIFEST}
        files = files | {MANIFEST: json.dumps(manifest).encode()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    stream.seek(0)
    return stream


def check(files: Files, **how: bool) -> Report:
    return verify(packed(files, **how))


def test_what_was_published_verifies(published):
    for name in ("members.zip", "public.zip"):
        report = check(bundle(published, name))
        assert report.wrong == []
        assert report.checked
        assert report.outside


def test_a_replaced_answer_is_told_as_outside(published):
    report = check(bundle(published, "members.zip"))
    assert any("1 answers in the log were replaced" in line for line in report.outside)
    assert any("42 answers are exactly those" in line for line in report.checked)
    assert any(
        "all 43 answers in the log are accounted for: 42 count, 1 were" in line for line in report.checked
    )


def test_what_only_the_members_bundle_can_tell_is_told_as_outside_the_public_one(published):
    files = bundle(published, "public.zip")
    assert "aside.csv" not in files
    report = check(files)
    assert any("whether each of 43 answers in the log counts" in line for line in report.outside)
    assert "4 statements of the organisers are what was put, word for word" in report.checked


def leave_one_out(monkeypatch) -> None:
    texts = voices.texts
    monkeypatch.setattr(voices, "texts", lambda question: texts(question)[1:])
    monkeypatch.setattr(actions, "set_aside", lambda entries, heard: [])


def swap_labels(monkeypatch) -> None:
    options = actions._options

    def swapping(given, language):
        plain = options(given, language)
        for one, other in zip(plain.get("options", ())[::2], plain.get("options", ())[1::2], strict=True):
            one["text"], other["text"] = other["text"], one["text"]
        return plain

    monkeypatch.setattr(actions, "_options", swapping)


def reword_a_statement(monkeypatch) -> None:
    Statement.objects.filter(text="Pay should come first.").update(text="Pay should come last.")


def open_no_timetable(monkeypatch) -> None:
    opening = leaves._opened
    monkeypatch.setattr(
        leaves, "_opened", lambda entries: [act for act in opening(entries) if act["kind"] != "timetable"]
    )


@pytest.mark.parametrize("hostile", [leave_one_out, swap_labels, reword_a_statement, open_no_timetable])
def test_what_a_hostile_publisher_computes_whole_is_found(answered, monkeypatch, hostile):
    """Everything else fits: the findings are made of what is forged."""
    hostile(monkeypatch)
    forged = put_out(answered)
    assert not check(bundle(forged, "members.zip")).verifies
    # What rows there are is not in the public bundle, which says so.
    assert check(bundle(forged, "public.zip")).verifies == (hostile is leave_one_out)


def test_findings_that_repeat_the_assembly_otherwise_are_found_in_the_public_bundle(published):
    files = bundle(published, "public.zip")
    findings = json.loads(files["findings.json"])
    for forged in (
        findings | {"acts": findings["acts"][:-1]},
        findings | {"assembly": findings["assembly"] | {"title": "Another"}},
        findings | {"questions": [one | {"text": "Another?"} for one in findings["questions"]]},
    ):
        assert not check(files | {"findings.json": json.dumps(forged).encode()}).verifies
    statements = next(one for one in findings["questions"] if one["way"] == "statements")["found"][
        "statements"
    ]
    for name, other in (("text", "Another."), ("author", "participant"), ("id", "none")):
        before = statements[0][name]
        statements[0][name] = other
        report = check(files | {"findings.json": json.dumps(findings).encode()})
        assert any("statements are not what was put" in line for line in report.wrong)
        statements[0][name] = before


def test_a_bundle_of_another_form_is_told(published):
    files = bundle(published, "public.zip")
    manifest = json.loads(files[MANIFEST]) | {"format": "folkmoot.bundle/1"}
    with pytest.raises(InputError, match=r"not a folkmoot\.bundle/2"):
        check(files | {MANIFEST: json.dumps(manifest).encode()})


def test_a_file_changed_without_the_manifest_is_found(published):
    for name in ("members.zip", "public.zip"):
        files = bundle(published, name)
        for entry in files:
            if entry != MANIFEST:
                forged = files | {entry: files[entry] + b" "}
                assert not check(forged, restated=False).verifies, entry


def lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    return lambda content: b"\n".join(change(content.split(b"\n")))


FORGERIES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "a word changed": ("question-1/texts.csv", lambda text: text.replace(b"pounds", b"pence", 1)),
    "an answer dropped": ("question-1/texts.csv", lines(lambda rows: rows[:2] + rows[3:])),
    "an answer doubled": ("question-1/texts.csv", lines(lambda rows: [*rows[:2], rows[1], *rows[2:]])),
    "an answer added": (
        "question-1/texts.csv",
        lambda text: text + b"11111111-2222-4333-8444-555555555555,aa,1,1,Tax me.,\n",
    ),
    "two people swapped": (
        "question-1/texts.csv",
        lines(lambda rows: [rows[0], swap(rows[1], rows[2]), swap(rows[2], rows[1]), *rows[3:]]),
    ),
    "a vote turned": ("question-2/votes.csv", lambda text: text.replace(b",1\n", b",-1\n", 1)),
    "a vote dropped": ("question-2/votes.csv", lines(lambda rows: rows[:5] + rows[6:])),
    "a ranking turned": ("question-3/rankings.csv", lambda text: text.replace(b"o1 o2", b"o2 o1", 1)),
    "a theme's count": (
        "question-1/themes.json",
        lambda text: text.replace(b'"responses":14', b'"responses":15'),
    ),
    "a group's people": (
        "question-2/opinions.json",
        lambda text: text.replace(b'"group": 0', b'"group": 1', 1),
    ),
    "first places": ("question-3/priorities.json", lambda text: text.replace(b'"first":7', b'"first":9', 1)),
    "the headline": ("findings.json", lambda text: text.replace(b'"headline":', b'"head":', 1)),
    "a commitment": ("log.csv", lambda text: text.replace(b"0", b"1", 400)),
    "a leaf dropped": (
        "log.csv",
        lines(lambda rows: [row for row in rows if not row.startswith(b"response,")]),
    ),
}


def swap(row: bytes, other: bytes) -> bytes:
    """This row under the other's pseudonym."""
    cells, others = row.split(b","), other.split(b",")
    cells[1] = others[1]
    return b",".join(cells)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_careful_forgery_is_found(published, forgery):
    name, change = FORGERIES[forgery]
    files = bundle(published, "members.zip")
    forged = change(files[name])
    assert forged != files[name], "this forgery changes nothing: mend the test"
    assert not check(files | {name: forged}).verifies


def test_any_single_character_changed_in_the_rows_is_found(published):
    files = bundle(published, "members.zip")
    rng = random.Random(7)
    for name in ("question-1/texts.csv", "question-2/votes.csv", "question-3/rankings.csv"):
        for _ in range(6):
            content = bytearray(files[name])
            place = rng.randrange(content.index(b"\n") + 1, len(content) - 1)
            content[place] = ord("7") if content[place] != ord("7") else ord("3")
            try:
                report = check(files | {name: bytes(content)})
            except InputError:
                continue
            assert not report.verifies, (name, place)


def test_small_cells_in_a_public_bundle_are_found(published):
    files = bundle(published, "public.zip")
    findings = json.loads(files["findings.json"])
    findings["who"]["channels"] = [{"name": "web", "people": 4}]
    text = json.dumps(findings).encode()
    who = json.dumps(findings["who"]).encode()
    assert not check(files | {"findings.json": text, "who.json": who}).verifies


def test_a_spot_of_a_few_people_on_the_map_of_a_public_bundle_is_found(published):
    files = bundle(published, "public.zip")
    findings = json.loads(files["findings.json"])
    voted = next(one for one in findings["questions"] if one["way"] == "statements")
    voted["found"]["spots"] = {"places": [[100, 100, 4]], "patterns": {}}
    report = verify(packed(files | {"findings.json": json.dumps(findings).encode()}))
    assert any("small cells" in line for line in report.wrong)


@pytest.mark.parametrize(
    "content",
    [b"", b"not a zip", b"PK\x03\x04 and then nothing", hashlib.sha256(b"noise").digest() * 50],
)
def test_what_is_no_bundle_is_told_in_one_message(content):
    with pytest.raises(InputError, match="not a bundle"):
        verify(io.BytesIO(content))


def test_a_bundle_without_a_part_is_told(published):
    files = bundle(published, "members.zip")
    del files["assembly.json"]
    with pytest.raises(InputError, match="lacks what it should hold"):
        check(files)


def test_any_byte_of_the_zip_may_be_broken(published):
    whole = (actions.folder_of(published) / "public.zip").read_bytes()
    rng = random.Random(11)
    for _ in range(60):
        broken = bytearray(whole)
        broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
        try:
            verify(io.BytesIO(bytes(broken)))
        except InputError as told:
            assert str(told)
