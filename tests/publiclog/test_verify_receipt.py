"""The one file that anybody checks a receipt with: it takes what is true, and nothing that was changed."""

from __future__ import annotations

import ast
import copy
import csv
import hashlib
import io
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from folkmoot.listen import actions as listen
from folkmoot.methods.transparency import (
    COSIGNATURE,
    ED25519,
    Checkpoint,
    Leaf,
    Signer,
    canonical,
    commitment,
    tree,
)
from folkmoot.publiclog import verify_receipt
from folkmoot.publiclog.actions import sign
from folkmoot.publish import actions as publish
from folkmoot.understand import actions as understand
from tests.people import opened, signed_in

FILE = Path(verify_receipt.__file__)
LOG = Signer("union.example/log", ED25519, bytes(range(32)))
WITNESS = Signer("skelby.example/witness", COSIGNATURE, bytes(range(1, 33)))
CONTENT = canonical({"content": {"text": "Pay first — “please”."}, "who": "a" * 32}).decode()
SALT = bytes(range(32))
LEAF = Leaf(
    "response", "5f0c2f4e-7f1c-4d2e-9d59-1f6f7a6a0a11", 494_000, commitment(SALT, json.loads(CONTENT))
)


def receipt(index: int = 6, size: int = 11) -> dict:
    hashes = [hashlib.sha256(bytes([number])).digest() for number in range(size)]
    hashes[index] = tree.of_leaf(LEAF.bytes())
    node = tree.in_memory(hashes)
    text = Checkpoint(LOG.name, size, tree.root(size, node)).text
    return {
        "format": "folkmoot.receipt/1",
        "name": "HEATH-41",
        "log": {"origin": LOG.name, "key": str(LOG.key)},
        "leaf": {"type": LEAF.type, "item": LEAF.item, "epoch": LEAF.epoch, "commitment": LEAF.commitment},
        "salt": SALT.hex(),
        "content": CONTENT,
        "index": index,
        "checkpoint": f"{text}\n{LOG.line(text)}{WITNESS.line(text, 1_790_000_000)}",
        "proof": [each.hex() for each in tree.inclusion(index, size, node)],
    }


def run(content: bytes | str | dict, tmp_path: Path, *more: str, capsys=None) -> tuple[int, str]:
    """As on the command line, in this process."""
    path = tmp_path / "receipt.json"
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    argv, sys.argv = sys.argv, ["verify_receipt.py", str(path), *more]
    try:
        code = verify_receipt.main()
    finally:
        sys.argv = argv
    said = capsys.readouterr() if capsys else None
    return code, (said.out + said.err) if said else ""


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 33, 130])
def test_a_true_receipt_checks_at_every_place(tmp_path, size):
    for index in {0, 1, size // 2, size - 1} & set(range(size)):
        assert run(receipt(index, size), tmp_path, "--key", str(LOG.key))[0] == 0


def test_it_says_what_it_found_and_what_that_does_not_prove(tmp_path, capsys):
    code, said = run(receipt(), tmp_path, "--key", str(LOG.key), "--witness", str(WITNESS.key), capsys=capsys)
    assert code == 0
    assert "Pay first — “please”." in said
    assert "union.example/log signed a log of 11 notes" in said
    assert "skelby.example/witness saw that log on 2026-09-21" in said
    assert "What this proves" in said
    assert "What it does not prove: that everybody is shown the same log" in said


def test_without_a_key_from_elsewhere_it_says_so(tmp_path, capsys):
    code, said = run(receipt(), tmp_path, capsys=capsys)
    assert code == 0
    assert "That key came with the receipt itself" in said


def test_another_key_is_refused(tmp_path, capsys):
    other = Signer(LOG.name, ED25519, bytes(32))
    assert run(receipt(), tmp_path, "--key", str(other.key))[0] == 1
    elsewhere = Signer("other.example/log", ED25519, bytes(range(32)))
    assert run(receipt(), tmp_path, "--key", str(elsewhere.key))[0] == 1
    code, said = run(receipt(), tmp_path, "--key", str(LOG.key)[:-4], capsys=capsys)
    assert code == 2
    assert "cannot be read" in said


def test_a_witness_that_has_not_signed_is_told(tmp_path, capsys):
    stranger = Signer("marsh.example/witness", COSIGNATURE, bytes(32))
    code, said = run(receipt(), tmp_path, "--witness", str(stranger.key), capsys=capsys)
    assert code == 1
    assert "marsh.example/witness has not signed" in said
    assert run(receipt(), tmp_path, "--witness", str(LOG.key))[0] == 2


def test_a_receipt_from_before_the_log_was_signed_says_what_to_do(tmp_path, capsys):
    code, said = run(receipt() | {"checkpoint": None, "proof": []}, tmp_path, capsys=capsys)
    assert code == 1
    assert "Download the receipt again" in said


def test_an_erased_answers_receipt_says_so(tmp_path, capsys):
    code, said = run(receipt() | {"salt": "", "content": ""}, tmp_path, capsys=capsys)
    assert code == 1
    assert "erased" in said


def places(value, path=()):
    """Every place in a form that holds something."""
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for number in range(len(value)):
            yield from places(value[number], (*path, number))
    else:
        yield path


def put(form: dict, path: tuple, value: object) -> dict:
    changed = copy.deepcopy(form)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


# What nobody relies on: a name to say on the telephone, and the log's name, which the key holds too.
UNCHECKED = {("name",), ("log", "origin")}


def test_whatever_is_changed_is_found_and_never_a_traceback(tmp_path):
    draw = random.Random(5)
    whole, tried = receipt(), 0
    for path in places(whole):
        if path in UNCHECKED:
            continue
        value = whole
        for key in path:
            value = value[key]
        others: list[object] = [
            None,
            True,
            [],
            {},
            1.5,
            -1,
            10**30,
            "",
            "x",
            "é" * 10,
            value * 2 if value else 1,
        ]
        for _ in range(12):
            text = str(value)
            place = draw.randrange(len(text))
            others.append(text[:place] + draw.choice("0aZ7=\n") + text[place + 1 :])
        for other in others:
            if other == value and type(other) is type(value):
                continue
            tried += 1
            code, _said = run(put(whole, path, other), tmp_path, "--key", str(LOG.key))
            if path == ("log", "key"):
                assert code == 0, "with a key from elsewhere the receipt's own is not read"
            elif path == ("checkpoint",) and _same_but_for_a_strangers_line(other, whole):
                continue
            else:
                assert code in (1, 2), (path, other)
    assert tried > 300


def _same_but_for_a_strangers_line(other: object, whole: dict) -> bool:
    """The witness's line, which was not asked for here, may say anything."""
    ours = whole["checkpoint"].rsplit("\n", 2)[0]
    return isinstance(other, str) and other.startswith(ours)


def test_a_proof_that_was_shuffled_cut_or_lengthened_is_found(tmp_path):
    whole = receipt(40, 100)
    proof = whole["proof"]
    for wrong in (proof[1:], proof[:-1], proof[::-1], [*proof, proof[0]], [], proof * 9):
        assert run(whole | {"proof": wrong}, tmp_path)[0] == 1
    for index in (0, 39, 41, 99, 100, -1, 10**18):
        assert run(whole | {"index": index}, tmp_path)[0] == 1


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b"[" * 99_999, b'{"leaf": {}}', b"PK\x03\x04", b"1"]
)
def test_what_is_no_receipt_is_told_in_one_message(tmp_path, capsys, content):
    code, said = run(content, tmp_path, capsys=capsys)
    assert code == 2
    assert said.count("\n") == 1
    assert "cannot be read" in said


def test_a_bundle_must_list_it(tmp_path, capsys):
    def bundle(rows: list[list[str]]) -> str:
        stream = io.StringIO()
        csv.writer(stream).writerows([["type", "item", "epoch", "commitment"], *rows])
        path = tmp_path / "public.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("log.csv", stream.getvalue())
        return str(path)

    row = [LEAF.type, LEAF.item, str(LEAF.epoch), LEAF.commitment]
    assert run(receipt(), tmp_path, "--bundle", bundle([row]))[0] == 0
    for wrong in ([], [[*row[:3], "0" * 64]], [[*row[:2], "1", row[3]]]):
        code, said = run(receipt(), tmp_path, "--bundle", bundle(wrong), capsys=capsys)
        assert code == 1
        assert "It is not among" in said
    (tmp_path / "broken.zip").write_bytes(b"PK no zip")
    assert run(receipt(), tmp_path, "--bundle", str(tmp_path / "broken.zip"))[0] == 2


# RFC 8032, section 7.1: tests 1, 2 and 3.
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
]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_signatures_are_those_of_the_published_vectors(public, message, signature):
    public, message, signature = map(bytes.fromhex, (public, message, signature))
    assert verify_receipt.ed25519(public, message, signature)
    assert not verify_receipt.ed25519(public, message + b"x", signature)
    for place in (0, 31, 32, 63):
        turned = bytearray(signature)
        turned[place] ^= 1
        assert not verify_receipt.ed25519(public, message, bytes(turned))
    for wrong in (b"", signature[:-1], signature + b"\0", signature[:32] + b"\xff" * 32):
        assert not verify_receipt.ed25519(public, message, wrong)
    # S and S + L are the same to a careless checker.
    s = int.from_bytes(signature[32:], "little") + verify_receipt.ORDER
    assert not verify_receipt.ed25519(public, message, signature[:32] + s.to_bytes(32, "little"))


def test_signatures_agree_with_the_library():
    draw = random.Random(6)
    for _ in range(20):
        signer = Signer("a", ED25519, draw.randbytes(32))
        text = draw.randbytes(20).hex()
        content = verify_receipt.read_note(f"{text}\n\n{signer.line(text + chr(10))}")[1][0][2]
        assert verify_receipt.ed25519(signer.key.public, f"{text}\n".encode(), content)


def test_the_file_is_short_and_needs_nothing_but_python(tmp_path):
    text = FILE.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 200
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        assert not isinstance(node, ast.ImportFrom)
    assert names <= sys.stdlib_module_names
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(receipt()), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(FILE), str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "This receipt checks." in done.stdout


@pytest.mark.django_db
def test_a_receipt_from_the_site_checks_with_the_file_from_the_site(cast, tmp_path, capsys):
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
        bundle = str(publish.folder_of(publication) / name)
        code, said = run(content, tmp_path, "--key", key, "--bundle", bundle, capsys=capsys)
        assert code == 0, said
    assert "Rents, please — 20 % too high." in said
