"""What every command needs: the group they belong to, naming files in errors, writing, progress."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

import folkmoot
from folkmoot.methods import InputError

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(folkmoot.__version__, prog_name="folkmoot")
def cli() -> None:
    """Hear a movement's members, understand what they said, publish it, and let anybody check it."""


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Put the file's name before what a reader says of the stream it was given."""
    try:
        yield
    except InputError as error:
        where = f"{path}, {error.where}" if error.where else str(path)
        raise InputError(error.what, where=where, remedy=error.remedy) from error


def is_file(path: Path) -> bool:
    """False as well for a name that no file can have: many names are longer than a file's may be."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def write_json(form: str, target: str) -> None:
    """Write a form's canonical text to a file, or to standard output for `-`, in one piece."""
    write_all([(form, target)])


def write_all(forms: Sequence[tuple[str | bytes, str]]) -> None:
    """Write each form to its file, or to standard output for `-`: all of them, or none and an InputError."""
    texts = [(form if isinstance(form, bytes) else form.encode(), target) for form, target in forms]
    parts: dict[Path, Path] = {}
    place = ""
    try:
        for data, place in texts:
            if place != "-":
                write_part(data, destination(place), parts)
        for path, part in parts.items():
            place = str(path)
            part.replace(path)
    except OSError as problem:
        raise cannot_write(place, problem.strerror or str(problem)) from problem
    finally:
        for part in parts.values():
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
    for form, target in forms:
        if target == "-":
            sys.stdout.write(form if isinstance(form, str) else form.decode())
    sys.stdout.flush()


def write_part(data: bytes, path: Path, parts: dict[Path, Path]) -> None:
    """Write beside the file, to be put in its place when all is written; a pipe or a device has no beside."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
    else:
        parts[path] = path.with_name(path.name + ".part")
        parts[path].write_bytes(data)


def check_targets(*targets: str | None) -> None:
    """Raise InputError, before anything is computed, where a result could not be written or two go to one place."""
    seen: set[Path | str] = set()
    for target in targets:
        if target is not None:
            place = target if target == "-" else destination(target)
            if place in seen:
                what = "standard output" if target == "-" else target
                raise InputError(f"two results would go to {what}", remedy="Give each a file of its own.")
            seen.add(place)


def destination(target: str) -> Path:
    """The file that a result goes to. Raises InputError where there can be none."""
    try:
        path = Path(target).resolve()
        wrong = (
            "it is a folder" if path.is_dir() else "" if path.parent.is_dir() else "there is no such folder"
        )
    except (OSError, RuntimeError) as problem:
        wrong = getattr(problem, "strerror", None) or str(problem)
    if wrong:
        raise cannot_write(target, wrong)
    return path


def cannot_write(target: str, why: str) -> InputError:
    return InputError(
        f"{target or '“”'} cannot be written: {why}",
        remedy="Name a file in a folder that is there, or - for standard output.",
    )


def write_every_letter() -> None:
    """Let output hold all letters: UTF-8 in files and pipes; what a terminal cannot show is spelt out."""
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if stream.isatty():
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def progress_line(what: str) -> Callable[[str, float], None] | None:
    """Show progress on standard error when it is a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(step: str, done: float) -> None:
        end = "\n" if done >= 1 else ""
        click.echo(f"\r{what}: {step} {done:4.0%}\033[K{end}", err=True, nl=False)

    return show


def set_up() -> None:
    """Start Django. Raises InputError where the environment holds a value that cannot be."""
    import os

    import django
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "folkmoot.site.settings")
    try:
        django.setup()
    except (ValueError, ImproperlyConfigured) as problem:
        raise InputError(f"a setting cannot be used: {problem}", remedy="See docs/hosting.md.") from problem


def up_to_date() -> None:
    set_up()
    from folkmoot.site.upkeep import check_migrated

    check_migrated()
