"""Acts that are committed together: under load several people's answers share one wait for the disk.

Whoever comes first does the acts of all who wait meanwhile, in one transaction, each in a savepoint of its
own; then it wakes them. Nobody is told that her answer is in before the commit that holds it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.utils import translation

Result = TypeVar("Result")

# So many acts at most in one transaction: nobody waits long behind others.
AT_ONCE = 32


class _Waiting:
    """One act, and what came of it."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.act = act
        self.language = translation.get_language()
        self.done = threading.Event()
        self.result: Any = None
        self.problem: BaseException | None = None

    def do(self) -> None:
        """In a savepoint: what goes wrong here takes nobody else's answer along."""
        try:
            with translation.override(self.language), transaction.atomic():
                self.result = self.act()
        except Exception as problem:
            self.problem = problem


_queue: list[_Waiting] = []
_queued = threading.Lock()
_leading = threading.Lock()


def together(act: Callable[[], Result]) -> Result:
    """Do this act and give back what it gives, after the commit. Raises what it raises.

    Inside a transaction it is simply done: then the commit is somebody else's.
    """
    if transaction.get_connection(DEFAULT_DB_ALIAS).in_atomic_block:
        return act()
    waiting = _Waiting(act)
    with _queued:
        _queue.append(waiting)
    with _leading:
        # Whoever led before may have done this one, too. Behind a full group it is among the next.
        while not waiting.done.is_set():
            _lead()
    if waiting.problem is not None:
        raise waiting.problem
    result: Result = waiting.result
    return result


def _lead() -> None:
    """Do everything that waits, this thread's own act among it."""
    with _queued:
        group = _queue[:AT_ONCE]
        del _queue[: len(group)]
    try:
        with transaction.atomic():
            for waiting in group:
                waiting.do()
                if connection.needs_rollback:
                    raise waiting.problem or RuntimeError("the transaction cannot go on")
    except BaseException as problem:
        # The commit failed, or the connection broke: nothing of it is in, and nobody is told that it was.
        for waiting in group:
            waiting.result, waiting.problem = None, waiting.problem or problem
        if not isinstance(problem, Exception):
            raise
    finally:
        for waiting in group:
            waiting.done.set()
