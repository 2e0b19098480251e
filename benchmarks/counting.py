"""How fast ballots are counted, and whether other programs agree, beside them in the same run.

    python benchmarks/counting.py [--peer-env DIRECTORY] [--without-peer] [--only-agreement] [--elections N]
        [--data DIRECTORY] [--plot FILE.svg]

The peers are installed into an environment of their own: a temporary one, or the given directory, which is
kept and used again. Figures are CPU seconds from a file's bytes (ours) or from lists in memory (theirs) to the
result. With --data (or where FOLKMOOT_BENCHMARK_DATA says), the wards and budgets that lie there are counted as
well. Agreement: small elections made by a seeded generator, ties included, until each peer has answered N of them;
a peer agrees when each outcome that it gives is one that ours gives under some order for ties.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from folkmoot.methods.counting import (
    Budget,
    FixedOrder,
    LotOrder,
    Marks,
    Profile,
    Project,
    count,
    rank,
    read_blt,
    read_pabulib,
)
from folkmoot.methods.lots import Lot

PEERS = ("pyrankvote==2.0.6", "pref_voting==1.18.2", "votelib==0.4.0", "pabutools==1.2.3")
HERE = Path(__file__).resolve().parent
Election = dict[str, Any]
# The highest mark in elections by scores.
HIGHEST = 5


# -- ballots made up


def orders_of(ballots: int, candidates: int, *, favourites: bool = True, seed: int = 1) -> list[list[int]]:
    """Rankings from 0: of any length and with favourites, or whole and quite even, which takes most stages."""
    rng = np.random.default_rng(seed)
    liking = rng.random((ballots, candidates)) * np.linspace(1, 2 if favourites else 1, candidates)
    lengths = rng.integers(1 if favourites else candidates, candidates + 1, ballots).tolist()
    return [order[:n] for order, n in zip(np.argsort(liking, axis=1).tolist(), lengths, strict=True)]


def blt_of(orders: list[list[int]], candidates: int, seats: int) -> bytes:
    lines = [f"1 {' '.join(str(each + 1) for each in order)} 0" for order in orders]
    names = [f'"Candidate {each}"' for each in range(1, candidates + 1)]
    return "\n".join([f"{candidates} {seats}", *lines, "0", *names, '"Made up"', ""]).encode()


def elections(seed: int = 1) -> Iterator[Election]:
    """Small elections of four kinds in turn, without end, many with ties."""
    rng = np.random.default_rng(seed)
    for at in itertools.count():
        size = int(rng.integers(3, 5))
        whole = at % 2 == 0
        lines = []
        for _ in range(int(rng.integers(2, 7))):
            order = rng.permutation(size)[: size if whole else int(rng.integers(1, size + 1))]
            lines.append((int(rng.integers(1, 7)), order.tolist()))
        yield {"kind": "rankings", "size": size, "seats": int(rng.integers(1, size)), "lines": lines}
        marked = [(n, sorted(order[: int(rng.integers(1, size + 1))])) for n, order in lines]
        yield {"kind": "approvals", "size": size, "seats": int(rng.integers(1, size + 1)), "lines": marked}
        costs = rng.integers(1, 30, size).tolist()
        budget = int(rng.integers(5, max(sum(costs), 6)))
        yield {"kind": "budget", "size": size, "costs": costs, "budget": budget, "lines": marked}
        scored = [(n, rng.integers(0, HIGHEST + 1, size).tolist()) for n, _ in lines]
        yield {"kind": "scores", "size": size, "seats": int(rng.integers(1, size)), "lines": scored}


# -- agreement


def outcomes(election: Election, wanted: str) -> set[tuple[int, ...]]:
    """What ours can give by this rule, over every order for ties."""
    [(rule, profile, seats, options)] = [each for each in ours(election) if name_of(each) == wanted]
    ids = [str(each) if isinstance(profile, Budget) else str(each + 1) for each in range(election["size"])]
    found: set[tuple[int, ...]] = set()
    for order in itertools.permutations(ids):
        result = count(profile, rule, seats=seats, ties=FixedOrder(order), options=options)
        won = sorted(int(id) for id in result.funded) or sorted(each - 1 for each in result.elected)
        found.add(tuple(won))
        if not result.ties:
            break
    return found


def only_named(election: Election, won: Iterable[int]) -> tuple[int, ...]:
    """Without what no paper names: some peers fund it as well, or leave it out of an order."""
    if election["kind"] in ("rankings", "scores"):
        return tuple(won)
    named = {each for _, order in election["lines"] for each in order}
    return tuple(each for each in won if each in named)


Task = tuple[str, Profile, int | None, dict[str, str | int]]


def name_of(task: Task) -> str:
    rule, _, _, options = task
    return f"{rule}/{options['completion']}" if "completion" in options else rule


def ours(election: Election) -> Iterator[Task]:
    names = [f"C{each}" for each in range(election["size"])]
    counts = np.array([number for number, _ in election["lines"]])
    if election["kind"] == "rankings":
        profile = rank(names, [(number, [each + 1 for each in order]) for number, order in election["lines"]])
        for rule in ("schulze", "ranked-pairs", "alternative-vote"):
            yield rule, profile, 1, {}
        yield "scottish-stv", profile, election["seats"], {}
        yield "meek-stv", profile, election["seats"], {}
    elif election["kind"] == "approvals":
        marks = np.zeros((len(election["lines"]), election["size"]), np.int64)
        for at, (_, chosen) in enumerate(election["lines"]):
            marks[at, chosen] = 1
        for rule in ("proportional-ranking", "approval"):
            yield rule, Marks(tuple(names), marks, counts), election["seats"], {}
    elif election["kind"] == "scores":
        scores = Marks(tuple(names), np.array([row for _, row in election["lines"]]), counts)
        yield "score", scores, election["seats"], {"highest": HIGHEST}
        yield "points", scores, election["seats"], {"dots": HIGHEST * election["size"]}
    else:
        projects = tuple(Project(str(at), str(at), cost) for at, cost in enumerate(election["costs"]))
        approvals: Counter[frozenset[int]] = Counter()
        for number, chosen in election["lines"]:
            approvals[frozenset(chosen)] += number
        budget = Budget(projects, election["budget"], approvals)
        yield "equal-shares", budget, None, {"completion": "none"}
        yield "equal-shares", budget, None, {"completion": "add1u"}
        yield "greedy-budget", budget, None, {}


def agreement(python: Path, number: int) -> None:
    """Compare until each peer has given an answer to so many elections, whatever it does not take left out."""
    seen: Counter[str] = Counter()
    apart: dict[str, list[Election]] = {}
    kinds: dict[str, set[str]] = {}
    made = elections()
    while kinds == {} or any(seen[name] < number for names in kinds.values() for name in names):
        short = {kind for kind, names in kinds.items() if any(seen[name] < number for name in names)}
        batch = [each for each in itertools.islice(made, number) if not kinds or each["kind"] in short]
        for election, answer in zip(batch, ask(python, {"elections": batch}), strict=True):
            kinds.setdefault(election["kind"], set()).update(answer)
            for name, theirs in answer.items():
                if seen[name] < number:
                    seen[name] += 1
                    compare(election, name, theirs, apart)
    print(f"agreement on {number} small elections for each")
    for name in sorted(seen):
        others = apart.get(name, [])
        back = sum(looked_back(each, name.split()[0]) for each in others)
        told = f"; in {back} of the others ours looked back to an earlier stage" if others else ""
        print(f"  {name:32} {seen[name] - len(others):5} of {seen[name]} agree{told}")
        for each in others[:1]:
            print(f"    apart: {json.dumps(each)}")


def compare(election: Election, name: str, theirs: list[list[int]], apart: dict[str, list[Election]]) -> None:
    mine = outcomes(election, name.split()[0])
    wanted = {only_named(election, won) for won in mine}
    if not {only_named(election, won) for won in theirs} <= wanted:
        apart.setdefault(name, []).append({**election, "ours": sorted(mine), "theirs": theirs})


def looked_back(election: Election, name: str) -> bool:
    """Whether ours settled a tie by an earlier stage, where a peer takes any of the equals."""
    ids = [str(each + 1) for each in range(election["size"])]
    return any(
        tie.by == "earlier stage"
        for rule, profile, seats, options in ours(election)
        if rule == name and election["kind"] == "rankings"
        for order in itertools.permutations(ids)
        for tie in count(profile, rule, seats=seats, ties=FixedOrder(order), options=options).ties
    )


# -- speed


def spent(work: Any) -> tuple[Any, float]:
    begun = time.process_time()
    return work(), time.process_time() - begun


def line(what: str, who: str, seconds: float, told: str = "") -> None:
    print(f"  {what:44} {who:12} {seconds:8.2f} s  {told}", flush=True)


def scottish(python: Path | None) -> None:
    print("Scottish STV, 50,000 ballots, 20 candidates, 5 seats")
    for favourites, what in ((False, "whole rankings, no favourites"), (True, "of any length, favourites")):
        orders = orders_of(50_000, 20, favourites=favourites)
        data = blt_of(orders, 20, 5)
        count(read_blt(data), "scottish-stv", ties=LotOrder(Lot("seed")))
        found, own = spent(
            lambda data=data: count(read_blt(data), "scottish-stv", ties=LotOrder(Lot("seed")))
        )
        mine = sorted(each - 1 for each in found.elected)
        line(what, "folkmoot", own)
        for peer in ("pyrankvote", "pref_voting") if python else ():
            answer = ask(python, {"peer": peer, "size": 20, "seats": 5, "orders": orders})
            same = "the same elected" if answer["won"] == mine else f"others elected: {answer['won']}"
            line(what, peer, answer["seconds"], f"{answer['seconds'] / own:.0f} times ours; {same}")


SIZES = (
    (10_000, 20),
    (30_000, 20),
    (100_000, 20),
    (300_000, 20),
    (1_000_000, 20),
    (100_000, 5),
    (100_000, 10),
    (100_000, 40),
    (100_000, 80),
)


def growth(plot: Path | None) -> None:
    print("growth, Scottish STV from a BLT file's bytes to the result; then with its digest")
    seconds = {}
    for ballots, candidates in SIZES:
        data = blt_of(orders_of(ballots, candidates), candidates, 3)
        found, own = spent(
            lambda data=data: count(read_blt(data), "scottish-stv", ties=LotOrder(Lot("seed")))
        )
        _, digest = spent(lambda found=found: found.digest)
        seconds[ballots, candidates] = own
        line(f"{ballots:>9,} ballots x {candidates:>2} candidates", "folkmoot", own, f"+ {digest:.2f} s")
    print(f"  most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    by_ballots = {b: s for (b, c), s in seconds.items() if c == 20}
    by_candidates = {c: s for (b, c), s in seconds.items() if b == 100_000}
    print(f"  seconds grow as ballots to the power {exponent(by_ballots):.2f}, ", end="")
    print(f"as candidates to the power {exponent(by_candidates):.2f}")
    if plot is not None:
        plot.write_text(drawn(by_ballots, by_candidates))


def exponent(seconds: dict[int, float]) -> float:
    return float(np.polyfit(np.log(list(seconds)), np.log(list(seconds.values())), 1)[0])


def drawn(by_ballots: dict[int, float], by_candidates: dict[int, float]) -> str:
    """Both as SVG, side by side; each step on either axis is ten times, or twice for candidates."""
    words = "Seconds of Scottish STV by ballots (20 candidates) and by candidates (100,000 ballots)"
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 330" font-family="sans-serif" font-size="13" '
        f'role="img" aria-label="{words}"><title>{words}</title><rect width="760" height="330" fill="#fbf7ef"/>'
    ]
    parts += panel(by_ballots, 60, "ballots, 20 candidates")
    parts += panel(by_candidates, 430, "candidates, 100,000 ballots")
    return "\n".join([*parts, "</svg>"]) + "\n"


def panel(seconds: dict[int, float], left: int, below: str) -> list[str]:
    low, high = np.log10(min(seconds)), np.log10(max(seconds))
    places = [
        (left + 280 * (np.log10(size) - low) / (high - low), 270 - 70 * (np.log10(own) + 2.5))
        for size, own in sorted(seconds.items())
    ]
    parts = [f'<text x="{left + 140}" y="315" text-anchor="middle" fill="#26211c">{below}</text>']
    for tick, told in ((-2, ".01 s"), (-1, ".1 s"), (0, "1 s"), (1, "10 s")):
        y = 270 - 70 * (tick + 2.5)
        parts.append(f'<path d="M{left} {y:.1f}h290" stroke="#d9cfbe"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#5f564b">{told}</text>')
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts.append(f'<polyline points="{path}" fill="none" stroke="#1d5c57" stroke-width="2"/>')
    for (x, y), (size, own) in zip(places, sorted(seconds.items()), strict=True):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#1d5c57"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{y - 10:.1f}" text-anchor="middle" fill="#26211c">{own:.2f}</text>'
        )
        parts.append(f'<text x="{x:.1f}" y="292" text-anchor="middle" fill="#5f564b">{size:,}</text>')
    return parts


def others() -> None:
    print("other rules, 50,000 ballots, 20 candidates, 5 seats")
    profile = read_blt(blt_of(orders_of(50_000, 20), 20, 5))
    for rule in ("ers97", "meek-stv", "schulze", "ranked-pairs"):
        _, own = spent(lambda rule=rule: count(profile, rule, ties=LotOrder(Lot("seed"))))
        line(rule, "folkmoot", own)


def real(data: Path, python: Path | None) -> None:
    wards = sorted((data / "elections" / "scottish-2017").glob("*.blt"))
    found, own = spent(lambda: [count(read_blt(path.read_bytes()), "scottish-stv") for path in wards])
    print("real elections")
    line(f"{len(found)} Scottish wards", "folkmoot", own)
    if python:
        meek(wards, python)
    for path in sorted((data / "budgets").glob("*.pb")):
        budget, own = spent(lambda path=path: count(read_pabulib(path.read_bytes()), "equal-shares"))
        line(path.stem[:42], "folkmoot", own, f"{len(budget.funded)} projects")
        if python and path.stat().st_size < 50_000:
            answer = ask(python, {"peer": "pabutools", "path": str(path)})
            same = "the same projects" if sorted(budget.funded) == answer["won"] else "other projects"
            line(
                path.stem[:42],
                "pabutools",
                answer["seconds"],
                f"{answer['seconds'] / own:.0f} times ours; {same}",
            )


def meek(wards: list[Path], python: Path) -> None:
    """The elected of Meek's rule beside pref_voting's, in the fifty wards that take it least time."""
    profiles = [read_blt(path.read_bytes()) for path in wards]
    profiles.sort(key=lambda profile: len(profile.lines()) * len(profile.candidates))
    made = [
        {
            "kind": "rankings",
            "size": len(profile.candidates),
            "seats": profile.seats,
            "lines": [(number, [place[0] - 1 for place in order]) for number, order in profile.lines()],
            "only": "meek",
        }
        for profile in profiles[:50]
    ]
    answers = ask(python, {"elections": made})
    same = sum(
        answer["meek-stv pref_voting"] == [sorted(each - 1 for each in count(profile, "meek-stv").elected)]
        for profile, answer in zip(profiles[:50], answers, strict=True)
    )
    print(f"  Meek: the same elected as pref_voting in {same} of {len(made)} wards")


# -- the peers' environment


def ask(python: Path, task: dict[str, Any]) -> Any:
    command = [str(python), str(HERE / "_counting_peers.py")]
    done = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the peers failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def environment(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return python


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peer-env", type=Path)
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--only-agreement", action="store_true")
    parser.add_argument("--elections", type=int, default=1000)
    parser.add_argument("--data", type=Path, default=os.environ.get("FOLKMOOT_BENCHMARK_DATA"))
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw how seconds grow")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        python = None if options.without_peer else environment(options.peer_env or Path(temporary) / "peers")
        if not options.only_agreement:
            scottish(python)
            growth(options.plot)
            others()
            if options.data:
                real(Path(options.data), python)
        if python:
            agreement(python, options.elections)


if __name__ == "__main__":
    main()
