"""The analysis as the worker does it."""

from __future__ import annotations

from django_tasks import task

from folkmoot.understand import actions
from folkmoot.understand.models import Analysis


@task(queue_name="analysis")
def analyse(analysis: str) -> None:
    waiting = Analysis.objects.filter(uuid=analysis).first()
    if waiting is not None:
        actions.analyse(waiting)
