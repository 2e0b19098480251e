"""Mail to many, sent by the worker."""

from __future__ import annotations

from django.core.mail import get_connection, send_mail
from django_tasks import task

from folkmoot.listen import told
from folkmoot.listen.models import Participation


@task(queue_name="mail")
def tell_members(batch: int) -> None:
    """Tell every member of an import that an answer was given in her name."""
    people = Participation.objects.filter(batch=batch, member__isnull=False, member__left__isnull=True)
    with get_connection() as connection:
        for participation in people.select_related("member", "assembly").order_by("pk"):
            mail = told.answered(participation)
            send_mail(mail["subject"], mail["body"], None, [mail["to"]], connection=connection)
