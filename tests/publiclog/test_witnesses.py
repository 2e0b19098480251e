"""Witnesses: they sign what only grew, and find out a log that shows different lists or takes entries back."""

from __future__ import annotations

import base64
import hashlib
import io
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from folkmoot.methods import InputError
from folkmoot.methods.transparency import (
    ED25519,
    Checkpoint,
    Key,
    Leaf,
    Note,
    Request,
    Signer,
    tiles,
    tree,
)
from folkmoot.methods.transparency.checkpoints import hashes_to_text
from folkmoot.publiclog import following
from folkmoot.publiclog.remote import Answer, Log, NotNowError, differences, get
from folkmoot.publiclog.witness import Memory, application, named

ADDRESS = "https://union.example/log"
SIGNER = Signer("union.example/log", ED25519, bytes(range(32)))
NOW = 1_790_000_000


def leaf(number: int, salt: str = "") -> Leaf:
    return Leaf(
        "response", f"item {number}{salt}", 494_000, hashlib.sha256(f"{number}{salt}".encode()).hexdigest()
    )


@dataclass
class Server:
    """A log that a test has in its hands: honest as long as its leaves only grow."""

    leaves: list[Leaf] = field(default_factory=lambda: [leaf(n) for n in range(5)])
    signer: Signer = SIGNER
    handed_in: list[str] = field(default_factory=list)

    def hashes(self) -> list[bytes]:
        return [tree.of_leaf(each.bytes()) for each in self.leaves]

    def note(self) -> str:
        hashes = self.hashes()
        root = tree.root(len(hashes), tree.in_memory(hashes))
        text = Checkpoint(self.signer.name, len(hashes), root).text
        return f"{text}\n{self.signer.line(text)}"

    def get(self, address: str) -> Answer:
        path = address.removeprefix(ADDRESS + "/")
        if path == "key":
            return 200, "text/plain", f"{self.signer.key}\n".encode()
        if path == "checkpoint":
            return 200, "text/plain", self.note().encode()
        _tile, level, place = path.split("/", 2)
        index, width = tiles.place(place)
        if level == "entries":
            found = self.leaves[index * 256 : index * 256 + width]
            return 200, "application/octet-stream", tiles.bundle(each.bytes() for each in found)
        row = tree.rows_above(self.hashes())[8 * int(level)]
        return 200, "application/octet-stream", b"".join(row[index * 256 : index * 256 + width])

    def post(self, address: str, body: bytes) -> Answer:
        assert address == ADDRESS + "/cosignature"
        note = body.decode()
        self.handed_in.append(note)
        size = Checkpoint.read(Note.read(note).text).size
        return (409 if size > len(self.leaves) else 200), "text/plain", b"\n"

    @property
    def log(self) -> Log:
        return Log(ADDRESS, self.get)


def memory(folder: Path, name: str = "skelby.example/witness") -> Memory:
    made = Memory(folder, name=name)
    made.follow(SIGNER.key)
    return made


def request(server: Server, old: int, *, proof: list[bytes] | None = None) -> bytes:
    hashes = server.hashes()
    if proof is None:
        proof = tree.consistency(old, len(hashes), tree.in_memory(hashes))
    return Request(old, tuple(proof), Note.read(server.note())).body().encode()


def test_a_log_that_grows_is_signed_each_time(tmp_path):
    server, witness = Server(), memory(tmp_path)
    for size in (5, 9, 300):
        server.leaves = [leaf(n) for n in range(size)]
        seen = look(witness, server.log, server, now=NOW)
        assert (seen.size, seen.wrong) == (size, False)
        handed_in = Note.read(server.handed_in[-1])
        assert handed_in.signed_by([witness.signer.key]) == {witness.signer.key: NOW}
    assert witness.seen(SIGNER.name).size == 300
    assert witness.evidence() == []


def look(
    witness: Memory, log: Log, server: Server, *, now: int = NOW + 60, pauses: list[float] | None = None
):
    """A visit that does not wait; what it would have waited is noted."""
    waited = [] if pauses is None else pauses
    return following.visit(witness, log, now, send=server.post, wait=waited.append)


def test_a_log_that_changed_an_entry_is_found_out_and_told(tmp_path):
    server, witness = Server(), memory(tmp_path)
    look(witness, server.log, server)
    changed = [leaf(n, "changed" if n == 2 else "") for n in range(5)]
    for size in (5, 6, 300):
        server.leaves = changed + [leaf(n) for n in range(5, size)]
        for _twice in range(2):
            seen = look(witness, server.log, server)
            assert seen.wrong
            assert "THIS LOG WAS CHANGED" in seen.words
        assert server.handed_in[-1] == witness.note(SIGNER.name)
        assert witness.seen(SIGNER.name).size == 5
    kept = witness.evidence()
    assert len(kept) == 3
    assert all(each.is_proof(SIGNER.key) for each in kept)
    assert [bool(each.hashes) for each in kept] == [False, True, True]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 255, 256, 257])
def test_what_is_kept_proves_to_anybody_that_the_log_was_changed(tmp_path, size):
    server, witness = Server(leaves=[leaf(n) for n in range(size)]), memory(tmp_path)
    look(witness, server.log, server)
    server.leaves = [leaf(n, "changed" if n == size - 1 else "") for n in range(300)]
    assert look(witness, server.log, server).wrong
    [kept] = witness.evidence()
    assert kept.is_proof(SIGNER.key)
    other = Signer(SIGNER.name, ED25519, bytes(32)).key
    assert not kept.is_proof(other)
    honest = Server(leaves=[leaf(n) for n in range(300)])
    root = tree.root(size, tree.in_memory(honest.hashes()))
    proof = tree.consistency(size, 300, tree.in_memory(honest.hashes()))
    for hashes in ("", kept.hashes + kept.hashes, kept.hashes[45:], hashes_to_text([root, *proof])):
        assert not replace(kept, hashes=hashes).is_proof(SIGNER.key)
    assert not replace(kept, shown=honest.note()).is_proof(SIGNER.key)
    assert not replace(kept, shown=kept.seen).is_proof(SIGNER.key)


def test_a_log_is_read_twice_before_it_is_accused(tmp_path):
    server, witness = Server(), memory(tmp_path)
    look(witness, server.log, server)
    server.leaves = [leaf(n, "changed" if n == 2 else "") for n in range(20)]
    pauses: list[float] = []

    def gone(address: str) -> Answer:
        return (502, "text/plain", b"") if pauses and "/tile/" in address else server.get(address)

    with pytest.raises(InputError, match="cannot be read now"):
        look(witness, Log(ADDRESS, gone), server, pauses=pauses)
    assert pauses == [following.PAUSE]
    # What it signed is proof however it behaves later.
    assert witness.evidence()[0].is_proof(SIGNER.key)
    assert look(witness, server.log, server).wrong


FAILING = {
    "an error of the server": lambda body: (502, "text/plain", b"bad gateway"),
    "a page that is not there": lambda body: (404, "text/html", b"<p>not found"),
    "half a tile": lambda body: (200, "application/octet-stream", body[: len(body) // 2]),
    "another tile": lambda body: (200, "application/octet-stream", body[::-1]),
    "a page to sign in to the network": lambda body: (200, "text/html", b"<p>Welcome to our WLAN"),
}


@pytest.mark.parametrize("trouble", FAILING.values(), ids=FAILING)
@pytest.mark.parametrize("size", [6, 20, 300])
def test_what_cannot_be_read_accuses_nobody(tmp_path, trouble, size):
    server, witness = Server(), memory(tmp_path)
    look(witness, server.log, server)
    server.leaves = [leaf(n) for n in range(size)]

    def failing(address: str) -> Answer:
        return trouble(server.get(address)[2]) if "/tile/" in address else server.get(address)

    with pytest.raises(InputError):
        look(witness, Log(ADDRESS, failing), server)
    assert witness.evidence() == []
    assert witness.seen(SIGNER.name).size == 5
    seen = look(witness, server.log, server)
    assert (seen.size, seen.wrong) == (size, False)


def test_nobody_who_answers_is_no_reason_to_accuse(tmp_path):
    server, witness = Server(), memory(tmp_path)
    look(witness, server.log, server)
    server.leaves.append(leaf(5))

    def silent(address: str) -> Answer:
        if "/tile/" in address:
            raise NotNowError(f"{address} does not answer: timed out")
        return server.get(address)

    with pytest.raises(NotNowError):
        look(witness, Log(ADDRESS, silent), server)
    assert witness.evidence() == []


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"nonsense\r\n\r\n",
        b"",
    ],
)
def test_an_answer_that_breaks_off_is_trouble_on_the_way(said):
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=_answer_once, args=[server, said])
        answering.start()
        with pytest.raises(NotNowError, match=r"does not answer|cannot be read now"):
            Log(f"http://127.0.0.1:{server.getsockname()[1]}/log", get).note()
        answering.join()


def _answer_once(server: socket.socket, said: bytes) -> None:
    connection, _address = server.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(said)


def test_an_old_copy_of_the_checkpoint_is_no_reason_to_accuse(tmp_path):
    server, witness = Server(), memory(tmp_path)
    old = server.note()
    look(witness, server.log, server)
    server.leaves += [leaf(5), leaf(6)]
    look(witness, server.log, server, now=NOW + 60)

    def stale(address: str) -> Answer:
        return (200, "text/plain", old.encode()) if address.endswith("checkpoint") else server.get(address)

    seen = look(witness, Log(ADDRESS, stale), server, now=NOW + 120)
    assert not seen.wrong
    assert "it shows an older state: 5 entries, and it had 7 on" in seen.words
    assert "does not hold" not in seen.words
    with pytest.raises(InputError, match="older state"):
        look(witness, Log(ADDRESS, stale), server, now=NOW + 60 + following.OLD_FOR + 1)
    assert witness.evidence() == []
    assert witness.seen(SIGNER.name).size == 7
    assert not look(witness, server.log, server, now=NOW + 9999).wrong


def test_a_log_that_takes_entries_back_is_told_and_found_out_once_it_goes_on(tmp_path):
    """A shorter checkpoint was true once, so it proves nothing; what is signed after it does."""
    server, witness = Server(), memory(tmp_path)
    look(witness, server.log, server)
    server.leaves = server.leaves[:4]
    seen = look(witness, server.log, server)
    assert not seen.wrong
    assert "says itself that it does not hold what it had signed" in seen.words
    assert witness.evidence() == []
    server.leaves += [leaf(n, "new") for n in range(4, 9)]
    assert look(witness, server.log, server).wrong
    assert witness.evidence()[0].is_proof(SIGNER.key)


def test_an_older_state_that_never_was_is_found_out_where_the_log_still_shows_the_other(tmp_path):
    server, witness = Server(leaves=[leaf(n) for n in range(9)]), memory(tmp_path)
    look(witness, server.log, server)
    forked = Server(leaves=[leaf(n, "changed" if n == 2 else "") for n in range(6)])

    def both(address: str) -> Answer:
        return forked.get(address) if address.endswith("checkpoint") else server.get(address)

    assert look(witness, Log(ADDRESS, both), server).wrong
    [kept] = witness.evidence()
    assert kept.is_proof(SIGNER.key)


def test_two_processes_of_one_witness_do_not_accuse_each_others_log(tmp_path):
    """One signs more of the log while the other one reads it."""
    server, witness = Server(), memory(tmp_path)
    look(witness, server.log, server)
    server.leaves = [leaf(n) for n in range(9)]
    other = Memory(tmp_path)
    ahead = [12, 7]

    def meanwhile(address: str) -> Answer:
        answer = server.get(address)
        if "/tile/" in address and ahead:
            size = ahead.pop()
            honest = Server(leaves=[leaf(n) for n in range(size)])
            assert other.add_checkpoint(request(honest, other.seen(SIGNER.name).size), NOW)[0] == 200
        return answer

    seen = look(witness, Log(ADDRESS, meanwhile), server)
    assert not seen.wrong
    assert "an older state: 9 entries, and it had 12" in seen.words
    assert witness.evidence() == []
    assert witness.seen(SIGNER.name).size == 12


def test_a_witness_that_is_overtaken_goes_on_from_there(tmp_path):
    server, witness = Server(), memory(tmp_path)
    look(witness, server.log, server)
    server.leaves = [leaf(n) for n in range(9)]
    other, turns = Memory(tmp_path), [7]

    def meanwhile(address: str) -> Answer:
        if "/tile/" in address and turns:
            honest = Server(leaves=[leaf(n) for n in range(turns.pop())])
            assert other.add_checkpoint(request(honest, 5), NOW)[0] == 200
        return server.get(address)

    seen = look(witness, Log(ADDRESS, meanwhile), server)
    assert (seen.size, seen.wrong) == (9, False)
    assert "only grew" in seen.words
    assert witness.evidence() == []


@pytest.mark.parametrize("size", [10**19 - 1, 2**63, 2**64])
def test_more_leaves_than_a_log_can_have_are_refused_in_words(tmp_path, size):
    witness = memory(tmp_path)
    text = Checkpoint(SIGNER.name, size, bytes(32)).text
    note = f"{text}\n{SIGNER.line(text)}"
    status, _kind, body = witness.add_checkpoint(f"old 0\n\n{note}".encode(), NOW)
    assert status == 400
    assert b"leaves" in body
    assert witness.add_checkpoint(f"old {size}\n\n{Server().note()}".encode(), NOW)[0] == 400
    served = Log(ADDRESS, lambda address: (200, "text/plain", note.encode()))
    with pytest.raises(InputError, match="leaves"):
        look(witness, served, Server())


def test_the_largest_log_there_can_be_is_kept(tmp_path):
    witness = memory(tmp_path)
    text = Checkpoint(SIGNER.name, 2**63 - 1, bytes(32)).text
    note = f"{text}\n{SIGNER.line(text)}"
    assert witness.add_checkpoint(f"old 0\n\n{note}".encode(), NOW)[0] == 200
    assert witness.seen(SIGNER.name).size == 2**63 - 1


def test_three_witnesses_and_a_server_that_lies_to_one_of_them(tmp_path):
    """A split view: each list by itself only grows. Side by side they cannot both be true."""
    server, hidden = Server(), Server(leaves=[leaf(n, "other" if n == 3 else "") for n in range(5)])
    names = ["skelby", "thornhill", "marsh"]
    witnesses = [memory(tmp_path / name, f"{name}.example/witness") for name in names]
    for witness, shown in zip(witnesses, [server, server, hidden], strict=True):
        for size in (5, 8):
            shown.leaves = shown.leaves[:5] + [leaf(n) for n in range(5, size)]
            assert not look(witness, shown.log, shown).wrong
    notes = [(name, witness.note(SIGNER.name)) for name, witness in zip(names, witnesses, strict=True)]
    found = differences(server.log, SIGNER.key, notes)
    assert found == ["marsh saw another log of 8 entries than this address shows"]
    assert len(differences(hidden.log, SIGNER.key, notes)) == 2
    # And whoever asks for the lines of two of three never takes the hidden list for the log.
    shown = Note.read(server.note() + "".join(_own_line(witness) for witness in witnesses[:2]))
    assert len(shown.signed_by([witness.signer.key for witness in witnesses])) == 2
    with pytest.raises(InputError, match="does not fit"):
        Note.read(hidden.note() + _own_line(witnesses[0])).signed_by([witnesses[0].signer.key])


def _own_line(witness: Memory) -> str:
    note = Note.read(witness.note(SIGNER.name))
    return next(each.line for each in note.signatures if each.name == witness.signer.name)


def test_a_server_that_rolls_back_is_seen_by_whoever_saw_more(tmp_path):
    server = Server(leaves=[leaf(n) for n in range(8)])
    witness = memory(tmp_path)
    look(witness, server.log, server, now=NOW)
    note = witness.note(SIGNER.name)
    server.leaves = server.leaves[:6]
    assert differences(server.log, SIGNER.key, [("Skelby", note)]) == [
        "Skelby saw 8 entries, this address shows 6: it shows an older state, or the log was cut"
    ]


def test_what_cannot_be_read_contradicts_nobody(tmp_path):
    server = Server(leaves=[leaf(n) for n in range(8)])
    note = server.note()
    server.leaves.append(leaf(8))

    def failing(address: str) -> Answer:
        return (503, "text/plain", b"") if "/tile/" in address else server.get(address)

    with pytest.raises(InputError, match="cannot be read now"):
        differences(Log(ADDRESS, failing), SIGNER.key, [("Skelby", note)])
    assert differences(server.log, SIGNER.key, [("Skelby", note)]) == []


def test_what_is_not_of_this_log_is_no_evidence(tmp_path):
    server, other = Server(), Server(signer=Signer("other.example/log", ED25519, bytes(32)))
    with pytest.raises(InputError, match="not signed with"):
        differences(server.log, SIGNER.key, [("somebody", other.note())])


# -- as C2SP tlog-witness says


def test_the_first_checkpoint_is_signed_from_nothing(tmp_path):
    server, witness = Server(), memory(tmp_path)
    status, _kind, body = witness.add_checkpoint(request(server, 0), NOW)
    assert status == 200
    signed = Note.read(server.note() + body.decode()).signed_by([witness.signer.key])
    assert signed == {witness.signer.key: NOW}


def test_an_unknown_log_is_404(tmp_path):
    other = Server(signer=Signer("other.example/log", ED25519, bytes(32)))
    assert memory(tmp_path).add_checkpoint(request(other, 0), NOW)[0] == 404


def test_another_key_of_that_name_is_403(tmp_path):
    other = Server(signer=Signer(SIGNER.name, ED25519, bytes(32)))
    assert memory(tmp_path).add_checkpoint(request(other, 0), NOW)[0] == 403


def test_a_forged_signature_is_403(tmp_path):
    server = Server()
    forged = server.note().replace(server.note().split("\n")[2], base64.b64encode(bytes(32)).decode())
    body = Request(0, (), Note.read(forged)).body().encode()
    assert memory(tmp_path).add_checkpoint(body, NOW)[0] == 403


def test_an_old_size_above_the_new_one_is_400(tmp_path):
    server = Server()
    assert memory(tmp_path).add_checkpoint(request(server, 6, proof=[]), NOW)[0] == 400


def test_what_cannot_be_read_is_400(tmp_path):
    witness = memory(tmp_path)
    for body in (b"", b"old 0\n\n", b"\xff\xfe", b"old 0\n\nno note\n", b"nonsense"):
        assert witness.add_checkpoint(body, NOW)[0] == 400


def test_another_old_size_than_the_one_seen_is_409_with_that_size(tmp_path):
    server, witness = Server(), memory(tmp_path)
    witness.add_checkpoint(request(server, 0), NOW)
    server.leaves.append(leaf(5))
    for old in (0, 3, 6):
        proof = None if old <= 6 else []
        status, kind, body = witness.add_checkpoint(request(server, old, proof=proof), NOW)
        assert (status, kind, body) == (409, "text/x.tlog.size", b"5\n")
    assert witness.add_checkpoint(request(server, 5), NOW)[0] == 200


def test_another_root_of_the_same_size_is_409_and_kept(tmp_path):
    server, witness = Server(), memory(tmp_path)
    witness.add_checkpoint(request(server, 0), NOW)
    server.leaves[2] = leaf(2, "changed")
    for _ in range(3):
        status, kind, _body = witness.add_checkpoint(request(server, 5, proof=[]), NOW)
        assert (status, kind) == (409, "text/x.tlog.size")
    assert len(witness.evidence()) == 1


def test_the_same_checkpoint_is_signed_again(tmp_path):
    server, witness = Server(), memory(tmp_path)
    witness.add_checkpoint(request(server, 0), NOW)
    assert witness.add_checkpoint(request(server, 5), NOW + 60)[0] == 200


def test_a_proof_that_does_not_fit_is_422_and_nothing_is_signed(tmp_path):
    server, witness = Server(), memory(tmp_path)
    witness.add_checkpoint(request(server, 0), NOW)
    server.leaves += [leaf(5), leaf(6)]
    good = Request.read(request(server, 5).decode()).proof
    for proof in ([], good[1:], [*good, bytes(32)], [bytes(32), *good[1:]]):
        assert witness.add_checkpoint(request(server, 5, proof=list(proof)), NOW)[0] == 422
    assert witness.seen(SIGNER.name).size == 5
    assert witness.add_checkpoint(request(server, 5), NOW)[0] == 200


def test_a_first_proof_must_be_empty(tmp_path):
    assert memory(tmp_path).add_checkpoint(request(Server(), 0, proof=[bytes(32)]), NOW)[0] == 422


def test_two_requests_at_once_never_sign_two_lists(tmp_path):
    """Checking and keeping are one step: of two that are asked at once, one gets a 409."""
    from concurrent.futures import ThreadPoolExecutor

    base = Server()
    witness = memory(tmp_path)
    witness.add_checkpoint(request(base, 0), NOW)
    lists = [Server(leaves=[*base.leaves, leaf(5, str(n))]) for n in range(16)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: witness.add_checkpoint(request(one, 5), NOW)[0], lists))
    assert sorted(answers) == [200] + [409] * 15


def test_what_was_seen_outlives_the_process(tmp_path):
    server = Server()
    memory(tmp_path).add_checkpoint(request(server, 0), NOW)
    again = Memory(tmp_path)
    assert again.seen(SIGNER.name).size == 5
    assert again.signer.name == "skelby.example/witness"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_witness_needs_a_name_when_it_starts_first(tmp_path):
    for name in ("", "with space", "with+plus"):
        with pytest.raises(InputError, match="name of its own"):
            Memory(tmp_path / "x", name=name)


def test_another_key_for_a_log_that_is_followed_is_refused(tmp_path):
    witness = memory(tmp_path)
    with pytest.raises(InputError, match="had another key before"):
        witness.follow(Signer(SIGNER.name, ED25519, bytes(32)).key)


def asked(
    app: Callable, method: str, path: str, body: bytes = b"", **more: str
) -> tuple[str, dict[str, str], bytes]:
    said: list = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    } | more
    content = b"".join(app(environ, lambda status, headers: said.append((status, dict(headers)))))
    return said[0][0], said[0][1], content


def test_it_answers_over_the_web(tmp_path):
    server, witness = Server(), memory(tmp_path)
    app = application(witness, lambda: NOW)
    status, headers, body = asked(app, "POST", "/add-checkpoint", request(server, 0))
    assert status == "200 OK"
    assert headers["Content-Length"] == str(len(body))
    assert asked(app, "POST", "/add-checkpoint", request(server, 0))[0] == "409 Conflict"
    assert asked(app, "GET", "/add-checkpoint")[0] == "405 Method Not Allowed"
    assert asked(app, "POST", "/add-checkpoint", CONTENT_LENGTH="99999999")[0] == "413 Content Too Large"
    assert asked(app, "POST", "/add-checkpoint", CONTENT_LENGTH="-1")[0] == "413 Content Too Large"
    # Sent in chunks, nobody says beforehand how long it is.
    chunks = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    assert asked(app, "POST", "/add-checkpoint", request(server, 0), **chunks)[0] == "409 Conflict"
    assert asked(app, "POST", "/add-checkpoint", bytes(2**17 + 1), **chunks)[0] == "413 Content Too Large"
    assert asked(app, "GET", "/")[0] == "404 Not Found"
    status, _headers, body = asked(app, "GET", f"/seen/{named(SIGNER.name)}")
    assert status == "200 OK"
    assert Checkpoint.read(Note.read(body.decode()).text).size == 5


def test_keys_are_told_apart_by_what_they_sign(tmp_path):
    witness = memory(tmp_path)
    assert Key.read(str(witness.signer.key)).kind == 4
    assert SIGNER.key.kind == 1
