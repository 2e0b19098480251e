#!/usr/bin/env python3
"""Check on your own computer, without a network, that an answer is in the public log of a Folkmoot.

    python3 verify_receipt.py receipt-HEATH-41.json --key KEY [--witness KEY]... [--bundle members.zip]

KEY is the log's public key: take it from a publication of findings, not from the receipt, and a witness's from
the witness. It ends with 0: it checks; 1: it does not, or not yet; 2: it cannot be read. Reading it takes ten
minutes: `check` is what must hold. It uses the standard library alone, and asks nobody."""

import argparse, base64, csv, hashlib, io, json, pathlib, re, sys, time, zipfile

LIMITS = """This receipt checks.
What this proves
- A sealed note that fits exactly what stands above is at its place in the log that was signed.
- Whoever drops, changes or moves that note can no longer show the log that was signed.
What it does not prove
- That everybody is shown the same log. Only witnesses that you trust, named with --witness, can tell.
- That your answer was counted rightly: `folkmoot verify` checks that, and the rest of a bundle.
- Who you are: whoever holds this file can show it.
- That nobody read your answer: the organisers' computer saw it when you sent it."""
LEAF = ("type", "item", "epoch", "commitment")  # what the log holds of each answer: a sealed note
WHY = {"late": "it came late", "aside": "it is empty, or came after reading", "": "a later one replaced it"}
# The log's name, how many notes it has, their root; then an empty line and signatures (C2SP tlog-checkpoint).
CHECKPOINT = r"((.+)\n(0|[1-9][0-9]{0,18})\n(.{44})\n(?:.+\n)*)\n((?:\u2014 \S+ \S+\n)+)"
PROMISE = "folkmoot.promise/1\n"  # before the log's name, a note's place and its hash; signatures as above
Wrong = type("Wrong", (Exception,), {})  # something in what was given does not fit the rest


def need(holds, otherwise, verdict="WRONG"):
    if not holds:
        raise Wrong(verdict, otherwise)


def check(receipt, key, witnesses, notes, say):
    """Say line by line what fits. Raises Wrong with the first that does not."""
    leaf, note, place = receipt["leaf"], receipt["note"], receipt["index"]
    need(receipt["salt"], "The number that opens the note is missing: erased, or cut out of this file.")
    opened = hashlib.sha256(receipt["salt"] + receipt["content"].encode()).hexdigest()  # 1. Of these words.
    need(opened == leaf["commitment"], "The sealed note is not of what this receipt says: one was changed.")
    say(f"The sealed note is of exactly this: {receipt['content']}")
    # 2. The note as the log holds it (RFC 8785: names sorted, no spaces), and its hash.
    entry = json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    start = hashlib.sha256(b"\x00" + entry).digest()
    hour = time.strftime("%Y-%m-%d %H:00 UTC", time.gmtime(leaf["epoch"] * 3600))
    say(f"It was sent in the hour from {hour}. The note's hash is {start.hex()}.")
    if receipt["promise"] and not note:
        text, *promised, signatures = receipt["promise"]
        fine = promised == [key["name"], place, start] and signed(key, text, signatures)
        need(fine, f"The promise in it is of another note, or not signed with the key {key['text']}.")
        say(f"{key['name']} signed that the note has place {place}: if it has not, this file proves that.")
    need(note, "The log was not signed since then. Download the receipt again after a minute.", "NOT YET")
    # 3. The log's key signed how many notes there are, and the root: the hash that all give together.
    text, origin, size, root, signatures = note
    ours = origin == receipt["log"]["origin"] == key["name"] and signed(key, text, signatures)
    need(ours, f"The log of this receipt was not signed with the key {key['text']}.")
    say(f"{origin} signed a log of {size} notes with the key {key['text']}.")
    end = place in range(size) and climb(start, place, size - 1, receipt["proof"])  # 4. Up to that root.
    need(end == root, "The note is not at its place in the log that was signed.")
    say(f"The note is in that log, at place {place} (the first is 0).")
    for witness in witnesses:  # 5. Others have seen that log.
        times = signed(witness, text, signatures)
        need(times, f"{witness['name']} has not signed the log of this receipt. Download it again later.")
        day = time.strftime("%Y-%m-%d", time.gmtime(max(times)))
        say(f"That log was seen by {witness['name']} on {day}, which signed that it had only grown.")
    # 6. Findings list every note of their assembly. members.zip opens each answer but those that were replaced.
    if notes is not None:
        own = [row for row in notes if all(row[name] == str(leaf[name]) for name in LEAF)]
        need(own, "It is not in the bundle: dropped or changed, or that is of another assembly, or older.")
        say(f"It is in the bundle, one of {len(notes)} notes there. Whether it counts, members.zip can tell.")
    if notes and "state" in notes[0] and leaf["type"] == "response":
        said, state = json.loads(receipt["content"]), own[0]["salt"] and own[0]["state"]
        hers = [int(row["number"]) for row in notes if row["who"] == said["who"] and row["state"] != "late"]
        need(state or max(hers, default=0) > said["number"], "It was left out or erased: nothing opens it.")
        say(f"BUT it does not count: {WHY[state]}." if state in WHY else "It counts: members.zip opens it.")


def read_receipt(path):
    receipt = json.loads(pathlib.Path(path).read_text(encoding="utf-8-sig"))
    kinds = [type(receipt[name]) for name in ("name", "content", "index", "proof")]
    kinds += [type(receipt["leaf"][name]) for name in LEAF]
    known = receipt["format"] == "folkmoot.receipt/1" and len(receipt["leaf"]) == len(LEAF)
    need(known and kinds == [str, str, int, list, str, str, int, str], "it is no receipt of this kind")
    numbers = [receipt["salt"], *receipt["proof"]]
    need(all(re.fullmatch("([0-9a-f]{64})?", each) for each in numbers), "a number has not 64 digits")
    salt, *proof = [bytes.fromhex(each) for each in numbers]
    note = receipt["checkpoint"] and read_note(receipt["checkpoint"])
    promise = receipt.get("promise") and read_note(receipt["promise"], PROMISE)
    return {**receipt, "salt": salt, "proof": proof, "note": note, "promise": promise}


def read_note(note, begin=""):
    parts = re.fullmatch(re.escape(begin) + CHECKPOINT, note)
    need(parts and not re.search(r"[\0-\x09\x0b-\x1f]", note) and len(note) < 2**16, "it is no checkpoint")
    text, origin, size, root, below = parts.groups()
    signatures = [(name, unbase64(blob)) for _dash, name, blob in map(str.split, below.split("\n")[:-1])]
    return begin + text, origin, int(size), unbase64(root), signatures


def read_key(text, kind):
    """NAME+ID+BASE64. The id is the beginning of a hash of the rest, so that a wrong letter shows."""
    name, id_, blob = text.split("+", 2)
    content = unbase64(blob)
    found = hashlib.sha256(name.encode() + b"\n" + content).digest()[:4]
    need(len(content) == 33 and content[0] == kind and found.hex() == id_, "a letter or its kind is wrong")
    return {"name": name, "id": found, "kind": kind, "public": content[1:], "text": text}


def unbase64(text):
    content = base64.b64decode(text, validate=True)
    need(base64.b64encode(content).decode() == text, "a letter of it is wrong")  # one way to write it
    return content


def signed(key, text, signatures):
    """The times at which this key signed this text; 0 for a log's key, which tells none."""
    times, start = [], 12 if key["kind"] == 4 else 4
    for name, content in signatures:
        if (name, content[:4]) == (key["name"], key["id"]):
            times.append(int.from_bytes(content[4:start], "big"))
            begin = f"cosignature/v1\ntime {times[-1]}\n" if start == 12 else ""  # C2SP tlog-cosignature
            fits = ed25519(key["public"], (begin + text).encode(), content[start:])
            need(fits, f"The signature of {name} does not fit what stands above it.")
    return times


def climb(found, index, last, proof):
    """From a note's hash to the root, one neighbour after the other (RFC 9162, 2.1.3.2), or None."""
    for beside in proof:
        while 0 < index == last and not index & 1:  # nothing stands to its right: it goes up as it is
            index, last = index >> 1, last >> 1
        need(last, "The way up the tree is longer than the tree is high.")
        pair = beside + found if index & 1 else found + beside
        found, index, last = hashlib.sha256(b"\x01" + pair).digest(), index >> 1, last >> 1
    return found if last == 0 else None


# Ed25519 (RFC 8032, section 5.1): points of a curve with two numbers each, counted modulo P.
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def decompress(content):
    """The point of 32 bytes: y, and in the last bit whether x is odd. None if there is no such point."""
    odd, y = divmod(int.from_bytes(content, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    there = y < P and x * x % P == square and odd <= x
    return (x if x & 1 == odd else P - x, y) if there else None


def ed25519(public, message, signature):
    """Whether S·B = R + k·A: only who knows the secret of the key A could make R and S for this message."""

    def add(a, b):
        t = D * a[0] * b[0] * a[1] * b[1]
        x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + t, -1, P)
        return x % P, (a[1] * b[1] + a[0] * b[0]) * pow(1 - t, -1, P) % P

    def multiply(number, point):
        rest = multiply(number >> 1, add(point, point)) if number else (0, 1)
        return add(rest, point) if number & 1 else rest

    a, r, b = decompress(public), decompress(signature[:32]), decompress(bytes([0x58] + [0x66] * 31))
    s = int.from_bytes(signature[32:64], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return bool(a and r and len(signature) == 64 and s < ORDER) and multiply(s, b) == add(r, multiply(k, a))


def main():
    parser = argparse.ArgumentParser(description="Check a receipt of Folkmoot on your own computer.")
    parser.add_argument("receipt", help="the file of the receipt")
    parser.add_argument("--key", help="the log's public key, from a publication of findings")
    parser.add_argument("--witness", action="append", default=[], help="key of one that must have seen it")
    parser.add_argument("--bundle", help="public.zip or members.zip of the findings")
    given, lines, code, what = parser.parse_args(), [], 2, "The bundle"
    try:
        table = zipfile.ZipFile(given.bundle).read("log.csv").decode() if given.bundle else ""
        notes = [row for row in csv.DictReader(io.StringIO(table)) if row["commitment"]] if table else None
        what = "The receipt"
        receipt, what = read_receipt(given.receipt), "A key"
        key = read_key(given.key or receipt["log"]["key"], 1)
        witnesses, code, what = [read_key(each, 4) for each in given.witness], 1, "The receipt"
        check(receipt, key, witnesses, notes, lambda x: lines.append("agrees: " * (x[:3] != "BUT") + x))
        own = "BUT the key is this receipt's own: compare it with that on published findings."
        code, lines = 0, [*lines, *([] if given.key else [own]), *LIMITS.split("\n")]
    except Wrong as wrong:
        lines.append(": ".join(wrong.args) if code == 1 else f"{what} cannot be read: {wrong.args[1]}.")
    except Exception as problem:  # whatever it is, it is in what was given
        why = getattr(problem, "strerror", None) or "it is damaged, cut short, or something else"
        code, lines = 2, [f"{what} cannot be read: {why}."]
    sys.stdout.reconfigure(errors="backslashreplace")
    lines = ["".join(each if each.isprintable() else ascii(each)[1:-1] for each in line) for line in lines]
    print(*lines, sep="\n", file=sys.stderr if code == 2 else sys.stdout)  # nothing moves the cursor
    return code


if __name__ == "__main__":
    sys.exit(main())
