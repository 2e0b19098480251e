"""How fast opinions are mapped, beside red-dwarf 0.4.0, from the same votes in the same run.

    python benchmarks/opinions.py [--peer-env DIRECTORY | --without-peer] [--large] [--plot FILE.svg]
                                  [VOTES.csv ...]

The peer is installed into an environment of its own: a temporary one, or the given directory, which is kept
and used again. Both start from votes in memory in the form that they take (numbers; a list of dicts) and end
with positions, groups and what each group holds. Every measurement is a process of its own, and of three the
middle one counts (of those over two seconds, the only one); the figures are CPU seconds, all threads together,
and peak memory. Votes are made by a seeded generator in the shapes of real conversations; Polis exports named on the
command line are measured as well. `--large` adds a million people (a quarter of an hour, four gigabytes) and goes
up to fifty million votes in the plot.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from _opinions_tools import Arrays, made_votes

TOOLS = Path(__file__).with_name("_opinions_tools.py")
PEER = "red-dwarf==0.4.0"
# name, participants, statements, votes, and whether the peer can finish in reasonable time
SHAPES = (
    ("like vtaiwan", 1_921, 197, 49_000, True),
    ("like bowling-green", 2_031, 896, 226_000, True),
    ("ten thousand", 10_000, 200, 332_000, True),
    ("a hundred thousand", 100_000, 500, 3_700_000, False),
)
MILLION = (1_000_000, 1_000, 50_000_000)
LONG = 2.0  # seconds of CPU from which one measurement is enough
GROWTH = (10_000, 100_000, 1_000_000, 10_000_000, 50_000_000)
EACH, ASKED = 50, 1_000  # votes of a person and statements while the number of votes grows


def read_votes(path: Path) -> Arrays:
    """A Polis export as numbers."""
    from folkmoot.methods.opinions import read_votes as read
    from folkmoot.methods.text_files import open_text

    votes = read(open_text(path.read_bytes()))
    who = np.repeat(np.arange(len(votes.participants)), votes.per_participant)
    return {"who": who, "what": votes.indices, "cast": votes.values}


def measure(python: str, tool: str, arrays: Arrays) -> dict[str, float]:
    """What one tool takes for these votes: the middle one of three processes, or one that takes long."""
    found = [measure_once(python, tool, arrays)]
    if found[0].get("cpu", LONG) < LONG:
        found += [measure_once(python, tool, arrays) for _ in range(2)]
    return sorted(found, key=lambda one: one.get("cpu", 0.0))[len(found) // 2]


def measure_once(python: str, tool: str, arrays: Arrays) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "votes.npz"
        np.savez(path, **arrays)
        command = [python, "-W", "ignore", str(TOOLS), tool, str(path)]
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
    for path in exports:
        yield path.parent.name or path.name, read_votes(path), True
    for name, participants, statements, votes, with_peer in SHAPES:
        yield name, made_votes(participants, statements, votes), with_peer


def shape_of(arrays: Arrays) -> str:
    return f"{arrays['who'].max() + 1:,} × {arrays['what'].max() + 1:,}, {len(arrays['who']):,} votes"


def figures(found: dict[str, float] | None) -> str:
    return f"{found['cpu']:8.3f} s {found['megabytes']:6,.0f} MB" if found else f"{'not measured':>20}"


def compare(exports: list[Path], peer_python: str | None) -> None:
    """Both modes and the peer on each conversation; how many times the peer's CPU seconds are `polis` mode's."""
    print(f"{'':<32} {'':<34} {'polis mode':>20} {'best mode':>20} {PEER if peer_python else '':>20}")
    for name, arrays, with_peer in conversations(exports):
        polis, best = (measure(sys.executable, mode, arrays) for mode in ("polis", "best"))
        peer = measure(peer_python, "peer", arrays) if peer_python and with_peer else None
        ratio = f"{peer['cpu'] / polis['cpu']:7.1f} ×" if peer else ""
        print(
            f"{name:<32} {shape_of(arrays):<34} {figures(polis)} {figures(best)} {figures(peer)} {ratio}",
            flush=True,
        )


def map_a_million() -> None:
    arrays = made_votes(*MILLION)
    print(f"\na million people: {shape_of(arrays)}, {os.cpu_count()} processors")
    for mode in ("polis", "best"):
        found = measure(sys.executable, mode, arrays)
        print(f"{mode:<8} {found['wall']:8.1f} s by the clock, {figures(found).strip()}", flush=True)


def grow(sizes: tuple[int, ...]) -> list[tuple[int, float]]:
    """CPU seconds of `polis` mode as votes grow, and the exponent fitted to them on logarithmic scales."""
    print(f"\nas votes grow: {EACH} a person, {ASKED:,} statements, polis mode")
    found = []
    for votes in sizes:
        found.append(
            (votes, measure(sys.executable, "polis", made_votes(votes // EACH, ASKED, votes))["cpu"])
        )
        print(f"{votes:>12,} votes {found[-1][1]:9.3f} s", flush=True)
    print(f"cost grows as votes to the power {exponent(found):.2f}; last step {exponent(found[-2:]):.2f}")
    return found


def exponent(found: list[tuple[int, float]]) -> float:
    votes, seconds = np.log(np.array(found)).T
    return float(np.polyfit(votes, seconds, 1)[0])


def plot(found: list[tuple[int, float]]) -> str:
    """Votes across and CPU seconds up, both on logarithmic scales, as SVG."""
    across, up = np.log10(np.array(found)).T
    left, right = np.floor(across.min()), np.ceil(across.max())
    bottom, top = np.floor(up.min()), np.ceil(up.max())
    x = 70 + 500 * (across - left) / (right - left)
    y = 330 - 300 * (up - bottom) / (top - bottom)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 390" font-family="sans-serif" font-size="13">',
        '<rect width="620" height="390" fill="white"/>',
        f"<title>CPU seconds by votes: power {exponent(found):.2f}</title>",
    ]
    for power in np.arange(left, right + 1):
        at = 70 + 500 * (power - left) / (right - left)
        parts.append(f'<path d="M{at:.1f} 30V330" stroke="#ddd"/>')
        parts.append(f'<text x="{at:.1f}" y="350" text-anchor="middle">{10 ** int(power):,}</text>')
    for power in np.arange(bottom, top + 1):
        at = 330 - 300 * (power - bottom) / (top - bottom)
        parts.append(f'<path d="M70 {at:.1f}H570" stroke="#ddd"/>')
        parts.append(f'<text x="62" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>')
    line = " ".join(f"{one:.1f},{other:.1f}" for one, other in zip(x, y, strict=True))
    parts.append(f'<polyline points="{line}" fill="none" stroke="#205080" stroke-width="2"/>')
    parts += [
        f'<circle cx="{one:.1f}" cy="{other:.1f}" r="4" fill="#205080"/>'
        for one, other in zip(x, y, strict=True)
    ]
    words = f"votes (CPU seconds upwards; fitted power {exponent(found):.2f})"
    return "\n".join([*parts, f'<text x="320" y="378" text-anchor="middle">{words}</text>', "</svg>"]) + "\n"


def go_live() -> None:
    arrays = made_votes(10_000, 200, 332_000)
    print(f"\nlive: {shape_of(arrays)}")
    for name, value in measure(sys.executable, "live", arrays).items():
        print(f"{name:<36} {value:9.3f}")


def ask_for_help() -> None:
    """CPU seconds of `folkmoot opinions --help`: what loading costs."""
    before = children_seconds()
    command: list[Any] = [sys.executable, "-m", "folkmoot", "opinions", "--help"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    print(f"\nfolkmoot opinions --help: {children_seconds() - before:.3f} s")


def children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast opinions are mapped, beside red-dwarf.")
    parser.add_argument("exports", nargs="*", type=Path, metavar="VOTES.csv", help="Polis exports to add")
    parser.add_argument("--peer-env", type=Path, help="where the peer is, or is to be, installed")
    parser.add_argument("--without-peer", action="store_true", help="measure folkmoot alone")
    parser.add_argument("--large", action="store_true", help="map a million people as well")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw how cost grows with votes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        peer = None if options.without_peer else set_up_peer(options.peer_env or Path(folder))
        compare(options.exports, peer)
    go_live()
    ask_for_help()
    found = grow(GROWTH if options.large else GROWTH[:-1])
    if options.plot:
        options.plot.write_text(plot(found), encoding="utf-8")
    if options.large:
        map_a_million()


if __name__ == "__main__":
    main()
