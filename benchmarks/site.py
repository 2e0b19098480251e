"""What a page, an answer and the first findings cost, with the demonstration in the database.

Everything runs in this process against a data directory that is thrown away, so that the CPU time is that
of the program alone; beside it, in the same run, a page that Django serves with the same middleware and
nothing on it.
"""

from __future__ import annotations

import gzip
import logging
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

ROUNDS = 100


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as directory:
        os.environ["FOLKMOOT_DATA"] = directory
        os.environ["DJANGO_SETTINGS_MODULE"] = "folkmoot.site.settings"
        import django

        django.setup()
        # A page that is not there is asked for again and again; telling so is not what is measured.
        logging.getLogger("django.request").setLevel(logging.ERROR)
        from folkmoot.site import upkeep

        upkeep.migrate(quietly=True)
        upkeep.collect_static()
        measure()


def measure() -> None:
    from django.core.cache import cache
    from django.test import Client

    from folkmoot.convene.models import Assembly
    from folkmoot.listen.models import Statement
    from folkmoot.members.models import Member
    from folkmoot.publish.models import Publication
    from folkmoot.site.demonstration.load import load

    load()
    first_findings()
    publication = Publication.objects.get()
    findings = f"/a/{publication.assembly.uuid}/findings/"
    client = Client(headers={"Accept-Encoding": "gzip"}, SERVER_NAME="127.0.0.1")
    bare = milliseconds(lambda: client.get("/there-is-nothing-here/"))
    row("a page with nothing on it (not found)", bare, bare)

    def fresh() -> None:
        cache.clear()
        client.get(findings)

    row("findings page, made anew (aim 25 ms)", milliseconds(fresh), bare)
    row("findings page, cached (aim 3 ms)", milliseconds(lambda: client.get(findings)), bare)
    row("home page", milliseconds(lambda: client.get("/")), bare)
    weight(client, findings)

    assembly = next(a for a in Assembly.objects.with_clock().with_versions() if a.is_open)
    questions = {question.way: step for step, question in enumerate(assembly.questions.all(), 1)}
    text_step = next(s for s, q in enumerate(assembly.questions.all(), 1) if q.way == "open_text")
    clients = [signed_in(member) for member in Member.objects.filter(participations=None)[: ROUNDS + 5]]
    sent = iter(clients)
    row(
        "one answer in words (aim 20 ms)",
        milliseconds(
            lambda: next(sent).post(f"/a/{assembly.uuid}/answer/{text_step}/", {"text": "A bus that comes."})
        ),
        bare,
    )
    statements = [str(s.uuid) for s in Statement.objects.filter(question__assembly=assembly)]
    address = f"/a/{assembly.uuid}/answer/{questions['statements']}/vote/"
    voter, turn = clients[0], iter(range(10**6))
    as_json = {"Accept": "application/json"}

    def one_vote() -> None:
        statement = statements[next(turn) % len(statements)]
        voter.post(address, {f"vote-{statement}": "agree"}, headers=as_json)

    def five_votes() -> None:
        start = next(turn)
        five = {statements[(start + n) % len(statements)] for n in range(5)}
        voter.post(address, {f"vote-{s}": "agree" for s in five} | {"ahead": "1"}, headers=as_json)

    row("one vote by itself (aim 5 ms)", milliseconds(one_vote), bare)
    row("one vote of a batch of five", milliseconds(five_votes) / 5, bare)
    next_statement(assembly, bare)


def next_statement(assembly: Any, bare: float) -> None:
    """With two hundred statements and the live weights of the demonstration's votes."""
    from folkmoot.listen import live
    from folkmoot.listen.actions import put_statement
    from folkmoot.listen.models import Participation, Statement
    from folkmoot.listen.ways.statements import progress_and_next

    question = assembly.questions.get(way="statements")
    for number in range(200 - Statement.objects.filter(question=question).count()):
        put_statement(question, f"Statement number {number} should come first.", by=None)
    follower = live.Follower()
    row(
        "live state of the votes, read whole by the worker",
        milliseconds(lambda: live.Follower().follow()),
        bare,
    )
    follower.follow()
    person = Participation.objects.filter(assembly=assembly, responses__question=question).first()
    version = question.version
    row(
        "next statement of 200, all but the page around it (aim 2 ms)",
        milliseconds(lambda: progress_and_next(version, person)),
        bare,
    )


def signed_in(member: Any) -> Any:
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def milliseconds(act: Callable[[], object]) -> float:
    """The median CPU time of an act, after three to warm up."""
    for _ in range(3):
        act()
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        act()
        times.append(time.process_time() - start)
    return 1000 * statistics.median(times)


def row(what: str, cost: float, bare: float) -> None:
    print(f"{what:<45} {cost:7.1f} ms of CPU {cost / bare:6.1f} × a bare page", flush=True)


def weight(client: Any, address: str) -> None:
    """Bytes as sent, with everything that the page asks for."""
    response = client.get(address)
    body = response.content
    page = gzip.decompress(body) if response.get("Content-Encoding") == "gzip" else body
    parts = set(re.findall(r'(?:src|<link[^>]*href)="(/static/[^"]+)"', page.decode()))
    sizes = []
    for part in parts:
        answer = client.get(part)
        sizes.append(len(b"".join(answer.streaming_content) if answer.streaming else answer.content))
    total = (len(body) + sum(sizes)) / 1000
    print(
        f"{'findings page as sent (aim 100 KB, 5 requests)':<45} {total:7.1f} KB in {1 + len(parts)} requests "
        f"({len(page) / 1000:.0f} KB of HTML before compression)",
        flush=True,
    )


def first_findings() -> None:
    """From asking to a draft for 1,100 answers, nothing cached."""
    from django.conf import settings

    from folkmoot.convene.models import Assembly
    from folkmoot.publish.actions import draft
    from folkmoot.understand import actions as understand

    assembly = next(a for a in Assembly.objects.with_clock().with_versions() if a.state == "closed")
    for state in ("cold", "again"):
        if state == "cold":
            for path in settings.CACHE.glob("embeddings.sqlite3*"):
                path.unlink()
        wall, cpu = time.perf_counter(), time.process_time()
        understand.analyse(understand.ask(assembly))
        found = draft(assembly)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        people = found.findings["who"]["people"] if found else 0
        print(
            f"draft findings of {people} people, {state:<18} {wall:7.1f} s, {cpu:.1f} s of CPU (aim 60 s)",
            flush=True,
        )


if __name__ == "__main__":
    main()
