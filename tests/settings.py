"""The site's own settings, in a data directory that is thrown away."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

if "FOLKMOOT_TEST_DATA" not in os.environ:
    os.environ["FOLKMOOT_TEST_DATA"] = tempfile.mkdtemp(prefix="folkmoot-test-")
    atexit.register(shutil.rmtree, os.environ["FOLKMOOT_TEST_DATA"], ignore_errors=True)
os.environ["FOLKMOOT_DATA"] = os.environ["FOLKMOOT_TEST_DATA"]
for variable in [name for name in os.environ if name.startswith("FOLKMOOT_")]:
    if variable not in ("FOLKMOOT_DATA", "FOLKMOOT_TEST_DATA", "FOLKMOOT_DATABASE_URL"):
        del os.environ[variable]

from folkmoot.site.settings import *  # noqa: E402, F403

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Mail and analyses are done at once instead of by the worker.
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend",
        "QUEUES": ["mail", "analysis"],
    }
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

if "sqlite" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    # A file, as in life: threads then wait for each other instead of failing.
    DATABASES["default"]["TEST"] = {"NAME": f"{os.environ['FOLKMOOT_TEST_DATA']}/test.sqlite3"}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"  # noqa: F405
