"""A page of every theme's name beside five of its points drawn by lot, for a person to read.

    python benchmarks/themes_names.py [TABLE.csv:TEXT_COLUMN[:QUESTION] ...] [--where COLUMN=VALUE] [--members N]

Without tables, the answers of the demonstration assembly. The columns `comment-id` or `id` and `author-id` are used
where they are there; `--where` keeps the rows of the tables that have this value. Sub-themes stand below their theme.
A name is bad if it says what everything is about, nothing ("needs"), or what no point beside it speaks of; if it is a
fragment ("join a waiting"), or joins two things that few of its people speak of.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import io
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from folkmoot.methods import themes
from folkmoot.site.demonstration import lantern_union

Table = tuple[str, str, list[themes.Response]]


def demonstration() -> Iterator[Table]:
    """The invented union's answers in people's own words, question by question."""
    union = lantern_union(today=datetime.datetime(2026, 3, 9, 10, tzinfo=datetime.UTC))
    for assembly in union.assemblies:
        for question in assembly.questions:
            if question.way != "open_text":
                continue
            responses = [
                themes.Response(f"{person.key} {number}", answer.content["text"], person.key)
                for person in assembly.people
                for number, answer in enumerate(person.answers)
                if answer.question == question.key
            ]
            yield f"{assembly.title} {question.text}", question.text, responses


def read_table(given: str, where: str | None) -> Table:
    path, column, *question = given.split(":", 2)
    data = Path(path).read_bytes()
    if where is not None:
        data = rows_where(data, *where.split("=", 1))
    header = data.partition(b"\n")[0].decode(errors="replace").replace('"', "").strip().split(",")
    ids = next((name for name in ("comment-id", "id") if name in header), None)
    person = "author-id" if "author-id" in header else None
    return path, "".join(question), themes.read_responses(data, text=column, id=ids, person=person)


def rows_where(data: bytes, column: str, value: str) -> bytes:
    """The rows of a table that have this value in this column, as a table."""
    reader = csv.DictReader(io.StringIO(data.decode(), newline=""))
    kept = io.StringIO(newline="")
    writer = csv.DictWriter(kept, reader.fieldnames or [])
    writer.writeheader()
    writer.writerows(row for row in reader if row[column] == value)
    return kept.getvalue().encode()


def page(found: themes.Themes, responses: list[themes.Response], members: int) -> str:
    texts = {response.id: response.text for response in responses}
    points = defaultdict(list)
    for point in found.points:
        text = " ".join(texts[point.response][point.start : point.end].split())
        for group in {point.theme, point.subtheme}:
            points[group].append(text)
    lot = random.Random(found.seed)
    lines = []
    for theme in found.themes:
        for indent, group in [("", theme), *(("    ", part) for part in theme.subthemes)]:
            mark = " (unstable)" if group.unstable else ""
            lines.append(f"{indent}{group.people:>5}  {group.name}{mark}")
            drawn = lot.sample(points[group.id], min(members, len(points[group.id])))
            lines += [f"{indent}           {text[:150]}" for text in drawn]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("tables", nargs="*")
    parser.add_argument("--where", metavar="COLUMN=VALUE")
    parser.add_argument("--members", type=int, default=5)
    given = parser.parse_args()
    tables = [read_table(table, given.where) for table in given.tables] or list(demonstration())
    for title, question, responses in tables:
        if not responses:
            continue
        found = themes.find_themes(responses, question=question)
        counts = found.counts
        print(f"\n{title}\n{counts.people} people, {counts.points} points, {len(found.themes)} themes\n")
        print(page(found, responses, given.members), flush=True)


if __name__ == "__main__":
    main()
