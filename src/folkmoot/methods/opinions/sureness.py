"""How sure it is that a statement sets a group apart: intervals of shares, and false discoveries kept rare.

Groups are found from votes, so a vote must not testify to the group in which it helped to put its voter:
each is counted in the group where its voter stands by their other votes alone.

Sources: Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995); Efron and Morris, J. Am. Stat. Assoc. 70 (1975)
for shrinking many shares together, by which intervals hold for statements picked because they stand out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, gammaln

from folkmoot.methods.opinions.factorisation import Model, evidence
from folkmoot.methods.opinions.held_out import chunks
from folkmoot.methods.opinions.mixture import Clouds, Sight, weigh
from folkmoot.methods.opinions.opinion_map import Counts, Representative, VoteCounts
from folkmoot.methods.opinions.representative import distinguish, share
from folkmoot.methods.opinions.vote_blocks import VoteBlocks

Floats = NDArray[np.float64]

COVERED = 0.9  # how often an interval holds the share
FALSE = 0.1  # of statements listed, the share that may be chance
SHOWN = 5  # statements a group, and what all share, in each direction
CREDIT = 0.75  # of a vote's worth: places and priors are estimates too; so measured on simulated votes
ROUNDS, STILL, TINY = 40, 1e-3, 1e-9
NEGLIGIBLE = 1e-12  # next to the rest of a sum
LEAST_PRIOR, MOST_PRIOR = 1.0, 200.0  # votes that all statements together may lend to one
DIRECTIONS = ("agree", "disagree")


@dataclass(frozen=True, eq=False)
class Shares:
    """The share of each group in one direction, with its 90 % interval (statements × groups)."""

    middle: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Testimony:
    """Votes, each with the membership that its voter would have by all their other votes.

    `membership` is votes × groups.
    """

    votes: VoteBlocks
    membership: Floats

    def counts(self, names: tuple[str, ...]) -> tuple[VoteCounts, ...]:
        """Agrees, passes and disagrees of each group, a voter counted where the other votes put them."""
        votes, k = self.votes, self.membership.shape[1]
        cell = (self.membership.argmax(axis=1) * 3 + votes.values + 1) * votes.width + votes.indices
        table = np.bincount(cell, minlength=k * 3 * votes.width).reshape(k, 3, votes.width)
        return tuple(VoteCounts(names, agrees=rows[2], passes=rows[1], disagrees=rows[0]) for rows in table)

    def shares(self, direction: str) -> Shares:
        return shares_of(self, self.votes.values == (1 if direction == "agree" else -1))


def hear(model: Model, votes: VoteBlocks, clouds: Clouds) -> Testimony:
    """Place the voter of each vote by all their votes but this one."""
    precision, pull = evidence(model, votes)
    precision[:, 0, 0] += 1 / model.leaning
    rows, membership = votes.rows, np.empty((len(votes.values), clouds.k))
    for part in chunks(len(rows)):
        what = votes.indices[part]
        features = np.column_stack([np.ones(len(what)), model.loadings[what]])
        less = precision[rows[part]] - features[:, :, None] * features[:, None, :] / model.noise
        told = (votes.values[part] - model.centre[what]) / model.noise
        left = pull[rows[part]] - features * told[:, None]
        shared = less[:, 1:, 0]
        sight = Sight(
            less[:, 1:, 1:] - shared[:, :, None] * shared[:, None, :] / less[:, :1, :1],
            left[:, 1:] - shared * (left[:, 0] / less[:, 0, 0])[:, None],
        )
        membership[part] = weigh(sight, clouds)[0]
    return Testimony(votes, membership)


def direction_of(counts: VoteCounts, direction: str) -> Counts:
    return counts.agrees if direction == "agree" else counts.disagrees


def shares_of(heard: Testimony, such: NDArray[np.bool_]) -> Shares:
    """Each group's share of such votes: what makes the votes likeliest, given how surely voters are placed.

    Statements lend each other strength (a beta prior for each group), so that a share picked because it
    stands out is not taken at its word. The interval is that of a beta distribution of the same variance.
    """
    columns, width = heard.votes.indices, heard.votes.width
    member = heard.membership
    for _ in range(ROUNDS):
        seen, success = by_statement(member, columns, width), by_statement(member[such], columns[such], width)
        prior = [prior_of(success[:, group], seen[:, group]) for group in range(member.shape[1])]
        mean, votes = (np.array(column) for column in zip(*prior, strict=True))
        middle = (success + mean * votes) / (seen + votes)
        likely = heard.membership * np.where(such[:, None], middle[columns], 1 - middle[columns])
        before, member = member, likely / np.maximum(likely.sum(axis=1, keepdims=True), TINY)
        if np.abs(member - before).max(initial=0.0) < STILL:
            break
    slope = member * np.where(such[:, None], 1 / middle[columns], -1 / (1 - middle[columns]))
    worth = CREDIT * votes_worth(slope, middle, votes, columns)
    edge = (1 - COVERED) / 2
    ends = [np.asarray(betaincinv(middle * worth, (1 - middle) * worth, at)) for at in (edge, 1 - edge)]
    return Shares(middle, ends[0], ends[1])


def by_statement(weights: Floats, columns: NDArray[np.int32], width: int) -> Floats:
    return np.stack([np.bincount(columns, weight, minlength=width) for weight in weights.T], axis=1)


def votes_worth(slope: Floats, middle: Floats, prior: Floats, columns: NDArray[np.int32]) -> Floats:
    """How many votes of known voters would tell a group's share as well (observed information)."""
    width, k = middle.shape
    information = np.empty((width, k, k))
    for group in range(k):
        information[:, group] = by_statement(slope * slope[:, [group]], columns, width)
    spread = middle * (1 - middle)
    information += (prior / spread)[:, :, None] * np.eye(k)
    variance = np.diagonal(np.linalg.inv(information), axis1=1, axis2=2)
    return np.maximum(spread / variance, 1.0)


def prior_of(success: Floats, seen: Floats) -> tuple[float, float]:
    """The mean share over statements, and how many votes it is worth: many where all are alike."""
    total = float(seen.sum())
    mean = (float(success.sum()) + 0.5) / (total + 1)
    shares = success / np.maximum(seen, TINY)
    spread = float((seen * (shares - mean) ** 2).sum()) - mean * (1 - mean) * (int((seen > 0).sum()) - 1)
    weight = total - float((seen**2).sum()) / max(total, 1.0)
    variance = spread / weight if weight > 0 else 0.0
    if variance <= 0:
        return mean, MOST_PRIOR
    return mean, float(np.clip(mean * (1 - mean) / variance - 1, LEAST_PRIOR, MOST_PRIOR))


def chances(groups: Sequence[VoteCounts]) -> Floats:
    """How often each difference to the others comes about by chance: groups × directions × statements.

    Fisher's exact test, one-sided: the group's share is the larger.
    """
    nobody = np.zeros(len(groups[0].statements), dtype=np.int64)
    seen = sum((group.seen for group in groups), nobody)
    found = np.ones((len(groups), len(DIRECTIONS), len(nobody)))
    for place, direction in enumerate(DIRECTIONS):
        all_such = sum((direction_of(group, direction) for group in groups), nobody)
        for number, group in enumerate(groups):
            found[number, place] = upper_tail(direction_of(group, direction), seen, all_such, group.seen)
    return found


def upper_tail(drawn: Counts, all_there: Counts, marked: Counts, draws: Counts) -> Floats:
    """How often at least so many of the marked are among those drawn (hypergeometric).

    1 where no more were drawn than are expected, of which nothing would be said.
    """
    chance = np.ones(len(drawn))
    more = np.flatnonzero(drawn * all_there > marked * draws)
    a, total, m, n = (counts[more].astype(np.float64) for counts in (drawn, all_there, marked, draws))
    log = log_choose(m, a) + log_choose(total - m, n - a) - log_choose(total, n)
    term, whole = np.ones(len(more)), np.ones(len(more))
    while (term > NEGLIGIBLE * whole).any():
        term = term * (m - a) * (n - a) / ((a + 1) * (total - m - n + a + 1))
        a, whole = a + 1, whole + term
    chance[more] = np.minimum(np.exp(log) * whole, 1.0)
    return chance


def log_choose(many: Floats, few: Floats) -> Floats:
    return np.asarray(gammaln(many + 1) - gammaln(few + 1) - gammaln(many - few + 1))


def q_values(chance: Floats) -> Floats:
    """The least share of false discoveries at which each would still be listed (Benjamini and Hochberg)."""
    flat = chance.ravel()
    order = np.argsort(flat, kind="stable")
    ranked = flat[order] * len(flat) / np.arange(1, len(flat) + 1)
    values = np.empty(len(flat))
    values[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return values.reshape(chance.shape)


def surely_representative(groups: Sequence[VoteCounts], heard: Testimony) -> tuple[Representative, ...]:
    """The statements that set each group apart, those agreed before those disagreed, five in all at most.

    Listed is what most of a group hold, more than others do, with false discoveries at most one in ten; what
    differs most comes first. `groups` counts votes by the groups as they are.
    """
    q = q_values(chances(heard.counts(groups[0].statements)))
    shares = [heard.shares(direction) for direction in DIRECTIONS]
    found: list[Representative] = []
    for number in range(len(groups)):
        entries = [
            entry
            for place, direction in enumerate(DIRECTIONS)
            for entry in held(number, direction, groups, shares[place], q[number, place])
        ]
        best = sorted(entries, key=lambda pair: -pair[0])[:SHOWN]
        found += sorted((entry for _, entry in best), key=lambda entry: DIRECTIONS.index(entry.direction))
    return tuple(found)


def held(
    number: int, direction: str, groups: Sequence[VoteCounts], shares: Shares, q: Floats
) -> list[tuple[float, Representative]]:
    """What most of a group hold in one direction and others less, with how far they differ."""
    own, nobody = groups[number], np.zeros(len(q), dtype=np.int64)
    rest = [group for other, group in enumerate(groups) if other != number]
    others = sum((direction_of(group, direction) for group in rest), nobody)
    others_seen = sum((group.seen for group in rest), nobody)
    told = distinguish(direction, direction_of(own, direction), own.seen, others, others_seen)
    further = shares.middle[:, number] - share(others, others_seen)
    listed = np.flatnonzero((q <= FALSE) & (shares.middle[:, number] > 0.5) & (further > 0))
    return [
        (
            float(further[place]),
            replace(
                told.entry(number, own.statements[place], place),
                interval=(float(shares.low[place, number]), float(shares.high[place, number])),
                q_value=float(q[place]),
            ),
        )
        for place in listed.tolist()
    ]
