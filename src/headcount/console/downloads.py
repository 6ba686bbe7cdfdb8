"""Lists as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from headcount.core.catalog import ActivityMeter
from headcount.services.counts import Explanation

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def people_csv(explanation: Explanation, place: ZoneInfo) -> HttpResponse:
    """The columns of `headcount explain --format csv`, local times with their offset."""
    name = f"people_{explanation.customer}_{explanation.meter.key}_{explanation.window}.csv".replace("/", "_")
    if isinstance(explanation.meter, ActivityMeter):
        return _csv(name, ("member", "id", "kind", "occurred_at"), _active(explanation, place))
    rows = _by_status(explanation, place)
    if explanation.has_subscriptions:
        of = (person.subscription for person in explanation.by_status)
        columns = ("subscription", "member", "status", "from", "to")
        return _csv(name, columns, ((one, *row) for one, row in zip(of, rows, strict=True)))
    return _csv(name, ("member", "status", "from", "to"), rows)


def _active(explanation: Explanation, place: ZoneInfo) -> Iterator[tuple[str, ...]]:
    for person in explanation.active:
        yield person.member, person.id, person.kind, _local(person.occurred_at, place)


def _by_status(explanation: Explanation, place: ZoneInfo) -> Iterator[tuple[str, ...]]:
    for person in explanation.by_status:
        yield person.member, person.status, _local(person.start, place), _local(person.end, place)


def _local(at: datetime | None, place: ZoneInfo) -> str:
    return at.astimezone(place).isoformat() if at else ""


def _csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    header = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(
        text.getvalue(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": header or ""}
    )


def _harmless(value: str) -> str:
    """Spreadsheets run what looks like a formula, and names and ids are written by strangers."""
    return f"'{value}" if value.startswith(_STARTS_A_FORMULA) else value
