"""The web server of `headcount up` on a free port, and how to ask it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

from headcount.runtime.serve import web_command

SECONDS = 30


@contextmanager
def serving() -> Iterator[int]:
    """Yields the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    server = subprocess.Popen(web_command(port), env=os.environ, start_new_session=True)
    try:
        deadline = time.monotonic() + SECONDS
        while not _answers(port):
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "no server answers"
            time.sleep(0.1)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(SECONDS)


def _answers(port: int) -> bool:
    try:
        return ask(connect(port), "", "GET", "/v1/")[0] == 404
    except OSError:
        return False


def connect(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port, timeout=SECONDS)


def ask(
    connection: HTTPConnection, key: str, method: str, place: str, body: object = None, **headers: str
) -> tuple[int, Any]:
    named = {"Authorization": f"Bearer {key}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, place, body, named)  # type: ignore[arg-type]
    response = connection.getresponse()
    content = response.read()
    assert response.getheader("Content-Type") == "application/json", content
    return response.status, json.loads(content or b"null")
