"""Sums in one order, however many processors there are."""

from __future__ import annotations

import functools
from contextlib import AbstractContextManager

from threadpoolctl import ThreadpoolController


def in_one_thread() -> AbstractContextManager[object]:
    """Let linear algebra sum in one thread as long as this context lasts.

    Sums of several threads differ in their last digits with the number of processors, and their waiting takes
    as long as their work.
    """
    limited: AbstractContextManager[object] = _libraries().limit(limits=1, user_api="blas")
    return limited


@functools.cache
def _libraries() -> ThreadpoolController:
    """The libraries for linear algebra; looking for them takes a millisecond."""
    # SciPy has one of its own, and only what is loaded is found.
    import scipy.linalg  # noqa: F401

    return ThreadpoolController()
