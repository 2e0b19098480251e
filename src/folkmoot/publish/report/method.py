"""How it was made: wording, method, files, versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from folkmoot.publish import sentences as say
from folkmoot.publish.found import hidden
from folkmoot.publish.report.parts import Dated, File, Files, Fold, Heading, Items, Link, Quote, Section, Text

Publication = Mapping[str, Any]
FOLDED = 8


def acts(findings: Mapping[str, Any], publication: Publication | None) -> Section:
    """Everything that the organisers did, as the public log shows it."""
    zone = findings["assembly"]["zone"]
    rows = [(say.day(act["at"], zone), act["line"]) for act in findings["acts"]]
    parts: list[Any] = []
    if rows:
        parts.append(Dated(rows[:FOLDED]))
    else:
        parts.append(Text(_("Nothing is in the log yet.")))
    if len(rows) > FOLDED:
        parts.append(
            Fold(_("%(count)s more") % {"count": say.number(len(rows) - FOLDED)}, [Dated(rows[FOLDED:])])
        )
    return Section(
        "acts", _("What the organisers did"), [*parts, Text(_whom_to_trust(publication), muted=True)]
    )


def _whom_to_trust(publication: Publication | None) -> str:
    log = publication.get("log", {}) if publication else {}
    witnesses = [each["name"] for each in log.get("witnesses", [])]
    if not witnesses:
        return _("The organisers keep this log. Until a branch keeps a copy, you are trusting them.")
    return _("The organisers keep this log. These follow it and sign that it only grew: %s.") % ", ".join(
        witnesses
    )


def what_next(findings: Mapping[str, Any], publication: Publication | None) -> Section:
    """What this was for, in the organisers' words, and whether it came when it was promised."""
    about = findings["assembly"]
    parts: list[Any] = []
    if about["purpose"].strip():
        parts += [Text(_("What the organisers said that this is for:")), Quote(about["purpose"])]
    parts.append(Text(say.due(about, publication["at"] if publication else None)))
    return Section("next", _("What next"), parts)


def wording(findings: Mapping[str, Any]) -> Section:
    """Each question exactly as it was asked, with every version of it."""
    zone = findings["assembly"]["zone"]
    parts: list[Any] = []
    for question in findings["questions"]:
        parts.append(Heading(_("Question %(number)s") % {"number": say.number(question["number"])}))
        parts.append(Quote(question["text"], question["help"]))
        if question["way"] == "priorities":
            parts += [
                Text(_choice(question["options"])),
                Items([option["text"] for option in question["options"]["options"]]),
            ]
        elif question["way"] == "statements":
            parts.append(
                Text(
                    _(
                        "People said agree, disagree or not sure to one statement at a time, and could add "
                        "their own."
                    )
                )
            )
        if len(question["versions"]) > 1:
            lines = [_version(version) for version in question["versions"]]
            days = [say.day(version["at"], zone) for version in question["versions"]]
            fold = _("%(count)s versions of this question") % {"count": say.number(len(lines))}
            parts.append(Fold(fold, [Dated(list(zip(days, lines, strict=True)))]))
    return Section("wording", _("Exactly what was asked"), parts)


def _choice(options: Mapping[str, Any]) -> str:
    form = (
        _("People shared out %(limit)s points among these, shown to each in an order of their own:")
        if options["manner"] == "points"
        else _("People put up to %(limit)s of these in order, shown to each in an order of their own:")
    )
    return form % {"limit": say.number(options["limit"])}


def _version(version: Mapping[str, Any]) -> str:
    line = f"{say.number(version['number'])}. {say.quoted(version['text'])}"
    return f"{line} {version['reason']}".strip()


def method(findings: Mapping[str, Any]) -> Section:
    """Plain words first; then what somebody needs who wants to do it again."""
    parts: list[Any] = [
        Text(
            _(
                "No outside service read the answers. Everything was computed where this site runs, by "
                "Folkmoot %(version)s."
            )
            % {"version": findings["version"]}
        )
    ]
    details = [Text(METHODS[question["way"]](question)) for question in findings["questions"]]
    parts.append(Fold(_("Methods, limits and seeds, question by question"), details))
    for question in findings["questions"]:
        if warning := question["found"].get("language", {}).get("warning"):
            parts.append(Text(_("Take care: %(warning)s") % {"warning": warning}))
    parts.append(
        Text(
            _(
                "Nothing is shown of fewer than 10 people, be it a branch, a group or the votes on a "
                "statement; where one could be worked out from the total, the next smallest are left out too."
            )
        )
    )
    parts.append(
        Text(_("Members and auditors can compute all this again: folkmoot verify members.zip"), muted=True)
    )
    return Section("method", _("How this was made"), parts)


def _open_text(question: Mapping[str, Any]) -> str:
    found, made = question["found"], question["found"]["method"]
    compared = (
        _("by the words they share (LSA), because the language model was not installed")
        if found["embedding"] == "lsa"
        else _("in meaning by the language model %(name)s") % {"name": found["embedding"]}
    )
    return _(
        "Question %(number)s: answers were split into %(points)s points, compared %(compared)s, and "
        "neighbours were "
        "grouped (Leiden method, resolution %(resolution)s, seed %(seed)s). The range shows how a count "
        "moves when "
        "people are drawn again and grouped anew; it is not a sampling error."
    ) % {
        "number": question["number"],
        "points": say.number(made["points"]),
        "compared": compared,
        "resolution": f"{made['resolution']:g}",
        "seed": made["seed"],
    }


def _statements(question: Mapping[str, Any]) -> str:
    found, made = question["found"], question["found"]["method"]
    foretold = ""
    if held_out := found["sure"]["held_out"]:
        foretold = " " + _(
            "Of votes set aside, it foretold more than the statements' averages do: log-loss %(ours)s against "
            "%(averages)s (less is better)."
        ) % {"ours": f"{held_out['log_loss']:.3f}", "averages": f"{held_out['base_rate_log_loss']:.3f}"}
    return (
        _(
            "Question %(number)s: a model of votes (how agreeable people and statements are, and the directions in "
            "which people differ; missing votes count as missing) was chosen by how well it foretells votes set "
            "aside. Groups are told only where they foretell votes better than one crowd, more than in votes drawn "
            "without groups, and come out again from votes drawn anew (mode %(mode)s, seed %(seed)s, %(groups)s "
            "groups). %(placed)s people were placed; %(left_out)s had cast too few votes. Statements had between "
            "%(least)s and %(most)s votes."
        )
        % {
            "number": question["number"],
            "mode": made["mode"],
            "seed": made["seed"],
            "groups": len(found["groups"]) + found["small_groups"],
            "placed": say.number(found["placed"]),
            "left_out": say.number(found["left_out"]),
            "least": say.cell(hidden(int(found["missing"]["least_shown"] or 0))),
            "most": say.cell(hidden(int(found["missing"]["most_shown"] or 0))),
        }
        + foretold
    )


def _priorities(question: Mapping[str, Any]) -> str:
    form = (
        _("Question %(number)s: the points that all people gave were added up.")
        if question["found"]["manner"] == "points"
        else _("Question %(number)s: rankings were counted by Borda's method, with exact fractions.")
    )
    return form % {"number": question["number"]}


METHODS = {"open_text": _open_text, "statements": _statements, "priorities": _priorities}


def downloads(publication: Publication | None) -> Section:
    """The files with their SHA-256: only the page can name them, for the PDF is one of them."""
    if publication is None:
        return Section(
            "downloads",
            _("Downloads"),
            [Text(_("A draft has no files. They are made when it is published."))],
        )
    digests, sizes, base = (
        publication.get("digests") or {},
        publication.get("sizes") or {},
        publication["address"],
    )
    says = {
        "findings.pdf": _("These findings to print"),
        "public.zip": _("Open data: every table here, and quotes with consent"),
        "members.zip": _("For members and auditors: the rows, without names, that compute everything again"),
    }
    files = [
        File(
            name,
            words,
            digests[name],
            say.size(sizes[name]) if name in sizes else "",
            publication.get("folder", base) + name,
        )
        for name, words in says.items()
        if name in digests
    ]
    if files:
        return Section("downloads", _("Downloads"), [Files(files), *_key(publication)])
    return Section(
        "downloads",
        _("Downloads"),
        [
            Text(_("Open data and the fingerprints of all files are at this address:")),
            Link(base, base),
            *_key(publication),
        ],
    )


def _key(publication: Publication) -> list[Any]:
    """The public key of the log: whoever has it from here can check receipts without asking anybody."""
    if "log" not in publication:
        return []
    says = _("The public key of the log, with which anybody can check a receipt:")
    return [Text(says), Text(publication["log"]["key"], muted=True)]


def versions(findings: Mapping[str, Any], publication: Publication | None) -> Section | None:
    """Every version that was published, with what it corrected."""
    if publication is None:
        return None
    zone = findings["assembly"]["zone"]
    published = publication.get("versions") or [publication]
    lines = [(say.day(one["at"], zone), _published(one)) for one in published]
    parts: list[Any] = [Dated(lines)]
    if "versions" not in publication:
        parts.append(Text(_("Versions that came later, if any, are at the address above."), muted=True))
    elif len(published) == 1:
        parts.append(Text(_("There are no corrections."), muted=True))
    return Section("versions", _("Versions and corrections"), parts)


def _published(one: Mapping[str, Any]) -> str:
    parts = {
        "number": say.number(one["number"]),
        "by": one.get("by") or _("the organisers"),
        "changed": one.get("changed", ""),
    }
    if one.get("changed"):
        return _("Version %(number)s, published by %(by)s. What changed: %(changed)s") % parts
    return _("Version %(number)s, published by %(by)s.") % parts
