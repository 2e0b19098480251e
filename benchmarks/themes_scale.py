"""How long many answers take, how much memory, and that a run which was killed goes on.

    python benchmarks/themes_scale.py [--sizes 1100 10000 100000]

The answers are those of the demonstration's invented union, with as many people as it takes; the line says how many
of their points differ. Each run is a process of its own, `folkmoot themes` from file to file; its CPU seconds, its
seconds by the clock and the most memory that it held are told. Of the first size it is run again with ten more
answers. The largest is killed when half of its points are read, and then run again. Then where the time goes, for
each size: the CPU seconds of each step within one process, vectors at hand.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from folkmoot.methods import themes
from folkmoot.site.demonstration import lantern_union

SIZES = (1_100, 10_000, 100_000)
WRITERS = 0.9  # of the people who take part, how many write
ASIDE = 10
POLL = 0.2  # seconds


@dataclass(frozen=True)
class Spent:
    """What a process cost: CPU and clock seconds, megabytes at most."""

    cpu: float
    wall: float
    memory: float

    def __str__(self) -> str:
        return f"{self.cpu:8.1f} s of CPU, {self.wall:7.1f} s by the clock, at most {self.memory:5,.0f} MB"


@dataclass(frozen=True)
class Given:
    """A table of answers, and where results and vectors of it lie."""

    table: Path
    question: str

    @property
    def vectors(self) -> Path:
        return self.table.with_suffix(".vectors")

    @property
    def result(self) -> Path:
        return self.table.with_suffix(".json")

    def command(self) -> list[str]:
        columns = ["--text", "answer", "--id", "id", "--person", "person", "--question", self.question]
        files = ["--vectors", str(self.vectors), "--json", str(self.result)]
        return [sys.executable, "-m", "folkmoot", "themes", str(self.table), *columns, *files]


def written(size: int) -> tuple[str, list[tuple[str, str, str]]]:
    """The union's question, and so many answers to it: id, person, words."""
    today = datetime.datetime(2026, 3, 9, 10, tzinfo=datetime.UTC)
    union = lantern_union(today=today, people=int(size / WRITERS) + 100)
    assembly = union.assemblies[0]
    question = next(question for question in assembly.questions if question.way == "open_text")
    rows = [
        (f"{person.key}-{number}", person.key, answer.content["text"])
        for person in assembly.people
        for number, answer in enumerate(person.answers)
        if answer.question == question.key
    ]
    return question.text, rows[:size]


def write(path: Path, rows: list[tuple[str, str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("id", "person", "answer"), *rows])


def run(given: Given, kill_at: int | None = None) -> Spent:
    """Run the command to its end, or until so many vectors are kept."""
    start = time.perf_counter()
    process = subprocess.Popen(given.command())
    while kill_at is not None and process.poll() is None and kept(given) < kill_at:
        time.sleep(POLL)
    if kill_at is not None:
        process.send_signal(signal.SIGKILL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if kill_at is None and process.returncode:
        sys.exit(f"the command ended with {process.returncode}")
    return Spent(used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss / 1024)


def kept(given: Given) -> int:
    if not given.vectors.exists():
        return 0
    with themes.VectorFile(given.vectors) as vectors:
        return len(vectors)


def steps(given: Given) -> dict[str, float]:
    """CPU seconds by step, its name being the one that is shown while it runs; vectors at hand."""
    found: defaultdict[str, float] = defaultdict(float)
    now, begun = "taking in", time.process_time()

    def note(step: str, done: int, total: int) -> None:
        nonlocal now, begun
        found[now] += time.process_time() - begun
        now, begun = step, time.process_time()

    responses = themes.read_responses(given.table.read_bytes(), text="answer", id="id", person="person")
    with themes.VectorFile(given.vectors) as vectors:
        themes.find_themes(responses, question=given.question, cache=vectors, progress=note)
    found[now] += time.process_time() - begun
    return found


def measure(size: int, folder: Path, *, first: bool, last: bool) -> None:
    question, rows = written(size + ASIDE)
    given = Given(folder / f"{size}.csv", question)
    write(given.table, rows[:size])
    if last:
        half = len(themes_points(rows[:size])) // 2
        print(
            f"{size:>9,} killed half way     {run(given, kill_at=half)}; {kept(given):,} vectors kept",
            flush=True,
        )
        print(f"{size:>9,} run again           {run(given)}", flush=True)
    else:
        print(f"{size:>9,} with nothing kept   {run(given)}", flush=True)
    counts = json.loads(given.result.read_text())["counts"]
    if first:
        write(given.table, rows)
        print(f"{size:>9,} and {ASIDE} more answers {run(given)}", flush=True)
    spent = steps(given)
    told = ", ".join(f"{step} {seconds:.1f}" for step, seconds in spent.items())
    print(
        f"{'':>9} {counts['unique_points']:,} different points; vectors at hand, CPU seconds: {told}",
        flush=True,
    )


def themes_points(rows: list[tuple[str, str, str]]) -> tuple[str, ...]:
    from folkmoot.methods.themes.corpus import read_corpus

    return tuple(read_corpus(themes.Response(id, text, person) for id, person, text in rows).texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    sizes = parser.parse_args().sizes
    with tempfile.TemporaryDirectory() as folder:
        for place, size in enumerate(sizes):
            measure(size, Path(folder), first=place == 0, last=place == len(sizes) - 1 and len(sizes) > 1)


if __name__ == "__main__":
    main()
