"""Each question as people will see it, drawn before anybody can answer."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest
from django.template.loader import select_template
from django.utils.safestring import SafeString

from folkmoot.convene import ways
from folkmoot.convene.models import Assembly, QuestionVersion
from folkmoot.members.models import Member


@dataclass(frozen=True)
class Preview:
    version: QuestionVersion
    drawn: SafeString


def previews(assembly: Assembly, request: HttpRequest, by: Member) -> list[Preview]:
    """Every question in order, through its own way's template. Nothing of it is kept."""
    versions = [question.version for question in assembly.questions.all()]
    if not assembly.is_draft:
        return _drawn(versions, request)
    with transaction.atomic():
        # Prepared exactly as opening would, so that a draft shows its first statements; then undone.
        for version in versions:
            ways.named(version.question.way).prepare(version, by)
        found = _drawn(versions, request)
        transaction.set_rollback(True)
    return found


def _drawn(versions: list[QuestionVersion], request: HttpRequest) -> list[Preview]:
    return [
        Preview(version, _draw(version, step, len(versions), request))
        for step, version in enumerate(versions, 1)
    ]


def _draw(version: QuestionVersion, step: int, steps: int, request: HttpRequest) -> SafeString:
    way = ways.named(version.question.way)
    form = way.answer_form(version, seed=0)
    # All questions stand on one page here: each label must lead to its own field.
    form.auto_id = f"id_{step}_%s"
    context = {
        "form": form,
        "assembly": version.question.assembly,
        "question": version.question,
        "version": version,
        "way": way,
        "step": step,
        "steps": steps,
        "preview": True,
    }
    # A way that brings no template of its own is drawn from its form.
    template = select_template([way.template, "convene/plain_form.html"])
    return template.render(context | way.context(version, None), request)
