"""What every command needs: the group they belong to, naming files in errors, writing, progress."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
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


def write_json(form: str, target: str) -> None:
    """Write a form's canonical text to a file, or to standard output for `-`, in one piece."""
    if target == "-":
        sys.stdout.write(form)
        return
    path = Path(target)
    partial = path.with_name(path.name + ".part")
    try:
        partial.write_text(form, encoding="utf-8")
        partial.replace(path)
    except OSError as problem:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise InputError(
            f"{target} cannot be written: {problem.strerror or problem}",
            remedy="Name a file in a folder that is there, or - for standard output.",
        ) from problem


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
