"""How fast opinions are mapped, beside red-dwarf 0.4.0, from the same votes in the same run.

    python benchmarks/opinions.py [--peer-env DIRECTORY] [--without-peer] [VOTES.csv ...]

The peer is installed into an environment of its own: a temporary one, or the given directory, which is kept
and used again. Both start from votes in memory in the form that they take (numbers; a list of dicts) and end
with positions, groups and what each group holds. Every measurement is a process of its own; the figures are
CPU seconds, all threads together, and peak memory. Votes are made by a seeded generator in the shapes of
real conversations; Polis exports named on the command line are measured as well.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

PEER = "red-dwarf==0.4.0"
# name, participants, statements, votes, and whether the peer can finish in reasonable time
SHAPES = (
    ("like vtaiwan", 1_921, 197, 49_000, True),
    ("like bowling-green", 2_031, 896, 226_000, True),
    ("ten thousand", 10_000, 200, 332_000, True),
    ("a hundred thousand", 100_000, 500, 3_700_000, False),
)
Arrays = dict[str, Any]


def made_votes(participants: int, statements: int, votes: int, seed: int = 1) -> Arrays:
    """Votes of two camps: a person's camp, a statement's pull, and chance; everybody votes equally often."""
    rng = np.random.default_rng(seed)
    each = max(1, round(votes / participants))
    who = np.repeat(np.arange(participants), each)
    what = np.concatenate([rng.choice(statements, each, replace=False) for _ in range(participants)])
    pull = (np.arange(participants) % 2 * 2 - 1)[who] * rng.normal(size=statements)[what]
    opinion = np.sign(pull + rng.normal(size=len(who)))
    cast = np.where(rng.random(len(who)) < 0.15, 0, opinion).astype(np.int8)
    return {"who": who, "what": what, "cast": cast}


def read_votes(path: Path) -> Arrays:
    """A Polis export as numbers."""
    from folkmoot.methods.opinions import read_votes as read
    from folkmoot.methods.text_files import open_text

    votes = read(open_text(path.read_bytes()))
    who = np.repeat(np.arange(len(votes.participants)), votes.per_participant)
    return {"who": who, "what": votes.indices, "cast": votes.values}


def prepare_ours(arrays: Arrays) -> Callable[[], object]:
    from folkmoot.methods.opinions import Votes, map_opinions

    people = [str(number) for number in range(int(arrays["who"].max()) + 1)]
    asked = [str(number) for number in range(int(arrays["what"].max()) + 1)]
    return lambda: map_opinions(
        Votes.from_codes(people, asked, arrays["who"], arrays["what"], arrays["cast"]), mode="polis"
    )


def prepare_peer(arrays: Arrays) -> Callable[[], object]:
    from reddwarf.implementations.polis import run_pipeline

    columns = (arrays[name].tolist() for name in ("who", "what", "cast"))
    votes = [
        {"participant_id": who, "statement_id": what, "vote": cast, "modified": row}
        for row, (who, what, cast) in enumerate(zip(*columns, strict=True))
    ]
    return lambda: run_pipeline(votes=votes, random_state=0)


def measure_here(tool: str, path: str) -> None:
    """Measure one tool on one set of votes in this process, after a small run that loads everything."""
    prepare = {"ours": prepare_ours, "peer": prepare_peer}[tool]
    prepare(made_votes(60, 20, 900))()
    with np.load(path) as stored:
        run = prepare(dict(stored))
    before = time.process_time()
    run()
    seconds = time.process_time() - before
    print(json.dumps({"seconds": seconds, "megabytes": peak_megabytes()}))


def peak_megabytes() -> int:
    """The most memory that this process held."""
    status = Path("/proc/self/status")
    if status.exists():
        # the resource counter would also know what the parent held when it started this process
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(python: str, tool: str, path: Path) -> dict[str, float]:
    command = [python, "-W", "ignore", __file__, "--measure", tool, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The {tool} measurement failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def set_up_peer(directory: Path) -> str:
    """Install the peer into an environment of its own, unless it is there already; the path of its Python."""
    python = directory / "bin" / "python"
    if not python.exists():
        venv.create(directory, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", PEER], check=True)
    return str(python)


def conversations(exports: list[Path]) -> Iterator[tuple[str, Arrays, bool]]:
    for name, participants, statements, votes, with_peer in SHAPES:
        yield name, made_votes(participants, statements, votes), with_peer
    for path in exports:
        yield path.parent.name or path.name, read_votes(path), True


def print_row(name: str, arrays: Arrays, ours: dict[str, float], peer: dict[str, float] | None) -> None:
    shape = f"{arrays['who'].max() + 1:,} × {arrays['what'].max() + 1:,}, {len(arrays['who']):,} votes"
    own = f"{ours['seconds']:7.3f} s {ours['megabytes']:5.0f} MB"
    if peer is None:
        beside = "not measured"
    else:
        ratio = peer["seconds"] / ours["seconds"]
        beside = f"{peer['seconds']:7.3f} s {peer['megabytes']:5.0f} MB   {ratio:6.1f} ×"
    print(f"{name:<32} {shape:<34} {own}   {beside}", flush=True)


def compare(exports: list[Path], peer_python: str | None) -> None:
    print(f"{'votes':<32} {'':<34} {'folkmoot':<20} {PEER if peer_python else ''}")
    with tempfile.TemporaryDirectory() as folder:
        for name, arrays, with_peer in conversations(exports):
            path = Path(folder) / "votes.npz"
            np.savez(path, **arrays)
            ours = measure(sys.executable, "ours", path)
            peer = measure(peer_python, "peer", path) if peer_python and with_peer else None
            print_row(name, arrays, ours, peer)


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast opinions are mapped, beside red-dwarf.")
    parser.add_argument("exports", nargs="*", type=Path, metavar="VOTES.csv", help="Polis exports to add")
    parser.add_argument("--peer-env", type=Path, help="where the peer is, or is to be, installed")
    parser.add_argument("--without-peer", action="store_true", help="measure folkmoot alone")
    parser.add_argument("--measure", nargs=2, metavar=("TOOL", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure_here(*options.measure)
    elif options.without_peer:
        compare(options.exports, None)
    elif options.peer_env:
        compare(options.exports, set_up_peer(options.peer_env))
    else:
        with tempfile.TemporaryDirectory() as folder:
            compare(options.exports, set_up_peer(Path(folder)))


if __name__ == "__main__":
    main()
