"""Findings as files: a page that stands by itself, the PDF, the tables and the bundles."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path

from folkmoot.convene.models import Assembly
from folkmoot.methods import InputError
from folkmoot.publish import actions
from folkmoot.publish.models import Publication
from folkmoot.publish.open_data import tables
from folkmoot.publish.page import static_files, static_page
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
    """The page as `index.html`, what it shows in `data`, and the files of the publication."""
    findings = json.loads(publication.findings)
    about = actions.about_publication(publication)
    files = static_files(findings, about)
    files |= {f"data/{name}": text.encode() for name, text in tables(findings).items()}
    files |= {name: (actions.folder_of(publication) / name).read_bytes() for name in publication.digests}
    files["index.html"] = static_page(findings, about, publication.digests).encode()
    for name, content in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".part")
        partial.write_bytes(content)
        partial.replace(path)
