"""What an installation may set: every `FOLKMOOT_*` variable, with its default and what it is for.

No variable is needed to start. The table in the documentation is made from this file.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def user_data_folder() -> Path:
    """The place where programs of this user keep their data (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "folkmoot"


class Environment(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FOLKMOOT_", extra="ignore")

    data: Path = Field(
        default_factory=user_data_folder,
        description="The data directory: embedded database, secrets, publications, caches.",
    )
    database_url: str = Field(
        default="",
        description="`postgresql://user:password@host/name` instead of the embedded database.",
    )
    url: str = Field(
        default="http://127.0.0.1:8000",
        description="The public address. With https, cookies are sent over https only.",
    )
    mail_url: str = Field(
        default="consolemail://",
        description="Where mail goes, such as `smtp+tls://user:password@host:587`. Until it is set, mail is "
        "printed in the console.",
    )
    mail_from: str = Field(
        default="Folkmoot <folkmoot@localhost>", description="The sender that mail from the site carries."
    )
    language: str = Field(default="en-gb", description="The language of the interface.")
    time_zone: str = Field(
        default="Europe/London", description="The time zone that a new assembly's timetable starts with."
    )
    debug: bool = Field(default=False, description="Show errors in the browser. Never on a public site.")
    trusted_proxy: bool = Field(
        default=False,
        description="Believe `X-Forwarded-For` and `X-Forwarded-Proto`: only behind a proxy that sets them.",
    )
    analysis_minutes: float = Field(
        default=3.0,
        ge=0,
        description="At least so many minutes between two analyses of an assembly that is still open.",
    )


def random_text() -> str:
    return secrets.token_urlsafe(64)


def secret(directory: Path, name: str, make: Callable[[], str] = random_text) -> str:
    """A secret of this installation, made when it is first asked for, readable by its owner alone."""
    path = directory / "secrets" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f"{name}.{os.getpid()}.part")
    if not path.exists():
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(make())
            stream.flush()
            os.fsync(stream.fileno())
        try:
            # A link, not a rename: when two processes start at once the first secret stays.
            os.link(partial, path)
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return path.read_text()
