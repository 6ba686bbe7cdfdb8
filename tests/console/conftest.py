"""A practice software vendor with everything that pages have to show, the pages of it, and a browser."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.console.practice import CATALOG, fill
from tests.vendor import Vendor

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Browser

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def practice(database: None, tmp_path_factory: pytest.TempPathFactory) -> Vendor:
    """Its clock stands on 20 May 2026, and everything up to then is billed."""
    vendor = Vendor(f"practice-{os.getpid()}", tmp_path_factory.mktemp("practice"))
    vendor.found(CATALOG, "Europe/Berlin", "test", tax='treatment = "domestic", rate = "19"', clock="2026-01-01")
    fill(vendor)
    return vendor


@pytest.fixture
def client(database: None) -> Client:
    from django.test import Client

    return Client(SERVER_NAME="localhost")


@pytest.fixture(scope="session")
def address(database: None) -> Iterator[str]:
    """Where the pages are served, by threads of this process."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    from headcount.site.wsgi import application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: Any) -> None: ...

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser(practice: Vendor, address: str) -> Iterator[Browser]:
    """Needs the vendor first: while a browser is open, Django refuses to work in this thread."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()
