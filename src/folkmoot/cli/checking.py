"""Commands for whoever trusts nobody."""

from __future__ import annotations

import contextlib
import re
import sys
from pathlib import Path
from typing import Any

import click

from folkmoot.cli.shared import READABLE, cli, progress_line, reading, up_to_date
from folkmoot.methods import InputError


@cli.command()
@click.argument("bundle", metavar="[BUNDLE.zip]", type=READABLE, required=False)
@click.option(
    "--earlier", metavar="BUNDLE.zip", type=READABLE, help="One that you kept: the log must have grown."
)
@click.option("--live", metavar="URL", help="Compare with the log that a site shows now.")
@click.option("--key", metavar="KEY", help="The log's public key, from elsewhere than the bundle.")
@click.option(
    "--seen",
    metavar="FILE",
    multiple=True,
    type=READABLE,
    help="With --live: a checkpoint that somebody else saw.",
)
@click.option("--database", is_flag=True, help="Audit this installation's own database against its log.")
def verify(
    bundle: Path | None,
    earlier: Path | None,
    live: str | None,
    key: str | None,
    seen: tuple[Path, ...],
    database: bool,
) -> None:
    """Recompute a publication from its bundle and say what agrees, what does not, and what it cannot know.

    With --live without a bundle the log of a site is checked by itself. Exit 0: it verifies. Exit 1: it does
    not. Exit 2: it cannot be read.
    """
    if not (bundle or live or database):
        raise InputError("there is nothing to verify", remedy="Give a BUNDLE.zip, --live URL or --database.")
    # An option that nothing is done with would look like one that was checked.
    if earlier and not bundle:
        raise InputError("--earlier is held against a bundle", remedy="Give the newer BUNDLE.zip, too.")
    if seen and not live:
        raise InputError("--seen is held against what a site shows", remedy="Give --live URL, too.")
    if key and not (bundle or live):
        raise InputError(
            "--key is held against a bundle or a site", remedy="Give a BUNDLE.zip or --live URL, too."
        )
    from folkmoot.methods.transparency import Key
    from folkmoot.publish.verdict import Report

    known = Key.read(key) if key else None
    report = Report()
    if database:
        report.join(audited())
    if bundle:
        report.join(of_bundle(bundle, earlier, known))
    if live:
        report.join(of_site(live, bundle, known, seen))
    for sign, lines in (("agrees:", report.checked), ("WRONG:", report.wrong), ("outside:", report.outside)):
        for line in lines:
            click.echo(f"{sign} {line}")
    what = "This publication" if bundle else "This log"
    click.echo(f"{what} verifies." if report.verifies else f"{what} does NOT verify.")
    if not report.verifies:
        sys.exit(1)


def of_bundle(bundle: Path, earlier: Path | None, key: Any) -> Any:
    from folkmoot.publish.verification import against_earlier, stated_key
    from folkmoot.publish.verification import verify as check

    with reading(bundle), bundle.open("rb") as stream:
        report = check(stream, progress=progress_line("verify"))
        if key is not None:
            stated_key(report, stream, key)
    if earlier is not None:
        with reading(earlier), bundle.open("rb") as stream, earlier.open("rb") as older:
            against_earlier(report, stream, older)
    return report


def of_site(site: str, bundle: Path | None, key: Any, seen: tuple[Path, ...]) -> Any:
    from folkmoot.publiclog.remote import log_at
    from folkmoot.publish.live import verify_live

    log = log_at(site)
    notes = [(str(path), note) for path in seen for note in notes_in(path, log.note())]
    stream = bundle.open("rb") if bundle else None
    with stream or contextlib.nullcontext():
        return verify_live(log, stream, key=key, seen=notes, progress=progress_line("log"))


# A checkpoint among other lines, as `folkmoot witness --show` prints it: text, an empty line, signatures.
NOTE = re.compile("(?:[^\n]+\n)+\n(?:\u2014 [^\n]+\n)+")


def notes_in(path: Path, shown: Any) -> list[str]:
    """The checkpoints of the log that is shown in a file that somebody keeps. Raises InputError for none."""
    from folkmoot.methods.transparency import Checkpoint, Note

    origin = Checkpoint.read(shown.text).origin
    with reading(path):
        found = NOTE.findall(path.read_text(encoding="utf-8", errors="replace"))
        # A witness may follow other logs, too.
        notes = [note for note in found if Checkpoint.read(Note.read(note).text).origin == origin]
        if not notes:
            raise InputError(
                f"there is no checkpoint of {origin} in it",
                remedy="Give one as that log, or folkmoot witness --show, shows it.",
            )
    return notes


def audited() -> Any:
    up_to_date()
    from folkmoot.publiclog.audit import audit
    from folkmoot.publish.verdict import Report

    found = audit(progress_line("database"))
    outside = (
        "whether this database and its log were rewritten together and signed anew: that shows to witnesses, and to "
        "whoever kept a receipt, a bundle or a checkpoint"
    )
    return Report(checked=found.checked, wrong=found.wrong, outside=[outside])


@cli.command()
@click.argument("site", metavar="URL")
@click.option(
    "--name", default="", metavar="NAME", help="Its own name, such as skelby.union.example/witness."
)
@click.option("--key", metavar="KEY", help="The log's public key, as it stands on publications of findings.")
@click.option(
    "--state", metavar="DIRECTORY", type=click.Path(file_okay=False, path_type=Path), help="What it keeps."
)
@click.option("--once", is_flag=True, help="Look once, and stop.")
@click.option(
    "--every", type=click.IntRange(1), default=60, show_default=True, help="Seconds between two looks."
)
@click.option("--listen", "bind", metavar="HOST:PORT", help="Wait to be asked instead (tlog-witness).")
@click.option(
    "--show", is_flag=True, help="Show its key, what it signed last and what it has found, and stop."
)
def witness(
    site: str,
    name: str,
    key: str | None,
    state: Path | None,
    once: bool,
    every: int,
    bind: str | None,
    show: bool,
) -> None:
    """Follow the log of the Folkmoot site at URL, and sign that it only grew.

    Run it on a computer that the organisers do not keep. Exit 1: the log contradicts what it signed before, and
    what proves that to anybody is kept. Exit 2: it cannot be read or signed now; nothing follows from that.
    """
    import time

    from folkmoot.methods.transparency import Key
    from folkmoot.publiclog.following import visit
    from folkmoot.publiclog.remote import Log, log_at
    from folkmoot.publiclog.witness import Memory

    memory = Memory(state or state_folder(), name=name)
    own = memory.signer.key
    if show:
        show_memory(memory)
        return
    # Whoever waits to be asked about a log whose key is known need not go there.
    log = Log(site) if bind and key else log_at(site)
    followed = Key.read(key) if key else log.key()
    known = memory.origins()
    if known and not key and followed.name not in known:
        raise InputError(
            f"this witness follows {', '.join(known)}, and the log at {log.address} is called {followed.name}",
            remedy="A restored log has a new name, and its page says why. Then start the witness with --key.",
        )
    memory.follow(followed)
    click.echo(
        f"This witness signs with the key {own}\nThe organisers accept it on their site, under The log."
    )
    if not key:
        click.echo(
            f"The log says that its key is {followed}\nCompare it with the one on a publication of findings."
        )
    if bind:
        listen(memory, bind)
        return
    while True:
        try:
            seen = visit(memory, log, int(time.time()))
            click.echo(f"{time.strftime('%Y-%m-%d %H:%M')} {seen.size} entries: {seen.words}")
        except InputError as problem:
            if once:
                raise
            click.echo(f"{time.strftime('%Y-%m-%d %H:%M')} {problem}", err=True)
        else:
            if seen.wrong:
                sys.exit(1)
            if once and not seen.signed:
                sys.exit(2)
        if once:
            return
        time.sleep(every)


def show_memory(memory: Any) -> None:
    """What a witness signed last of each log, and what proves that a log was changed."""
    for origin in memory.origins():
        click.echo(memory.note(origin) or f"{origin}: nothing signed yet")
    for found in memory.evidence():
        click.echo(f"{found.origin} SIGNED TWO LOGS: {found.why}")
        click.echo(f"It signed this:\n\n{found.seen}\nand this:\n\n{found.shown}")
        if found.hashes:
            click.echo(
                "The root that the longer one had at the shorter one's length, and how it grew from there "
                f"(RFC 6962, 2.1.2):\n\n{found.hashes}"
            )
    click.echo(f"witness: {memory.signer.key}")


def state_folder() -> Path:
    """Where a witness keeps its key and what it has seen, unless told otherwise."""
    import os

    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "folkmoot-witness"


def listen(memory: Any, bind: str) -> None:
    """Answer requests for signatures until stopped. Raises InputError where that address cannot be listened at."""
    import time

    from gunicorn.app.base import BaseApplication

    from folkmoot.publiclog.witness import application
    from folkmoot.site.server import check_free

    host, _colon, port = bind.rpartition(":")
    if not host or not re.fullmatch("[0-9]{1,5}", port, re.ASCII) or not 0 < int(port) < 2**16:
        raise InputError(f"“{bind}” is no HOST:PORT", remedy="Give one such as 127.0.0.1:8123.")
    check_free(host.strip("[]"), int(port))

    class Listening(BaseApplication):
        def load_config(self) -> None:
            self.cfg.set("bind", bind)
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("threads", 4)
            self.cfg.set("loglevel", "warning")
            self.cfg.set("control_socket_disable", True)

        def load(self) -> Any:
            return application(memory, lambda: int(time.time()))

    Listening().run()
