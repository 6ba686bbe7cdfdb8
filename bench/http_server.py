"""The real web server as `headcount up` starts it, on a free port, and connections to it that cost little."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import perf_counter

from headcount.runtime import children
from headcount.runtime.serve import HOST, web_command

PRODUCT, BESIDE_THE_NAIVE_WAY = "headcount.site.wsgi:application", "bench.http_site:application"


@contextmanager
def web_server() -> Iterator[int]:
    """The port of a server that answers."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
    command = [BESIDE_THE_NAIVE_WAY if part == PRODUCT else part for part in web_command(port)]
    with children.running([command], os.environ) as running:
        while True:
            children.check(running)
            with suppress(OSError), closing(Line(port, "")) as line:
                line.ask(b"GET", b"/v1/")
                break
            time.sleep(0.1)
        yield port


class Line:
    """One connection, kept alive."""

    def __init__(self, port: int, key: str) -> None:
        self._head = f" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: ".encode()
        self._socket = socket.create_connection((HOST, port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, method: bytes, place: bytes, body: bytes = b"", kind: bytes = b"application/json") -> bytes:
        """The whole answer, with its head."""
        length = str(len(body)).encode()
        head = method + b" " + place + self._head + kind + b"\r\nContent-Length: " + length + b"\r\n\r\n"
        self._socket.sendall(head + body)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        end = answer.index(b"\r\n\r\n") + 4
        length_at = answer.lower().index(b"content-length:") + 15
        missing = end + int(answer[length_at : answer.index(b"\r\n", length_at)]) - len(answer)
        while missing > 0:
            more = self._more()
            answer += more
            missing -= len(more)
        return answer

    def _more(self) -> bytes:
        more = self._socket.recv(65536)
        if not more:
            raise ConnectionError
        return more

    def close(self) -> None:
        self._socket.close()


@dataclass(frozen=True)
class Request:
    method: bytes
    place: bytes
    body: bytes = b""
    kind: bytes = b"application/json"


@dataclass(frozen=True)
class Played:
    """How long all took together, each request in milliseconds, and the answers, in no order."""

    seconds: float
    milliseconds: list[float]
    answers: list[bytes]


def play(port: int, key: str, requests: Sequence[Request], connections: int) -> Played:
    """Sends everything, each connection as soon as its last answer is there. All must be 200."""
    waiting: SimpleQueue[Request] = SimpleQueue()
    for request in requests:
        waiting.put(request)
    with ThreadPoolExecutor(connections) as threads:
        lines = [Line(port, key) for _ in range(connections)]
        begin = perf_counter()
        parts = list(threads.map(lambda line: _play(line, waiting), lines))
        seconds = perf_counter() - begin
        for line in lines:
            line.close()
    answered = [one for part in parts for one in part]
    wrong = [answer for _, answer in answered if not answer.startswith(b"HTTP/1.1 200")]
    assert not wrong, wrong[0]
    return Played(seconds, [milliseconds for milliseconds, _ in answered], [answer for _, answer in answered])


def _play(line: Line, waiting: SimpleQueue[Request]) -> list[tuple[float, bytes]]:
    answered: list[tuple[float, bytes]] = []
    while True:
        try:
            request = waiting.get_nowait()
        except Empty:
            return answered
        begin = perf_counter()
        answer = line.ask(request.method, request.place, request.body, request.kind)
        answered.append((1000 * (perf_counter() - begin), answer))
