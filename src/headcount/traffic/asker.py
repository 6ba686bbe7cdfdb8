"""One connection to a server, kept alive, that sends a request again until it is answered."""

from __future__ import annotations

import time
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

import msgspec

from headcount.core.errors import refuse

SECONDS_TO_ANSWER = 60
PAUSE_SECONDS = 0.2
TRIES = 300
"""With the pause: how long a server may be away, about a minute."""
UNAVAILABLE = 503


class Asker:
    def __init__(self, url: str, key: str) -> None:
        """Refused: `not_an_address`."""
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise refuse("not_an_address", "url", given=url)
        self._url = url
        self._connection = HTTPConnection(parts.hostname, parts.port or 80, timeout=SECONDS_TO_ANSWER)
        self._headers = {"Authorization": f"Bearer {key}"}

    def ask(
        self, method: str, place: str, body: bytes = b"", kind: str = "application/json", tries: int = TRIES
    ) -> tuple[int, Any]:
        """The status and the JSON of the answer. Refused: `no_server`, if none answers for a minute."""
        for _ in range(tries):
            try:
                self._connection.request(method, place, body, self._headers | {"Content-Type": kind})
                response = self._connection.getresponse()
                content = response.read()
                if response.status != UNAVAILABLE:
                    return response.status, msgspec.json.decode(content)
            except (OSError, HTTPException, msgspec.DecodeError):
                self._connection.close()
            time.sleep(PAUSE_SECONDS)
        raise refuse("no_server", "url", given=self._url)

    def close(self) -> None:
        self._connection.close()
