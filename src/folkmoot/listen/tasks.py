"""Mail to many, sent by the worker."""

from __future__ import annotations

from django_tasks import task

from folkmoot.listen import told
from folkmoot.listen.models import Participation
from folkmoot.members.tasks import send_all


@task(queue_name="mail")
def tell_members(batch: int) -> None:
    """Tell every member of an import that an answer was given in her name."""
    people = Participation.objects.filter(batch=batch, member__isnull=False, member__left__isnull=True)
    found = people.select_related("member", "assembly").order_by("pk")
    send_all(told.answered(participation) for participation in found.iterator())
