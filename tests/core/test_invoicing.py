"""Invoicing: the amounts of SPEC, and what a document says about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.calendar import Period, add_months
from headcount.core.catalog import AT_ONCE, END_OF_DAY, END_OF_TERM, IN_ARREARS, NEXT_INVOICE
from headcount.core.coverage import Coverage, PricePoint
from headcount.core.drafts import CREDIT_NOTE, drafts, open_days
from headcount.core.errors import Refused
from headcount.core.expected import due_dates, readings
from headcount.core.ledger import invoiced
from headcount.core.proration import ACTUAL_DAYS, NONE, RULES, THIRTY_DAY_MONTHS, WHOLE_MONTHS
from headcount.core.rating import Quantity

from .build import (
    METERS,
    PACKAGES,
    account,
    amounts,
    as_originals,
    base,
    bill,
    brackets,
    committed,
    counted,
    day,
    many,
    per_unit,
    plan,
    span,
    subscribed,
    terms,
)
from .test_money import MINOR_UNIT, currencies, prices

if TYPE_CHECKING:
    from collections.abc import Callable

    from headcount.core.expected import Reading

MEAL_PLAN = plan(committed(PACKAGES))
PER_ACTIVE = plan(counted(per_unit("1.00")))
LICENCE = plan(committed(brackets((20, "45.00"), (30, "59.00"), (50, "79.00"), (75, "99.00"))))
APRIL = span("2026-04-01", "2026-05-01")
MAY = span("2026-05-01", "2026-06-01")


def seen(*people: tuple[str, str]) -> Callable[[Reading], int]:
    """Counts the people with an activity inside the part of the window that counts for money."""
    return lambda reading: len({person for person, on in people if day(on) in reading.counted})


def crowd(size: int, on: str) -> list[tuple[str, str]]:
    return [(f"p{on}-{number}", on) for number in range(size)]


def test_spec_4_3_upgrade_bills_only_the_difference() -> None:
    upgraded = subscribed(MEAL_PLAN, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 25}))
    made = bill(upgraded, "2026-05-15")
    assert amounts(made) == [("2026-04-15", [2500]), ("2026-05-10", [-417, 650]), ("2026-05-15", [3900])]
    assert made[1].net_minor == 233


def test_spec_4_3_upgrade_a_day_later() -> None:
    upgraded = subscribed(MEAL_PLAN, "2026-04-15", {"clients": 10}, ("2026-05-11", {"clients": 25}))
    made = bill(upgraded, "2026-05-11")
    assert amounts(made)[1:] == [("2026-05-11", [-333, 520])]
    assert made[1].net_minor == 187


def test_spec_4_3_the_lines_name_the_days_and_both_quantities() -> None:
    upgraded = subscribed(MEAL_PLAN, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 25}))
    back, new = bill(upgraded, "2026-05-10")[1].lines
    assert (back.period, new.period) == (span("2026-05-10", "2026-05-15"), span("2026-05-10", "2026-05-15"))
    assert (back.quantity, new.quantity) == (10, 25)
    assert (back.units, back.unit_price) == (Decimal(-1), Decimal("4.17"))
    assert (new.units, new.unit_price) == (Decimal(1), Decimal("6.50"))
    assert (back.instead_of, new.instead_of) == (None, None)


def test_spec_2_3_the_licence_of_march_is_raised() -> None:
    raised = subscribed(LICENCE, "2026-03-01", {"clients": 20}, ("2026-03-18", {"clients": 30}))
    made = bill(raised, "2026-04-01")
    assert amounts(made) == [("2026-03-01", [4500]), ("2026-03-18", [-2032, 2665]), ("2026-04-01", [5900])]
    assert made[1].net_minor == 633


def test_spec_4_7_sixteen_of_31_days() -> None:
    doubled = subscribed(
        plan(committed(brackets((1, "50"), (2, "100")))), "2026-05-01", {"clients": 1}, ("2026-05-16", {"clients": 2})
    )
    made = bill(doubled, "2026-05-16")
    assert amounts(made)[1:] == [("2026-05-16", [-2581, 5161])]
    assert made[1].net_minor == 2580


def test_spec_4_4_a_decrease_at_renewal_gives_no_credit() -> None:
    lowered = subscribed(MEAL_PLAN, "2026-04-15", {"clients": 25}, ("2026-05-15", {"clients": 10}))
    assert amounts(bill(lowered, "2026-05-31")) == [("2026-04-15", [3900]), ("2026-05-15", [2500])]


def test_spec_4_2_four_quarters_and_no_fifth() -> None:
    quarterly = subscribed(plan(base("30.00"), every="3 months"), "2024-05-01", cancelled="2025-05-01")
    assert amounts(bill(quarterly, "2026-12-31")) == [
        ("2024-05-01", [3000]),
        ("2024-08-01", [3000]),
        ("2024-11-01", [3000]),
        ("2025-02-01", [3000]),
    ]


def test_spec_4_2_a_fixed_duration_ends_by_itself() -> None:
    fixed = subscribed(plan(base("30.00"), agreed=terms("3 months", duration="12 months")), "2024-05-01")
    made = bill(fixed, "2026-12-31")
    assert [on for on, _ in amounts(made)] == ["2024-05-01", "2024-08-01", "2024-11-01", "2025-02-01"]
    assert fixed.end_on is not None
    assert str(fixed.end_on - timedelta(days=1)) == "2025-04-30"
    assert str(made[-1].lines[-1].period.last_day) == "2025-04-30"


@pytest.mark.parametrize(
    ("proration", "first"),
    [(ACTUAL_DAYS, 1065), (THIRTY_DAY_MONTHS, 1000), (WHOLE_MONTHS, 3000), (NONE, 3000)],
)
def test_spec_4_10_billed_on_the_first_of_the_month(proration: str, first: int) -> None:
    fixed_day = subscribed(plan(base("30.00"), agreed=terms(billing_day=1), proration=proration), "2026-01-21")
    assert amounts(bill(fixed_day, "2026-03-01")) == [
        ("2026-01-21", [first]),
        ("2026-02-01", [3000]),
        ("2026-03-01", [3000]),
    ]


@pytest.mark.parametrize(
    ("proration", "last"), [(ACTUAL_DAYS, 1935), (THIRTY_DAY_MONTHS, 2000), (WHOLE_MONTHS, 3000), (NONE, 3000)]
)
def test_a_duration_that_ends_inside_a_billing_period_is_paid_up_to_its_end(proration: str, last: int) -> None:
    agreed = terms(billing_day=1, duration="12 months")
    made = bill(subscribed(plan(base("30.00"), agreed=agreed, proration=proration), "2026-01-21"), "2027-12-31")
    assert amounts(made)[-1] == ("2027-01-01", [last])
    assert len(made) == 13
    if proration in (ACTUAL_DAYS, THIRTY_DAY_MONTHS):
        assert str(made[-1].lines[0].period) == "2027-01-01/2027-01-21"
        assert sum(draft.net_minor for draft in made) == 12 * 3000


HALF_YEARLY = plan(base("120.00"), agreed=terms("12 months", renewal="6 months"))


def test_a_contract_cancelled_to_a_possible_end_inside_a_billing_period_is_paid_up_to_it() -> None:
    cancelled = subscribed(HALF_YEARLY, "2024-05-01", cancelled="2025-11-01")
    made = bill(cancelled, "2026-12-31")
    assert amounts(made) == [("2024-05-01", [12000]), ("2025-05-01", [6049])]
    assert str(made[1].lines[0].period) == "2025-05-01/2025-11-01"


def test_one_that_is_cancelled_to_it_after_the_period_was_billed_has_the_rest_as_a_credit() -> None:
    before = bill(subscribed(HALF_YEARLY, "2024-05-01"), "2025-05-01")
    assert amounts(before)[-1] == ("2025-05-01", [12000])
    cancelled = subscribed(HALF_YEARLY, "2024-05-01", cancelled="2025-11-01")
    (note,) = bill(cancelled, "2025-11-01", before=before)
    assert (note.kind, note.net_minor) == (CREDIT_NOTE, 6049 - 12000)
    assert note.original
    assert note.original.number == "2"


def test_one_that_ends_early_keeps_the_period_that_has_begun() -> None:
    early = subscribed(HALF_YEARLY, "2024-05-01", cancelled="2025-10-31")
    assert amounts(bill(early, "2026-12-31")) == [("2024-05-01", [12000]), ("2025-05-01", [12000])]


@pytest.mark.parametrize(("size", "on"), [(25, "2026-05-12"), (75, "2026-05-10")])
def test_what_was_to_change_after_an_early_end_never_does(size: int, on: str) -> None:
    planned = subscribed(MEAL_PLAN, "2026-04-15", {"clients": 10}, (on, {"clients": size}), cancelled="2026-05-10")
    assert amounts(bill(planned, "2026-12-31")) == [("2026-04-15", [2500])]


def test_spec_4_8_a_back_dated_start_bills_four_periods() -> None:
    back_dated = subscribed(plan(base("60.00")), "2026-01-31")
    made = bill(back_dated, "2026-05-20")
    assert [on for on, _ in amounts(made)] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    assert amounts(bill(back_dated, "2026-05-31", before=made)) == [("2026-05-31", [6000])]


def test_spec_3_2_a_base_fee_of_nothing_is_no_line() -> None:
    assert bill(subscribed(plan(base("0.00")), "2026-05-01"), "2026-12-31") == []


def test_spec_3_2_nothing_beside_something_is_no_line() -> None:
    free = subscribed(plan(base("0.00"), committed(per_unit("2.50"))), "2026-05-01", {"clients": 12})
    assert amounts(bill(free, "2026-05-01")) == [("2026-05-01", [3000])]


@pytest.mark.parametrize(("users", "lines"), [(12, [5000, 3000]), (0, [5000])])
def test_spec_3_3_base_fee_and_committed_users(users: int, lines: list[int]) -> None:
    sold = plan(base("50.00"), committed(per_unit("2.50")))
    assert amounts(bill(subscribed(sold, "2026-05-01", {"clients": users}), "2026-05-01")) == [("2026-05-01", lines)]


def test_spec_4_11_base_fee_in_advance_and_counted_users_in_arrears_on_one_invoice() -> None:
    both = subscribed(plan(base("50.00"), counted(per_unit("2.50"))), "2026-05-01")
    made = bill(both, "2026-06-01", lambda reading: 12)
    assert amounts(made) == [("2026-05-01", [5000]), ("2026-06-01", [5000, 3000])]
    assert sorted(str(line.period) for line in made[1].lines) == ["2026-05-01/2026-06-01", "2026-06-01/2026-07-01"]


def test_spec_4_11_a_commitment_in_arrears_is_billed_with_its_changes_when_the_period_is_over() -> None:
    sold = plan(replace(committed(PACKAGES), billed=IN_ARREARS))
    changed = subscribed(sold, "2026-05-01", {"clients": 10}, ("2026-05-16", {"clients": 25}))
    assert amounts(bill(changed, "2026-07-01")) == [("2026-06-01", [1210, 2013]), ("2026-07-01", [3900])]


@pytest.mark.parametrize("collection", [AT_ONCE, END_OF_DAY, NEXT_INVOICE, END_OF_TERM])
def test_in_arrears_a_change_waits_for_no_collection(collection: str) -> None:
    agreed = terms(duration="12 months")
    sold = plan(replace(committed(PACKAGES), billed=IN_ARREARS), agreed=agreed, collection=collection)
    changed = subscribed(sold, "2026-05-01", {"clients": 10}, ("2026-05-31", {"clients": 25}))
    assert amounts(bill(changed, "2026-06-01")) == [("2026-06-01", [2419, 126])]


def test_in_arrears_an_early_end_is_paid_up_to_its_day() -> None:
    sold = plan(base("9.00"), replace(committed(PACKAGES), billed=IN_ARREARS))
    early = subscribed(sold, "2026-05-01", {"clients": 10}, cancelled="2026-05-10")
    assert amounts(bill(early, "2026-12-31")) == [("2026-05-01", [900]), ("2026-05-10", [726])]


def test_a_counted_line_is_people_times_price() -> None:
    (made,) = bill(subscribed(plan(counted(per_unit("2.50"))), "2026-05-01"), "2026-06-01", lambda reading: 12)
    (line,) = made.lines
    assert (line.units, line.unit_price, line.quantity, line.period) == (Decimal(12), Decimal("2.50"), 12, MAY)


def test_spec_1_7_bills_nineteen_in_arrears() -> None:
    licence = subscribed(plan(counted(per_unit("2.00"), "end")), "2026-05-01")
    assert amounts(bill(licence, "2026-06-01", lambda reading: 19)) == [("2026-06-01", [3800])]


def test_spec_1_11a_a_month_is_billed_in_the_period_in_which_it_ends() -> None:
    people = seen(*crowd(8, "2026-04-20"), *crowd(5, "2026-05-12"))
    billed = bill(subscribed(PER_ACTIVE, "2026-04-15"), "2026-05-15", people)
    assert amounts(billed) == [("2026-05-15", [800])]
    assert [line.period for line in billed[0].lines] == [APRIL]
    assert amounts(bill(subscribed(PER_ACTIVE, "2026-04-15"), "2026-06-15", people, before=billed)) == [
        ("2026-06-15", [500])
    ]


def test_spec_1_11a_only_people_active_inside_the_subscription_cost_money() -> None:
    people = seen(*crowd(3, "2026-04-19"), *crowd(8, "2026-04-20"))
    assert amounts(bill(subscribed(PER_ACTIVE, "2026-04-20"), "2026-05-20", people)) == [("2026-05-20", [800])]


def test_spec_1_11a_a_cancelled_subscription_gets_a_last_line() -> None:
    people = seen(*crowd(8, "2026-03-20"), *crowd(5, "2026-05-09"), *crowd(2, "2026-05-10"))
    cancelled = subscribed(PER_ACTIVE, "2026-03-15", cancelled="2026-05-10")
    assert amounts(bill(cancelled, "2026-12-31", people)) == [("2026-04-15", [800]), ("2026-05-10", [500])]


def test_a_month_and_a_last_part_of_a_month_end_together() -> None:
    people = seen(*crowd(8, "2026-04-20"), *crowd(5, "2026-05-09"))
    cancelled = subscribed(PER_ACTIVE, "2026-04-15", cancelled="2026-05-10")
    assert amounts(bill(cancelled, "2026-12-31", people)) == [("2026-05-10", [800, 500])]


def test_a_status_is_paid_for_by_the_days_of_the_subscription() -> None:
    cancelled = subscribed(plan(counted(per_unit("3.10"), "end")), "2026-05-01", cancelled="2026-05-11")
    (made,) = bill(cancelled, "2026-12-31", lambda reading: 10)
    assert amounts([made]) == [("2026-05-11", [1000])]
    assert made.lines[0].period == span("2026-05-01", "2026-05-11")
    assert (made.lines[0].units, made.lines[0].unit_price) == (Decimal(1), Decimal("10.00"))


def test_spec_1_5_late_activity_is_a_line_of_its_own_and_the_old_invoice_stays() -> None:
    monthly = subscribed(PER_ACTIVE, "2026-04-01")
    april = bill(monthly, "2026-05-01", lambda reading: 8)
    assert amounts(april) == [("2026-05-01", [800])]
    (late,) = bill(monthly, "2026-05-03", lambda reading: 9, before=april)
    (line,) = late.lines
    assert (str(late.billing_date), late.net_minor) == ("2026-05-03", 100)
    assert (line.period, line.quantity, line.instead_of) == (APRIL, 9, 8)
    assert (line.units, line.unit_price) == (Decimal(1), Decimal("1.00"))
    assert bill(monthly, "2026-05-03", lambda reading: 9, before=[*april, late]) == []


def test_spec_1_5_late_activity_of_a_month_that_was_empty_is_billed_like_any_other() -> None:
    monthly = subscribed(PER_ACTIVE, "2026-04-01")
    assert bill(monthly, "2026-05-01") == []
    ((line,),) = (draft.lines for draft in bill(monthly, "2026-05-03", lambda reading: 2))
    assert (line.units, line.unit_price, line.instead_of) == (Decimal(2), Decimal("1.00"), None)


def test_spec_5_2a_a_count_that_went_down_lowers_the_document_that_is_due_on_that_day() -> None:
    monthly = subscribed(PER_ACTIVE, "2026-04-01")
    april = bill(monthly, "2026-05-01", lambda reading: 8)
    fewer = seen(*crowd(7, "2026-04-10"), *crowd(5, "2026-05-10"))
    (june,) = bill(monthly, "2026-06-01", fewer, before=april)
    assert amounts([june]) == [("2026-06-01", [-100, 500])]
    assert [(line.quantity, line.instead_of) for line in june.lines] == [(7, 8), (5, None)]


def test_cancelling_keeps_the_period_that_has_begun() -> None:
    cancelled = subscribed(MEAL_PLAN, "2026-04-15", {"clients": 10}, cancelled="2026-05-10")
    assert amounts(bill(cancelled, "2026-12-31")) == [("2026-04-15", [2500])]


def test_cancelling_on_the_day_of_renewal_begins_no_period() -> None:
    cancelled = subscribed(MEAL_PLAN, "2026-04-15", {"clients": 10}, cancelled="2026-05-15")
    assert amounts(bill(cancelled, "2026-12-31")) == [("2026-04-15", [2500])]


def test_cancelled_on_the_day_it_starts_it_costs_nothing() -> None:
    sold = plan(base("9.00"), counted(per_unit("1.00")), counted(per_unit("1.00"), "end", "licences"))
    assert bill(subscribed(sold, "2026-04-15", cancelled="2026-04-15"), "2026-12-31", lambda reading: 9) == []


def test_there_and_back_on_one_day_costs_nothing() -> None:
    changed = subscribed(
        MEAL_PLAN, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 75}), ("2026-05-10", {"clients": 10})
    )
    assert amounts(bill(changed, "2026-05-14")) == [("2026-04-15", [2500])]


def test_a_raise_that_was_billed_and_undone_on_the_same_day_goes_back() -> None:
    raised = subscribed(MEAL_PLAN, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 25}))
    made = bill(raised, "2026-05-10")
    undone = subscribed(
        MEAL_PLAN, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 25}), ("2026-05-10", {"clients": 10})
    )
    (note,) = bill(undone, "2026-05-10", before=made)
    assert (note.original, amounts([note])) == (as_originals(made)[2], [("2026-05-10", [-650, 417])])
    assert amounts(bill(undone, "2026-05-15", before=made)) == [("2026-05-15", [-650, 417, 2500])]


def test_spec_1_5_a_month_that_turns_out_empty_says_so() -> None:
    two = subscribed(plan(base("9.00"), counted(per_unit("1.00"))), "2026-04-01")
    made = bill(two, "2026-05-01", lambda reading: 8)
    (june,) = bill(two, "2026-06-01", before=made)
    (correction,) = [line for line in june.lines if line.charge == "counted"]
    assert (correction.period, correction.quantity, correction.instead_of) == (APRIL, 0, 8)
    assert (correction.units, correction.unit_price, correction.amount_minor) == (Decimal(-1), Decimal("8.00"), -800)


def test_spec_3_2_a_document_that_adds_up_to_nothing_is_made() -> None:
    sold = plan(committed(brackets((10, "25.00"), (25, "25.00"))))
    moved = subscribed(sold, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 25}))
    assert amounts(bill(moved, "2026-05-14"))[1:] == [("2026-05-10", [-417, 417])]


def test_what_was_given_back_by_hand_is_charged_again_as_one_line() -> None:
    monthly = subscribed(MEAL_PLAN, "2026-04-15", {"clients": 10})
    (first,) = bill(monthly, "2026-04-15")
    back = [
        replace(line, entries=(invoiced(replace(covered, times=-1)),))
        for line in first.lines
        for covered in [entry.coverage for entry in line.entries]
        if covered
    ]
    given = account([monthly], until="2026-04-15", before=[replace(first, lines=tuple(back))])
    (again,) = drafts(given, METERS, day("2026-04-15"))
    (line,) = again.lines
    assert (line.units, line.unit_price, line.amount_minor) == (Decimal(1), Decimal("50.00"), 5000)


def test_spec_5_2a_what_was_billed_too_much_is_a_credit_note_that_names_the_original() -> None:
    monthly = subscribed(PER_ACTIVE, "2026-04-01")
    before = bill(monthly, "2026-05-01", lambda reading: 8)
    fewer = account([monthly], lambda reading: 7, until="2026-05-03", before=before, billed_until="2026-05-01")
    (note,) = drafts(fewer, METERS, day("2026-05-03"))
    assert (note.kind, note.net_minor, note.billing_date) == (CREDIT_NOTE, -100, day("2026-05-03"))
    assert note.original == as_originals(before)[1]


@pytest.mark.parametrize(
    ("billed_until", "days"),
    [
        ("", ["2026-04-15", "2026-05-10", "2026-05-15", "2026-05-20"]),
        ("2026-04-15", ["2026-05-10", "2026-05-15", "2026-05-20"]),
        ("2026-05-20", ["2026-05-20"]),
    ],
)
def test_open_days_are_those_after_the_last_document_and_today(billed_until: str, days: list[str]) -> None:
    upgraded = subscribed(MEAL_PLAN, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 25}))
    known = account([upgraded], until="2026-05-20", billed_until=billed_until)
    assert list(map(str, open_days(known, day("2026-05-20")))) == days


def test_a_back_dated_change_is_found_by_the_next_run() -> None:
    made = bill(subscribed(MEAL_PLAN, "2026-04-15", {"clients": 10}), "2026-05-12")
    told_later = subscribed(MEAL_PLAN, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 25}))
    assert amounts(bill(told_later, "2026-05-13", before=made, ran="2026-05-12")) == [("2026-05-13", [-417, 650])]


def test_a_change_to_come_is_not_billed_yet() -> None:
    planned = subscribed(MEAL_PLAN, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 25}))
    assert amounts(bill(planned, "2026-05-09")) == [("2026-04-15", [2500])]


def test_nothing_is_billed_before_the_start() -> None:
    assert bill(subscribed(MEAL_PLAN, "2026-04-15", {"clients": 10}), "2026-04-14") == []


def test_a_second_run_bills_nothing() -> None:
    upgraded = subscribed(MEAL_PLAN, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 25}))
    made = bill(upgraded, "2026-05-15")
    assert bill(upgraded, "2026-05-15", before=made) == []
    assert bill(upgraded, "2026-05-20", before=made) == []


def test_spec_5_2_subscriptions_that_renew_together_are_one_document() -> None:
    three = [subscribed(plan(base(fee)), "2026-06-01", number=place) for place, fee in enumerate(["100", "60", "40"])]
    fourth = subscribed(plan(base("25.00")), "2026-06-10", number=4)
    assert amounts(bill([*three, fourth], "2026-06-30")) == [
        ("2026-06-01", [10000, 6000, 4000]),
        ("2026-06-10", [2500]),
    ]


def test_spec_5_2_the_lines_of_a_subscription_stand_together() -> None:
    sold = plan(base("10.00"), counted(per_unit("1.00")))
    two = [subscribed(sold, "2026-05-01", number=number) for number in (1, 2)]
    june = bill(two, "2026-06-01", lambda reading: 3)[-1]
    assert [line.subscription for line in june.lines] == [1, 1, 2, 2]


def test_a_count_above_the_last_tier_is_refused() -> None:
    counted_licence = subscribed(plan(counted(brackets((20, "45.00")), "end")), "2026-05-01")
    with pytest.raises(Refused, match="above_last_tier"):
        bill(counted_licence, "2026-06-01", lambda reading: 21)


@pytest.mark.parametrize(
    ("currency", "price", "lines"),
    [
        ("JPY", "100", [-10, 58]),
        ("KWD", "1.000", [-97, 581]),
        ("EUR", "1.005", [-10, 58]),
    ],
)
def test_the_same_change_in_other_currencies(currency: str, price: str, lines: list[int]) -> None:
    sold = plan(committed(brackets((1, price), (2, str(Decimal(price) * 6)))))
    changed = subscribed(sold, "2026-05-01", {"clients": 1}, ("2026-05-29", {"clients": 2}))
    assert amounts(bill(changed, "2026-05-29", currency=currency))[1][1] == lines


def test_due_dates_are_starts_changes_and_readings() -> None:
    sold = plan(base("1.00"), counted(per_unit("1.00")))
    changed = subscribed(sold, "2026-04-15", {}, ("2026-04-20", {}), ("2026-07-01", {}), cancelled="2026-06-20")
    assert sorted(map(str, due_dates(changed, day("2026-06-30")))) == [
        "2026-04-15",
        "2026-04-20",
        "2026-05-15",
        "2026-06-15",
        "2026-06-20",
    ]


def test_readings_name_period_counted_days_and_due_date() -> None:
    cancelled = subscribed(PER_ACTIVE, "2026-04-15", cancelled="2026-06-10")
    found = readings(cancelled, METERS, day("2026-12-31"))
    assert [(str(one.period), str(one.counted), str(one.due_on)) for one in found] == [
        ("2026-04-01/2026-05-01", "2026-04-15/2026-05-01", "2026-05-15"),
        ("2026-05-01/2026-06-01", "2026-05-01/2026-06-01", "2026-06-10"),
        ("2026-06-01/2026-07-01", "2026-06-01/2026-06-10", "2026-06-10"),
    ]
    assert all(one.charged == one.period for one in found)


def test_a_status_is_read_once_a_billing_period() -> None:
    found = readings(subscribed(plan(counted(per_unit("1"), "end")), "2026-01-31"), METERS, day("2026-03-31"))
    assert [(str(one.period), str(one.due_on)) for one in found] == [
        ("2026-01-31/2026-02-28", "2026-02-28"),
        ("2026-02-28/2026-03-31", "2026-03-31"),
    ]


def test_no_reading_of_a_month_in_which_it_does_not_run() -> None:
    cancelled = subscribed(PER_ACTIVE, "2026-04-15", cancelled="2026-06-01")
    found = readings(cancelled, METERS, day("2026-12-31"))
    assert [str(one.period) for one in found] == ["2026-04-01/2026-05-01", "2026-05-01/2026-06-01"]


def test_a_reading_due_later_is_not_needed_yet() -> None:
    assert account([subscribed(PER_ACTIVE, "2026-04-15")], until="2026-05-14").counts == {}


def point(price: Decimal | str, quantity: Quantity = 1, currency: str = "EUR", days: Period = MAY) -> PricePoint:
    return PricePoint(1, 1, "clients", days, quantity, Decimal(price), currency)


@many
@given(prices, currencies, st.sampled_from(RULES), st.dates(date(2023, 1, 1), date(2024, 12, 31)), st.data())
def test_by_every_proration_the_parts_of_a_period_add_up_to_the_whole(
    price: Decimal, currency: str, rule: str, start: date, data: st.DataObject
) -> None:
    period = Period(start, add_months(start, data.draw(st.sampled_from([1, 2, 3, 6, 12]))))
    inside = st.integers(1, period.days - 1)
    cuts = sorted(start + timedelta(days=cut) for cut in data.draw(st.sets(inside, max_size=6)))
    whole = replace(point(price, 1, currency, period), proration=rule)
    parts = [Coverage(whole, Period(a, b)) for a, b in pairwise([start, *cuts, period.end])]
    assert all(part.amount_minor >= 0 for part in parts)
    assert sum(part.amount_minor for part in parts) == Coverage(whole, period).amount_minor
    rounded = price.quantize(MINOR_UNIT[currency], ROUND_HALF_UP) / MINOR_UNIT[currency]
    assert Coverage(whole, period).amount_minor == rounded


@pytest.mark.parametrize(
    ("price", "days", "times", "amount"),
    [
        pytest.param("25.00", span("2026-05-10", "2026-05-15"), -1, -417, id="given back"),
        pytest.param("39.00", span("2026-05-10", "2026-05-15"), 1, 650, id="charged"),
        pytest.param("39.00", span("2026-05-10", "2026-05-15"), 2, 1300, id="charged twice"),
        pytest.param("39.00", span("2026-04-15", "2026-05-15"), 1, 3900, id="whole"),
    ],
)
def test_spec_rounding_rule(price: str, days: Period, times: int, amount: int) -> None:
    assert Coverage(point(price, days=span("2026-04-15", "2026-05-15")), days, times).amount_minor == amount


@many
@given(prices, currencies, st.sets(st.integers(1, 30), max_size=8))
def test_the_parts_of_any_split_add_up_to_the_whole(price: Decimal, currency: str, cuts: set[int]) -> None:
    days = [day("2026-05-01"), *(day(f"2026-05-{cut + 1:02}") for cut in sorted(cuts)), day("2026-06-01")]
    parts = [Coverage(point(price, 1, currency), Period(start, end)) for start, end in pairwise(days)]
    whole = price.quantize(MINOR_UNIT[currency], ROUND_HALF_UP) / MINOR_UNIT[currency]
    assert sum(part.amount_minor for part in parts) == whole
    assert sum(part.is_whole for part in parts) == (1 if len(parts) == 1 else 0)
