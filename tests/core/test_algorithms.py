"""docs/algorithms: every cell of a checked table is computed here, with the functions that the product uses."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice

import pytest

from headcount.core import proration
from headcount.core.calendar import (
    Period,
    boundary,
    first_instant,
    month_of,
    month_text,
    parse_date,
    parse_interval,
    week_of,
    week_text,
    zone,
)
from headcount.core.catalog import COLLECTIONS, Charge, Product
from headcount.core.catalog_file import read_meter
from headcount.core.counting import Stretch, tally, trailing_periods
from headcount.core.coverage import Coverage, PricePoint
from headcount.core.document import Table as Document
from headcount.core.expected import readings
from headcount.core.falling_prices import falls
from headcount.core.members import BILLABLE, StatusChange, spans
from headcount.core.money import exponent, major, share_minor
from headcount.core.plan_file import read_plan
from headcount.core.plan_writing import write_decimal
from headcount.core.seats import expiry
from headcount.core.subscriptions import collected_on
from headcount.core.terms import Terms, end_by_notice, last_day_to_cancel
from tests.core.build import METERS, counted, interval, per_unit, plan, subscribed, terms, text
from tests.core.pages_of_algorithms import Table, markers, tables, toml_blocks

Row = Sequence[str]
ONE_DAY = timedelta(days=1)


def day(written: str) -> date:
    return parse_date(written, "")


def period(written: str) -> Period:
    start, end = written.split("/")
    return Period(day(start), day(end))


def optional(length: str) -> object:
    return None if length == "–" else parse_interval(length, "")


def boundaries(_: Table, row: Row) -> Row:
    return [*row[:2], *(str(boundary(day(row[0]), interval(row[1]), number)) for number in range(1, 5))]


def ends(_: Table, row: Row) -> Row:
    agreed = Terms(interval(row[1]), None, *(optional(length) for length in row[2:5]))  # type: ignore[arg-type]
    start = day(row[0])
    end = end_by_notice(agreed, start, start if row[5] == "–" else day(row[5]))
    return [*row[:6], str(end - ONE_DAY), str(last_day_to_cancel(agreed, end))]


def billing_days(_: Table, row: Row) -> Row:
    first, second, third = islice(terms(billing_day=int(row[1])).billing_periods(day(row[0])), 3)
    return [*row[:2], str(first), str(second.start), str(third.start)]


def first_instants(_: Table, row: Row) -> Row:
    return [*row[:2], first_instant(day(row[1]), zone(row[0])).astimezone(UTC).isoformat(), row[3]]


def weeks(_: Table, row: Row) -> Row:
    week = week_of(day(row[0]))
    return [row[0], week_text(week), str(week.start), str(week.last_day)]


def windows_billed(_: Table, row: Row) -> Row:
    one = subscribed(plan(counted(per_unit("1.00"))), row[0], cancelled="" if row[1] == "–" else row[1])
    due = readings(one, METERS, date(2027, 1, 1))
    (reading,) = [reading for reading in due if month_text(month_of(reading.period.start)) == row[2]]
    return [*row[:3], str(reading.counted), str(reading.due_on)]


def trailing(_: Table, row: Row) -> Row:
    active = [date(2026, 5, int(number)) for number in row[0].split(", ")]
    found = trailing_periods(active, int(row[1]))
    held = ", ".join(f"{one.start.day} to {one.last_day.day}" for one in found)
    outside = [n for n in map(int, row[3].split(", ")) if not any(date(2026, 5, n) in one for one in found)]
    return [*row[:2], held, ", ".join(map(str, outside))]


def invitations(_: Table, row: Row) -> Row:
    berlin = zone("Europe/Berlin")
    end = expiry(day(row[0]), int(row[1]), berlin).astimezone(berlin)
    return [*row[:2], str(end.date() - ONE_DAY), end.isoformat()]


def users_of_may() -> dict[str, list[StatusChange]]:
    """10 from 1 May, 13 from 17 May, 11 from 25 May."""

    def at(number: int, status: str) -> StatusChange:
        return StatusChange(datetime(2026, 5, number, tzinfo=UTC), number, status)

    joined = {f"u{number}": [at(1 if number < 10 else 17, "activated")] for number in range(13)}
    for leaver in ("u0", "u11"):
        joined[leaver].append(at(25, "inactive"))
    return joined


def five_readings(_: Table, row: Row) -> Row:
    may = month_of(date(2026, 5, 1))
    ends_of_days = tuple(datetime(2026, 5, 1, tzinfo=UTC) + number * ONE_DAY for number in range(1, 32))
    people = {user: spans(history) for user, history in users_of_may().items()}
    found = tally(people, BILLABLE, row[0], may, Stretch(datetime(2026, 5, 1, tzinfo=UTC), ends_of_days))
    amounts = [_amount(Decimal("2.50") * one.quantity, may, one.days) for one in found]
    total = f"{sum(map(Decimal, amounts)):.2f}"
    return [row[0], ", ".join(str(one.quantity) for one in found),
            total if len(found) == 1 else f"{' + '.join(amounts)} = {total}"]  # fmt: skip


def _amount(price: Decimal, whole: Period, days: Period, rule: str = proration.ACTUAL_DAYS) -> str:
    minor = Coverage(PricePoint(1, 1, "charge", whole, 1, price, "EUR", rule), days).amount_minor
    return f"{major(minor, 'EUR'):f}"


def charge_of(table: Table) -> Charge:
    sold = {"key": "users", "basis": "committed", **tomllib.loads(table.toml)}
    content = Document({"key": "plan", "product": "it", "billing_period": "1 month", "charge": [sold]})
    found = read_plan(content, [], [Product("it", text("it"))])
    content.finish()
    return found.charge("users")


def price(table: Table, row: Row) -> Row:
    quantity = None if row[0] == "unlimited" else Decimal(row[0]) if "." in row[0] else int(row[0])
    charge = charge_of(table)
    parts = [f"{part.units:f} x {write_decimal(part.unit_price)}" for part in charge.parts(quantity)]
    return [row[0], write_decimal(charge.price(quantity)), ", ".join(parts) or "–"]


def all_falls(table: Table, row: Row) -> Row:
    (found,) = [fall for fall in falls(charge_of(table)) if fall.fewer == int(row[0])]
    return [str(found.fewer), write_decimal(found.price), f"{found.first} to {found.last}",
            write_decimal(found.first_price)]  # fmt: skip


def shares(_: Table, row: Row) -> Row:
    start, end = (int(number) for number in row[2].split(" to "))
    amounts = [share_minor(Decimal(row[0]), row[1], place, int(row[3])) for place in (start, end)]
    return [*row[:4], f"{major(amounts[1] - amounts[0], row[1]):.{exponent(row[1])}f}"]


def changes(_: Table, row: Row) -> Row:
    whole = period(row[0])
    left = Period(day(row[3]), whole.end)
    before, after = (Decimal(_amount(Decimal(amount), whole, left)) for amount in row[1:3])
    return [*row[:4], str(-before), str(after), str(after - before)]


def prorations(_: Table, row: Row) -> Row:
    whole, start = period(row[0]), day(row[1])
    running = Period(start, whole.end)
    charged = [proration.charged(rule, whole, running, whole.start.day) for rule in proration.RULES]
    amounts = [
        _amount(Decimal("30.00"), whole, days, rule) for rule, days in zip(proration.RULES, charged, strict=True)
    ]
    return [*row[:2], *amounts]


def collections(_: Table, row: Row) -> Row:
    agreed = terms("1 month", duration="1 year", renewal="1 year")
    sold = [plan(agreed=agreed, collection=collection) for collection in COLLECTIONS]
    return [row[0], *(str(collected_on(subscribed(one, "2026-04-01"), day(row[0]))) for one in sold)]


CHECKS: dict[str, Callable[[Table, Row], Row]] = {
    "boundaries": boundaries,
    "ends": ends,
    "billing days": billing_days,
    "first instants": first_instants,
    "weeks": weeks,
    "windows billed": windows_billed,
    "trailing": trailing,
    "invitations": invitations,
    "readings": five_readings,
    "price": price,
    "falls": all_falls,
    "shares": shares,
    "changes": changes,
    "prorations": prorations,
    "collections": collections,
}


@pytest.mark.parametrize("table", tables(), ids=str)
def test_every_cell_is_what_the_core_says(table: Table) -> None:
    check = CHECKS[table.marker]
    assert table.rows
    assert [list(check(table, row)) for row in table.rows] == [list(row) for row in table.rows]


def test_every_marker_has_its_table_and_every_check_is_used() -> None:
    assert len(tables()) == markers()
    assert {table.marker for table in tables()} == set(CHECKS)


def test_the_warnings_are_complete() -> None:
    (table,) = [table for table in tables() if table.marker == "falls"]
    assert len(list(falls(charge_of(table)))) == len(table.rows)


@pytest.mark.parametrize("block", toml_blocks())
def test_every_block_is_a_part_of_a_catalog(block: str) -> None:
    content = tomllib.loads(block)
    for meter in content.get("meter", []):
        document = Document(meter)
        read_meter(document)
        document.finish()
    assert "meter" in content or "model" in content
