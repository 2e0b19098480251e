#!/usr/bin/env python3
"""Check a receipt of Folkmoot on your own computer, without asking anybody.

    python3 verify_receipt.py receipt-HEATH-41.json --key KEY [--witness KEY] [--bundle public.zip]

KEY is the public key of the log: take it from a publication of findings, not from the receipt. Nothing but
Python's standard library is used. Read on: first what must hold (`check`), then its steps, then Ed25519.
"""

import argparse, base64, csv, datetime, hashlib, io, json, sys, zipfile

LIMITS = """
What this proves: a note that fits exactly what you said stands at this place in the log that was signed.
Whoever drops, changes or moves it can no longer show that log.
What it does not prove: that everybody is shown the same log (name witnesses with --witness for that);
that your answer was counted rightly (that is `folkmoot verify` with the members' bundle); who you are."""


class Wrong(Exception):
    """The receipt can be read, and something in it does not fit."""


def check(receipt, key_text, witnesses, bundle):
    """Say line by line what fits. Raises Wrong with what does not."""
    leaf, salt, place = receipt["leaf"], bytes.fromhex(receipt["salt"]), receipt["index"]
    kinds = {name: type(value) for name, value in sorted(leaf.items())} | {"index": type(place)}
    known = {"commitment": str, "epoch": int, "item": str, "type": str, "index": int}
    if receipt["format"] != "folkmoot.receipt/1" or kinds != known:
        raise ValueError("it is no receipt of this kind")
    if not salt:
        raise Wrong("What you said was erased, and with it the number that opens the note.")
    # 1. The note is of exactly what you said: nobody can find other words that give the same hash.
    if hashlib.sha256(salt + receipt["content"].encode()).hexdigest() != leaf["commitment"]:
        raise Wrong("The sealed note is not of what this receipt says: one of them was changed.")
    hour = datetime.datetime.fromtimestamp(leaf["epoch"] * 3600, datetime.timezone.utc)
    yield f"The sealed note is of exactly this, in the hour of {hour:%Y-%m-%d %H:00} UTC: {receipt['content']}"
    if receipt["checkpoint"] is None:
        raise Wrong("The log had not been signed over it yet. Download the receipt again after two minutes.")
    # 2. The log's owner signed how long the log is, and the root that all its notes give together.
    key = read_key(key_text or receipt["log"]["key"], 1)
    text, signatures = read_note(receipt["checkpoint"])
    origin, size, root = read_checkpoint(text)
    if origin != key["name"] or not any(signed(key, each, text) for each in signatures):
        raise Wrong(f"The log of this receipt was not signed with the key {key['text']}.")
    yield f"{origin} signed a log of {size} notes with the key {key['text']}."
    if not key_text:
        yield "That key came with the receipt itself: compare it with one on a publication, or give it with --key."
    # 3. With your note at its place, the hashes beside it lead to that very root.
    entry = json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    note = hashlib.sha256(b"\x00" + entry).digest()
    if climb(note, place, size, [bytes.fromhex(each) for each in receipt["proof"]]) != root:
        raise Wrong("The note is not at its place in the log that was signed.")
    yield f"The note is no. {place} of them."
    # 4. Others have seen that log.
    for witness in [read_key(each, 4) for each in witnesses]:
        seen = max((signed(witness, each, text) for each in signatures), default=0)
        if not seen:
            raise Wrong(f"{witness['name']} has not signed the log of this receipt. Download it again later.")
        day = datetime.datetime.fromtimestamp(min(seen, 2**33), datetime.timezone.utc)
        yield f"{witness['name']} saw that log on {day:%Y-%m-%d} and signed that it only grew."
    # 5. Published findings list it among what they rest on.
    if bundle:
        rows = list(csv.DictReader(io.StringIO(zipfile.ZipFile(bundle).read("log.csv").decode())))
        listed = {(row["item"], row["commitment"], row["epoch"]) for row in rows}
        if (leaf["item"], leaf["commitment"], str(leaf["epoch"])) not in listed:
            raise Wrong(
                f"It is not among the {len(rows)} notes of {bundle}: dropped, or of another assembly."
            )
        yield f"It is among the {len(rows)} notes that {bundle} rests on."


def read_note(note):
    """A text, an empty line, and lines of signatures: a name, four bytes of the key's id, the signature."""
    text, _empty, lines = note.rpartition("\n\n")
    parts = [line.split(" ") for line in lines.splitlines()]
    signatures = [(name, base64.b64decode(blob, validate=True)) for _dash, name, blob in parts]
    return text + "\n", [(name, content[:4], content[4:]) for name, content in signatures]


def read_checkpoint(text):
    """Three lines: the log's name, how many notes it has, the root."""
    origin, size, root = text.split("\n")[:3]
    return origin, int(size), base64.b64decode(root, validate=True)


def read_key(text, kind):
    """NAME+ID+BASE64: the id is the beginning of a hash over all the rest, so that a slip of the pen shows."""
    name, id_, blob = text.strip().split("+", 2)
    content = base64.b64decode(blob, validate=True)
    if len(content) != 33 or content[0] != kind:
        raise ValueError(f"{name} is not a key of the kind that is wanted here")
    if hashlib.sha256(name.encode() + b"\n" + content).hexdigest()[:8] != id_.lower():
        raise ValueError(f"the key of {name} has a letter wrong")
    return {"name": name, "id": bytes.fromhex(id_), "kind": kind, "public": content[1:], "text": text.strip()}


def signed(key, signature, text):
    """The time at which this key signed this text (1 for a log's own key, which says none); else 0."""
    name, id_, content = signature
    if (name, id_) != (key["name"], key["id"]):
        return 0
    if key["kind"] == 1:
        return int(ed25519(key["public"], text.encode(), content))
    time = int.from_bytes(content[:8], "big")
    message = f"cosignature/v1\ntime {time}\n{text}".encode()
    return time if ed25519(key["public"], message, content[8:]) else 0


def climb(found, index, size, proof):
    """From a note to the root, by hashing it with one neighbour after the other (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    last = size - 1
    for sibling in proof:
        if last == 0:
            return None
        if index & 1 or index == last:
            found = hashlib.sha256(b"\x01" + sibling + found).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + sibling).digest()
        index, last = index >> 1, last >> 1
    return found if last == 0 else None


# Ed25519 (RFC 8032, section 5.1): is S·B = R + h·A on the curve? Points are X, Y, Z, T with x = X/Z, y = Y/Z.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    m, n = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    c, d = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(number, point):
    found = (0, 1, 1, 0)
    while number:
        found = add(found, point) if number & 1 else found
        point, number = add(point, point), number >> 1
    return found


def point(content):
    """A point from its 32 bytes: y, and the sign of x in the last bit."""
    y = int.from_bytes(content, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if len(content) != 32 or y >= P or (x * x - square) % P or (not x and content[31] >> 7):
        raise ValueError("no point of the curve")
    x = P - x if x & 1 != content[31] >> 7 else x
    return x, y, 1, x * y % P


def ed25519(public, message, signature):
    try:
        key, r, base = point(public), point(signature[:32]), point(bytes([0x58]) + bytes([0x66]) * 31)
    except (ValueError, IndexError):
        return False
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = multiply(s, base), add(r, multiply(h, key))
    same = all((left[n] * right[2] - right[n] * left[2]) % P == 0 for n in (0, 1))
    return len(signature) == 64 and s < ORDER and same


def main():
    parser = argparse.ArgumentParser(description="Check a receipt of Folkmoot on your own computer.")
    parser.add_argument("receipt", help="the file of the receipt")
    parser.add_argument("--key", help="the log's public key, from a publication of findings")
    parser.add_argument("--witness", action="append", default=[], help="one that must have seen it")
    parser.add_argument("--bundle", help="public.zip or members.zip of the findings")
    given = parser.parse_args()
    try:
        with open(given.receipt, encoding="utf-8") as file:
            receipt = json.load(file)
        for line in check(receipt, given.key, given.witness, given.bundle):
            print("agrees:", line)
    except Wrong as wrong:
        print("WRONG:", wrong)
        return 1
    except Exception as problem:  # whatever it is, it is in what was given: say so, and show no inner parts
        print(
            f"This cannot be read as a receipt, key or bundle: {problem!r}. Download it again.",
            file=sys.stderr,
        )
        return 2
    print("This receipt checks.", LIMITS, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
