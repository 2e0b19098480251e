"""The tree and its proofs, against a naive one and against everything that could be changed in them."""

from __future__ import annotations

import random
from functools import cache

import pytest

from folkmoot.methods.transparency import tree
from tests.methods.transparency import reference

SIZES = range(131)
# The eight leaves that implementations of RFC 6962 share, and the root of the first n of them.
SHARED = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
SHARED_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@cache
def data(size: int) -> tuple[bytes, ...]:
    return tuple(f"leaf {number}".encode() for number in range(size))


@cache
def hashes(size: int) -> tuple[bytes, ...]:
    return tuple(tree.of_leaf(each) for each in data(size))


def node(size: int) -> tree.Node:
    return tree.in_memory(hashes(size))


@pytest.mark.parametrize("size", SHARED_ROOTS)
def test_the_eight_leaves_that_implementations_share_have_the_known_roots(size):
    shared = [tree.of_leaf(leaf) for leaf in SHARED[:size]]
    assert tree.root(size, tree.in_memory(shared)).hex() == SHARED_ROOTS[size]


def test_every_root_is_that_of_the_naive_tree():
    for size in SIZES:
        assert tree.root(size, node(size)) == reference.head(list(data(size)))


def test_every_inclusion_proof_is_that_of_the_naive_tree_and_holds():
    for size in SIZES:
        whole = reference.head(list(data(size)))
        for index in range(size):
            proof = tree.inclusion(index, size, node(size))
            assert proof == reference.path(index, list(data(size)))
            assert tree.is_included(hashes(size)[index], index, size, proof, whole)


def test_every_consistency_proof_is_that_of_the_naive_tree_and_holds():
    roots = [reference.head(list(data(size))) for size in SIZES]
    for size in SIZES:
        read = node(size)
        for earlier in range(size + 1):
            proof = tree.consistency(earlier, size, read)
            if size % 10 == 0 or size < 40:
                assert proof == reference.proof(earlier, list(data(size)))
            assert tree.is_consistent(earlier, size, proof, roots[earlier], roots[size])


def test_one_cover_proves_many_leaves():
    draw = random.Random(1)
    for size in [1, 2, 3, 7, 8, 33, 64, 100, 130]:
        whole = tree.root(size, node(size))
        for _ in range(20):
            chosen = draw.sample(range(size), draw.randint(0, size))
            cover = tree.cover(size, chosen, node(size))
            leaves = {index: hashes(size)[index] for index in chosen}
            assert tree.covered_root(size, leaves, cover) == whole
        assert tree.cover(size, range(size), node(size)) == []
    assert tree.covered_root(0, {}, []) == tree.EMPTY


def test_a_changed_cover_gives_another_root_or_none():
    draw = random.Random(2)
    for size in [3, 8, 33, 100]:
        whole = tree.root(size, node(size))
        chosen = draw.sample(range(size), size // 3)
        cover = tree.cover(size, chosen, node(size))
        leaves = {index: hashes(size)[index] for index in chosen}
        changed = [(leaves, cover[1:]), (leaves, [*cover, cover[0]]), (leaves, cover[::-1])]
        changed += [({**leaves, each: bytes(32)}, cover) for each in leaves]
        changed += [({k: v for k, v in leaves.items() if k != each}, cover) for each in leaves]
        changed += [
            ({**leaves, index: hashes(size)[index]}, cover) for index in range(size) if index not in leaves
        ]
        changed += [({**leaves, size: bytes(32)}, cover), ({**leaves, -1: bytes(32)}, cover)]
        for some_leaves, some_cover in changed:
            if some_cover != cover or some_leaves != leaves:
                assert tree.covered_root(size, some_leaves, some_cover) != whole


def test_what_is_not_in_the_tree_cannot_be_asked_for():
    for ask in (lambda: tree.inclusion(5, 5, node(5)), lambda: tree.inclusion(-1, 5, node(5))):
        with pytest.raises(ValueError, match="has no leaf"):
            ask()
    with pytest.raises(ValueError, match="not the beginning"):
        tree.consistency(6, 5, node(5))
    with pytest.raises(ValueError, match="has no leaf"):
        tree.cover(5, [5], node(5))


def mutations(proof: list[bytes], draw: random.Random):
    """The proof with a bit turned, a hash dropped, doubled, swapped with its neighbour or put in."""
    for place in range(len(proof)):
        bit = draw.randrange(256)
        turned = bytearray(proof[place])
        turned[bit // 8] ^= 1 << bit % 8
        yield [*proof[:place], bytes(turned), *proof[place + 1 :]]
        yield proof[:place] + proof[place + 1 :]
        yield [*proof[: place + 1], *proof[place:]]
        if place and proof[place] != proof[place - 1]:
            yield [*proof[: place - 1], proof[place], proof[place - 1], *proof[place + 1 :]]
    yield [*proof, draw.randbytes(32)]
    yield [draw.randbytes(32), *proof]


def mutated_inclusions(sizes, draw: random.Random):
    """Whether each mutated inclusion proof was taken: every one must be refused."""
    for size in sizes:
        whole, read = tree.root(size, node(size)), node(size)
        for index in draw.sample(range(size), min(size, 12)):
            leaf, proof = hashes(size)[index], tree.inclusion(index, size, read)
            for wrong in mutations(proof, draw):
                yield tree.is_included(leaf, index, size, wrong, whole)
            other = draw.randrange(size + 3)
            if other != index:
                yield tree.is_included(leaf, other, size, proof, whole)
            yield tree.is_included(draw.randbytes(32), index, size, proof, whole)
            yield tree.is_included(leaf, index, size, proof, draw.randbytes(32))
            yield tree.is_included(leaf, -1, size, proof, whole)


def mutated_consistencies(sizes, draw: random.Random):
    for size in sizes:
        read, after = node(size), tree.root(size, node(size))
        for earlier in draw.sample(range(1, size), min(size - 1, 12)) if size > 1 else []:
            before, proof = tree.root(earlier, read), tree.consistency(earlier, size, read)
            for wrong in mutations(proof, draw):
                yield tree.is_consistent(earlier, size, wrong, before, after)
            yield tree.is_consistent(earlier, size, proof, draw.randbytes(32), after)
            yield tree.is_consistent(earlier, size, proof, before, draw.randbytes(32))
            yield tree.is_consistent(earlier, size, proof, after, before)
            yield tree.is_consistent(size, earlier, proof, before, after)
            yield tree.is_consistent(earlier, size, [], before, after)
            yield tree.is_consistent(0, size, proof, before, after)


def test_no_mutated_proof_is_taken():
    draw = random.Random(3)
    taken = [*mutated_inclusions(range(1, 131), draw), *mutated_consistencies(range(1, 131), draw)]
    assert len(taken) > 40_000
    assert not any(taken)


def test_an_inclusion_proof_for_another_size_is_only_taken_where_the_tree_is_the_same():
    """A proof does not say its size by itself: the size comes with the root, from the checkpoint."""
    size = 20
    proof = tree.inclusion(3, size, node(size))
    for other in range(1, 40):
        if other != size:
            whole = tree.root(other, node(40))
            assert not tree.is_included(hashes(size)[3], 3, other, proof, whole)
