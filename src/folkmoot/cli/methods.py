"""Commands over the methods: files in, a result out. No database, no Django."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from pathlib import Path

import click

from folkmoot.cli.shared import (
    READABLE,
    check_targets,
    cli,
    is_file,
    progress_line,
    reading,
    write_all,
    write_json,
)
from folkmoot.methods import InputError


@cli.command()
@click.argument("votes_file", metavar="VOTES.csv", type=READABLE)
@click.option("--statements", "statements_file", metavar="COMMENTS.csv", type=READABLE, help="Their words.")
@click.option(
    "--mode", type=click.Choice(["best", "polis"]), default="best", show_default=True, help="The method."
)
@click.option(
    "--groups", type=click.IntRange(min=1), metavar="K", help="How many groups; else the votes say."
)
@click.option("--moderated-out", metavar="IDS|FILE", default="", help="Statements that are out.")
@click.option("--background", metavar="IDS|FILE", default="", help="Statements that tell of the person.")
@click.option("--include", metavar="IDS", default="", help="People who count though they voted on little.")
@click.option(
    "--membership",
    "membership_file",
    metavar="FILE.csv",
    type=READABLE,
    help="Groups that are there already.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="For all draws.")
@click.option("--svg", "svg_file", metavar="FILE", help="Draw the map.")
@click.option("--json", "json_file", metavar="FILE", help="Write the machine's form; - for standard output.")
def opinions(
    votes_file: Path,
    statements_file: Path | None,
    mode: str,
    groups: int | None,
    moderated_out: str,
    background: str,
    include: str,
    membership_file: Path | None,
    seed: int,
    svg_file: str | None,
    json_file: str | None,
) -> None:
    """Find where people stand from their votes on statements.

    The mode best says how sure the map is, and when there are no groups; polis follows the arithmetic of
    Polis. VOTES.csv is either form of Polis's export: a row a vote, or a row a participant. IDS are parted by
    commas; a FILE holds them parted by commas or lines. With --membership groups are not sought but described:
    FILE.csv has the columns participant and group-id, as Polis exports them.
    """
    from folkmoot.methods import opinions as method
    from folkmoot.methods.text_files import open_text

    check_targets(json_file or "-", svg_file)
    comments = None
    if statements_file is not None:
        with reading(statements_file):
            comments = method.read_comments(open_text(statements_file.read_bytes()))
    with reading(votes_file):
        known = None if comments is None else set(comments.ids)
        votes = method.read_votes(open_text(votes_file.read_bytes()), statements=known)
    membership = None
    if membership_file is not None:
        with reading(membership_file):
            membership = method.read_membership(open_text(membership_file.read_bytes()))
    found = method.map_opinions(
        votes,
        mode=mode,
        groups=groups,
        moderated_out={
            *statements_named(moderated_out, "--moderated-out", votes.statements),
            *(comments.moderated_out if comments else ()),
        },
        background=statements_named(background, "--background", votes.statements),
        include=ids_of(include),
        membership=membership,
        seed=seed,
        progress=progress_line("opinions"),
    )
    words = comments.text if comments else {}
    form = method.to_json(found) if json_file else method.summary(found, words)
    results: list[tuple[str | bytes, str]] = [(form, json_file or "-")]
    if svg_file:
        results.append((method.chart.to_svg(found, statement_text=words), svg_file))
    write_all(results)


@cli.command()
@click.argument("responses_file", metavar="RESPONSES.csv", type=READABLE)
@click.option("--text", "text_column", metavar="COLUMN", required=True, help="Where the words are.")
@click.option("--id", "id_column", metavar="COLUMN", help="Each response's own id; else its row's number.")
@click.option("--person", "person_column", metavar="COLUMN", help="Who wrote it; else each is a person.")
@click.option("--question", metavar="TEXT", default="", help="What was asked: kept out of the names.")
@click.option(
    "--resolution", type=float, help="More makes more themes (1 few, 16 many); else what is stablest."
)
@click.option(
    "--most", type=click.IntRange(min=1), metavar="N", help="Put themes together if there are more."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="For all draws.")
@click.option(
    "--vectors", "vectors_file", metavar="FILE", type=Path, help="Keep what was computed: goes on there."
)
@click.option("--json", "json_file", metavar="FILE", help="Write the machine's form; - for standard output.")
def themes(
    responses_file: Path,
    text_column: str,
    id_column: str | None,
    person_column: str | None,
    question: str,
    resolution: float | None,
    most: int | None,
    seed: int,
    vectors_file: Path | None,
    json_file: str | None,
) -> None:
    """Find what people raised in their own words, and list what fits nowhere.

    RESPONSES.csv has a row a response and a header. Everything is read on this machine; the result says
    whether the language model was there or only shared words were compared. A hundred thousand take some
    minutes: with --vectors it goes on where it was ended, and later answers cost only themselves.
    """
    from folkmoot.methods import themes as method
    from folkmoot.methods.text_files import controls_in

    check_targets(json_file)
    with reading(responses_file):
        data = responses_file.read_bytes()
        responses = method.read_responses(data, text=text_column, id=id_column, person=person_column)
    if controls := sum(controls_in(response.text) for response in responses):
        kept = f"control characters that cannot be seen: {controls}, kept as they are and read as spaces"
        click.echo(f"{responses_file}: {kept}", err=True)
    show = progress_line("themes")
    with contextlib.nullcontext() if vectors_file is None else method.VectorFile(vectors_file) as cache:
        found = method.find_themes(
            responses,
            question=question,
            resolution=resolution,
            most=most,
            seed=seed,
            cache=cache,
            progress=None if show is None else lambda step, done, total: show(step, done / max(total, 1)),
        )
    write_json(method.to_json(found) if json_file else method.summary(found), json_file or "-")


def ids_of(given: str) -> list[str]:
    """Read ids parted by commas, or from a file that holds them parted by commas or lines."""
    from folkmoot.methods.text_files import decode

    path = Path(given)
    if given and is_file(path):
        with reading(path):
            given = decode(path.read_bytes())
    elif "," not in given and ("/" in given or given.endswith((".txt", ".csv"))):
        raise InputError(f"there is no file {given}", remedy="Give ids parted by commas, or a file of them.")
    return [name.strip() for name in given.replace("\n", ",").split(",") if name.strip()]


def statements_named(given: str, option: str, known: Collection[str]) -> list[str]:
    """Ids of statements. Those without a vote are passed over; if none has one, it is a slip. Raises InputError."""
    names = ids_of(given)
    if names and known and not set(names) & set(known):
        raise InputError(
            f"{option}: none of these is a statement with votes: {', '.join(names[:5])}{'…' * (len(names) > 5)}",
            remedy="Give ids parted by commas as they stand in the votes, or the name of a file that is there.",
        )
    return names
