"""The commands of whoever trusts nobody, against a site that is really served."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from folkmoot.cli import cli
from folkmoot.listen import actions as listen
from folkmoot.listen import voices
from folkmoot.listen.models import Response
from folkmoot.members.actions import give_role, take_role_back
from folkmoot.members.models import Role
from folkmoot.methods import InputError
from folkmoot.methods.transparency import ED25519, Signer
from folkmoot.publiclog import following, identity
from folkmoot.publiclog.actions import sign
from folkmoot.publiclog.models import Checkpoint, Entry, EntryQuerySet, Head, Sighting, Tile
from folkmoot.publiclog.witness import Memory
from folkmoot.publiclog.witness_actions import accept_witness
from folkmoot.publish import actions as publish
from folkmoot.publish.bundle import MANIFEST, sha256
from folkmoot.publish.proofs import LogPart, check
from folkmoot.understand import actions as understand
from tests.people import gather, opened


@pytest.fixture
def assembly(transactional_db):
    """On a database that another thread serves from."""
    Head.objects.get_or_create(pk=Head.THE_ONE)
    cast = gather()
    made = opened(cast.maud)
    question = made.questions.get(way="open_text", closing=False)
    for number in range(12):
        person = listen.take_part(
            made, member=None, token_hash=str(number), started_at=made.moment(), seed=number
        )
        listen.respond(person, question, {"text": f"Rents in town {number} are too high for carers."})
    return made


@pytest.fixture
def published(assembly, tmp_path):
    """Two versions of the findings, as the bundles that somebody kept of them."""
    kept = []
    for changed in ("", "A typing error."):
        understand.analyse(understand.ask(assembly))
        publication = publish.publish(assembly, by=None, changed=changed)
        folder = tmp_path / f"version-{publication.number}"
        folder.mkdir()
        for name in ("public.zip", "members.zip"):
            (folder / name).write_bytes((publish.folder_of(publication) / name).read_bytes())
        kept.append(folder)
    return kept


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_two_publications_of_one_log_fit_each_other(published):
    first, second = published
    for name in ("public.zip", "members.zip"):
        result = run("verify", second / name, "--earlier", first / name, "--key", identity.key())
        assert result.exit_code == 0, result.output
        assert "is the beginning of this one" in result.output
        assert "entries of the earlier bundle are in this one" in result.output
        assert "is a file of version 1 as the log holds it" in result.output
        assert "the log's key is the one that you gave" in result.output
        assert "since each of 1 earlier publications, as this bundle tells them" in result.output
        assert "until others keep a copy of it you are trusting the organisers" in result.output


def test_an_earlier_bundle_that_was_changed_is_told(published, tmp_path):
    first, second = published
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(first / "public.zip") as archive, zipfile.ZipFile(forged, "w") as other:
        files = {name: archive.read(name) for name in archive.namelist()}
        files["who.json"] = files["who.json"].replace(b"12", b"13")
        manifest = json.loads(files[MANIFEST])
        manifest["files"]["who.json"] = sha256(files["who.json"])
        files[MANIFEST] = json.dumps(manifest).encode()
        for name, content in files.items():
            other.writestr(name, content)
    result = run("verify", second / "public.zip", "--earlier", forged)
    assert result.exit_code == 1
    assert "is no file of version 1" in result.output


def test_another_key_is_told(published):
    other = Signer(identity.key().name, ED25519, bytes(32)).key
    result = run("verify", published[0] / "public.zip", "--key", other)
    assert result.exit_code == 1
    assert "states another key" in result.output


def test_what_is_no_key_is_bad_input(published):
    result = run("verify", published[0] / "public.zip", "--key", "nonsense")
    assert isinstance(result.exception, InputError)


def test_nothing_to_verify_is_bad_input():
    assert isinstance(run("verify").exception, InputError)


def test_an_option_that_nothing_is_held_against_is_bad_input(published, tmp_path):
    """Passed over in silence it would look like one that was checked."""
    bundle, key = published[0] / "public.zip", identity.key()
    for words in (
        ("--database", "--earlier", bundle),
        ("--live", "http://127.0.0.1:9", "--earlier", bundle),
        (bundle, "--seen", bundle),
        ("--database", "--key", key),
    ):
        result = run("verify", *words)
        assert isinstance(result.exception, InputError), words
        assert "held against" in str(result.exception)
        assert result.output == ""


def test_the_file_that_cannot_be_read_is_the_one_that_is_named(published, live_server, tmp_path):
    bundle, junk = published[0] / "public.zip", tmp_path / "junk.txt"
    junk.write_text("junk")
    for words in ((bundle, "--earlier", junk), ("--live", live_server.url, "--seen", junk)):
        told = str(run("verify", *words).exception)
        assert told.startswith(f"{junk}: "), told


def test_a_witness_that_a_bundle_names_is_told_as_the_publishers_word(assembly, tmp_path):
    memory = Memory(tmp_path, name="skelby.example/witness")
    accept_witness(name="Skelby branch", key=str(memory.signer.key), address="", authority="Nell")
    understand.analyse(understand.ask(assembly))
    # Signed anew for the publication: by nobody else yet.
    bundle = publish.folder_of(publish.publish(assembly, by=None)) / "public.zip"
    assert "no witness has signed this one" in run("verify", bundle).output
    with zipfile.ZipFile(bundle) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    note = files["checkpoint.txt"]
    files["checkpoint.txt"] = note + memory.signer.line(note.partition("\n\n")[0] + "\n", 9)
    part = LogPart.read(files, json.loads(files[MANIFEST]))
    [words] = [said.words for said in check(part) if said.agrees is None and "witnesses' own" in said.words]
    assert str(memory.signer.key) in words
    assert not any("no witness" in said.words for said in check(part))


def test_the_log_that_a_site_shows_is_checked_leaf_by_leaf(published, live_server):
    result = run("verify", published[0] / "public.zip", "--live", live_server.url)
    assert result.exit_code == 0, result.output
    assert "leaves that the site shows, and its tiles, give the root that it signed" in result.output
    assert "is the beginning of the one that the site shows" in result.output
    assert "since this assembly opened, until the bundle was made, is in it" in result.output
    alone = run("verify", "--live", live_server.url)
    assert alone.exit_code == 0
    assert "the site states" in alone.output


def test_answers_that_a_bundle_leaves_out_with_their_entries_are_counted(
    assembly, live_server, tmp_path, monkeypatch
):
    """By the types of the leaves that the site shows: that they are of other assemblies must be shown."""
    gone = Response.objects.first()
    texts, of_assembly = voices.texts, EntryQuerySet.of_assembly
    monkeypatch.setattr(
        voices, "texts", lambda question: [row for row in texts(question) if row.response != str(gone.uuid)]
    )
    monkeypatch.setattr(
        EntryQuerySet,
        "of_assembly",
        lambda entries, item: of_assembly(entries, item).exclude(item=gone.uuid),
    )
    understand.analyse(understand.ask(assembly))
    forged = publish.folder_of(publish.publish(assembly, by=None)) / "members.zip"
    result = run("verify", forged, "--live", live_server.url)
    assert "outside: 1 answers that the log took in since this assembly opened" in result.output
    assert "they are of other assemblies, as their bundles show, or were left out" in result.output


def test_a_site_that_changed_an_entry_after_signing_is_told(published, live_server):
    entry = Entry.objects.filter(kind="response").first()
    Entry.objects.filter(pk=entry.pk).update(commitment="0" * 64)
    result = run("verify", published[0] / "public.zip", "--live", live_server.url)
    assert result.exit_code == 1
    assert "do not give the root that it signed" in result.output


def test_a_site_that_rewrote_its_log_and_signed_again_is_told_by_a_bundle(published, live_server, settings):
    Path(settings.LOG_SIGNED).unlink()
    Checkpoint.objects.all().delete()
    Tile.objects.all().delete()
    entry = Entry.objects.filter(kind="response").first()
    Entry.objects.filter(pk=entry.pk).update(commitment="0" * 64)
    sign(at_once=True)
    assert run("verify", "--live", live_server.url).exit_code == 0
    result = run("verify", published[0] / "public.zip", "--live", live_server.url)
    assert result.exit_code == 1
    assert "it was rewritten" in result.output


def test_an_address_without_a_log_is_bad_input(live_server, tmp_path):
    for address in (
        f"{live_server.url}/nowhere",
        "http://127.0.0.1:9",
        "ftp://union.example",
        "file:///etc/passwd",
        "union.example",
        "https://",
        "http://[::1",
        "http://union.example:port",
    ):
        witness = run("witness", address, "--name", "a/w", "--state", tmp_path, "--once")
        for result in (run("verify", "--live", address), witness):
            assert isinstance(result.exception, InputError), address


def test_the_database_is_audited(assembly):
    sign(at_once=True)
    result = run("verify", "--database")
    assert result.exit_code == 0, result.output
    assert "every entry says what was committed to" in result.output
    Entry.objects.filter(kind="response").last().delete()
    result = run("verify", "--database")
    assert result.exit_code == 1
    assert "WRONG:" in result.output


def test_a_witness_follows_a_site_is_accepted_and_finds_it_out(
    assembly, live_server, tmp_path, settings, monkeypatch
):
    sign(at_once=True)
    words = ["witness", live_server.url, "--name", "skelby.example/witness", "--state", tmp_path, "--once"]
    first = run(*words)
    assert first.exit_code == 0, first.output
    assert "No accepted witness signed it" in first.output
    assert str(identity.key()) in first.output
    own = Memory(tmp_path).signer.key
    accept_witness(name="Skelby branch", key=str(own), address="", authority="Nell")
    sign(at_once=True)
    second = run(*words, "--key", identity.key())
    assert "signed, and shown on the site" in second.output
    shown = run("witness", live_server.url, "--state", tmp_path, "--show")
    assert str(own) in shown.output
    assert "skelby.example/witness" in shown.output
    seen = tmp_path / "seen.txt"
    # As it is shown, with the other log that this witness follows.
    Memory(tmp_path).follow(Signer("else.example/log", ED25519, bytes(32)).key)
    seen.write_text(run("witness", live_server.url, "--state", tmp_path, "--show").output)
    compared = run("verify", "--live", live_server.url, "--seen", seen)
    assert compared.exit_code == 0, compared.output
    assert "what another saw of the log is part of what this address shows" in compared.output
    assert "whether the site shows the same log to everybody" not in compared.output
    # Now the site goes back to an older state, and signs that.
    size = Checkpoint.objects.order_by("size").first().size
    Entry.objects.filter(position__gte=size).delete()
    Checkpoint.objects.filter(size__gt=size).delete()
    Head.objects.update(length=size)
    third = run(*words)
    assert third.exit_code == 2, third.output
    assert "it shows an older state" in third.output
    assert "the site was told" in third.output
    assert Sighting.objects.exists()
    compared = run("verify", "--live", live_server.url, "--seen", seen)
    assert compared.exit_code == 1
    assert "the log was cut" in compared.output
    # And signs other entries where those had been.
    Sighting.objects.all().delete()
    Path(settings.LOG_SIGNED).unlink()
    for _turn in range(9):
        give_role(assembly.created_by, Role.AUDITOR, by=None)
        take_role_back(assembly.created_by, Role.AUDITOR, by=assembly.created_by)
    sign(at_once=True)
    monkeypatch.setattr(following, "PAUSE", 0)
    fourth = run(*words)
    assert fourth.exit_code == 1, fourth.output
    assert "THIS LOG WAS CHANGED" in fourth.output
    assert "the site was told" in fourth.output
    assert Sighting.objects.exists()
    [found] = Memory(tmp_path).evidence()
    assert found.is_proof(identity.key())
    shown = run("witness", live_server.url, "--state", tmp_path, "--show")
    assert found.seen in shown.output
    assert found.shown in shown.output
    assert found.hashes in shown.output


def test_a_witness_keeps_its_name_and_listens_only_where_it_can(assembly, live_server, tmp_path):
    words = ["witness", live_server.url, "--state", tmp_path, "--key", identity.key()]
    Memory(tmp_path, name="a.example/w")
    assert "is called a.example/w" in str(run(*words, "--name", "b.example/w", "--once").exception)
    taken = live_server.url.partition("//")[2]
    for bind in ("nonsense", ":8123", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:x", taken):
        result = run(*words, "--listen", bind)
        assert isinstance(result.exception, InputError), bind
        assert bind in str(result.exception)


def test_a_log_under_another_name_is_not_followed_unasked(assembly, live_server, tmp_path):
    """After a restored backup it has one: the witness's keeper is to read why."""
    sign(at_once=True)
    words = ["witness", live_server.url, "--name", "a.example/w", "--state", tmp_path, "--once"]
    Memory(tmp_path, name="a.example/w").follow(Signer("before.example/log", ED25519, bytes(32)).key)
    refused = run(*words)
    assert isinstance(refused.exception, InputError)
    assert "start the witness with --key" in str(refused.exception)
    assert run(*words, "--key", identity.key()).exit_code == 0


def test_another_key_than_the_one_that_is_known_is_refused(assembly, live_server, tmp_path):
    sign(at_once=True)
    other = Signer(identity.key().name, ED25519, bytes(32)).key
    words = ["witness", live_server.url, "--name", "a.example/w", "--state", tmp_path, "--once"]
    assert isinstance(run(*words, "--key", other).exception, InputError)
    assert isinstance(run(*words).exception, InputError)
