"""The two directions in which opinions differ most, from the votes that were cast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, eigsh

from folkmoot.methods.opinions.co_votes import count_co_votes, pairs_of
from folkmoot.methods.opinions.vote_blocks import VoteBlocks
from folkmoot.methods.opinions.votes import Votes, count_choices

Floats = NDArray[np.float64]
Step = Callable[[Floats], Floats]

SMALL = 32  # statements up to which all axes are found at once
FEW_PAIRS = 64  # pairs of votes for each vote, up to which counting them is quicker than iterating over votes
HELD = 1 << 24  # votes whose deviations are held in memory while axes are sought
NOTHING = 1e-12  # share of the first axis's variance below which an axis is rounding error
PRECISION = 1e-12  # of the axes' variances, relative
START = 20170915  # seeds the iteration's start, so that the same votes give the same bytes


@dataclass(frozen=True, eq=False)
class Components:
    """`centre` (statements) and `axes` (2 × statements): a mean opinion and two ways to differ from it.

    `positions` (participants × 2) and `statement_positions` (statements × 2) lie in the same plane.
    """

    centre: Floats
    axes: Floats
    positions: Floats
    statement_positions: Floats

    @property
    def extremity(self) -> Floats:
        """How far a statement carries those who agree with it and vote on nothing else."""
        return np.hypot(self.statement_positions[:, 0], self.statement_positions[:, 1])


def principal_components(votes: Votes, moderated_out: NDArray[np.bool_]) -> Components:
    """Find where everybody stands in the plane in which opinions differ most.

    A missing vote stands for the mean of its statement, which is exactly 0 once centred: so the axes are
    those of the sparse matrix of (vote − mean). Columns of statements moderated out are zero and count as
    voted on by everybody (compdemocracy/polis, math/pca.clj and conversation.clj).
    """
    centre = centre_of(votes, moderated_out)
    if votes.shape[1] <= SMALL or pairs_of(votes) <= FEW_PAIRS * len(votes):
        axes = axes_of_products(count_co_votes(votes).centred_products(centre, ~moderated_out))
    else:
        axes = leading_axes(votes, centre, moderated_out)
    positions = place_people(votes, centre, axes, moderated_out)
    return Components(centre, axes, positions, statement_positions(centre, axes, moderated_out))


def place_people(votes: Votes, centre: Floats, axes: Floats, moderated_out: NDArray[np.bool_]) -> Floats:
    """Where people stand by their votes, brought out from the middle in which missing votes put them."""
    toward = axes.T
    sums = VoteBlocks.of(votes).by_participant(-centre[:, None] * toward, toward)
    scale = np.sqrt(axes.shape[1] / np.maximum(counted_votes(votes, moderated_out), 1))
    return np.asarray(scale[:, None] * (sums[:, :2] + sums[:, 2:]) + 0.0)


def statement_positions(centre: Floats, axes: Floats, moderated_out: NDArray[np.bool_]) -> Floats:
    """Where somebody would stand who agreed with a statement and voted on nothing else (statements × 2)."""
    toward = (np.where(moderated_out, 0.0, 1.0 - centre) * axes).T
    return np.asarray(np.sqrt(axes.shape[1]) * toward + 0.0)


def centre_of(votes: Votes, moderated_out: NDArray[np.bool_]) -> Floats:
    """The mean of the votes on each statement; 0 where moderated out."""
    disagrees, passes, agrees = count_choices(votes)[0]
    seen = np.maximum(agrees + passes + disagrees, 1)
    return np.where(moderated_out, 0.0, (agrees - disagrees) / seen) + 0.0


def deviations_of(votes: Votes, centre: Floats, moderated_out: NDArray[np.bool_]) -> sparse.csr_array:
    """Vote − mean where there is a vote, participants × statements."""
    values = votes.values - centre[votes.indices]
    if moderated_out.any():
        values[moderated_out[votes.indices]] = 0.0
    return sparse.csr_array((values, votes.indices, votes.indptr.astype(np.int32)), shape=votes.shape)


def counted_votes(votes: Votes, moderated_out: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Votes of each participant, with every statement moderated out counted as voted on."""
    if not moderated_out.any():
        return votes.per_participant
    standing = (~moderated_out).astype(np.float64)[:, None]
    own = VoteBlocks.of(votes).by_participant(standing, standing[:, :0])[:, 0]
    return own.astype(np.int64) + int(moderated_out.sum())


def leading_axes(votes: Votes, centre: Floats, moderated_out: NDArray[np.bool_]) -> Floats:
    """The first two right singular vectors (2 × statements) of deviations whose products are not built."""
    squared = squared_held if len(votes) <= HELD else squared_streamed
    width = votes.shape[1]
    operator = LinearOperator((width, width), matvec=squared(votes, centre, moderated_out), dtype=np.float64)
    axes = axes_of_operator(operator)
    axes[:, moderated_out] = 0.0
    return axes


def squared_held(votes: Votes, centre: Floats, moderated_out: NDArray[np.bool_]) -> Step:
    """Multiply by the deviations and back again, which are held in memory: twelve bytes a vote."""
    deviations = deviations_of(votes, centre, moderated_out)
    transposed = deviations.T
    return lambda vector: transposed @ (deviations @ vector.ravel())


def squared_streamed(votes: Votes, centre: Floats, moderated_out: NDArray[np.bool_]) -> Step:
    """The same with a block of votes widened at a time."""
    blocks, standing = VoteBlocks.of(votes), ~moderated_out

    def squared(vector: Floats) -> Floats:
        along = vector.ravel() * standing

        def work(people: slice) -> Floats:
            seen, cast = blocks.matrices(people)
            reached = cast @ along - seen @ (centre * along)
            return np.asarray(cast.T @ reached - centre * (seen.T @ reached))

        return np.asarray(sum(blocks.each(work)) * standing)

    return squared


def axes_of_products(products: Floats) -> Floats:
    """The same from the cross products of deviations, statements × statements."""
    if not products.any():
        return np.zeros((2, len(products)))
    small = len(products) <= SMALL
    # one thread, whatever the machine: of so little work several make none but noise
    operator = LinearOperator(
        products.shape,
        matvec=lambda vector: np.einsum("ij,j->i", products, vector.ravel()),
        dtype=np.float64,
    )
    axes = axes_from(*np.linalg.eigh(products)) if small else axes_of_operator(operator)
    axes[:, products.diagonal() == 0] = 0.0  # where nobody differs the axes have no rounding error either
    return axes


def axes_of_operator(products: LinearOperator) -> Floats:
    """Lanczos' method; zero axes where the operator is zero."""
    start = np.random.default_rng(START).standard_normal(products.shape[0])
    if not products.matvec(start).any():
        return np.zeros((2, len(start)))
    return axes_from(*eigsh(products, k=2, which="LA", v0=start, tol=PRECISION))


def axes_from(variances: Floats, vectors: Floats) -> Floats:
    """The axes of the two largest variances, their largest entry positive; one of no variance is zero."""
    axes = np.zeros((2, len(vectors)))
    floor = NOTHING * max(float(variances.max(initial=0.0)), NOTHING)
    for place, number in enumerate(np.argsort(-variances, kind="stable")[:2]):
        if variances[number] > floor:
            axes[place] = with_positive_peak(vectors[:, number])
    return axes


def with_positive_peak(axis: Floats) -> Floats:
    """Turn an axis so that its largest entry is positive (the first of equals decides)."""
    size = np.abs(axis)
    peak = int(np.flatnonzero(size >= size.max() * (1 - 1e-9))[0])
    return (axis if axis[peak] > 0 else -axis) + 0.0
