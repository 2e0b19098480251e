"""Open data: tables that anybody may have. Aggregates and words with consent; never a row of a person."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from folkmoot.publish.bundle import folder, to_json
from folkmoot.publish.evidence import ASIDE, Evidence


def public_files(evidence: Evidence, findings: Mapping[str, Any]) -> dict[str, str]:
    """The files of `public.zip` by name: those of every bundle without what people said, and a table a result."""
    files = evidence.shared_files()
    if evidence.log:
        files["log.csv"] = _without_salts(files["log.csv"])
        files["opened.json"] = _without_voices(files["opened.json"])
        del files[ASIDE]
    return files | tables(findings)


def _without_salts(log: str) -> str:
    rows = list(csv.reader(io.StringIO(log)))
    public = rows[0].index("salt")
    return _table(rows[0][:public], (row[:public] for row in rows[1:]))


def _without_voices(opened: str) -> str:
    """Without the statements that somebody who took part put: a pseudonym would join hers."""
    acts = json.loads(opened)
    return to_json([act for act in acts if act["kind"] != "statement" or not act["content"]["who"]])


def tables(findings: Mapping[str, Any]) -> dict[str, str]:
    """A CSV for each result, and who answered. Empty cells were suppressed: fewer than ten people."""
    found = {"who.csv": _who(findings["who"])}
    for question in findings["questions"]:
        start = folder(question)
        if question["way"] == "open_text":
            found[f"{start}/themes.csv"] = _themes(question["found"])
            found[f"{start}/quotes.csv"] = _quotes(question["found"])
        elif question["way"] == "statements":
            found[f"{start}/statements.csv"] = _statements(question["found"])
        else:
            found[f"{start}/priorities.csv"] = _priorities(question["found"])
    return found


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return stream.getvalue()


def _who(who: Mapping[str, Any]) -> str:
    rows = [
        (sort, row["name"], row.get("roll"), row["people"])
        for sort in ("channels", "branches", "membership")
        for row in who.get(sort, [])
    ]
    return _table(["part", "name", "roll", "people"], rows)


def _themes(found: Mapping[str, Any]) -> str:
    rows = [
        (
            theme["id"],
            theme["name"],
            theme["people"],
            *(theme["interval"] or (None, None)),
            theme["stability"],
            " | ".join(theme["proposed"]),
            " ".join(dict.fromkeys(line["what"] for line in theme["decided"])),
        )
        for theme in found["themes"]
    ]
    header = ["theme", "name", "people", "people_low", "people_high", "stability", "proposed", "decided"]
    return _table(header, rows)


def _quotes(found: Mapping[str, Any]) -> str:
    rows = [
        (theme["id"], theme["name"], place, quote)
        for theme in found["themes"]
        for place, quotes in (("typical", theme["quotes"]), ("edge", [theme["edge"]]))
        for quote in quotes
        if quote
    ]
    return _table(["theme", "name", "place", "quote"], rows)


def _statements(found: Mapping[str, Any]) -> str:
    letters = [group["letter"] for group in found["groups"]]
    header = ["statement", "text", "author", "agree", "disagree", "unsure"]
    header += [f"{letter}_{vote}" for letter in letters for vote in ("agree", "disagree", "unsure")]
    rows = []
    for row in found["statements"]:
        cells = [row["agree"], row["disagree"], row["unsure"]]
        for group in row["groups"]:
            cells += [group["agree"], group["disagree"], group["unsure"]]
        rows.append([row["id"], row["text"], row["author"], *cells])
    return _table(header, rows)


def _priorities(found: Mapping[str, Any]) -> str:
    header = ["option", "text", "first", "chosen", "mean_rank", "borda", "points"]
    rows = [[option["key"], *(option[name] for name in header[1:])] for option in found["options"]]
    return _table(header, rows)
