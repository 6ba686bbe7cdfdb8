"""The small print: edges and details that only a change of one character would show (found by `make mutants`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from headcount.core.calendar import Interval, boundary, parse_date, parse_interval, parse_week, period_of
from headcount.core.counting import CountedMember, at_instant
from headcount.core.errors import Refused, refuse
from headcount.core.expected import due_dates, expected
from headcount.core.members import BILLABLE, spans
from headcount.core.money import Money, parse_decimal, parse_price
from headcount.core.rating import Flat, Graduated, PriceModel, Tier, parse_quantity
from headcount.core.subscriptions import agreed_quantities, check_running
from tests.core.build import METERS, bill, brackets, committed, counted, day, per_unit, plan, subscribed, whole_price
from tests.core.test_members import at, history


# test_calendar.py
@pytest.mark.parametrize("edge", ["1900-01-01", "2199-12-31"])
def test_the_first_and_the_last_date(edge: str) -> None:
    assert str(parse_date(edge, "on")) == edge


@pytest.mark.parametrize("beyond", ["1899-12-31", "2200-01-01"])
def test_dates_beyond_two_centuries_are_refused(beyond: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_date(beyond, "on")
    assert [(r.code, r.field, r.numbers) for r in refused.value.refusals] == [("not_a_date", "on", {"given": beyond})]


@pytest.mark.parametrize("longest", ["36500 days", "5200 weeks", "1200 months", "100 years"])
def test_the_longest_interval_and_its_words(longest: str) -> None:
    assert str(parse_interval(longest, "every")) == longest


def test_one_is_not_many() -> None:
    assert str(Interval(1, "month")) == "1 month"


def test_a_refused_interval_says_what_was_given() -> None:
    with pytest.raises(Refused) as refused:
        parse_interval("101 years", "every")
    assert refused.value.refusals[0].numbers == {"given": "101 years"}


# test_money.py
@pytest.mark.parametrize("edge", ["9" * 12, "-" + "9" * 12, "0." + "1" * 12, "1" * 12 + "." + "1" * 12])
def test_twelve_digits_on_each_side_of_the_point(edge: str) -> None:
    assert parse_decimal(edge, "price") == Decimal(edge)


@pytest.mark.parametrize(
    ("odd", "code", "numbers"),
    [
        pytest.param(2.5, "price_not_exact", {"given": "2.5"}, id="a float"),
        pytest.param("1,5", "not_a_number", {"given": "1,5"}, id="a comma"),
        pytest.param("1" * 13, "too_many_digits", {"given": "1" * 13, "most": 12}, id="before the point"),
        pytest.param("0." + "1" * 13, "too_many_digits", {"given": "0." + "1" * 13, "most": 12}, id="after it"),
        pytest.param("-1", "negative_price", {"given": "-1"}, id="negative"),
    ],
)
def test_a_refused_price_says_what_was_given(odd: object, code: str, numbers: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        parse_price(odd, "price")
    assert [(r.code, r.field, r.numbers) for r in refused.value.refusals] == [(code, "price", numbers)]


def test_a_sum_is_money_of_the_same_currency() -> None:
    assert Money(100, "EUR") + Money(25, "EUR") == Money(125, "EUR")


# test_rating.py
@pytest.mark.parametrize(
    ("written", "quantity"), [("0", 0), (0, 0), ("25", 25), ("999999999", 999_999_999), ("unlimited", None)]
)
def test_a_quantity_may_be_text(written: object, quantity: int | None) -> None:
    assert parse_quantity(written, "quantity") == quantity


@pytest.mark.parametrize("odd", ["2.5", "-1", "1000000000", "x", -1, 10**9, True, 2.5])
def test_no_quantity(odd: object) -> None:
    with pytest.raises(Refused) as refused:
        parse_quantity(odd, "quantity")
    assert refused.value.refusals[0].numbers == {"given": str(odd)}


@pytest.mark.parametrize(
    ("model", "quantity"), [(per_unit("1"), None), (brackets((5, "1")), None), (brackets((5, "1")), 6)]
)
def test_not_priced_is_about_the_quantity(model: PriceModel, quantity: int | None) -> None:
    with pytest.raises(Refused) as refused:
        whole_price(model, quantity)
    assert refused.value.refusals[0].field == "quantity"


# test_counting.py
def test_a_counted_member_shows_the_span_that_counts() -> None:
    anna = spans(history((0, "invited"), (5, "activated")))
    assert at_instant({"anna": anna}, frozenset(BILLABLE), at(6)) == [CountedMember("anna", anna[1])]


# test_invoicing.py
def test_a_draft_names_its_customer_and_currency() -> None:
    (draft,) = bill(
        subscribed(plan(committed(per_unit("1.00"))), "2026-01-01", {"clients": 1}), "2026-01-01", currency="JPY"
    )
    assert (draft.customer, draft.currency) == (1, "JPY")


def test_an_amount_that_rounds_to_nothing_is_a_line_with_its_sign() -> None:
    (draft,) = bill(subscribed(plan(committed(Flat(Decimal("0.004")), "base")), "2026-01-01"), "2026-01-01")
    assert [(line.units, line.amount_minor) for line in draft.lines] == [(Decimal(1), 0)]


def test_a_late_count_inside_the_same_bracket_is_no_line() -> None:
    sold = subscribed(plan(counted(brackets((10, "5.00")))), "2026-01-01")
    first = bill(sold, "2026-02-01", lambda reading: 3)
    assert [line.amount_minor for draft in first for line in draft.lines] == [500]
    again = bill(sold, "2026-02-01", lambda reading: 4, before=first)
    assert again == []


def test_each_subscription_is_billed_by_its_own_count() -> None:
    sold = plan(counted(per_unit("1.00")))
    both = [subscribed(sold, "2026-01-01", number=1), subscribed(sold, "2026-01-01", number=2)]
    (draft,) = bill(both, "2026-02-01", lambda reading: reading.subscription)
    assert [(line.subscription, line.amount_minor) for line in draft.lines] == [(1, 100), (2, 200)]


def test_a_price_point_names_the_version_of_the_plan() -> None:
    sold = replace(subscribed(plan(committed(per_unit("1.00"))), "2026-01-01", {"clients": 1}), plan_version=7)
    (coverage,) = expected(sold, "EUR", METERS, {}, day("2026-01-01"))
    assert coverage.point.plan_version == 7


def test_a_change_on_the_last_day_asked_for_is_due() -> None:
    sold = subscribed(plan(committed(per_unit("1.00"))), "2026-01-01", {"clients": 1}, ("2026-01-10", {"clients": 2}))
    assert date(2026, 1, 10) in due_dates(sold, day("2026-01-10"))


# test_subscriptions.py
def numbers_of(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str, dict[str, object]]]:
    return [(one.code, one.field, one.numbers) for one in refused.value.refusals]


def test_a_change_before_the_start_or_after_the_end_says_both_days() -> None:
    one = subscribed(plan(committed(per_unit("1.00"))), "2026-05-01", {"clients": 1}, cancelled="2026-06-01")
    with pytest.raises(Refused) as refused:
        check_running(one, day("2026-04-30"))
    assert numbers_of(refused) == [("before_start", "on", {"given": "2026-04-30", "start": "2026-05-01"})]
    with pytest.raises(Refused) as refused:
        check_running(one, day("2026-06-01"))
    assert numbers_of(refused) == [("already_ended", "on", {"given": "2026-06-01", "end": "2026-06-01"})]


def test_more_than_the_tiers_reach_is_not_sold() -> None:
    model = Graduated((Tier(10, Decimal("2.50")),))
    with pytest.raises(Refused) as refused:
        agreed_quantities(plan(committed(model)), {"clients": 11})
    numbers: dict[str, object] = {"charge": "clients", "given": "11", "most": 10}
    assert numbers_of(refused) == [("above_last_tier", "quantity", numbers)]
    with pytest.raises(Refused) as refused:
        whole_price(model, 11)
    assert numbers_of(refused) == [("above_last_tier", "quantity", {"given": 11, "most": 10})]


def test_less_than_nobody_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        agreed_quantities(plan(committed(per_unit("1.00"))), {"clients": -1})
    assert numbers_of(refused) == [("negative_quantity", "quantity", {"charge": "clients", "given": "-1"})]


def test_a_cancellation_is_due_on_its_day_whatever_the_collection() -> None:
    sold = plan(committed(per_unit("1.00")), collection="end of day")
    one = subscribed(sold, "2026-05-01", {"clients": 1}, cancelled="2026-05-20")
    assert day("2026-05-20") in due_dates(one, day("2026-05-31"))


# test_calendar.py
def test_a_fixed_day_that_is_the_first() -> None:
    assert boundary(day("2026-01-01"), Interval(1, "month"), 0, 1) == day("2026-01-01")
    assert boundary(day("2026-01-01"), Interval(1, "month"), 1, 1) == day("2026-02-01")


def test_no_period_holds_a_day_before_the_first() -> None:
    with pytest.raises(ValueError, match="before"):
        period_of(day("2026-01-21"), Interval(1, "month"), day("2025-12-31"), 1)
    assert str(period_of(day("2026-01-21"), Interval(1, "month"), day("2026-01-05"), 1)) == "2026-01-01/2026-02-01"


def test_a_week_of_the_first_year() -> None:
    assert str(parse_week("1900-W01").start) == "1900-01-01"


def test_a_refusal_may_have_no_field() -> None:
    assert [(one.code, one.field) for one in refuse("key_twice").refusals] == [("key_twice", "")]


# test_lines.py
def test_an_average_that_is_no_whole_number_is_one_line() -> None:
    tiers = Graduated((Tier(10, Decimal("2.50")), Tier(None, Decimal("2.00"))))
    one = subscribed(plan(counted(tiers, "end")), "2026-05-01")
    (made,) = bill(one, "2026-06-01", lambda reading: Decimal("10.50"))  # type: ignore[arg-type, return-value]
    assert [(line.units, line.unit_price, line.first) for line in made.lines] == [(Decimal(1), Decimal("26.00"), None)]
