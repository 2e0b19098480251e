"""How long many answers take, how much memory, and that a run which was killed goes on.

    python benchmarks/themes_scale.py [--sizes 1100 10000 100000] [--table FILE --text COLUMN]

The answers are those of the demonstration's invented union, with as many people as it takes, or the first rows of a
table that is given; the line says how many of their points differ. Each run is a process of its own, `folkmoot themes`
from file to file; its CPU seconds, its seconds by the clock and the most memory that it held are told. Of the first
size it is run again with ten more answers. The largest is killed when half of its points are read, and then run again.
Then where the time goes, for each size: the CPU seconds of each step within one process, vectors at hand.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import functools
import multiprocessing
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
from folkmoot.methods.themes import find, levels, uncertainty
from folkmoot.methods.themes.corpus import read_corpus
from folkmoot.methods.themes.uncertainty import Regrouping
from folkmoot.site.demonstration import lantern_union

SIZES = (1_100, 10_000, 100_000)
WRITERS = 0.9  # of the people who take part, how many write
MORE = 10
POLL = 0.2  # seconds


Row = tuple[str, str, str]
"""An answer's id, who wrote it, and the words."""

DRAWS = "drawing people anew"
MEASURED = (
    (find, "read_corpus", "reading"),
    (find, "detect_language", "reading"),
    (find, "embed_through_cache", "vectors"),
    (uncertainty, "nearest_neighbours", "neighbours"),
    (uncertainty, "find_plateau", "how fine"),
    (Regrouping, "group", "grouping"),
    (levels, "bootstrap", DRAWS),
    (levels, "phrases_of", "names"),
    (levels, "name_groups", "names"),
    (levels, "place_names", "names"),
    (levels, "describe", "quotes"),
    (find, "placed_points", "quotes"),
)
"""Where each step is called, and what it is called here; within sub-themes as well as themes."""


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


def from_table(path: Path, column: str) -> tuple[str, list[Row]]:
    responses = themes.read_responses(path.read_bytes(), text=column)
    return "", [(response.id, response.id, response.text) for response in responses]


def invented(size: int) -> tuple[str, list[Row]]:
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


def write(path: Path, rows: list[Row]) -> None:
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


class Steps:
    """CPU seconds by step, each without the steps that run within it; drawing anew keeps what it groups."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._open, self._since = ["the rest"], time.process_time()

    def measure(self, owner: object, name: str, step: str) -> None:
        """Put a clock around a function where it is called."""
        plain = getattr(owner, name)

        @functools.wraps(plain)
        def measured(*given: object, **named: object) -> object:
            self._turn()
            self._open.append(self._open[-1] if self._open[-1] == DRAWS else step)
            try:
                return plain(*given, **named)
            finally:
                self._turn()
                self._open.pop()

        setattr(owner, name, measured)

    def _turn(self) -> None:
        now = time.process_time()
        self.spent[self._open[-1]] += now - self._since
        self._since = now

    def __str__(self) -> str:
        self._turn()
        return ", ".join(f"{step} {seconds:.1f}" for step, seconds in self.spent.items())


def steps(given: Given) -> None:
    """Find the themes of a table within this process and print where the time goes; vectors at hand."""
    taken = Steps()
    for owner, name, step in MEASURED:
        taken.measure(owner, name, step)
    responses = themes.read_responses(given.table.read_bytes(), text="answer", id="id", person="person")
    with themes.VectorFile(given.vectors) as vectors:
        found = themes.find_themes(responses, question=given.question, cache=vectors)
    counts = found.counts
    print(
        f"{'':>9} {counts.points:,} points, {counts.unique_points:,} of them different, {len(found.themes)} themes;"
        f" CPU seconds, vectors at hand: {taken}",
        flush=True,
    )


def measure(given: Given, rows: list[Row], size: int, *, first: bool, last: bool) -> None:
    write(given.table, rows[:size])
    if last:
        half = len(different_points(rows[:size])) // 2
        told = f"{run(given, kill_at=half)}; {kept(given):,} vectors kept"
        print(f"{size:>9,} killed half way     {told}", flush=True)
        print(f"{size:>9,} run again           {run(given)}", flush=True)
    else:
        print(f"{size:>9,} with nothing kept   {run(given)}", flush=True)
    if first:
        write(given.table, rows[: size + MORE])
        print(f"{size:>9,} and {MORE} more answers {run(given)}", flush=True)
    # The clocks around functions stay in a process of their own.
    own = multiprocessing.get_context("spawn").Process(target=steps, args=(given,))
    own.start()
    own.join()
    if own.exitcode:
        sys.exit(f"the steps of {size:,} answers could not be measured")


def different_points(rows: list[Row]) -> tuple[str, ...]:
    return read_corpus(themes.Response(id, text, person) for id, person, text in rows).texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--text", default="text")
    options = parser.parse_args()
    for place, size in enumerate(options.sizes):
        question, rows = from_table(options.table, options.text) if options.table else invented(size + MORE)
        if len(rows) < size + MORE:
            sys.exit(f"there are {len(rows):,} answers, too few for {size:,} and {MORE} more")
        with tempfile.TemporaryDirectory() as folder:
            last = place == len(options.sizes) - 1 and place > 0
            measure(Given(Path(folder) / "answers.csv", question), rows, size, first=place == 0, last=last)


if __name__ == "__main__":
    main()
