"""Groups as clouds of people: how many, who is in which, and how surely.

Where a person stands is known only as well as their votes tell; so a person is not a point but a
bell-shaped likelihood, and each cloud is a normal distribution of where its members truly stand. All clouds
have one width, so that two of them with a gap between are two groups, and one long cloud is not.

Source: Dempster, Laird and Rubin, J. R. Stat. Soc. B 39 (1977), for a mixture with measurement error.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.opinions.small_matrices import inverted

Floats = NDArray[np.float64]

ROUNDS, STILL = 200, 1e-4
THIN = 1e-3  # least variance of a cloud, as a share of the variance of people
EVEN = 1.0  # people that each cloud starts with
TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Sight:
    """What votes say of where people stand: `precision` (people × r × r) and `pull` (people × r)."""

    precision: Floats
    pull: Floats

    def of(self, people: NDArray[np.int64] | NDArray[np.bool_]) -> Sight:
        return Sight(self.precision[people], self.pull[people])

    def __len__(self) -> int:
        return len(self.pull)


@dataclass(frozen=True, eq=False)
class Clouds:
    """`centres` (groups × r), one shared `width` (r × r, a covariance), `shares` of people (groups)."""

    centres: Floats
    width: Floats
    shares: Floats

    @property
    def k(self) -> int:
        return len(self.centres)


@dataclass(frozen=True, eq=False)
class Fit:
    """Clouds with each person's `membership` (people × groups) and log-likelihood."""

    clouds: Clouds
    membership: Floats
    log_likelihood: Floats


def weigh(sight: Sight, clouds: Clouds) -> tuple[Floats, Floats, Floats, Floats]:
    """Membership, log-likelihood, and where each would stand as a member: means and covariance."""
    inner = np.linalg.inv(clouds.width)
    covariance, size = inverted(sight.precision + inner)
    size += np.linalg.slogdet(clouds.width)[1]
    pulled = sight.pull[:, None, :] + (clouds.centres @ inner)[None]
    means = pulled @ covariance  # symmetric, so that it may stand on the right
    depth = ((clouds.centres @ inner) * clouds.centres).sum(axis=1)
    log = np.log(clouds.shares) + 0.5 * ((means * pulled).sum(axis=2) - depth - size[:, None])
    peak = log.max(axis=1, keepdims=True)
    each = np.exp(log - peak)
    whole = each.sum(axis=1, keepdims=True)
    return each / whole, (peak + np.log(whole))[:, 0], means, covariance


def improve(sight: Sight, clouds: Clouds, still: float = STILL) -> Fit:
    """Let clouds drift to their members until the likelihood stands still."""
    before = -np.inf
    for _ in range(ROUNDS):
        membership, log, means, covariance = weigh(sight, clouds)
        mass = membership.sum(axis=0)
        sums = (membership[:, :, None] * means).sum(axis=0)
        centres = sums / np.maximum(mass, TINY)[:, None]
        around = ((means - centres[None]) * np.sqrt(membership)[:, :, None]).reshape(-1, centres.shape[1])
        width = around.T @ around + covariance.sum(axis=0)
        shares = (mass + EVEN) / (mass + EVEN).sum()
        clouds = Clouds(centres, thickened(width / len(sight)), shares)
        total = float(log.mean())
        if total - before < still:
            break
        before = total
    membership, log, _, _ = weigh(sight, clouds)
    return Fit(clouds, membership, log)


def thickened(width: Floats) -> Floats:
    """Keep a cloud from collapsing."""
    return np.asarray(width + (THIN * max(float(np.trace(width)), TINY) / len(width)) * np.eye(len(width)))


def separation(clouds: Clouds) -> float:
    """The distance of the two nearest centres in widths of a cloud; with 2 or less there is no gap between."""
    if clouds.k < 2:
        return 0.0
    root = np.linalg.cholesky(np.linalg.inv(clouds.width))
    centres = clouds.centres @ root
    first, second = np.triu_indices(clouds.k, 1)
    return float(np.linalg.norm(centres[first] - centres[second], axis=1).min())
