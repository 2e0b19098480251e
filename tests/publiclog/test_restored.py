"""After a restored backup: what was lost is told as lost, and the log that goes on is not mixed with the old one."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from folkmoot.listen import actions as listen
from folkmoot.listen.models import Participation, Response
from folkmoot.methods.transparency import Checkpoint, leaf_hash
from folkmoot.publiclog import identity
from folkmoot.publiclog.actions import RewoundError, declare_restored, sign
from folkmoot.publiclog.models import Checkpoint as SignedCheckpoint
from folkmoot.publiclog.models import Entry, Head, Sighting
from folkmoot.publiclog.remote import Log, log_at
from folkmoot.publiclog.witness import Memory
from tests.people import opened, signed_in
from tests.publiclog.test_commands import run
from tests.publiclog.test_serving import SITE, get
from tests.publiclog.test_signing import cut, grow

pytestmark = pytest.mark.django_db


def check(receipt: dict) -> str:
    file = SimpleUploadedFile("receipt.json", json.dumps(receipt).encode())
    return Client().post("/receipts/check/", {"file": file}).content.decode()


def answer_of(cast, member, text: str) -> tuple[Response, dict]:
    """An answer, and the file of its receipt as it is handed out at once."""
    assembly = opened(cast.maud)
    client = signed_in(member)
    client.post(f"/a/{assembly.uuid}/answer/1/", {"text": text})
    response = Response.objects.order_by("pk").last()
    return response, file_of(client, response)


def file_of(client: Client, response: Response) -> dict:
    return json.loads(client.get(f"/receipts/{response.uuid}/receipt.json").content)


def lose(response: Response) -> None:
    """Restore the database as it was before this answer."""
    cut(Entry.objects.get(item=response.uuid).position)
    Participation.objects.filter(pk=response.participation_id).delete()


@pytest.fixture
def lost(cast) -> dict:
    """Receipts of an answer that is lost by a restored backup: of at once, and of after the log was signed."""
    kept, kept_file = answer_of(cast, cast.idris, "Buses.")
    sign()
    kept_file = file_of(signed_in(cast.idris), kept)
    response, at_once = answer_of(cast, cast.jean, "Rents.")
    sign(at_once=True)
    later = file_of(signed_in(cast.jean), response)
    lose(response)
    with pytest.raises(RewoundError):
        sign(at_once=True)
    return {"at once": at_once, "later": later, "kept": kept_file}


def goes_on() -> None:
    declare_restored(reason="The disk broke on Tuesday.", authority="Nell Varga")
    grow(5)
    sign(at_once=True)


# -- receipts


def test_a_receipt_with_a_promise_checks_on_the_site(cast):
    response, file = answer_of(cast, cast.jean, "Rents.")
    assert file["checkpoint"] is None
    for _ in range(2):
        page = check(file)
        assert "it is in the log." in page
        assert "the log keeps that promise" in page
        sign(at_once=True)
    assert "the log keeps that promise" not in check(file_of(signed_in(cast.jean), response))


def test_a_promise_that_was_changed_is_told(cast):
    _response, file = answer_of(cast, cast.jean, "Rents.")
    text, _parted, signature = file["promise"].partition("\n\n")
    other = signature[:40] + signature[40:].swapcase()
    for promise in (
        text,
        signature,
        f"{text}\n\n{other}",
        f"{file['promise']}{signature[:-4]}",
        "x" * 99_999,
    ):
        assert "is not of this entry, or was not signed by this log" in check(file | {"promise": promise})
    moved = file | {"index": file["index"] - 1}
    assert "is not of this entry, or was not signed by this log" in check(moved)
    for other in (1, [], {}, True):
        assert "is not a receipt" in check(file | {"promise": other})
    assert "is not a receipt" in check(file | {"log": {"origin": 5}})


def test_nothing_is_promised_that_could_contradict_what_was_signed(lost, cast):
    _response, file = answer_of(cast, cast.ada, "Trams.")
    assert (file["checkpoint"], file["promise"]) == (None, None)
    assert "is not until it is said what was lost of it" in check(file)
    goes_on()
    _response, file = answer_of(cast, cast.bill, "Trains.")
    assert f"\n{identity.key().name}\n" in file["promise"]
    assert "the log keeps that promise" in check(file)


def test_a_lost_answers_receipt_is_not_told_that_its_log_is_the_beginning_of_this_one(lost):
    goes_on()
    for name in ("at once", "later"):
        page = check(lost[name])
        assert f"It is not at no. {lost[name]['index']} of the log." in page
        assert "something is wrong." in page
        assert "is the beginning of this one" not in page
        assert "Nell Varga said in public that a backup was restored" in page
    origin = lost["later"]["log"]["origin"]
    assert f"Your receipt was signed under the log “{origin}”. This one does not contain all of it." in page
    assert "does not keep that promise" in check(lost["at once"])
    assert not Sighting.objects.filter(origin=identity.key().name).exists()
    query = {"place": lost["later"]["index"], "hash": "0" * 64}
    assert "a backup was restored" in Client().get("/receipts/check/", query).content.decode()


def test_answers_that_came_since_are_not_told_as_what_was_left(lost, cast):
    """While nothing is signed people go on answering; their answers stand where the lost ones stood."""
    grow(20)
    restoration = declare_restored(reason="The disk broke.", authority="Nell Varga")
    sign(at_once=True)
    assert restoration.kept <= lost["later"]["index"] < restoration.seen < Entry.objects.count()
    words = f"the first {restoration.kept} are sure to be here, and of the others some or all are lost"
    assert words in Client().get("/log/").content.decode()
    assert words in Client().get("/record/").content.decode()
    assert f"from no. {restoration.kept} on were lost" in check(lost["later"])


def test_nothing_is_sure_where_no_signature_fits_any_more(lost):
    Entry.objects.filter(position=0).update(epoch=7)
    assert declare_restored(reason="The disk broke.", authority="Nell Varga").kept == 0


def test_a_receipt_from_before_what_was_lost_still_checks(lost):
    goes_on()
    page = check(lost["kept"])
    assert "it is in the log." in page
    assert "is the beginning of this one" in page
    assert "a backup was restored" not in page


def test_a_promise_finds_out_what_no_signature_had_covered(cast):
    """Answers were acknowledged after the last signature, and lost with a backup that holds all that was signed."""
    opened(cast.maud)
    sign()
    response, file = answer_of(cast, cast.jean, "Rents.")
    lose(response)
    grow(20)
    sign(at_once=True)
    assert Entry.objects.count() > file["index"]
    page = check(file)
    assert "Its place was promised under the log’s key, and the log does not keep that promise." in page
    assert "something is wrong." in page


def test_an_erased_answers_receipt_says_on_whose_word(cast):
    response, _file = answer_of(cast, cast.jean, "Rents.")
    entry = Entry.objects.get(item=response.uuid)
    listen.erase(response.participation, ground="the member asked for it", authority="the member, signed in")
    query = {"place": entry.position, "hash": leaf_hash(entry.leaf)}
    page = Client().get("/receipts/check/", query).content.decode()
    assert "was erased: the member asked for it (the member, signed in)." in page


# -- addresses


def test_the_log_that_goes_on_is_served_below_its_own_address(lost):
    before = Log(SITE, get).note()
    goes_on()
    now = log_at("http://testserver", get)
    assert now.address == f"{SITE}/2"
    said = Checkpoint.read(now.note().text)
    assert said.origin == identity.key().name == now.key().name
    assert said.origin.endswith("/log/2")
    assert now.tiles(said.size).root() == said.root
    assert len(list(now.leaves(said.size))) == said.size
    assert Checkpoint.read(before.text).origin != said.origin
    page = Client().get("/log/").content.decode()
    assert 'href="/log/2/checkpoint"' in page
    assert log_at(f"{SITE}/2", get) == log_at(SITE, get) == log_at(f"{SITE}/", get) == now


def test_below_the_old_address_it_is_said_where_the_log_went_on(lost):
    grow(300)
    goes_on()
    for path in ("checkpoint", "tile/0/000.p/3", "tile/0/000", "tile/entries/000.p/3"):
        answer = Client().get(f"/log/{path}")
        assert answer.status_code == 410
        assert "http://testserver/log/2/checkpoint" in answer.content.decode()
        assert "immutable" not in answer.headers.get("Cache-Control", "")
        assert Client().get(f"/log/2/{path}").status_code == 200
        assert Client().get(f"/log/3/{path}").status_code == 404
        assert Client().get(f"/log/1/{path}").status_code == 404
    assert "immutable" in Client().get("/log/2/tile/0/000").headers["Cache-Control"]


def test_before_anything_was_restored_there_is_no_other_address():
    grow(3)
    sign()
    for path in ("/log/2/checkpoint", "/log/2/key", "/log/2/tile/0/000.p/3"):
        assert Client().get(path).status_code == 404
    assert log_at("http://testserver", get).address == SITE


def test_restored_twice_it_goes_on_as_the_third(lost):
    goes_on()
    cut(SignedCheckpoint.objects.order_by("pk").last().size - 2)
    with pytest.raises(RewoundError):
        sign(at_once=True)
    goes_on()
    assert log_at("http://testserver", get).address == f"{SITE}/3"
    assert [Client().get(f"/log/{at}checkpoint").status_code for at in ("", "2/", "3/")] == [410, 410, 200]


def test_a_log_of_another_program_is_taken_as_it_is():
    def other(address: str) -> tuple[int, str, bytes]:
        return (200, "text/html", b"\xff<html>") if address.endswith("/key") else (404, "text/plain", b"")

    assert log_at("https://else.example", other).address == "https://else.example/log"
    assert log_at("https://else.example/log/7", other).address == "https://else.example/log/7"


@pytest.mark.django_db(transaction=True)
def test_witness_and_verify_follow_to_the_new_address(transactional_db, live_server, tmp_path):
    Head.objects.get_or_create(pk=Head.THE_ONE)
    grow(300)
    sign()
    first = run("witness", live_server.url, "--name", "a.example/w", "--state", tmp_path / "a", "--once")
    assert first.exit_code == 0, first.output
    grow(5)
    sign(at_once=True)
    cut(290)
    with pytest.raises(RewoundError):
        sign(at_once=True)
    goes_on()
    alone = run("verify", "--live", live_server.url)
    assert alone.exit_code == 0, alone.output
    # The name is new: whoever follows the old one is told, and says that she follows the new one, too.
    again = run("witness", live_server.url, "--state", tmp_path / "a", "--once")
    assert "A restored log has a new name" in str(again.exception.remedy)
    key = str(identity.key())
    result = run("witness", live_server.url, "--state", tmp_path / "a", "--key", key, "--once")
    assert result.exit_code == 0, result.output
    assert Memory(tmp_path / "a").seen(identity.key().name).size == SignedCheckpoint.objects.last().size


@pytest.mark.django_db(transaction=True)
def test_a_bundle_of_before_is_told_that_the_log_went_on_under_another_name(transactional_db, live_server):
    Head.objects.get_or_create(pk=Head.THE_ONE)
    grow(5)
    sign()
    former = identity.key()
    grow(2)
    sign(at_once=True)
    cut(5)
    with pytest.raises(RewoundError):
        sign(at_once=True)
    goes_on()
    told = run("verify", "--live", live_server.url, "--key", former)
    assert told.exit_code == 1
    assert (
        f"but goes on as {identity.key().name}: a backup was restored, and its page says why" in told.output
    )
