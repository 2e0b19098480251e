"""Mail, sent by the worker after the commit of what it is about."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.mail import send_mail
from django_tasks import task


@task(queue_name="mail")
def send(subject: str, body: str, to: str) -> None:
    send_mail(subject, body, None, [to])


@task(queue_name="mail")
def send_each(mails: list[dict[str, str]]) -> None:
    """One job for all of them: the queue does tens of jobs a second, and hundreds may leave by one file."""
    send_all(mails)


def send_all(mails: Iterable[dict[str, str]]) -> None:
    """Send them one by one, whatever becomes of one. Raises RuntimeError at the end where some could not be sent.

    An address that no server takes, put into a file before others, must not keep those from being told.
    """
    failed = []
    for mail in mails:
        try:
            send_mail(mail["subject"], mail["body"], None, [mail["to"]])
        except (OSError, ValueError) as problem:
            failed.append(problem)
    if failed:
        raise RuntimeError(f"mails that could not be sent: {len(failed)}, the first because of {failed[0]!r}")
