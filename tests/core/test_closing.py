"""What is closed, and what opens it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from headcount.core.catalog import END_OF_TERM, IN_ARREARS, NEXT_INVOICE
from headcount.core.closing import Closing, close, digest_of_counts, open_from, reading_key
from headcount.core.counting import Counted
from headcount.core.expected import readings
from headcount.core.subscriptions import CANCEL, CHANGE_QUANTITY, Change, Subscription

from .build import METERS, base, committed, counted, day, per_unit, plan, subscribed, terms

SEATS = plan(committed(per_unit("1.00")))
ACTIVE = plan(base("9.00"), counted(per_unit("1.00")))
NEVER = date.min


def closed(subscription: Subscription, on: str, number: int = 0) -> Closing:
    found = {one: [Counted(one.counted, number)] for one in readings(subscription, METERS, day(on))}
    return close(subscription, subscription.start_on, found, day(on), NEVER)


@pytest.mark.parametrize(
    ("on", "until"),
    [("2026-04-01", "2026-05-01"), ("2026-04-30", "2026-05-01"), ("2026-05-01", "2026-06-01")],
)
def test_what_is_paid_in_advance_is_closed_with_its_invoice(on: str, until: str) -> None:
    assert closed(subscribed(SEATS, "2026-04-01", {"clients": 1}), on).until == day(until)


def test_what_is_counted_or_paid_in_arrears_is_closed_when_it_is_over() -> None:
    arrears = plan(replace(committed(per_unit("1.00")), billed=IN_ARREARS))
    for sold in (subscribed(ACTIVE, "2026-04-01"), subscribed(arrears, "2026-04-01", {"clients": 1})):
        assert closed(sold, "2026-04-30").until == day("2026-04-01")
        assert closed(sold, "2026-05-01").until == day("2026-05-01")


@pytest.mark.parametrize(
    ("collection", "on", "until"),
    [
        (NEXT_INVOICE, "2026-04-30", "2026-04-01"),
        (NEXT_INVOICE, "2026-05-01", "2026-06-01"),
        (END_OF_TERM, "2026-05-31", "2026-04-01"),
        (END_OF_TERM, "2026-06-01", "2026-07-01"),
    ],
)
def test_a_period_stays_open_until_its_changes_are_collected(collection: str, on: str, until: str) -> None:
    sold = plan(committed(per_unit("1.00")), agreed=terms("1 month", renewal="2 months"), collection=collection)
    changed = subscribed(sold, "2026-04-01", {"clients": 1}, ("2026-04-10", {"clients": 2}))
    assert closed(changed, on).until == day(until)


def told(subscription: Subscription, kind: str, effective_on: str, recorded_on: str) -> Subscription:
    new = Change(len(subscription.changes) + 1, kind, day(effective_on), (("clients", 5),), day(recorded_on))
    return replace(subscription, changes=(*subscription.changes, new))


@pytest.mark.parametrize(
    ("effective_on", "recorded_on", "since"),
    [
        pytest.param("2026-07-20", "2026-07-20", "2026-07-01", id="now"),
        pytest.param("2026-05-20", "2026-07-20", "2026-05-01", id="back-dated"),
        pytest.param("2026-09-01", "2026-06-20", "2026-06-01", id="to come: it may take back what waited since"),
        pytest.param("2026-03-01", "2026-07-20", "2026-04-01", id="before the start"),
        pytest.param("2026-05-20", "9999-12-31", "2026-05-01", id="recorded on no day that is known"),
    ],
)
def test_a_change_opens_the_periods_that_it_is_about(effective_on: str, recorded_on: str, since: str) -> None:
    sold = subscribed(SEATS, "2026-04-01", {"clients": 1})
    closing = closed(sold, "2026-07-15")
    assert closing.until == day("2026-08-01")
    assert open_from(told(sold, CHANGE_QUANTITY, effective_on, recorded_on), closing, {}) == day(since)


def test_another_cancellation_opens_the_end_that_was() -> None:
    ending = subscribed(SEATS, "2026-04-01", {"clients": 1}, cancelled="2026-05-10")
    closing = closed(ending, "2026-07-15")
    assert open_from(told(ending, CANCEL, "2026-09-01", "2026-07-20"), closing, {}) == day("2026-05-01")


def test_a_cancellation_does_not_hide_what_else_was_told() -> None:
    sold = subscribed(SEATS, "2026-04-01", {"clients": 1})
    closing = closed(sold, "2026-07-15")
    changed = told(sold, CHANGE_QUANTITY, "2026-04-20", "2026-07-20")
    assert open_from(told(changed, CANCEL, "2026-06-10", "2026-07-20"), closing, {}) == day("2026-04-01")


def test_before_anything_is_closed_a_contract_is_open_from_its_start_and_not_from_its_billing_day() -> None:
    sold = subscribed(plan(counted(per_unit("1.00")), agreed=terms(billing_day=1)), "2026-04-10")
    closing = closed(sold, "2026-04-20")
    assert open_from(sold, closing, {}) == closing.until == sold.start_on


def test_a_count_that_is_another_opens_its_period() -> None:
    sold = subscribed(ACTIVE, "2026-04-01")
    closing = closed(sold, "2026-08-01", number=8)
    found = {one: [Counted(one.counted, 8)] for one in readings(sold, METERS, day("2026-08-01"))}
    assert open_from(sold, closing, found) == closing.until == day("2026-08-01")
    may = next(one for one in found if one.period.start == day("2026-05-01"))
    assert open_from(sold, closing, found | {may: [Counted(may.counted, 9)]}) == day("2026-05-01")


def test_late_activity_before_the_horizon_opens_nothing() -> None:
    sold = subscribed(ACTIVE, "2026-04-01")
    found = {one: [Counted(one.counted, 8)] for one in readings(sold, METERS, day("2026-08-01"))}
    closing = close(sold, sold.start_on, found, day("2026-08-01"), day("2026-06-01"))
    assert sorted(closing.readings) == ["counted|2026-06-01", "counted|2026-07-01"]
    april = next(one for one in found if one.period.start == day("2026-04-01"))
    assert reading_key(april) == "counted|2026-04-01"
    assert open_from(sold, closing, {april: [Counted(april.counted, 9)]}) == day("2026-08-01")


def test_a_digest_tells_counts_apart_day_by_day() -> None:
    def of(*numbers: int) -> str:
        parts = [replace(reading.counted, start=day(f"2026-04-{place:02}")) for place in range(1, len(numbers) + 1)]
        return digest_of_counts([Counted(days, number) for days, number in zip(parts, numbers, strict=True)])

    (reading,) = readings(subscribed(ACTIVE, "2026-04-01"), METERS, day("2026-05-01"))
    assert of(8) == "8"
    assert of(8, 9) == "8,2026-04-02:9"
    assert len(of(*range(20))) == 40
    assert len({of(*numbers) for numbers in ((8,), (9,), (8, 9), (9, 8), (*range(20),), (*range(1, 21),))}) == 6
