"""CloudEvents 1.0 as activity: structured, batched, and with its attributes in headers.

`type` is the kind, `time` when it happened, `subject` the member; `customer` and `member` are extension attributes, or
fields of `data`. An id is unique for its source only, so the id that is kept is `source`, a space, and `id`.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from headcount.api.bodies import json_value, parse_text
from headcount.core.document import Table
from headcount.core.errors import refuse

ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
VERSION = "1.0"
_HEADER = "HTTP_CE_"
_ATTRIBUTES = ("specversion", "id", "source", "type", "subject", "time", "customer", "member")


def is_binary(headers: Mapping[str, object]) -> bool:
    """Whether the attributes are headers and the body is their data."""
    return f"{_HEADER}SPECVERSION" in headers


def from_headers(headers: Mapping[str, str], body: bytes) -> dict[str, object]:
    """The structured form of an event whose attributes are in headers, percent-encoded as the standard says."""
    event: dict[str, object] = {
        name: unquote(headers[header]) for name in _ATTRIBUTES if (header := f"{_HEADER}{name.upper()}") in headers
    }
    return event | ({"data": json_value(body)} if body.strip() else {})


def read_event(value: object, now: str) -> tuple[str, str, str, str, str]:
    """The five columns of an activity. Attributes that mean nothing here may be there, as the standard allows.

    Refused: `missing_field`, `not_a_text`, `another_specversion`, `space_in_source`.
    """
    event = Table(value)
    data = event.get("data", None)
    inner = Table(data if isinstance(data, dict) else {}, "data", event.refusals)
    if (version := event.parsed("specversion", parse_text, VERSION)) != VERSION:
        event.note("another_specversion", "specversion", given=version)
    source, id, kind = (event.parsed(name, parse_text, "") for name in ("source", "id", "type"))
    if " " in source:
        event.note("space_in_source", "source", given=source)
    customer = _either(event, inner, "customer")
    member = _either(event, inner, "member", "subject")
    occurred_at = event.parsed("time", parse_text, "", default=now)
    event.finish()
    if not (id and source):
        raise refuse("empty_field", "source" if id else "id")
    return f"{source} {id}", customer, member, kind, occurred_at


def _either(event: Table, inner: Table, *names: str) -> str:
    """The first place in which something is said; that none says anything is told of the attribute."""
    places = [(table, name) for name in names for table in (event, inner) if name in table]
    table, name = places[0] if places else (event, names[0])
    return table.parsed(name, parse_text, "")
