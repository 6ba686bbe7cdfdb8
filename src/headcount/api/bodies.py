"""Bodies of requests: how large, packed how, of which content type, and what is in their fields."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from gzip import GzipFile
from io import BytesIO

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

from headcount.core.document import Table
from headcount.core.errors import Refused, refuse

MOST_BYTES = 16 * 1024 * 1024
"""Of a body, as it is sent and unpacked."""
JSON = "application/json"
NO_JSON = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
"""What reading a body says that is none."""


def content_type(request: HttpRequest, known: Sequence[str]) -> str:
    """The content type without its parameters. Refused: `unknown_content_type`."""
    given: str = request.META.get("CONTENT_TYPE", "")
    named = given.partition(";")[0].strip().lower()
    if named not in known:
        raise refuse("unknown_content_type", "Content-Type", given=named, known=", ".join(known))
    return named


def read_body(request: HttpRequest) -> bytes:
    """The unpacked body. Refused: `body_too_large`, `unknown_encoding`, `broken_compression`."""
    body = _sent(request)
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise refuse("unknown_encoding", "Content-Encoding", given=encoding)
    return _unpacked(body)


def _sent(request: HttpRequest) -> bytes:
    """A body that comes in chunks has no length, and Django would read nothing of it."""
    in_chunks = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > MOST_BYTES:
        raise _too_large()
    try:
        body: bytes = (request.META["wsgi.input"] if in_chunks else request).read(MOST_BYTES + 1)
    except (RequestDataTooBig, UnreadablePostError, OSError):
        raise refuse("body_not_json", "", problem="the connection broke off") from None
    if len(body) > MOST_BYTES:
        raise _too_large()
    return body


def _too_large() -> Refused:
    return refuse("body_too_large", "", most=MOST_BYTES)


def _unpacked(body: bytes) -> bytes:
    """Never more than is allowed, however small it was packed."""
    try:
        found = GzipFile(fileobj=BytesIO(body)).read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise refuse("broken_compression", "Content-Encoding") from None
    if len(found) > MOST_BYTES:
        raise _too_large()
    return found


def json_value(body: bytes) -> object:
    """Refused: `body_not_json`."""
    try:
        return msgspec.json.decode(body, type=object)
    except NO_JSON as problem:
        raise refuse("body_not_json", "", problem=str(problem)) from None


def json_object(request: HttpRequest) -> Table:
    """A body that is one JSON object, to be read field by field."""
    content_type(request, (JSON,))
    return Table(json_value(read_body(request)))


def parse_text(value: object, field: str) -> str:
    """A text as it is: keys are not trimmed."""
    if not isinstance(value, str):
        raise refuse("not_a_text", field, given=repr(value))
    return value
