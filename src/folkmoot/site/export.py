"""Findings as files: a page that stands by itself, the PDF, the tables and the bundles."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from folkmoot.convene.models import Assembly
from folkmoot.methods import InputError
from folkmoot.publish import actions
from folkmoot.publish.models import Publication
from folkmoot.understand import actions as understand
from folkmoot.understand.models import Analysis


def find_assembly(name: str) -> Assembly:
    """By its id, or by a title that only one has. Raises InputError that says which there are."""
    convened = list(Assembly.objects.convened().with_versions())
    try:
        found = [assembly for assembly in convened if assembly.uuid == uuid.UUID(name)]
    except ValueError:
        found = [assembly for assembly in convened if assembly.title == name]
    if len(found) > 1:
        ids = ", ".join(str(assembly.uuid) for assembly in found)
        raise InputError(f"{len(found)} assemblies are called “{name}”", remedy=f"Give an id: {ids}.")
    if not found:
        titles = "; ".join(f"{assembly.title} ({assembly.uuid})" for assembly in convened) or "none"
        raise InputError(f"there is no assembly “{name}”", remedy=f"There are: {titles}.")
    return found[0]


def publish_to(
    assembly: Assembly,
    out: Path,
    *,
    changed: str = "",
    tell: Callable[[str, float], None] | None = None,
) -> Publication:
    """Read the answers if something came since, publish the next version, and write it out.

    Without a reason to correct, the version that is published already is written out again.
    """
    last = Publication.objects.latest_of(assembly)
    if last is None or changed.strip():
        analysis = _fresh_analysis(assembly)
        if tell:
            tell(f"analysis {analysis.uuid}", 0.8)
        last = actions.publish(assembly, by=None, changed=changed)
    _write(last, out)
    return last


def _fresh_analysis(assembly: Assembly) -> Analysis:
    done = assembly.analyses.done().order_by("-pk").first()
    if done is not None and done.responses == understand.spoken(assembly):
        return done
    analysis = understand.ask(assembly)
    # Whoever claims it first does it: this command, or the worker beside the site.
    understand.analyse(analysis)
    analysis.refresh_from_db()
    if analysis.state != Analysis.State.DONE:
        raise InputError(
            understand.failure(analysis)
            if analysis.problem
            else "the worker is reading the answers just now",
            remedy="Try again in a minute.",
        )
    return analysis


def _write(publication: Publication, out: Path) -> None:
    from folkmoot.publish.page import export

    out.mkdir(parents=True, exist_ok=True)
    for name in publication.digests:
        (out / name).write_bytes((actions.folder_of(publication) / name).read_bytes())
    export(publication, out)
