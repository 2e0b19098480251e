"""What benchmarks/opinions.py measures, one thing at a time in a process of its own.

    python benchmarks/_opinions_tools.py polis|best|peer|live VOTES.npz

prints CPU seconds, wall seconds and peak memory as JSON. Needs nothing but numpy and what it measures.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Arrays = dict[str, Any]
Run = Callable[[], object]

REST = 0.5  # seconds until threads that loading started sleep


def made_votes(participants: int, statements: int, votes: int, seed: int = 1) -> Arrays:
    """Votes of two camps: a person's camp, a statement's pull, and chance; everybody votes equally often.

    Statements are parted into as many runs as a person votes, and she votes on one of each run.
    """
    rng = np.random.default_rng(seed)
    each = max(1, round(votes / participants))
    edges = np.linspace(0, statements, each + 1).astype(np.int32)
    chance = rng.random((participants, each), dtype=np.float32)
    what = edges[:-1] + np.minimum((chance * np.diff(edges)).astype(np.int32), np.diff(edges) - 1)
    pull = rng.normal(size=statements).astype(np.float32)[what]
    pull[::2] *= -1
    pull += rng.standard_normal(pull.shape, dtype=np.float32)
    cast = np.sign(pull).astype(np.int8)
    cast[rng.random(pull.shape, dtype=np.float32) < 0.15] = 0
    who = np.repeat(np.arange(participants, dtype=np.int32), each)
    return {"who": who, "what": what.ravel(), "cast": cast.ravel()}


def names_of(numbers: np.ndarray) -> list[str]:
    return [str(number) for number in range(int(numbers.max()) + 1)]


def prepare_ours(arrays: Arrays, mode: str) -> Run:
    from folkmoot.methods.opinions import Votes, map_opinions

    people, asked = names_of(arrays["who"]), names_of(arrays["what"])
    columns = (arrays["who"], arrays["what"], arrays["cast"])
    return lambda: map_opinions(Votes.from_codes(people, asked, *columns), mode=mode)


def prepare_peer(arrays: Arrays) -> Run:
    from reddwarf.implementations.polis import run_pipeline

    columns = (arrays[name].tolist() for name in ("who", "what", "cast"))
    votes = [
        {"participant_id": who, "statement_id": what, "vote": cast, "modified": row}
        for row, (who, what, cast) in enumerate(zip(*columns, strict=True))
    ]
    return lambda: run_pipeline(votes=votes, random_state=0)


TOOLS: dict[str, Callable[[Arrays], Run]] = {
    "polis": lambda arrays: prepare_ours(arrays, "polis"),
    "best": lambda arrays: prepare_ours(arrays, "best"),
    "peer": prepare_peer,
}


def measured(run: Run) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}


def measure_live(arrays: Arrays) -> dict[str, float]:
    """CPU microseconds a vote and milliseconds a map, votes coming in any order."""
    from folkmoot.methods.opinions import LiveState

    rng = np.random.default_rng(1)
    order = rng.permutation(len(arrays["who"]))
    people = [str(number) for number in arrays["who"][order].tolist()]
    asked = [str(number) for number in arrays["what"][order].tolist()]
    cast = arrays["cast"][order].tolist()
    one, many = LiveState(), LiveState()

    def take_singly() -> None:
        for vote in zip(people, asked, cast, strict=True):
            one.take(*vote)
        one.refresh()

    def take_together() -> None:
        many.take_many(people, asked, cast)
        many.refresh()

    singly, together = measured(take_singly), measured(take_together)
    fresh = measured(lambda: [one.refresh() for _ in range(20)])
    for person in dict.fromkeys(people):
        one.take(person, asked[0], 1)
    waited = measured(one.refresh)
    snapshot = one.refresh()
    drawn = measured(lambda: [snapshot.next_statement(asked[:50], rng) for _ in range(200)])
    return {
        "single vote, µs": singly["cpu"] / len(cast) * 1e6,
        "vote in a batch, µs": together["cpu"] / len(cast) * 1e6,
        "map, ms": fresh["cpu"] / 20 * 1e3,
        "map after a vote by everybody, ms": waited["cpu"] * 1e3,
        "next statement, ms": drawn["cpu"] / 200 * 1e3,
        "snapshot, kB": len(snapshot.to_bytes()) / 1e3,
    }


def peak_megabytes() -> int:
    """The most memory that this process held."""
    status = Path("/proc/self/status")
    if status.exists():
        # the resource counter would also know what the parent held when it started this process
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(tool: str, path: str) -> None:
    """Measure one tool on one set of votes, after a small run that loads everything and a rest.

    A library for linear algebra that was just loaded starts threads, which spin for a tenth of a second before
    they sleep; without the rest that would be counted, as much again as a small map takes.
    """
    with np.load(path) as stored:
        arrays = dict(stored)
    if tool == "live":
        print(json.dumps(measure_live(arrays)))
        return
    TOOLS[tool](made_votes(60, 20, 900))()
    run = TOOLS[tool](arrays)
    time.sleep(REST)
    print(json.dumps({**measured(run), "megabytes": peak_megabytes()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
