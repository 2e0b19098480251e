"""Kill a program that is taking answers, again and again, and look at what is left.

    python -m tests.publiclog.killing ROUNDS SEED

It takes the environment's database (FOLKMOOT_DATA, FOLKMOOT_DATABASE_URL), which must be new, and prints what
came of it as JSON. This tries the program: a power cut, which the disk has its part in, it does not.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time

THREADS = 8


def main(rounds: int, seed: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "folkmoot.site.settings"
    import django

    django.setup()
    from django.db import connections

    from folkmoot.site import upkeep

    upkeep.migrate(quietly=True)
    assembly = _assembly()
    draw = random.Random(seed)
    acknowledged: list[str] = []
    signed = []
    for number in range(rounds):
        connections.close_all()
        acknowledged += _round(assembly, number, draw.uniform(0.02, 0.25))
        if number % 5 == 4:
            signed.append(_signed())
    found = {"acknowledged": len(acknowledged), "signed": signed} | _left(acknowledged)
    sys.stdout.write(json.dumps(found) + "\n")


def _assembly() -> int:
    from django.utils import timezone

    from folkmoot.convene import actions as convene
    from folkmoot.members import actions as members

    organiser = members.begin(organisation="Lantern Union", name="Maud", email="maud@lantern.example")
    now = timezone.now()
    day = timezone.timedelta(days=1)
    assembly = convene.draft_assembly(
        title={"en": "Under load"},
        purpose={},
        opens=now - day,
        closes=now + day,
        findings_due=now + day,
        zone="UTC",
        access="link",
        by=organiser,
    )
    convene.add_question(assembly, way="open_text", text={"en": "What first?"}, by=organiser)
    convene.open_assembly(assembly, by=organiser, at=now - day)
    return assembly.pk


def _round(assembly: int, number: int, seconds: float) -> list[str]:
    """A process of its own answers from several threads until it is killed; what it had acknowledged."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        try:
            _answer(assembly, number, into)
        finally:
            os._exit(1)
    os.close(into)
    with os.fdopen(out) as stream:
        first = stream.readline()
        threading.Timer(seconds, os.kill, [child, signal.SIGKILL]).start()
        lines = [first, *stream.readlines()]
    os.waitpid(child, 0)
    # The last line may be cut: what was not read was not acknowledged.
    return [line.strip() for line in lines if line.endswith("\n")]


def _answer(pk: int, number: int, into: int) -> None:
    from django.db import connection

    from folkmoot.convene.models import Assembly
    from folkmoot.listen import actions as listen
    from folkmoot.publiclog.together import together

    def run(thread: int) -> None:
        assembly = Assembly.objects.with_clock().with_versions().get(pk=pk)
        question = assembly.questions.get(closing=False)
        turn = 0
        while True:
            turn += 1
            token = f"{number} {thread} {turn}"

            def act(token: str = token) -> str:
                person = listen.take_part(
                    assembly, member=None, token_hash=token, started_at=assembly.now, seed=0
                )
                return str(listen.respond(person, question, {"text": token})[0].uuid)

            # One write of a line at a time: lines of threads are not mixed.
            os.write(into, f"{together(act)}\n".encode())

    connection.close()
    threads = [threading.Thread(target=run, args=[thread], daemon=True) for thread in range(THREADS)]
    for each in threads:
        each.start()
    time.sleep(60)


def _signed() -> int:
    from folkmoot.publiclog.actions import sign

    checkpoint = sign(at_once=True)
    return checkpoint.size if checkpoint else 0


def _left(acknowledged: list[str]) -> dict[str, object]:
    from folkmoot.listen.models import Response
    from folkmoot.publiclog.audit import audit
    from folkmoot.publiclog.models import Entry

    stored = {str(each) for each in Response.objects.values_list("uuid", flat=True)}
    logged = {str(each) for each in Entry.objects.filter(kind="response").values_list("item", flat=True)}
    return {
        "stored": len(stored),
        "lost": len([each for each in acknowledged if each not in stored or each not in logged]),
        "unlogged": len(stored ^ logged),
        "wrong": audit().wrong,
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
