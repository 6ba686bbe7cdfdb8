"""Activity in a body: all items at once and typed; only where that fails one by one, so that each fails alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec
from django.http import HttpRequest

from headcount.api import cloud_events
from headcount.api.bodies import JSON, NO_JSON, content_type, json_value, parse_text, read_body
from headcount.core.activity import Reject, first_refusal
from headcount.core.document import Table
from headcount.core.errors import Refusal, Refused, refuse
from headcount.services.received_activity import Row

LINES = "application/x-ndjson"
CONTENT_TYPES = (JSON, LINES, cloud_events.ONE, cloud_events.BATCH)
MOST_ITEMS = 10_000

Values = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Items:
    """`is_one`: whether there was no list, but one activity alone."""

    rows: list[Row] = field(default_factory=list)
    unreadable: list[Reject] = field(default_factory=list)
    is_one: bool = False


class Item(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """One activity as it is sent; without `occurred_at` it happens now."""

    id: str
    customer: str
    member: str
    kind: str
    occurred_at: str | None = None


_one_or_more = msgspec.json.Decoder(list[Item] | Item)
_one = msgspec.json.Decoder(Item)
_parts = msgspec.json.Decoder(list[msgspec.Raw])


def read_items(request: HttpRequest, now: str) -> Items:
    """The activity of a request. `now`: when it happened, if nothing is said.

    Refused: a body that is too large, of another content type, or no JSON at all, and `too_many` items.
    """
    kind = content_type(request, CONTENT_TYPES)
    if kind == JSON and cloud_events.is_binary(request.META):
        value = cloud_events.from_headers(request.META, read_body(request))
        return _each([value], lambda event: cloud_events.read_event(event, now), is_one=True)
    body = read_body(request)
    match kind:
        case cloud_events.ONE:
            return _each([json_value(body)], lambda event: cloud_events.read_event(event, now), is_one=True)
        case cloud_events.BATCH:
            return _each(_listed(json_value(body)), lambda event: cloud_events.read_event(event, now))
        case _:
            return _lines(body, now) if kind == LINES else _json(body, now)


def _json(body: bytes, now: str) -> Items:
    try:
        found = _one_or_more.decode(body)
    except NO_JSON:
        return _json_one_by_one(body, now)
    if isinstance(found, Item):
        return Items([(0, _values(found, now))], is_one=True)
    return _all(found, now)


def _json_one_by_one(body: bytes, now: str) -> Items:
    try:
        raw = _parts.decode(body)
    except msgspec.ValidationError:
        return _each([json_value(body)], lambda item: _read(item, now), is_one=True)
    except NO_JSON as problem:
        raise refuse("body_not_json", "", problem=str(problem)) from None
    return _each(raw, lambda item: _read(_decoded(item), now))


def _lines(body: bytes, now: str) -> Items:
    try:
        found = _one.decode_lines(body)
    except NO_JSON:
        return _each([line for line in body.split(b"\n") if line.strip()], lambda line: _read(_decoded(line), now))
    return _all(found, now)


def _all(found: Sequence[Item], now: str) -> Items:
    _check_number(found)
    return Items([(place, _values(item, now)) for place, item in enumerate(found)])


def _values(item: Item, now: str) -> Values:
    return item.id, item.customer, item.member, item.kind, now if item.occurred_at is None else item.occurred_at


def _check_number(items: Sequence[object]) -> None:
    if len(items) > MOST_ITEMS:
        raise refuse("too_many", "", given=len(items), most=MOST_ITEMS)


def _listed(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise refuse("not_a_list", "", given=type(value).__name__)
    return value


def _each(values: Sequence[object], read: Callable[[object], Values], *, is_one: bool = False) -> Items:
    _check_number(values)
    items = Items(is_one=is_one)
    for place, value in enumerate(values):
        try:
            items.rows.append((place, read(value)))
        except Refused as refused:
            items.unreadable.append(Reject(place, first_refusal(refused), ""))
    return items


def _decoded(text: object) -> object:
    assert isinstance(text, (bytes, msgspec.Raw))
    try:
        return msgspec.json.decode(text)
    except NO_JSON as problem:
        raise Refused(Refusal("not_json", numbers={"problem": str(problem)})) from None


def _read(value: object, now: str) -> Values:
    table = Table(value)
    texts = [table.parsed(name, parse_text, "") for name in ("id", "customer", "member", "kind")]
    occurred_at = table.parsed("occurred_at", parse_text, "", default=now)
    if isinstance(value, dict):
        table.no_more()
    table.finish()
    id, customer, member, kind = texts
    return id, customer, member, kind, occurred_at
