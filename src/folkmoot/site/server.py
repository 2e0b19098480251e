"""Serving: gunicorn in this process, the worker in one beside it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from gunicorn.app.base import BaseApplication

from folkmoot.methods import InputError


class Site(BaseApplication):
    def __init__(self, bind: str) -> None:
        self.bind = bind
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", self.bind)
        # Threads, since requests are short and wait for the disk; one process, since SQLite is one file.
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("workers", int(os.environ.get("WEB_CONCURRENCY", "1")))
        self.cfg.set("threads", 8)
        self.cfg.set("loglevel", "warning")
        self.cfg.set("proc_name", "folkmoot")
        self.cfg.set("control_socket_disable", True)

    def load(self) -> Any:
        from folkmoot.site.wsgi import application

        return application


def serve(host: str, port: int, *, with_worker: bool) -> None:
    """Serve until told to stop. With the worker beside it, unless another one works elsewhere.

    Raises InputError where the port is taken or the address is not this machine's.
    """
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    check_free(host, port)
    with _worker() if with_worker else contextlib.nullcontext():
        Site(bind).run()


def check_free(host: str, port: int) -> None:
    """Raises InputError where nothing can be served at this address."""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as problem:
        raise InputError(
            f"{host}:{port} cannot be served on: {problem.strerror}",
            remedy="Choose another port, such as 8123 (--port 8123, or make run PORT=8123).",
        ) from problem


@contextlib.contextmanager
def _worker() -> Iterator[None]:
    owner = os.getpid()
    process = subprocess.Popen([sys.executable, "-m", "folkmoot", "work"])
    try:
        yield
    finally:
        # The web server's own processes leave through here too, and must not take the worker with them.
        if os.getpid() == owner:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=15)
    if process.poll() is None:
        process.kill()
