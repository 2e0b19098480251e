"""The worker: it sends mail, does analyses, signs the log, and asks each stage what is due."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from types import FrameType

from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from folkmoot.listen.live import Follower
from folkmoot.members import uploads
from folkmoot.publiclog import actions as log
from folkmoot.publiclog import asking
from folkmoot.publish import actions as publish
from folkmoot.understand import actions as understand

logger = logging.getLogger(__name__)

QUEUES = ("mail", "analysis")
PAUSE = 5.0
SOON = 1.0


def work() -> None:
    """Work until told to stop (SIGINT, SIGTERM): a thread a queue, so that mail never waits for an analysis."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    workers = [_worker(queue) for queue in QUEUES]
    threads = [threading.Thread(target=_run, args=[worker], daemon=True) for worker in workers]
    # By itself, since a witness may be slow to answer.
    keeper = threading.Thread(target=_keep_log, args=[stopping], daemon=True)
    keeper.start()
    threading.Thread(target=_follow_votes, args=[stopping], daemon=True).start()
    for thread in threads:
        thread.start()
    logger.info("working on: %s", ", ".join(QUEUES))
    while not stopping.is_set():
        _tick()
        stopping.wait(PAUSE)
    for worker in workers:
        worker.running = False
    # A mail under way is finished; an analysis under way is given up and taken up again by the next worker.
    threads[0].join(timeout=10)
    if any(thread.is_alive() for thread in threads):
        # Without unwinding: libraries in the middle of a computation do not end well. The database is safe.
        logging.shutdown()
        os._exit(0)


def _worker(queue: str) -> Worker:
    return Worker(
        queue_names=[queue],
        interval=1.0,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )


def _run(worker: Worker) -> None:
    while worker.running:
        try:
            worker.run()
        except Exception:
            # The database was away or busy: the work is still in the queue.
            logger.exception("the worker stumbled and goes on")
            time.sleep(PAUSE)


def _keep_log(stopping: threading.Event) -> None:
    """Sign the log about once a minute while it grows, and ask its witnesses."""
    refused, lookout = False, asking.Lookout()
    while not stopping.wait(PAUSE):
        close_old_connections()
        try:
            if lookout.may_sign():
                log.sign()
                asking.ask_witnesses()
                refused = False
        except log.RewoundError as problem:
            if not refused:
                logger.error("the log is not signed: %s See the page /log/ of the site.", problem)
            refused = True
        except Exception:
            logger.exception("signing the log failed; it is tried again")


def _follow_votes(stopping: threading.Event) -> None:
    """Keep the live state of every question that people are voting on."""
    follower = Follower()
    while not stopping.wait(SOON):
        close_old_connections()
        try:
            follower.follow()
        except Exception:
            # Whatever was taken in halfway is read again from the votes.
            follower = Follower()
            logger.exception("following the votes failed; it begins again")
            stopping.wait(PAUSE)


def _tick() -> None:
    close_old_connections()
    try:
        publish.withdraw_erased()
        understand.tick()
        uploads.sweep()
    except Exception:
        logger.exception("asking what is due failed; it is asked again")
