"""Mail, sent by the worker after the commit of what it is about."""

from __future__ import annotations

from django.core.mail import send_mail
from django_tasks import task


@task(queue_name="mail")
def send(subject: str, body: str, to: str) -> None:
    send_mail(subject, body, None, [to])
