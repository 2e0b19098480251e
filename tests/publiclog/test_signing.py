"""The log is signed as it grows, and never over a shorter one or another one."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from folkmoot.methods import transparency
from folkmoot.methods.transparency import Note, tiles, tree
from folkmoot.publiclog import audit_tree, copies, identity, store
from folkmoot.publiclog.actions import RewoundError, declare_restored, record, sign
from folkmoot.publiclog.audit import audit
from folkmoot.publiclog.models import Checkpoint, Entry, Erasure, Head, Restoration, Sighting, Tile
from folkmoot.publiclog.trust import trust
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def grow(number: int = 1) -> None:
    with transaction.atomic():
        for _ in range(number):
            record(
                Erasure.objects.create(
                    item=uuid.uuid4(), kind="response", ground="g", authority="a", tie=True
                )
            )


def cut(size: int) -> None:
    """What restoring an old backup does to the database."""
    gone = Entry.objects.filter(position__gte=size)
    Erasure.objects.filter(uuid__in=gone.values("item")).delete()
    gone.delete()
    Checkpoint.objects.filter(size__gt=size).delete()
    Tile.objects.all().delete()
    Head.objects.update(length=size)


def test_an_empty_log_is_not_signed():
    Entry.objects.all().delete()
    Head.objects.update(length=0)
    assert sign() is None
    Head.objects.all().delete()  # as it is before the first entry
    assert sign() is None


def test_what_is_signed_is_the_root_of_all_entries():
    grow(5)
    checkpoint = sign()
    note = Note.read(checkpoint.note)
    said = transparency.Checkpoint.read(note.text)
    leaves = [tree.of_leaf(entry.leaf.bytes()) for entry in Entry.objects.order_by("position")]
    assert said.size == len(leaves) == store.length()
    assert said.root == tree.root(len(leaves), tree.in_memory(leaves))
    assert list(note.signed_by([identity.key()])) == [identity.key()]


def test_it_is_signed_once_a_minute_at_most():
    grow()
    first = sign()
    grow()
    assert sign() == first
    Checkpoint.objects.update(at=timezone.now() - datetime.timedelta(seconds=61))
    assert sign().size == first.size + 1


def test_what_is_published_is_signed_at_once():
    grow()
    first = sign()
    grow()
    assert sign(at_once=True).size == first.size + 1


def test_a_log_that_did_not_grow_is_not_signed_again():
    grow()
    assert sign() == sign(at_once=True)
    assert Checkpoint.objects.count() == 1


def test_full_tiles_are_kept_and_give_the_same_proofs():
    grow(600)
    checkpoint = sign()
    assert Tile.objects.filter(level=0).count() == 2
    leaves = [tree.of_leaf(entry.leaf.bytes()) for entry in Entry.objects.order_by("position")]
    whole, read = tree.in_memory(leaves), store.tiles(checkpoint.size)
    for index in (0, 255, 256, 511, 512, 599):
        assert read.inclusion(index) == tree.inclusion(index, checkpoint.size, whole)
    assert read.consistency(300) == tree.consistency(300, checkpoint.size, whole)


@pytest.mark.parametrize("lost", [{"level": 0, "number": 1}, {"level": 0}, {"level": 1}, {}], ids=str)
def test_tiles_that_are_lost_are_made_again_from_the_entries(monkeypatch, lost):
    """Of a tree of two whole levels, with tiles of four hashes instead of 256."""
    narrow(monkeypatch)
    grow(39)
    sign()
    before = kept_tiles()
    assert sorted(level for level, _number in before) == [0] * 9 + [1] * 2
    leaves = [tree.of_leaf(entry.leaf.bytes()) for entry in Entry.objects.order_by("position")]
    Tile.objects.filter(**lost).delete()
    assert any("is not kept" in line for line in audit().wrong)
    assert store.tiles(39).inclusion(5) == tree.inclusion(5, 39, tree.in_memory(leaves))
    grow(2)
    assert sign(at_once=True).size == 41
    after = kept_tiles()
    assert after.pop((0, 9))
    assert after == before
    assert audit().wrong == []


def narrow(monkeypatch) -> None:
    for module in (tiles, store, audit_tree):
        monkeypatch.setattr(module, "WIDTH", 4)
    monkeypatch.setattr(tiles, "HEIGHT", 2)


def kept_tiles() -> dict[tuple[int, int], tuple[bytes, bytes]]:
    rows = Tile.objects.values_list("level", "number", "hashes", "root")
    return {(level, number): (bytes(hashes), bytes(root)) for level, number, hashes, root in rows}


def test_a_lost_tile_is_not_made_from_entries_that_were_changed():
    grow(600)
    sign()
    Tile.objects.filter(level=0, number=1).delete()
    Entry.objects.filter(position=300).update(epoch=7)
    grow()
    with pytest.raises(RewoundError):
        sign(at_once=True)
    assert not Tile.objects.filter(level=0, number=1).exists()


def test_a_restored_database_is_not_signed_over():
    grow(3)
    sign()
    copy = copies.kept()
    grow(4)
    sign(at_once=True)
    cut(3)
    with pytest.raises(RewoundError):
        sign(at_once=True)
    grow(10)
    with pytest.raises(RewoundError):
        sign(at_once=True)
    assert Checkpoint.objects.count() == 1
    assert copies.kept() != copy
    assert trust().missing.size == 7
    assert any("does not contain it" in line for line in audit().wrong)


def test_a_changed_entry_is_not_signed_over():
    grow(3)
    sign()
    Entry.objects.filter(position=1).update(epoch=7)
    grow()
    with pytest.raises(RewoundError):
        sign(at_once=True)


def test_a_lost_key_is_told_with_the_remedy(settings):
    grow()
    sign()
    settings.LOG_KEY = str(transparency.notes.new_signer("http://127.0.0.1:8000"))
    grow()
    with pytest.raises(RewoundError, match="secrets/log"):
        sign(at_once=True)


def test_the_log_goes_on_under_another_name_once_it_was_told():
    grow(3)
    sign()
    grow(4)
    sign(at_once=True)
    cut(3)
    with pytest.raises(RewoundError):
        sign(at_once=True)
    before = identity.signer().name
    restoration = declare_restored(reason="The disk broke on Tuesday.", authority="Nell Varga")
    assert (restoration.seen, restoration.kept) == (7, 3)
    checkpoint = sign(at_once=True)
    assert checkpoint.size == 4
    assert checkpoint.origin == identity.signer().name == f"{before}/2"
    assert trust().missing is None
    assert audit().wrong == []
    page = Client().get("/log/").content.decode()
    assert "The disk broke on Tuesday." in page
    assert "The disk broke on Tuesday." in Client().get("/record/").content.decode()


def test_nothing_is_declared_restored_where_nothing_is_missing():
    grow()
    sign()
    with pytest.raises(ValueError, match="nothing to explain"):
        declare_restored(reason="?", authority="Nell")


def test_a_second_restoration_never_takes_a_name_that_was_used():
    """The database of before the first restoration comes back after it."""
    grow(3)
    sign()
    cut(2)
    with pytest.raises(RewoundError):
        sign(at_once=True)
    first = declare_restored(reason="One.", authority="Nell")
    sign(at_once=True)
    Restoration.objects.all().delete()
    Sighting.objects.all().delete()
    cut(2)
    with pytest.raises(RewoundError):
        sign(at_once=True)
    assert declare_restored(reason="Two.", authority="Nell").origin not in (first.origin, first.before)


def test_the_page_says_that_something_is_missing_and_what_to_do(cast):
    grow(3)
    sign()
    cut(2)
    with pytest.raises(RewoundError):
        sign(at_once=True)
    assert "Something is wrong with this log" in Client().get("/log/").content.decode()
    assert "Say what happened" not in signed_in(cast.jean).get("/log/").content.decode()
    nell = signed_in(cast.nell)
    assert "Say what happened" in nell.get("/log/").content.decode()
    assert nell.post("/log/restored/", {"reason": ""}).status_code == 200
    assert Restoration.objects.count() == 0
    nell.post("/log/restored/", {"reason": "We took the backup of Monday."})
    assert Restoration.objects.get().authority == cast.nell.name
    assert "Something is wrong" not in Client().get("/log/").content.decode()
    assert signed_in(cast.jean).get("/log/restored/").status_code == 403
    assert Client().get("/log/restored/").status_code == 302


def test_the_key_is_made_at_set_up_and_only_its_owner_reads_it():
    path = settings.DATA / "secrets" / "log"
    assert path.stat().st_mode & 0o777 == 0o600
    assert settings.LOG_KEY.startswith("PRIVATE+KEY+")
    assert path.read_text() == settings.LOG_KEY
