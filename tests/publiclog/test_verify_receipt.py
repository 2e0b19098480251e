"""The one file that anybody checks a receipt with: it takes what is true, and nothing that was changed.

Trees, notes and keys are made here by themselves, so that no mistake of the log's own code is shared.
"""

from __future__ import annotations

import ast
import base64
import csv
import hashlib
import io
import itertools
import json
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.test import Client

from folkmoot.listen import actions as listen
from folkmoot.methods.transparency import BadNoteError, Checkpoint, Note
from folkmoot.publiclog import verify_receipt
from folkmoot.publiclog.actions import sign
from folkmoot.publiclog.models import Checkpoint as SignedCheckpoint
from folkmoot.publish import actions as publish
from folkmoot.understand import actions as understand
from tests.people import opened, signed_in

FILE = Path(verify_receipt.__file__)
SALT, SECRET, WITNESS_SECRET = bytes(range(32)), bytes(range(32)), bytes(range(1, 33))
CONTENT = '{"content":{"text":"Pay first — “please”."},"who":"' + "a" * 32 + '"}'
SEEN = 1_790_000_000  # 2026-09-21
Form = dict[str, Any]
Run = Callable[..., tuple[int, str]]


def key(name: str, secret: bytes, kind: int = 1) -> str:
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    blob = bytes([kind]) + public
    id_ = hashlib.sha256(name.encode() + b"\n" + blob).hexdigest()[:8]
    return f"{name}+{id_}+{base64.b64encode(blob).decode()}"


def line(vkey: str, secret: bytes, text: str, time: int | None = None) -> str:
    """A signature line; with a time it is a witness's."""
    name, id_, _blob = vkey.split("+", 2)
    begin = "" if time is None else f"cosignature/v1\ntime {time}\n"
    stamp = b"" if time is None else time.to_bytes(8, "big")
    signature = Ed25519PrivateKey.from_private_bytes(secret).sign((begin + text).encode())
    return f"— {name} {base64.b64encode(bytes.fromhex(id_) + stamp + signature).decode()}\n"


LOG = key("union.example/log", SECRET)
WITNESS = key("skelby.example/witness", WITNESS_SECRET, 4)


def root(hashes: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word by word."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(b"\x01" + root(hashes[:half]) + root(hashes[half:])).digest()


def way(index: int, hashes: list[bytes]) -> list[bytes]:
    """The inclusion proof of RFC 6962, section 2.1.1, word by word."""
    if len(hashes) == 1:
        return []
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    if index < half:
        return [*way(index, hashes[:half]), root(hashes[half:])]
    return [*way(index - half, hashes[half:]), root(hashes[:half])]


def signed_note(text: str) -> str:
    return f"{text}\n{line(LOG, SECRET, text)}{line(WITNESS, WITNESS_SECRET, text, SEEN)}"


def receipt(index: int = 6, size: int = 11, content: str = CONTENT, salt: bytes = SALT) -> Form:
    leaf = {
        "commitment": hashlib.sha256(salt + content.encode()).hexdigest(),
        "epoch": 494_000,
        "item": "5f0c2f4e-7f1c-4d2e-9d59-1f6f7a6a0a11",
        "type": "response",
    }
    entry = ",".join(f'"{name}":{json.dumps(value)}' for name, value in leaf.items())
    hashes = [hashlib.sha256(bytes([number])).digest() for number in range(size)]
    hashes[index] = hashlib.sha256(b"\x00{" + entry.encode() + b"}").digest()
    text = f"union.example/log\n{size}\n{base64.b64encode(root(hashes)).decode()}\n"
    return {
        "format": "folkmoot.receipt/1",
        "name": "HEATH-41",
        "log": {"origin": "union.example/log", "key": LOG},
        "leaf": leaf,
        "salt": salt.hex(),
        "content": content,
        "index": index,
        "checkpoint": signed_note(text),
        "proof": [each.hex() for each in way(index, hashes)],
    }


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """As on the command line, in this process: the exit code, and all that was said."""

    def run(content: bytes | Form, *more: str) -> tuple[int, str]:
        path = tmp_path / "receipt.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        monkeypatch.setattr(sys, "argv", ["verify_receipt.py", str(path), *more])
        code = verify_receipt.main()
        said = capsys.readouterr()
        assert bool(said.err) == (code == 2)
        assert code != 2 or said.err.count("\n") == 1, "what cannot be read is told in one line"
        return code, said.out + said.err

    return run


def bundle_of(path: Path, rows: list[list[str]], *more: str) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows([["position", "type", "item", "epoch", "commitment", *more], *rows])
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("log.csv", stream.getvalue())
    return str(path)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 33, 64, 130])
def test_a_true_receipt_checks_at_every_place(run: Run, size: int) -> None:
    for index in range(size) if size < 10 else {0, 1, size // 2, size - 2, size - 1}:
        assert run(receipt(index, size), "--key", LOG)[0] == 0


def test_every_way_up_every_small_tree_leads_to_its_root() -> None:
    for size in range(1, 40):
        hashes = [hashlib.sha256(bytes([number])).digest() for number in range(size)]
        for index in range(size):
            proof = way(index, hashes)
            assert verify_receipt.climb(hashes[index], index, size - 1, proof) == root(hashes)
            for other in set(range(size)) - {index}:
                assert not _climbs(hashes[index], other, size, proof, root(hashes))


def _climbs(found: bytes, index: int, size: int, proof: list[bytes], end: bytes) -> bool:
    try:
        return verify_receipt.climb(found, index, size - 1, proof) == end
    except verify_receipt.Wrong:
        return False


def test_it_says_what_it_found_what_that_proves_and_what_it_does_not(run: Run) -> None:
    code, said = run(receipt(), "--key", LOG, "--witness", WITNESS)
    assert code == 0
    assert f"agrees: The sealed note is of exactly this: {CONTENT}" in said
    assert "in the hour from 2026-05-10 08:00 UTC" in said
    assert "agrees: union.example/log signed a log of 11 notes" in said
    assert "agrees: The note is in that log, at place 6" in said
    assert "agrees: That log was seen by skelby.example/witness on 2026-09-21" in said
    proves, does_not = said.split("What it does not prove\n")
    assert "What this proves\n- A sealed note that fits exactly" in proves
    for limit in (
        "everybody is shown the same log",
        "counted rightly",
        "Who you are",
        "nobody read your answer",
    ):
        assert limit in does_not
    assert "BUT" not in said


def test_without_a_key_from_elsewhere_it_says_so_and_where_to_compare_it(run: Run) -> None:
    code, said = run(receipt())
    assert code == 0
    assert "BUT the key is this receipt's own: compare it with that on published findings." in said


def test_another_key_is_refused(run: Run) -> None:
    assert run(receipt(), "--key", key("union.example/log", bytes(32)))[0] == 1
    assert run(receipt(), "--key", key("other.example/log", SECRET))[0] == 1
    for wrong in (LOG[:-4], LOG.replace("union", "onion"), "union.example/log", "", WITNESS, LOG.upper()):
        code, said = run(receipt(), "--key", wrong or "++")
        assert (code, "A key cannot be read" in said) == (2, True)


def test_the_logs_name_must_be_the_keys_everywhere(run: Run) -> None:
    whole = receipt()
    whole["log"]["origin"] = "other.example/log"
    assert run(whole)[0] == 1
    # A log that signs a checkpoint which bears another's name.
    text = whole["checkpoint"].split("\n\n")[0].replace("union", "onion") + "\n"
    assert run(receipt() | {"checkpoint": signed_note(text)}, "--key", LOG)[0] == 1


def test_a_witness_that_has_not_signed_is_told(run: Run) -> None:
    code, said = run(receipt(), "--witness", key("marsh.example/witness", bytes(32), 4))
    assert (code, "marsh.example/witness has not signed" in said) == (1, True)
    assert run(receipt(), "--witness", WITNESS, "--witness", key("marsh", bytes(32), 4))[0] == 1
    assert run(receipt(), "--witness", key("skelby.example/witness", bytes(32), 4))[0] == 1
    assert run(receipt(), "--witness", LOG)[0] == 2


def test_a_receipt_from_before_the_log_was_signed_says_what_to_do(run: Run) -> None:
    code, said = run(receipt() | {"checkpoint": None, "proof": []}, "--key", LOG)
    assert code == 1
    assert "agrees: The sealed note is of exactly this" in said
    assert "NOT YET: The log was not signed since then. Download the receipt again after a minute." in said
    assert "WRONG" not in said
    assert "This receipt checks." not in said


def promised(index: int = 6, origin: str = "union.example/log", secret: bytes = SECRET, **more: Any) -> Form:
    """A receipt from before the log was signed over it, with the promise of its place."""
    whole = receipt(index) | {"checkpoint": None, "proof": []} | more
    entry = ",".join(f'"{name}":{json.dumps(value)}' for name, value in receipt()["leaf"].items())
    hash_ = hashlib.sha256(b"\x00{" + entry.encode() + b"}").digest()
    text = f"folkmoot.promise/1\n{origin}\n{index}\n{base64.b64encode(hash_).decode()}\n"
    return whole | {"promise": f"{text}\n{line(key(origin, secret), secret, text)}"}


def test_a_promise_stands_in_until_the_log_is_signed(run: Run) -> None:
    for index in (0, 6, 10):
        code, said = run(promised(index), "--key", LOG)
        assert code == 1
        assert (
            f"agrees: union.example/log signed that the note has place {index}: if it has not, this file"
            in said
        )
        assert "NOT YET: " in said
        assert "WRONG" not in said


def test_a_promise_of_another_place_note_log_or_key_is_wrong(run: Run) -> None:
    whole = promised()
    text, _parted, signature = whole["promise"].partition("\n\n")
    others = [
        whole | {"index": 7},
        whole | {"promise": promised(7)["promise"]},
        promised(origin="onion.example/log"),
        promised(secret=bytes(32)),
        whole | {"promise": text + "\n\n" + line(LOG, SECRET, "x")},
        whole | {"promise": text + "\n\n" + line(WITNESS, WITNESS_SECRET, text + "\n", SEEN)},
        # Another answer's.
        receipt(content="x") | {"checkpoint": None, "promise": whole["promise"]},
    ]
    for other in others:
        code, said = run(other, "--key", LOG)
        assert (code, "WRONG: The " in said, "NOT YET" in said) == (1, True, False), other
    assert signature


def test_every_letter_of_a_promise_counts(run: Run) -> None:
    whole, draw = promised(), random.Random(7)
    for place in range(len(whole["promise"])):
        letter = draw.choice([each for each in "aB7+/= \n\0—" if each != whole["promise"][place]])
        changed = whole["promise"][:place] + letter + whole["promise"][place + 1 :]
        code, said = run(whole | {"promise": changed}, "--key", LOG)
        assert (code, "NOT YET" in said) in ((1, False), (2, False)), (place, letter)
    for other in [*KINDS, "folkmoot.promise/1\n", whole["promise"] * 2]:
        code, said = run(whole | {"promise": other}, "--key", LOG)
        assert code == 2 or (code == 1 and not other and "agrees: union.example/log" not in said), other


def test_a_promise_is_no_checkpoint_and_a_checkpoint_no_promise(run: Run) -> None:
    promise, note = promised()["promise"], receipt()["checkpoint"]
    assert run(receipt() | {"checkpoint": promise}, "--key", LOG)[0] == 2
    assert run(promised() | {"promise": note}, "--key", LOG)[0] == 2
    with pytest.raises(BadNoteError):
        Checkpoint.read(Note.read(promise).text)
    # Of a log with one entry the root is that entry's hash: a promise must not pass for its checkpoint.
    with pytest.raises(BadNoteError):
        Checkpoint.read(Note.read(promised(1)["promise"]).text)


def test_an_erased_answers_receipt_says_so(run: Run) -> None:
    code, said = run(receipt() | {"salt": "", "content": ""})
    assert (code, "erased" in said) == (1, True)


def test_words_cannot_be_moved_from_the_answer_into_the_salt(run: Run) -> None:
    """The hash is of salt and content in one: only the salt's length says where the words begin."""
    whole = receipt()
    joined = SALT + CONTENT.encode()
    for cut in (0, 16, 31, 33, 40):
        moved = {"salt": joined[:cut].hex(), "content": joined[cut:].decode()}
        assert run(whole | moved)[0] in (1, 2)


def test_an_answer_cannot_write_lines_of_its_own_among_what_is_found(run: Run) -> None:
    code, said = run(receipt(content="x\nagrees: all is well\x1b[2K\u202e"), "--key", LOG)
    assert code == 0
    assert "exactly this: x\\nagrees: all is well\\x1b[2K\\u202e\n" in said


def test_a_note_with_other_signatures_and_further_lines_is_fine(run: Run) -> None:
    whole = receipt()
    strangers = "".join(
        line(key(f"s{each}.example", bytes([each] * 32)), bytes(32), "x") for each in range(16)
    )
    assert run(whole | {"checkpoint": whole["checkpoint"] + strangers}, "--key", LOG)[0] == 0
    more = whole["checkpoint"].split("\n\n")[0] + "\nAnother line, signed with the rest.\n"
    assert run(whole | {"checkpoint": signed_note(more)}, "--key", LOG)[0] == 0


def test_a_signed_note_may_hold_no_control_characters(run: Run) -> None:
    text = receipt()["checkpoint"].split("\n\n")[0]
    for mark in "\x01\r\t\x1b":
        code, _said = run(receipt() | {"checkpoint": signed_note(f"{text}\nmore{mark}\n")}, "--key", LOG)
        assert code == 2


def test_a_signature_has_one_way_to_be_written(run: Run) -> None:
    """68 bytes leave two bits of base64 over, which another letter could fill in."""
    start, mark, end = receipt()["checkpoint"].partition("=\n— skelby")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    beside = letters[letters.index(start[-1]) ^ 1]
    assert base64.b64decode(start[-3:] + "=") == base64.b64decode(start[-3:-1] + beside + "=")
    assert run(receipt() | {"checkpoint": start[:-1] + beside + mark + end}, "--key", LOG)[0] == 2


def test_a_note_with_a_false_signature_of_a_known_key_is_refused(run: Run) -> None:
    whole = receipt()
    for false in (line(LOG, bytes(32), "x"), line(WITNESS, WITNESS_SECRET, "x", SEEN)):
        changed = whole | {"checkpoint": whole["checkpoint"] + false}
        assert run(changed, "--key", LOG, "--witness", WITNESS)[0] == 1


@pytest.mark.parametrize(
    "size", ["011", "+11", "11 ", "1_1", "１１", "-11", "0x0b", "", "1" * 20, "9" * 5_000]
)
def test_a_signed_size_has_one_way_to_be_written(run: Run, size: str) -> None:
    origin, _size, top = receipt()["checkpoint"].split("\n")[:3]
    text = f"{origin}\n{size}\n{top}\n"
    assert run(receipt() | {"checkpoint": signed_note(text)}, "--key", LOG)[0] == 2


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a form, groups as well as what they hold."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *itertools.chain.from_iterable(places(each, (*path, name)) for name, each in inner)]


def put(form: Form, path: tuple[Any, ...], value: Any) -> Form:
    changed = json.loads(json.dumps(form))
    inner = changed
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return changed


# With a key from elsewhere the receipt's own is not read, and its short name only has to be a text.
UNCHECKED = {("log", "key"), ("name",)}
KINDS: list[Any] = [None, True, False, [], {}, [[]], {"a": 1}, 0, -1, 1.5, 6.0, 10**30]
KINDS += ["", "x", "é\ud800", "0" * 64]


def test_no_part_may_be_of_another_kind_or_be_missing(run: Run) -> None:
    whole, tried = receipt(), 0
    for path in places(whole)[1:]:
        for other in KINDS:
            code, _said = run(put(whole, path, other), "--key", LOG)
            assert code in (1, 2) or path in UNCHECKED, (path, other)
            tried += 1
    assert tried > 200
    for name in whole:
        if name != "log":
            assert run({each: whole[each] for each in whole if each != name}, "--key", LOG)[0] == 2
    for name in whole["leaf"]:
        assert run(whole | {"leaf": {n: v for n, v in whole["leaf"].items() if n != name}})[0] == 2
    assert run(whole | {"leaf": whole["leaf"] | {"more": "x"}})[0] == 2
    # What Python would take for the right value.
    assert run(receipt(1, 3) | {"index": True})[0] == 2
    for other in ("", {}, None):
        assert run(receipt(0, 1) | {"proof": other})[0] == 2
    for other in (None, 1, []):
        assert run(whole | {"name": other})[0] == 2


def test_every_letter_of_every_part_counts(run: Run) -> None:
    whole, draw = receipt(), random.Random(5)
    parts = [("salt",), ("content",), ("checkpoint",), ("leaf", "item"), ("leaf", "type"), ("format",)]
    parts += [("leaf", "commitment"), ("log", "origin"), *(("proof", each) for each in range(4))]
    for path in parts:
        value = whole
        for name in path:
            value = value[name]
        step = 1 if path in (("checkpoint",), ("content",)) else 5
        for place in range(0, len(value), step):
            letter = draw.choice([each for each in "aB7+/= \n\0—" if each != value[place]])
            changed = put(whole, path, value[:place] + letter + value[place + 1 :])
            code, _said = run(changed, "--key", LOG, "--witness", WITNESS)
            assert code in (1, 2), (path, place, letter)


def test_any_byte_of_the_file_may_be_damaged_without_a_traceback(run: Run) -> None:
    whole, draw = receipt(), random.Random(6)
    content = json.dumps(whole).encode()
    codes = set()
    for _ in range(250):
        damaged = bytearray(content)
        damaged[draw.randrange(len(content))] ^= draw.randrange(1, 256)
        code, _said = run(bytes(damaged), "--key", LOG, "--witness", WITNESS)
        codes.add(code)
        if code == 0:
            found = json.loads(damaged)
            assert all(found[name] == whole[name] for name in whole if name not in ("name", "log"))
    assert {1, 2} <= codes
    for end in range(0, len(content), 25):
        assert run(content[:end], "--key", LOG)[0] == 2


def test_a_proof_that_was_shuffled_cut_or_lengthened_is_found(run: Run) -> None:
    whole = receipt(40, 100)
    proof = whole["proof"]
    wrongs = [proof[1:], proof[:-1], proof[::-1], [*proof, proof[0]], [], proof * 9, [*proof, ""], [""] * 7]
    wrongs += [[*proof[:each], *proof[each : each + 2][::-1], *proof[each + 2 :]] for each in range(6)]
    wrongs += [proof[:each] + proof[each + 1 :] for each in range(7)]
    for wrong in wrongs:
        assert run(whole | {"proof": wrong})[0] == 1
    for index in (0, 39, 41, 72, 99, 100, -1, -60, 2**63, 10**30):
        assert run(whole | {"index": index})[0] == 1
    assert run(receipt(0, 1) | {"proof": proof})[0] == 1
    for index in (-1, 1, 2, 10**30):
        assert run(receipt(0, 1) | {"index": index})[0] == 1


NO_RECEIPTS = [b"", b"{}", b"[]", b"null", b"1", b"NaN", b'{"leaf": {}}', b"PK\x03\x04", b"\xff\xfe\x00"]
NO_RECEIPTS += [b"[" * 99_999, b'{"leaf": ' * 50_000, b"1" * 9_000, b"\x00" * 4_000, b'"' + b"x" * 10**6]


@pytest.mark.parametrize("content", NO_RECEIPTS, ids=range(len(NO_RECEIPTS)))
def test_what_is_no_receipt_is_told_in_one_message(run: Run, content: bytes) -> None:
    code, said = run(content)
    assert (code, "The receipt cannot be read" in said) == (2, True)
    assert len(said) < 200


def test_a_file_that_is_not_there_is_told(run: Run, tmp_path: Path, monkeypatch, capsys) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        monkeypatch.setattr(sys, "argv", ["verify_receipt.py", str(path)])
        assert verify_receipt.main() == 2
        assert "The receipt cannot be read" in capsys.readouterr().err
    assert run(receipt(), "--bundle", str(tmp_path / "none.zip"))[0] == 2


def test_a_bundle_must_list_it(run: Run, tmp_path: Path) -> None:
    leaf = receipt()["leaf"]
    row = ["6", leaf["type"], leaf["item"], str(leaf["epoch"]), leaf["commitment"]]
    other = ["5", *row[1:4], "0" * 64]
    code, said = run(receipt(), "--bundle", bundle_of(tmp_path / "public.zip", [other, row]))
    assert code == 0
    assert (
        "agrees: It is in the bundle, one of 2 notes there. Whether it counts, members.zip can tell." in said
    )
    assert "It counts" not in said
    others = [[*row[:each], "1", *row[each + 1 :]] for each in range(1, 5)]
    for wrong in ([], *([other] for other in others)):
        code, said = run(receipt(), "--bundle", bundle_of(tmp_path / "public.zip", wrong))
        assert code == 1
        assert "not in the bundle: dropped or changed, or that is of another assembly, or older" in said


WHO = "a" * 32
ANSWER = json.dumps({"content": {"text": "Pay."}, "number": 2, "who": WHO}, separators=(",", ":"))


# Its own row in members.zip, another one of hers (pseudonym, number, state), and what is said.
MEMBERS = {
    "it counts": ((SALT.hex(), WHO, "2", "counts"), None, 0, "agrees: It counts: members.zip opens it."),
    "late": ((SALT.hex(), WHO, "2", "late"), None, 0, "BUT it does not count: it came late."),
    "aside": (
        (SALT.hex(), WHO, "2", "aside"),
        None,
        0,
        "BUT it does not count: it is empty, or came after reading.",
    ),
    "replaced": (
        ("", "", "", ""),
        (WHO, "3", "counts"),
        0,
        "BUT it does not count: a later one replaced it.",
    ),
    "taken back": (
        ("", "", "", ""),
        (WHO, "3", "aside"),
        0,
        "BUT it does not count: a later one replaced it.",
    ),
    "left out": (("", "", "", ""), None, 1, "WRONG: It was left out or erased"),
    "an earlier one instead": (("", "", "", ""), (WHO, "1", "counts"), 1, "WRONG: It was left out"),
    "a late one instead": (("", "", "", ""), (WHO, "3", "late"), 1, "WRONG: It was left out"),
    "somebody else's instead": (("", "", "", ""), ("b" * 32, "3", "counts"), 1, "WRONG: It was left out"),
    "said to count, not opened": (("", WHO, "2", "counts"), None, 1, "WRONG: It was left out"),
}


@pytest.mark.parametrize("case", MEMBERS)
def test_the_members_bundle_tells_whether_it_counts(run: Run, tmp_path: Path, case: str) -> None:
    own, beside, expected, words = MEMBERS[case]
    whole = receipt(content=ANSWER)
    rows = [[str(each) for each in (6, *(whole["leaf"][name] for name in verify_receipt.LEAF))] + [*own]]
    if beside:
        rows.append(["7", "response", "another", "494000", "0" * 64, "0" * 64, *beside])
    bundle = bundle_of(tmp_path / "members.zip", rows, "salt", "who", "number", "state")
    code, said = run(whole, "--key", LOG, "--bundle", bundle)
    assert (code, words in said) == (expected, True), said


def test_a_bundle_that_cannot_be_read_is_told(run: Run, tmp_path: Path) -> None:
    whole = Path(bundle_of(tmp_path / "public.zip", [])).read_bytes()
    (tmp_path / "other.zip").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("log.csv", "type,item\nresponse,x\n")
    other = (tmp_path / "other.zip").read_bytes()
    for content in (
        b"PK no zip",
        b"",
        whole[: len(whole) // 2],
        other,
        whole.replace(b"log.csv", b"log.txt"),
    ):
        (tmp_path / "broken.zip").write_bytes(content)
        code, said = run(receipt(), "--bundle", str(tmp_path / "broken.zip"))
        assert (code, "The bundle cannot be read" in said) == (2, True)


# RFC 8032, section 7.1: tests 1, 2 and 3, and the one over SHA-512 of "abc".
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_signatures_are_those_of_the_published_vectors(public: str, message: str, signature: str) -> None:
    key, text, content = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert verify_receipt.ed25519(key, text, content)
    assert not verify_receipt.ed25519(key, text + b"x", content)
    for place in (0, 31, 32, 63):
        turned = bytearray(content)
        turned[place] ^= 1
        assert not verify_receipt.ed25519(key, text, bytes(turned))
    for wrong in (b"", content[:-1], content + b"\0", content[:32] + b"\xff" * 32, content * 1_000):
        assert not verify_receipt.ed25519(key, text, wrong)
    # S and S + L are the same to a careless checker.
    s = int.from_bytes(content[32:], "little") + verify_receipt.ORDER
    assert not verify_receipt.ed25519(key, text, content[:32] + s.to_bytes(32, "little"))


def test_signatures_agree_with_the_library() -> None:
    draw = random.Random(6)
    for number in range(60):
        private = Ed25519PrivateKey.from_private_bytes(draw.randbytes(32))
        public, text = private.public_key().public_bytes_raw(), draw.randbytes(number)
        signature = bytearray(private.sign(text))
        if number % 3 == 2:
            signature[draw.randrange(64)] ^= 1 << draw.randrange(8)
        assert verify_receipt.ed25519(public, text, bytes(signature)) == _library(public, text, signature)


def _library(public: bytes, text: bytes, signature: bytearray) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes(signature), text)
    except InvalidSignature:
        return False
    return True


def test_a_point_has_one_way_to_be_written() -> None:
    p = verify_receipt.P
    for number in (p, p + 1, 2**255 - 1, 1 + 2**255, p - 1 + 2**255, 2):
        assert verify_receipt.decompress(number.to_bytes(32, "little")) is None
    assert verify_receipt.decompress((1).to_bytes(32, "little")) == (0, 1)


def test_the_published_example_of_a_signed_note_checks() -> None:
    """The example key and note of C2SP signed-note."""
    published = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    blob = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    signatures = [("example.com/foo", verify_receipt.unbase64(blob))]
    text = "This is an example message.\n"
    assert verify_receipt.signed(verify_receipt.read_key(published, 1), text, signatures) == [0]


def test_the_file_is_short_and_needs_nothing_but_an_older_python() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 200
    names = set()
    for node in ast.walk(ast.parse(text, feature_version=(3, 9))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        assert not isinstance(node, ast.ImportFrom)
    assert names
    assert names <= sys.stdlib_module_names - {"socket", "ssl", "urllib", "http", "subprocess", "os"}


def test_it_runs_by_itself_wherever_it_was_saved(tmp_path: Path) -> None:
    path, program = tmp_path / "receipt.json", tmp_path / "verify_receipt.py"
    program.write_bytes(FILE.read_bytes())
    path.write_text(json.dumps(receipt()), encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(program), str(path), "--key", LOG, "--witness", WITNESS]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "This receipt checks." in done.stdout
    path.write_bytes(b"\xff" * 100)
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_a_screen_that_knows_few_letters_is_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(receipt()), encoding="utf-8")
    command = [sys.executable, str(FILE), str(path)]
    narrow = {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, encoding="ascii", env=narrow, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Pay first \\u2014" in done.stdout


@pytest.mark.django_db
def test_a_receipt_from_the_site_checks_with_the_file_from_the_site(cast, run: Run) -> None:
    assembly = opened(cast.maud)
    question = assembly.questions.get(way="open_text", closing=False)
    person = listen.take_part(
        assembly, member=cast.jean, token_hash="x", started_at=assembly.moment(), seed=1
    )
    response, _entry = listen.respond(person, question, {"text": "Rents, please — 20 % too high."})
    understand.analyse(understand.ask(assembly))
    publication = publish.publish(assembly, by=cast.maud)
    sign(at_once=True)
    assert Client().get("/log/verify_receipt.py").content == FILE.read_bytes()
    key = Client().get("/log/key").content.decode().strip()
    content = signed_in(cast.jean).get(f"/receipts/{response.uuid}/receipt.json").content
    for name in ("public.zip", "members.zip"):
        code, said = run(content, "--key", key, "--bundle", str(publish.folder_of(publication) / name))
        assert code == 0, said
        assert "Rents, please — 20 % too high." in said
        assert ("It counts: members.zip opens it." in said) == (name == "members.zip")


@pytest.mark.django_db
def test_a_receipt_downloaded_at_once_is_promised_its_place_and_checks_later(cast, run: Run) -> None:
    assembly = opened(cast.maud)
    sign()
    jean = signed_in(cast.jean)
    jean.post(f"/a/{assembly.uuid}/answer/1/", {"text": "Rents, please."})
    key = Client().get("/log/key").content.decode().strip()
    done = f"/a/{assembly.uuid}/answer/done/"
    page = jean.get(done).content.decode()
    assert "not yet over all of these" in page
    file = re.search(rf"/a/{assembly.uuid}/answer/receipt/[\w-]+/", page)[0]
    at_once = jean.get(file).content
    code, said = run(at_once, "--key", key)
    assert (code, "NOT YET: " in said, "signed that the note has place" in said) == (1, True, True)
    # It says no more exactly than before when she answered: nothing was signed over it meanwhile.
    assert SignedCheckpoint.objects.count() == 1
    sign(at_once=True)
    assert "not yet over all of these" not in jean.get(done).content.decode()
    later = jean.get(file).content
    assert run(later, "--key", key)[0] == 0
    assert json.loads(later)["promise"] is None
    assert json.loads(at_once)["leaf"] == json.loads(later)["leaf"]
