"""Broken files of ballots, read and counted: each gives a result or one message, never a traceback.

    python benchmarks/counting_broken_files.py [--files N] [--seed N]

Sound files of every kind are damaged by a seeded generator (cut, doubled, lines shuffled, other encodings, huge
numbers and signs of the formats in odd places), read, counted by each rule in turn that takes what they hold, and
written as sheets. tests/methods/counting/test_broken_files.py does the same with fewer.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from folkmoot.methods import InputError
from folkmoot.methods.counting import (
    Budget,
    Choices,
    LotOrder,
    Marks,
    Profile,
    Rankings,
    Rule,
    count,
    find_rules,
    read_ballots,
    to_blt,
    to_html,
    to_json,
    to_text,
)
from folkmoot.methods.lots import Lot

PREFLIB = (
    b"# TITLE: Chair\n# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: Ada\n# ALTERNATIVE NAME 2: Ben\n"
    b"# ALTERNATIVE NAME 3: Cam\n"
)
SOUND: dict[str, tuple[type[Profile], bytes]] = {
    "plain.blt": (Rankings, b'3 2\n4 1 2 0\n2 3 0\n1 0\n3 2 3 1 0\n0\n"Ada"\n"Ben"\n"Cam"\n"Committee"\n'),
    "dialect.blt": (
        Rankings,
        b"# Branch\n4 2 # four for two\n-2\n(J1) 1 1 - 3 0\n2 3=1 4 0\n5 4 1=3 0\n3 1 4 0\n0\n"
        b'"Ada" # first\n"Ben"\n"Cam"\n"Dee"\n"Committee"\n',
    ),
    "everybody-out.blt": (Rankings, b'2 1\n-1 -2\n1 1 0\n2 2 1 0\n0\n"Ada"\n"Ben"\n'),
    "rankings.csv": (Rankings, b"ballot,1,2,3,count\na,Ada,Ben,,2\nb,Cam,,,3\nc,Ben,Ada,Cam,1\n"),
    "marks.csv": (Marks, b"ballot,Ada,Ben,Cam,count\na,1,0,1,2\nb,,1,,3\nc,1,1,1,1\n"),
    "motion.csv": (Choices, b"ballot,choice,count\na,yes,4\nb,no,3\nc,abstain,2\nd,,1\n"),
    "money.pb": (
        Budget,
        b"META\nkey;value\ndescription;Fund\nbudget;100\nvote_type;approval\nPROJECTS\nproject_id;cost;name;selected\n"
        b"1;60;Bus stop;1\n2;50;Bench;0\n3;30;Path;0\nVOTES\nvoter_id;vote\na;1,2\nb;1\nc;2,3\nd;\n",
    ),
    "strict.soc": (Rankings, PREFLIB + b"4: 1,2,3\n2: 3,2,1\n"),
    "partial.soi": (Rankings, PREFLIB + b"4: 1,2\n2: 3\n1: 2,3\n"),
    "level.toc": (Rankings, PREFLIB + b"4: 1,{2,3}\n2: {3,1},2\n"),
    "partial-level.toi": (Rankings, PREFLIB + b"4: 1,{2,3}\n2: {3,1}\n1: 2\n"),
}
SIGNS = (
    b"0", b"-1", b"-1 -2", b"\n", b"\n\n", b"=", b"1=2", b'"', b"(", b")", b"{", b"}", b";", b",", b":", b"#",
    b"[tie 1]", b"99999", b"99999999999", b"1e9", b"0.5", b"/", b" ", b"\t", b"\r", b"\x00", b"\xff",
    b"\xc2\xb2", b"\xe2\x80\xa8", b"count", b"META", b"VOTES", b"nan",
)  # fmt: skip
Damage = Callable[[bytes, random.Random], bytes]


# -- how files break


def between(data: bytes, chance: random.Random) -> tuple[int, int]:
    begin, end = sorted(chance.randint(0, len(data)) for _ in range(2))
    return begin, min(end, begin + 40)


def cut(data: bytes, chance: random.Random) -> bytes:
    begin, end = between(data, chance)
    return data[:begin] + data[end:]


def ended(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randint(0, len(data))]


def doubled(data: bytes, chance: random.Random) -> bytes:
    begin, end = between(data, chance)
    return data[:end] + data[begin:]


def replaced(data: bytes, chance: random.Random) -> bytes:
    begin, end = between(data, chance)
    return data[:begin] + chance.choice(SIGNS) + data[min(end, begin + 3) :]


def added(data: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(SIGNS) * chance.choice((1, 1, 1, 9)) + data[at:]


def another_digit(data: bytes, chance: random.Random) -> bytes:
    """What stays a sound file most often, with other votes."""
    places = [at for at, byte in enumerate(data) if 48 <= byte <= 57]
    if not places:
        return data
    at = chance.choice(places)
    return data[:at] + b"%d" % chance.randint(0, 9) + data[at + 1 :]


def shuffled(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]
    return b"\n".join(lines)


def other_encoding(data: bytes, chance: random.Random) -> bytes:
    return chance.choice(
        (
            lambda: data.decode("latin-1").encode("utf-16"),
            lambda: b"\xef\xbb\xbf" + data,
            lambda: data.replace(b"\n", b"\r\n"),
            lambda: data.replace(b"\n", b"\r"),
            lambda: data.replace(b"a", b"\xe9"),
        )
    )()


DAMAGES: tuple[Damage, ...] = (
    cut,
    ended,
    doubled,
    replaced,
    replaced,
    added,
    added,
    shuffled,
    other_encoding,
)


def broken(data: bytes, chance: random.Random) -> bytes:
    """One to three damages; sometimes none, for a sound file must count."""
    for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3))):
        data = chance.choice(DAMAGES)(data, chance)
    return data


# -- what comes of them


@dataclass
class Tally:
    """How many gave a result, how many one message with a remedy, and every other that came of a file."""

    results: int = 0
    messages: int = 0
    wrong: list[tuple[str, str, bytes, str]] = field(default_factory=list)


def try_files(number: int, seed: int = 1) -> Tally:
    chance, tally = random.Random(seed), Tally()
    pairs = [
        (name, rule)
        for name, (kind, _) in SOUND.items()
        for rule in find_rules().values()
        if rule.ballots is kind
    ]
    for name, rule in itertools.islice(itertools.cycle(pairs), number):
        data = broken(SOUND[name][1], chance)
        try:
            read_and_count(data, name, rule, chance)
            tally.results += 1
        except InputError as error:
            tally.messages += 1
            if not error.remedy:
                tally.wrong.append((name, rule.name, data, f"no remedy: {error}"))
        except Exception:
            tally.wrong.append((name, rule.name, data, traceback.format_exc()))
    return tally


def read_and_count(data: bytes, name: str, rule: Rule, chance: random.Random) -> None:
    """As the command does, with each option that has choices drawn."""
    profile = read_ballots(data, name, rule.ballots)
    options = {each.name: chance.choice(each.choices) for each in rule.options if each.choices}
    seats = {"one": 1, "several": profile.seats or 2}.get(rule.seats)
    found = count(profile, rule, seats=seats, ties=LotOrder(Lot("seed", profile.title)), options=options)
    to_json(found), to_text(found), to_html(found)
    if isinstance(found.profile, Rankings):
        again = read_ballots(to_blt(found.profile, seats=max(found.seats, 1)).encode(), "x.blt", Rankings)
        assert isinstance(again, Rankings)
        assert again.lines() == found.profile.lines()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.process_time()
    tally = try_files(options.files, options.seed)
    print(f"{options.files:,} broken files, read and counted in {time.process_time() - begun:.0f} s of CPU:")
    print(
        f"  {tally.results:,} gave a result, {tally.messages:,} one message, {len(tally.wrong)} anything else"
    )
    for name, rule, data, told in tally.wrong[:3]:
        print(f"  {name}, {rule}: {data!r}\n{told}")
    if tally.wrong:
        sys.exit("there are tracebacks")


if __name__ == "__main__":
    main()
