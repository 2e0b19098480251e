"""The counting rules there are: one file each, found by itself.

A rule's file holds `RULE`, a Rule. Those in the package `rules` are always there; those in a folder of one's
own are added by naming the folder.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from folkmoot.methods import InputError
from folkmoot.methods.counting import rules as package
from folkmoot.methods.counting.ballots import MOST_CANDIDATES, Profile, Rankings
from folkmoot.methods.counting.result import Count
from folkmoot.methods.counting.ties import NoOrder, TieOrder

# The largest number that an option can have.
MOST = 1_000_000_000


@dataclass(frozen=True)
class Option:
    """Something that whoever runs the vote decides. A whole number, or one of `choices`.

    `default` None means that it must be given.
    """

    name: str
    help: str
    default: int | str | None
    choices: tuple[str, ...] = ()
    least: int = 0

    def read(self, given: str | int) -> str | int:
        """The value that was given; raises InputError where it cannot be."""
        if self.choices:
            if given not in self.choices:
                raise self._wrong(given, f"Give one of: {', '.join(self.choices)}.")
            return given
        try:
            value = int(given)
        except ValueError as error:
            raise self._wrong(given, "Give a whole number.") from error
        if not self.least <= value <= MOST:
            raise self._wrong(given, f"Give {self.least} or more, up to {MOST:,}.")
        return value

    def _wrong(self, given: str | int, remedy: str) -> InputError:
        return InputError(f"“{given}” cannot be used", where=f"option {self.name}", remedy=remedy)


@dataclass(frozen=True)
class Rule:
    """A way of counting. `ballots`: the kind of profile that it counts.

    `seats`: "one", "several", "order" (all that there are, unless told otherwise), or "none". `promises`:
    which shared properties it keeps, by the names in `PROMISES`. `equal_places`: what becomes of rankings that
    put candidates level. "take": the rule counts them; "cut": such a place is void for uncertainty, and the paper
    ends before it, or is invalid where it is the first; "refuse": the rule's text says nothing of them.
    """

    name: str
    title: str
    source: str
    ballots: type[Profile]
    count: Callable[..., Count]
    seats: str = "several"
    options: tuple[Option, ...] = ()
    promises: frozenset[str] = frozenset()
    equal_places: Literal["take", "cut", "refuse"] = "refuse"
    help: str = ""

    def settings(self, given: Mapping[str, str | int]) -> dict[str, str | int]:
        """Every option with its value. Raises InputError for one that is unknown, missing or impossible."""
        known = {option.name: option for option in self.options}
        for name in given:
            if name not in known:
                has = f"Its options are: {', '.join(sorted(known))}." if known else "It has none."
                raise InputError(f"{self.name} has no option {name}", remedy=has)
        settled: dict[str, str | int] = {}
        for name, option in known.items():
            value = given.get(name, option.default)
            if value is None:
                raise InputError(f"{self.name} needs the option {name}", remedy=f"{option.help}.")
            settled[name] = option.read(value)
        return settled


PROMISES = {
    "conserves": "votes are neither made nor lost: every stage adds up, and its transfers say what changed",
    "droop": "more than a Droop quota of first preferences elects",
    "condorcet": "who beats everybody in pairs is elected",
    "majority": "who is put first by more than half is elected",
    "never overspends": "what is funded costs no more than the budget",
}


@functools.cache
def built_in() -> Mapping[str, Rule]:
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = [rule_of(importlib.import_module(f"{package.__name__}.{name}")) for name in names]
    return {rule.name: rule for rule in sorted(found, key=lambda rule: rule.name)}


def find_rules(folder: Path | None = None) -> Mapping[str, Rule]:
    """Every rule by name, with those of a folder of one's own. Raises InputError for a file without a rule."""
    found = dict(built_in())
    if folder is not None:
        for path in sorted(folder.glob("*.py")):
            rule = rule_of(_load(path))
            if rule.name in found:
                raise InputError(
                    f"there is a rule {rule.name} already", where=str(path), remedy="Give it another name."
                )
            found[rule.name] = rule
    return dict(sorted(found.items()))


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"counting_rule_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise InputError("this is not a Python file", where=str(path), remedy="End its name in .py.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        remedy = "Mend the file, or take it out of the folder."
        raise InputError(f"the rule cannot be loaded: {error}", where=str(path), remedy=remedy) from error
    return module


def rule_of(module: ModuleType) -> Rule:
    rule: Any = getattr(module, "RULE", None)
    if not isinstance(rule, Rule):
        raise InputError(
            "there is no RULE in this file", where=str(module.__file__), remedy="Set RULE = Rule(…) in it."
        )
    return rule


def find_rule(name: str, folder: Path | None = None) -> Rule:
    rules = find_rules(folder)
    if name not in rules:
        raise InputError(f"there is no rule {name}", remedy=f"The rules are: {', '.join(rules)}.")
    return rules[name]


def count(
    profile: Profile,
    rule: str | Rule,
    *,
    seats: int | None = None,
    ties: TieOrder | None = None,
    options: Mapping[str, str | int] | None = None,
) -> Count:
    """Count the ballots by a rule, and give the result with its whole working.

    `seats` may stand in the profile already. Raises InputError for ballots or options that the rule cannot
    take, and LotNeeded where votes are equal, nothing earlier parts them and no order was given.
    """
    chosen = find_rule(rule) if isinstance(rule, str) else rule
    if not isinstance(profile, chosen.ballots):
        raise InputError(
            f"{chosen.name} counts {chosen.ballots.__name__.lower()}, and this file holds "
            f"{type(profile).__name__.lower()}",
            remedy="Choose a rule for these ballots; `folkmoot rules` lists what each takes.",
        )
    settings = chosen.settings(options or {})
    places = seats_for(chosen, profile, seats)
    standing = profile.standing() if isinstance(profile, Rankings) else profile
    if getattr(standing, "level", None) is not None and chosen.equal_places == "refuse":
        raise InputError(
            f"some papers put candidates level, and {chosen.name} takes no equal places",
            where=getattr(profile, "level_where", ""),
            remedy="Keep such a paper only as far as it is certain, or choose a rule that takes them.",
        )
    uncertain: dict[str, Any] = {}
    if isinstance(standing, Rankings) and standing.level is not None and chosen.equal_places == "cut":
        standing, invalid, cut = standing.certain()
        uncertain = {"equal_places": {"invalid": invalid, "cut": cut}}
    order = ties if ties is not None else NoOrder(called(profile))
    found = chosen.count(standing, places, order, **settings)
    return replace(found, details={**found.details, **uncertain})


def called(profile: Profile) -> dict[str, str]:
    """What everybody is called whom a count knows by a number: the places on the ballot, from 1."""
    candidates: tuple[str, ...] = getattr(profile, "candidates", ())
    return {str(number): name for number, name in enumerate(candidates, start=1)}


def seats_for(rule: Rule, profile: Profile, given: int | None) -> int:
    """How many are to be elected. Raises InputError where that is unknown or impossible."""
    if rule.seats == "none":
        return 0
    seats = given if given is not None else profile.seats
    if seats is None and rule.seats == "order":
        return len(getattr(profile, "candidates", ()))
    if seats is None:
        if rule.seats != "one":
            raise InputError("the number of seats is not known", remedy="Give it (--seats N).")
        seats = 1
    if not 1 <= seats <= MOST_CANDIDATES:
        raise InputError(f"{seats} seats", remedy=f"Give 1 or more, up to {MOST_CANDIDATES:,}.")
    if rule.seats == "one" and seats > 1:
        raise InputError(
            f"{rule.name} elects one, not {seats}", remedy="Choose a rule for several seats, or --seats 1."
        )
    return seats
