"""`GET /v1/customers/{key}/counts` and who is behind them."""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict
from datetime import datetime
from urllib.parse import quote, urlencode

import msgspec
from django.http import HttpRequest, HttpResponse

from headcount.api.answers import Shown, answer
from headcount.api.endpoint import authorized, number, parameters
from headcount.core.errors import refuse
from headcount.core.hints import Hints
from headcount.services.context import Context
from headcount.services.live_counts import After, LiveCount, PeoplePage, Person, counts_in, counts_now, people_page
from headcount.storage.counts import PresentMember

MOST_PEOPLE = 100
_read_cursor = msgspec.json.Decoder(tuple[str, str]).decode


@authorized("counts")
def counts(request: HttpRequest, context: Context, customer: str) -> HttpResponse:
    """Every meter of a customer: now, in the windows of a day, or in one window."""
    asked = parameters(request, "window", "on")
    if asked["window"] and asked["on"]:
        raise refuse("window_or_day", "on")
    found = (
        counts_in(context, customer, asked["window"]) if asked["window"] else counts_now(context, customer, asked["on"])
    )
    return answer({"customer": customer, "counts": [_count(context, one) for one in found]})


def _count(context: Context, one: LiveCount) -> Shown:
    return {
        "meter": one.meter,
        "window": one.window,
        "count": one.count,
        "limit": one.limit,
        "remaining": one.remaining,
        "over": one.over,
        "resets_at": _local(context, one.resets_at),
        "at_limit": one.at_limit,
        "hints": _hints(one.hints),
    }


def _hints(said: Hints) -> Shown:
    """`fewer`, `fewer_size`, `fewer_price` and the same of `more`; null where there is no such tier."""
    shown: Shown = {}
    for name, step in (("fewer", said.fewer), ("more", said.more)):
        shown[name] = step.people if step else None
        shown[f"{name}_size"] = step.size if step else None
        shown[f"{name}_price"] = f"{step.price:f}" if step else None
    return shown


def _local(context: Context, at: datetime | None) -> str | None:
    return at.astimezone(context.place).isoformat() if at else None


@authorized("people")
def people(request: HttpRequest, context: Context, customer: str, meter: str) -> HttpResponse:
    """Who counts in a window, and why, page by page."""
    asked = parameters(request, "window", "after", "most", opaque="after")
    after = _cursor(asked["after"]) if asked["after"] else None
    most = number(asked["most"], "most", MOST_PEOPLE)
    page = people_page(context, meter, customer, asked["window"] or None, after, most)
    explained = page.explanation
    return answer(
        {
            "customer": customer,
            "meter": meter,
            "window": explained.window,
            "count": explained.count,
            "window_days": explained.window_days,
            "people": [_person(context, person) for person in page.rows],
            "next": _next(page, most),
        }
    )


def _person(context: Context, person: Person) -> Shown:
    if isinstance(person, PresentMember):
        return asdict(person) | {"occurred_at": _local(context, person.occurred_at)}
    return asdict(person) | {"start": _local(context, person.start), "end": _local(context, person.end)}


def _next(page: PeoplePage, most: int) -> str | None:
    """The address of the rest. It names the window, so that all pages are of one."""
    if page.next is None:
        return None
    explained = page.explanation
    after = base64.urlsafe_b64encode(msgspec.json.encode(page.next)).decode().rstrip("=")
    place = f"/v1/customers/{quote(explained.customer, safe='')}/counts/{quote(explained.meter.key, safe='')}/people"
    return f"{place}?{urlencode({'window': explained.window, 'most': most, 'after': after})}"


def _cursor(text: str) -> After:
    try:
        return _read_cursor(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, msgspec.DecodeError, ValueError):
        raise refuse("not_a_cursor", "after", given=text) from None
