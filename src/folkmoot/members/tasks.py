"""Mail, sent by the worker after the commit of what it is about."""

from __future__ import annotations

from django.core.mail import get_connection, send_mail
from django_tasks import task


@task(queue_name="mail")
def send(subject: str, body: str, to: str) -> None:
    send_mail(subject, body, None, [to])


@task(queue_name="mail")
def send_each(mails: list[dict[str, str]]) -> None:
    """One job for all of them: the queue does tens of jobs a second, and hundreds may leave by one file."""
    with get_connection() as connection:
        for mail in mails:
            send_mail(mail["subject"], mail["body"], None, [mail["to"]], connection=connection)
