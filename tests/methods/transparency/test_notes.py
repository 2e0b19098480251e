"""Signed notes, checkpoints, cosignatures and what is asked of a witness."""

from __future__ import annotations

import base64
import random

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.methods import InputError
from folkmoot.methods.transparency import (
    COSIGNATURE,
    ED25519,
    BadNoteError,
    Checkpoint,
    Key,
    Leaf,
    Note,
    Request,
    Signer,
    canonical,
    read_leaf,
)
from folkmoot.methods.transparency.checkpoints import hashes_from_text, hashes_to_text

LOG = Signer("union.example/log", ED25519, bytes(range(32)))
WITNESS = Signer("skelby.example/witness", COSIGNATURE, bytes(range(1, 33)))
CHECKPOINT = Checkpoint("union.example/log", 20852163, bytes(range(32)))
TIME = 1679315147


def signed() -> str:
    text = CHECKPOINT.text
    return f"{text}\n{LOG.line(text)}{WITNESS.line(text, TIME)}"


def test_a_checkpoint_is_read_back_as_it_was_signed():
    note = Note.read(signed())
    assert str(note) == signed()
    assert note.signed_by([LOG.key, WITNESS.key]) == {LOG.key: 0, WITNESS.key: TIME}
    assert Checkpoint.read(note.text) == CHECKPOINT


def test_the_example_of_the_published_format_is_read():
    """The checkpoint and the cosignature that C2SP tlog-cosignature shows; their keys are not published."""
    example = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo"
        "+zyWE+xeMcTOAYQ8=\n"
        "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ"
        "qhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    )
    note = Note.read(example)
    assert str(note) == example
    assert Checkpoint.read(note.text).size == 20852163
    assert int.from_bytes(note.signatures[1].content[:8]) == TIME


def test_signatures_of_others_are_passed_over():
    assert Note.read(signed()).signed_by([]) == {}
    stranger = Signer("union.example/log", ED25519, bytes(32)).key
    assert Note.read(signed()).signed_by([stranger]) == {}


def test_a_signature_that_is_said_to_be_ours_and_is_not_is_refused():
    text = CHECKPOINT.text
    other = Checkpoint(CHECKPOINT.origin, 7, CHECKPOINT.root).text
    with pytest.raises(BadNoteError, match="does not fit"):
        Note.read(f"{text}\n{LOG.line(other)}").signed_by([LOG.key])
    with pytest.raises(BadNoteError, match="does not fit"):
        Note.read(f"{text}\n{WITNESS.line(other, TIME)}").signed_by([WITNESS.key])


def test_keys_are_written_and_read():
    for signer in (LOG, WITNESS):
        assert Key.read(str(signer.key)) == signer.key
        assert Signer.read(str(signer)) == signer
        assert str(signer).startswith("PRIVATE+KEY+")


def test_a_key_of_the_checksum_database_of_go_is_read():
    known = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert str(Key.read(known)) == known


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a+b",
        "a+b+c",
        "+00000000+AAAA",
        "a b+00000000+AAAA",
        f"x{LOG.key}",
        str(LOG.key)[:-4],
        f"{LOG.key}AAAA",
    ],
)
def test_what_is_no_key_is_refused_with_the_remedy(text):
    with pytest.raises(InputError, match="not a key"):
        Key.read(text)


def test_a_private_key_that_cannot_be_read_is_not_repeated_in_the_message():
    broken = str(LOG)[:-4]
    with pytest.raises(InputError) as problem:
        Signer.read(broken)
    assert broken[20:40] not in str(problem.value)


def mutated_notes(times: int, draw: random.Random):
    """Whether each changed note still counts as signed by both with the same words."""
    original = signed()
    for _ in range(times):
        place = draw.randrange(len(original))
        change = draw.choice(["turn", "drop", "double", "insert"])
        sign = chr(draw.choice([*range(32, 127), 10, 0x2014, 0xE9]))
        if change == "turn":
            changed = original[:place] + sign + original[place + 1 :]
        elif change == "drop":
            changed = original[:place] + original[place + 1 :]
        elif change == "double":
            changed = original[:place] + original[place] + original[place:]
        else:
            changed = original[:place] + sign + original[place:]
        if changed == original:
            continue
        try:
            found = Note.read(changed).signed_by([LOG.key, WITNESS.key])
            yield len(found) == 2
        except BadNoteError:
            yield False


def test_no_mutated_note_is_taken():
    taken = list(mutated_notes(5_000, random.Random(4)))
    assert len(taken) > 4_500
    assert not any(taken)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text",
        "text\n",
        "text\n\n",
        "text\n\n\u2014 name\n",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n\u2014 na+me AAAAAAAA\n",
        "text\n\n\u2014 name AAAAAAAA",
        "te\0xt\n\n\u2014 name AAAAAAAA\n",
        "te\rxt\n\n\u2014 name AAAAAAAA\n",
        "text\n\n" + "\u2014 name AAAAAAAA\n" * 101,
        "x" * 70_000,
    ],
)
def test_what_is_no_note_is_refused(note):
    with pytest.raises(BadNoteError):
        Note.read(note)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        "origin\n5\n",
        "\n5\nAAAA\n",
        "origin\n05\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "origin\n-5\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "origin\n٥\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "origin\n9223372036854775808\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "origin\n5\n" + base64.b64encode(bytes(31)).decode() + "\n",
        "origin\n5\nnot base64\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(BadNoteError):
        Checkpoint.read(text)


def test_a_time_that_no_calendar_knows_is_refused():
    witness = Signer("a.example/w", COSIGNATURE, bytes(32))
    for time, known in ((0, True), (253_402_300_799, True), (2**40, False), (2**64 - 1, False)):
        note = Note.read(signed() + witness.line(CHECKPOINT.text, time))
        if known:
            assert note.signed_by([witness.key]) == {witness.key: time}
            continue
        with pytest.raises(BadNoteError, match="calendar"):
            note.signed_by([witness.key])


def test_further_lines_of_a_checkpoint_are_passed_over():
    assert Checkpoint.read(CHECKPOINT.text + "more\n") == CHECKPOINT


def test_a_request_to_a_witness_is_read_as_it_was_written():
    request = Request(7, (bytes(32), bytes(range(32))), Note.read(signed()))
    assert Request.read(request.body()) == request
    assert request.checkpoint == CHECKPOINT
    first = Request(0, (), Note.read(signed()))
    assert Request.read(first.body()) == first


@pytest.mark.parametrize(
    "head",
    ["", "old\n", "old x\n", "old -1\n", "old 01\n", "old 9223372036854775808\n", "new 1\n", "old 1\nxyz\n"],
)
def test_what_is_no_request_is_refused(head):
    with pytest.raises(BadNoteError):
        Request.read(f"{head}\n{signed()}")


def test_a_proof_of_too_many_lines_is_refused():
    line = base64.b64encode(bytes(32)).decode() + "\n"
    Request.read(f"old 1\n{line * 63}\n{signed()}")
    with pytest.raises(BadNoteError, match="63"):
        Request.read(f"old 1\n{line * 64}\n{signed()}")


def test_hashes_are_written_a_line_each():
    hashes = [bytes(32), bytes(range(32))]
    assert hashes_from_text(hashes_to_text(hashes)) == hashes
    with pytest.raises(InputError, match="not a hash"):
        hashes_from_text("abc\n")


PLAIN_OR_NOT = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**54), 2**54) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(PLAIN_OR_NOT)
def test_the_short_way_to_write_content_is_the_long_one(content):
    try:
        expected = rfc8785.dumps(content)
    except (ValueError, UnicodeError):
        with pytest.raises((ValueError, UnicodeError)):
            canonical(content)
        return
    assert canonical(content) == expected


def test_a_leaf_is_canonical_json_however_it_is_written():
    plain = Leaf("response", "5f0c2f4e-7f1c-4d2e-9d59-1f6f7a6a0a11", 494_000, "ab" * 32)
    odd = Leaf('a "quoted" kind', "é", 5, "\n")
    for leaf in (plain, odd):
        form = {"type": leaf.type, "item": leaf.item, "epoch": leaf.epoch, "commitment": leaf.commitment}
        assert leaf.bytes() == canonical(form)
        assert read_leaf(leaf.bytes()) == leaf


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b'{"commitment":"a","epoch":1,"item":"b","type":"c" }',
        b'{"commitment":"a","epoch":1.0,"item":"b","type":"c"}',
        b'{"commitment":"a","epoch":true,"item":"b","type":"c"}',
        b'{"commitment":"a","epoch":"1","item":"b","type":"c"}',
        b'{"commitment":1,"epoch":1,"item":"b","type":"c"}',
        b'{"epoch":1,"commitment":"a","item":"b","type":"c"}',
        b'{"commitment":"a","epoch":1,"item":"b","type":"c","more":1}',
        b"[" * 5000,
    ],
)
def test_what_is_no_leaf_in_its_one_form_is_refused(entry):
    with pytest.raises(InputError, match="canonical"):
        read_leaf(entry)
