"""Chromium against the served site: one browser for all tests, a fresh context for each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.people import gather, signed_in

# Playwright's synchronous calls run inside a loop; the tests' database calls are not in danger from it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# A page is waited for as long on a busy machine as Playwright waits for a click.
expect.set_options(timeout=30_000)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    if not Path(path).exists():
        pytest.fail(
            "The browser tests need Chromium: sudo apt install chromium (or set CHROMIUM to its path)"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def cast(live_server):
    cache.clear()
    return gather()


Open = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, live_server) -> Iterator[Open]:
    """Open pages as somebody: `visit(member, width=…, scheme=…, scripts=False)` gives her page.

    Whatever a page asks of another server, says in the console or does against the policy is an error.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(member=None, *, size=PHONE, scheme: str = "light", scripts: bool = True) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport=size,
            color_scheme=scheme,
            java_script_enabled=scripts,
            locale="en-GB",
            reduced_motion="reduce",
        )
        contexts.append(context)
        if member is not None:
            session = signed_in(member).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((live_server.url, "data:"))
                else wrong.append(f"asks {request.url}")
            ),
        )
        page.wrong = wrong  # type: ignore[attr-defined]
        return page

    yield open_page
    for context in contexts:
        context.close()
    # What a test provokes on purpose (a refused page, a lost connection) is told by the browser too.
    told = [line for line in wrong if "Failed to load resource" not in line]
    assert told == []
