"""Kill the web server while people answer, start it again, and ask it for the receipts that it had shown.

    python -m tests.publiclog.served ROUNDS SEED

It takes the environment's database (FOLKMOOT_DATA, FOLKMOOT_DATABASE_URL), which must be new, and prints what
came of it as JSON. Everything goes over HTTP, as for people; the whole group of processes is killed at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.parse import urlencode

from tests.publiclog.killing import _assembly, _left

PEOPLE = 6
# A server is up by then, even on a machine that does much else.
PATIENCE = 60.0


class Server:
    """`folkmoot serve` with its processes in a group of their own."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "folkmoot", "serve", "--port", str(self.port), "--no-worker"]
        self.process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
                return
            time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    try:
        server.wait()
        yield server
    finally:
        server.kill()


class Person:
    """Somebody with the open link, her cookies, and the receipts that she was shown."""

    def __init__(self, assembly: str, name: str) -> None:
        self.assembly, self.name = assembly, name
        self.cookies = CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.receipts: dict[str, dict] = {}

    def open(self, server: Server, path: str, sent: dict[str, str] | None = None) -> str:
        address = f"{server.address}/a/{self.assembly}/answer/{path}"
        data = urlencode(sent).encode() if sent else None
        with self.browser.open(address, data=data, timeout=20) as answer:
            return answer.read().decode()

    def answer(self, server: Server) -> None:
        """Answer again and again, each time with other words, until nobody answers any more."""
        with contextlib.suppress(OSError, HTTPException):
            self.open(server, "")
            self.open(server, "1/")
            while True:
                token = next(each.value for each in self.cookies if each.name == "csrftoken")
                text = f"{self.name}, {len(self.receipts)}"
                self.open(server, "1/", {"text": text, "csrfmiddlewaretoken": token or ""})
                for item in self.shown(server):
                    self.receipts.setdefault(item, self.receipt(server, item))

    def shown(self, server: Server) -> list[str]:
        page = self.open(server, "done/")
        items = re.findall(r"/answer/receipt/([0-9a-f-]{36})/", page)
        return [item for item in items if item not in self.receipts]

    def receipt(self, server: Server, item: str) -> dict:
        found: dict = json.loads(self.open(server, f"receipt/{item}/"))
        return found

    def lost(self, server: Server) -> list[str]:
        """Receipts that the server does not give again as they were."""
        return [item for item, receipt in self.receipts.items() if self.again(server, item) != receipt]

    def again(self, server: Server, item: str) -> dict | None:
        try:
            return self.receipt(server, item)
        except urllib.error.HTTPError:
            return None


def main(rounds: int, seed: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "folkmoot.site.settings"
    import django

    django.setup()
    from django.db import connections

    from folkmoot.convene.models import Assembly
    from folkmoot.site import upkeep

    upkeep.migrate(quietly=True)
    assembly = str(Assembly.objects.get(pk=_assembly()).uuid)
    connections.close_all()
    draw = random.Random(seed)
    everybody: list[Person] = []
    lost: list[str] = []
    for number in range(rounds + 1):
        with serving() as server:
            lost += [item for person in everybody for item in person.lost(server)]
            if number == rounds:
                break
            people = [Person(assembly, f"{number} {each}") for each in range(PEOPLE)]
            threads = [threading.Thread(target=person.answer, args=[server]) for person in people]
            for thread in threads:
                thread.start()
            # Until each could have been shown one; then at any moment.
            until = time.monotonic() + PATIENCE
            while sum(len(person.receipts) for person in people) < PEOPLE and time.monotonic() < until:
                time.sleep(0.05)
            time.sleep(draw.uniform(0.1, 0.8))
        for thread in threads:
            thread.join()
        everybody += people
    acknowledged = [item for person in everybody for item in person.receipts]
    found = {"acknowledged": len(acknowledged), "not shown again": len(lost)} | _left(acknowledged)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
