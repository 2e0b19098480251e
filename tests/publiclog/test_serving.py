"""The log over the web: tiles and checkpoints as the open formats say, and witnesses that come and go."""

from __future__ import annotations

import json
import time
import uuid

import pytest
from django.db import transaction
from django.test import Client

from folkmoot.listen import actions as listen
from folkmoot.listen.models import Response
from folkmoot.methods.transparency import COSIGNATURE, Checkpoint, Note, Signer, leaf_hash
from folkmoot.publiclog import asking, identity
from folkmoot.publiclog.actions import record, sign
from folkmoot.publiclog.following import visit
from folkmoot.publiclog.models import Cosignature, Entry, Erasure, Sighting, WitnessChange
from folkmoot.publiclog.receipts import Receipt
from folkmoot.publiclog.remote import Answer, Log, NotNowError
from folkmoot.publiclog.trust import trust
from folkmoot.publiclog.witness import Memory, application
from folkmoot.publiclog.witness_actions import accept_witness
from tests.people import opened, signed_in
from tests.publiclog.test_witnesses import asked

pytestmark = pytest.mark.django_db
SITE = "http://testserver/log"
NOW = 1_790_000_000


def grow(number: int) -> None:
    with transaction.atomic():
        for _ in range(number):
            record(
                Erasure.objects.create(
                    item=uuid.uuid4(), kind="response", ground="g", authority="a", tie=True
                )
            )


def get(address: str) -> Answer:
    answer = Client().get(address.removeprefix("http://testserver"))
    return answer.status_code, answer.headers["Content-Type"], answer.content


def post(address: str, body: bytes) -> Answer:
    answer = Client().post(address.removeprefix("http://testserver"), body, content_type="text/plain")
    return answer.status_code, answer.headers["Content-Type"], answer.content


LOG = Log(SITE, get)


def witness(folder, name: str = "skelby.example/witness") -> Memory:
    made = Memory(folder, name=name)
    made.follow(identity.key())
    return made


def test_nothing_is_served_before_it_was_signed():
    grow(3)
    assert Client().get("/log/checkpoint").status_code == 404
    assert Client().get("/log/tile/0/000.p/3").status_code == 404


def test_the_log_is_read_back_from_what_is_served():
    grow(600)
    checkpoint = sign()
    note = LOG.note()
    said = Checkpoint.read(note.text)
    assert said.size == checkpoint.size
    assert note.signed_by([LOG.key()])
    assert LOG.tiles(said.size).root() == said.root
    leaves = list(LOG.leaves(said.size))
    assert [leaf.item for leaf in leaves] == [str(e.item) for e in Entry.objects.order_by("position")]


def test_what_was_not_signed_yet_is_not_served():
    """When somebody answers is not to be seen more exactly than the checkpoints say."""
    grow(300)
    size = sign().size
    grow(20)
    assert Client().get(f"/log/tile/0/001.p/{size - 256}").status_code == 200
    assert Client().get(f"/log/tile/0/001.p/{size - 256 + 1}").status_code == 404
    assert Client().get(f"/log/tile/entries/001.p/{size - 256 + 1}").status_code == 404
    assert Client().get("/log/tile/1/000").status_code == 404


def test_full_tiles_may_be_kept_for_ever_and_have_their_types():
    grow(300)
    sign()
    full = Client().get("/log/tile/0/000")
    assert (full["Content-Type"], len(full.content)) == ("application/octet-stream", 8192)
    assert "immutable" in full["Cache-Control"]
    assert len(Client().get("/log/tile/1/000.p/1").content) == 32
    leaves = Client().get("/log/tile/entries/000", headers={"Accept-Encoding": "gzip"})
    assert leaves["Content-Encoding"] == "gzip"
    checkpoint = Client().get("/log/checkpoint")
    assert checkpoint["Content-Type"] == "text/plain; charset=utf-8"
    assert checkpoint["Cache-Control"] == "max-age=5"


@pytest.mark.parametrize(
    "path",
    [
        "0/0",
        "00/000",
        "+0/000",
        "٠/000",
        "0/x000/000",
        "9/000",
        "0/000.p/256",
        "0/000.p/0",
        "64/000",
        "entries/abc",
        "0/999",
    ],
)
def test_strange_addresses_are_not_found(path):
    grow(300)
    sign()
    assert Client().get(f"/log/tile/{path}").status_code == 404


def test_nothing_is_set_and_no_session_begun_by_machines():
    grow(3)
    sign()
    for path in ("/log/checkpoint", "/log/key", "/log/tile/0/000.p/3"):
        answer = Client().get(path)
        assert not answer.cookies
        assert answer["Access-Control-Allow-Origin"] == "*"


# -- witnesses


def test_a_witness_that_comes_by_itself_is_shown_once_it_was_accepted(tmp_path, cast):
    grow(5)
    sign()
    branch = witness(tmp_path)
    assert "does not show it" in visit(branch, LOG, NOW, send=post).words
    assert trust().seen == ()
    page = Client().get("/log/").content.decode()
    assert "you are trusting them" in page
    nell = signed_in(cast.nell)
    sent = {"name": "Skelby branch", "key": str(branch.signer.key), "address": ""}
    assert nell.post("/log/witnesses/", sent).status_code == 302
    grow(3)
    sign(at_once=True)
    seen = visit(branch, LOG, NOW + 60, send=post)
    assert not seen.wrong
    assert "shown on the site" in seen.words
    page = Client().get("/log/").content.decode()
    assert "Skelby branch" in page
    assert "One witness follows it" in page
    assert branch.signer.name in Client().get("/log/checkpoint").content.decode()
    assert "Skelby branch" in Client().get("/record/").content.decode()


def test_only_administrators_accept_and_end(tmp_path, cast):
    key = str(Signer("a.example/w", COSIGNATURE, bytes(32)).key)
    sent = {"name": "Skelby", "key": key, "address": ""}
    assert signed_in(cast.maud).post("/log/witnesses/", sent).status_code == 403
    assert Client().post("/log/witnesses/", sent).status_code == 302
    assert WitnessChange.objects.count() == 0
    nell = signed_in(cast.nell)
    nell.post("/log/witnesses/", sent)
    standing = WitnessChange.objects.standing().get()
    end = f"/log/witnesses/{standing.uuid}/end/"
    assert signed_in(cast.maud).post(end).status_code == 403
    nell.post(end)
    assert not WitnessChange.objects.standing().exists()
    assert WitnessChange.objects.count() == 2


def test_what_is_no_witness_key_comes_back_filled_in(cast):
    nell = signed_in(cast.nell)
    for key in ("nonsense", str(identity.key())):
        answer = nell.post("/log/witnesses/", {"name": "Skelby branch", "key": key, "address": ""})
        assert answer.status_code == 200
        assert "Skelby branch" in answer.content.decode()
        assert WitnessChange.objects.count() == 0


def test_a_witness_that_is_asked(tmp_path):
    grow(5)
    sign()
    branch = witness(tmp_path)
    app = application(branch, lambda: NOW)
    accept_witness(
        name="Thornhill", key=str(branch.signer.key), address="https://thornhill.example/w/", authority="Nell"
    )

    def send(address: str, body: bytes) -> Answer:
        assert address == "https://thornhill.example/w/add-checkpoint"
        status, headers, content = asked(app, "POST", "/add-checkpoint", body)
        return int(status[:3]), headers["Content-Type"], content

    asking.ask_witnesses(send=send)
    assert trust().seen[0].size == 5
    grow(4)
    sign(at_once=True)
    asking.ask_witnesses(send=send)
    assert trust().seen[0].size == 10
    # It has seen more than we remember: the 409 says how much, and it is asked again from there.
    Cosignature.objects.all().delete()
    grow(1)
    sign(at_once=True)
    asking.ask_witnesses(send=send)
    assert trust().seen[0].size == 11


def test_a_witness_that_does_not_answer_is_passed_over(caplog):
    grow(5)
    sign()
    key = str(Signer("a.example/w", COSIGNATURE, bytes(32)).key)
    accept_witness(name="Away", key=key, address="https://away.example", authority="Nell")
    for answer in [
        (500, "text/plain", b"broken"),
        (200, "text/plain", b"nonsense"),
        (409, "text/x.tlog.size", b"x"),
    ]:
        asking.ask_witnesses(
            send=lambda address, body, answer=answer: answer, read=lambda address, answer=answer: answer
        )
    assert Cosignature.objects.count() == 0
    assert caplog.text.count("did not sign") == 3


def test_before_signing_a_witness_is_asked_what_it_has_seen(tmp_path):
    """The whole data directory was restored: only others know."""
    grow(5)
    sign()
    branch = witness(tmp_path)
    accept_witness(name="Thornhill", key=str(branch.signer.key), address="https://t.example", authority="N")
    longer = Checkpoint(identity.key().name, 50, bytes(32)).text
    note = f"{longer}\n{identity.signer().line(longer)}"
    asking.look_around(read=lambda address: (200, "text/plain", note.encode()))
    assert trust().missing.size == 50
    assert Sighting.objects.get().source == "Thornhill"


def test_a_witness_that_did_not_answer_is_asked_again_before_anything_is_signed():
    """But one that is gone for good does not stop the log for ever."""
    grow(5)
    sign()
    for number, name in enumerate(("Away", "Here")):
        key = str(Signer(f"{name}.example/w", COSIGNATURE, bytes([number] * 32)).key)
        accept_witness(name=name, key=key, address=f"https://{name}.example", authority="Nell")
    clock, asked, back = [1000.0], [], []

    def read(address: str) -> Answer:
        asked.append(address)
        if "Away" in address and not back:
            raise NotNowError("it does not answer")
        return (
            (503, "text/plain", b"") if "Away" in address and back == ["hardly"] else (404, "text/plain", b"")
        )

    assert asking.look_around(read=read) == ["Away"]
    lookout = asking.Lookout(lambda: clock[0])
    del asked[:]
    assert not lookout.may_sign(read=read)
    assert not lookout.may_sign(read=read)
    assert len(asked) == 2
    clock[0] += asking.AGAIN
    back.append("hardly")
    assert not lookout.may_sign(read=read)
    assert len(asked) == 4
    clock[0] += asking.PATIENCE
    assert lookout.may_sign(read=read)
    assert len(asked) == 6
    back[:] = ["yes"]
    clock[0] += asking.AGAIN
    assert lookout.may_sign(read=read)
    clock[0] += asking.AGAIN
    assert lookout.may_sign(read=read)
    assert len(asked) == 8


@pytest.mark.parametrize("ahead", [2 * 3600, 2**40, 2**63, None])
def test_a_witness_whose_clock_is_wrong_is_told(ahead):
    seconds = 2**64 - 1 if ahead is None else int(time.time()) + ahead
    grow(5)
    checkpoint = sign()
    signer = Signer("a.example/w", COSIGNATURE, bytes(32))
    accept_witness(name="A", key=str(signer.key), address="", authority="N")
    text = Note.read(checkpoint.note).text
    status, _kind, body = post(f"{SITE}/cosignature", (checkpoint.note + signer.line(text, seconds)).encode())
    assert status == 403
    assert b"calendar" in body or b"still to come" in body
    assert Cosignature.objects.count() == 0
    assert trust().last is None
    soon = int(time.time()) + 600
    assert post(f"{SITE}/cosignature", (checkpoint.note + signer.line(text, soon)).encode())[0] == 200


def test_a_word_without_our_signature_stops_nothing():
    grow(5)
    sign()
    stranger = Signer(identity.key().name, 1, bytes(32))
    longer = Checkpoint(identity.key().name, 50, bytes(32)).text
    note = f"{longer}\n{stranger.line(longer)}"
    assert post(f"{SITE}/cosignature", note.encode())[0] == 403
    assert post(f"{SITE}/cosignature", b"nonsense")[0] == 403
    assert post(f"{SITE}/cosignature", b"\xff")[0] == 403
    assert post(f"{SITE}/cosignature", b"x" * 100_000)[0] == 413
    assert trust().missing is None


def test_our_own_signature_on_another_log_stops_everything(tmp_path):
    grow(5)
    sign()
    longer = Checkpoint(identity.key().name, 50, bytes(32)).text
    note = f"{longer}\n{identity.signer().line(longer)}"
    assert post(f"{SITE}/cosignature", note.encode())[0] == 409
    assert "Something is wrong with this log" in Client().get("/log/").content.decode()


# -- receipts


@pytest.fixture
def answered(cast):
    assembly = opened(cast.maud)
    question = assembly.questions.get(way="open_text", closing=False)
    person = listen.take_part(
        assembly, member=cast.jean, token_hash="x", started_at=assembly.moment(), seed=1
    )
    response, entry = listen.respond(person, question, {"text": "Rents, please."})
    return response, entry


def test_a_member_sees_all_her_receipts_and_their_state(answered, cast):
    _response, entry = answered
    jean = signed_in(cast.jean)
    page = jean.get("/receipts/").content.decode()
    assert Receipt.of(entry).name in page
    assert "within a minute or two" in page
    sign()
    page = jean.get("/receipts/").content.decode()
    assert "No witness has signed with it yet" in page
    assert Receipt.of(entry).name not in signed_in(cast.idris).get("/receipts/").content.decode()
    assert Client().get("/receipts/").status_code == 302


def test_a_member_is_told_which_of_her_answers_stands(answered, cast):
    response, _entry = answered
    person, question = response.participation, response.question
    jean = signed_in(cast.jean)
    stands = f"To “{question}”. It is the answer of yours that stands."
    assert stands in jean.get("/receipts/").content.decode()
    listen.respond(person, question, {"text": "Buses, please."})
    page = jean.get("/receipts/").content.decode()
    assert page.count(stands) == 1
    replaced = f"To “{question}”. A later answer of yours stands in its place."
    assert page.index(stands) < page.index(replaced)
    Response.objects.filter(number=2).update(late=True)
    page = jean.get("/receipts/").content.decode()
    assert page.index("It came late, and is kept aside.") < page.index(stands)
    votes = question.assembly.questions.get(way="statements")
    statement = votes.statements.first()
    listen.respond(person, votes, {"votes": {str(statement.uuid): 1}})
    assert f"Votes, to “{votes}”." in jean.get("/receipts/").content.decode()


def test_a_receipts_file_is_its_owners_alone_and_checks(answered, cast):
    response, entry = answered
    sign()
    where = f"/receipts/{response.uuid}/receipt.json"
    assert signed_in(cast.idris).get(where).status_code == 404
    assert signed_in(cast.maud).get(where).status_code == 404
    assert Client().get(where).status_code == 302
    answer = signed_in(cast.jean).get(where)
    receipt = json.loads(answer.content)
    assert "Rents, please." in receipt["content"]
    assert receipt["index"] == entry.position
    assert "no-store" in answer["Cache-Control"]
    checked = check_file(answer.content)
    assert "it is in the log." in checked
    assert "What you said is what was sealed." in checked


def check_file(content: bytes) -> str:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("receipt.json", content)
    return Client().post("/receipts/check/", {"file": file}).content.decode()


def test_a_changed_receipt_is_told(answered, cast):
    response, _entry = answered
    sign()
    content = signed_in(cast.jean).get(f"/receipts/{response.uuid}/receipt.json").content
    changed = content.replace(b"Rents", b"Taxes")
    assert "was changed" in check_file(changed)
    receipt = json.loads(content)
    receipt["index"] += 1
    assert "It is not at no." in check_file(json.dumps(receipt).encode())
    receipt = json.loads(content)
    moved = receipt["content"][:1]
    receipt |= {"salt": receipt["salt"] + moved.encode().hex(), "content": receipt["content"][1:]}
    assert "was changed" in check_file(json.dumps(receipt).encode())


def test_a_receipt_is_checked_by_its_place_and_hash(answered):
    _response, entry = answered
    query = {"place": entry.position, "hash": leaf_hash(entry.leaf)}
    assert "it is in the log." in Client().get("/receipts/check/", query).content.decode()
    query["hash"] = "0" * 64
    assert "something is wrong" in Client().get("/receipts/check/", query).content.decode()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b"[" * 9999, b'{"format": "folkmoot.receipt/1"}', b"null"]
)
def test_what_is_no_receipt_is_told_and_the_form_comes_back(content):
    page = check_file(content)
    assert "is not a receipt" in page or "is empty" in page


def test_strange_values_in_a_receipt_are_told(answered, cast):
    response, _entry = answered
    sign()
    receipt = json.loads(signed_in(cast.jean).get(f"/receipts/{response.uuid}/receipt.json").content)
    for name in ("index", "salt", "content", "checkpoint", "promise", "log", "leaf"):
        for value in (None, 10**30, -1, 1.5, [], {}, True, "x", "\ud800", "[" * 50_000):
            page = check_file(json.dumps({**receipt, name: value}).encode())
            # Where there is a checkpoint, a promise is passed over.
            fine = (name == "checkpoint" and value is None) or (
                name == "promise" and isinstance(value, str | None)
            )
            assert fine or "is not a receipt" in page or "something is wrong" in page, (name, value)


@pytest.mark.parametrize("sent", [{}, {"place": "5"}, {"hash": "0" * 64}, {"place": "x", "hash": "y"}])
def test_half_a_receipt_comes_back_filled_in(sent):
    answer = Client().post("/receipts/check/", sent)
    assert answer.status_code == 422
    for value in sent.values():
        assert value in answer.content.decode()


def test_an_erased_answers_receipt_says_so(answered, cast):
    response, entry = answered
    sign()
    listen.erase(response.participation, ground="she asked", authority="herself")
    query = {"place": entry.position, "hash": leaf_hash(entry.leaf)}
    assert "was erased" in Client().get("/receipts/check/", query).content.decode()


def test_the_note_that_is_served_holds_the_lines_of_accepted_witnesses_alone():
    grow(5)
    checkpoint = sign()
    signer = Signer("a.example/w", COSIGNATURE, bytes(32))
    standing = accept_witness(name="A", key=str(signer.key), address="", authority="N")
    text = Note.read(checkpoint.note).text
    assert post(f"{SITE}/cosignature", (checkpoint.note + signer.line(text, NOW)).encode())[0] == 200
    assert "a.example/w" in Client().get("/log/checkpoint").content.decode()
    from folkmoot.publiclog.witness_actions import end_witness

    end_witness(standing, authority="N")
    assert "a.example/w" not in Client().get("/log/checkpoint").content.decode()
