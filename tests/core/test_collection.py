"""How much a change inside a billing period costs, and when it is billed (SPEC 4.6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from headcount.core.catalog import AT_ONCE, END_OF_DAY, END_OF_TERM, IN_ARREARS, NEXT_INVOICE, Plan
from headcount.core.drafts import drafts
from headcount.core.expected import due_dates
from headcount.core.proration import ACTUAL_DAYS, NONE, THIRTY_DAY_MONTHS, WHOLE_MONTHS
from headcount.core.subscriptions import effective_days

from .build import METERS, account, amounts, base, bill, brackets, committed, day, per_unit, plan, subscribed, terms

if TYPE_CHECKING:
    pass

HALVES = brackets((1, "50.00"), (2, "100.00"))
QUARTERLY = brackets((1, "90.00"), (2, "180.00"))


def seats(collection: str, *, every: str = "1 month", price: str = "3.10", **lengths: str) -> Plan:
    agreed = terms(every, billing_day=None, **lengths)
    return plan(committed(per_unit(price)), agreed=agreed, collection=collection, decrease=AT_ONCE)


@pytest.mark.parametrize(
    ("proration", "lines"),
    [
        pytest.param(ACTUAL_DAYS, [-2581, 5161], id="16 of 31 days"),
        pytest.param(THIRTY_DAY_MONTHS, [-2500, 5000], id="15 of 30 days"),
        pytest.param(WHOLE_MONTHS, [-5000, 10000], id="the begun month"),
    ],
)
def test_spec_4_6_a_change_by_each_proration(proration: str, lines: list[int]) -> None:
    sold = plan(committed(HALVES), proration=proration)
    doubled = subscribed(sold, "2026-05-01", {"clients": 1}, ("2026-05-16", {"clients": 2}))
    assert amounts(bill(doubled, "2026-06-01")) == [
        ("2026-05-01", [5000]),
        ("2026-05-16", lines),
        ("2026-06-01", [10000]),
    ]


def test_spec_4_6_without_proration_a_change_costs_nothing_before_the_next_period() -> None:
    sold = plan(committed(HALVES), proration=NONE)
    doubled = subscribed(sold, "2026-05-01", {"clients": 1}, ("2026-05-16", {"clients": 2}))
    assert amounts(bill(doubled, "2026-06-01")) == [("2026-05-01", [5000]), ("2026-06-01", [10000])]


@pytest.mark.parametrize(
    ("on", "lines"),
    [
        pytest.param("2026-05-29", [-500, 1000], id="29 May to 2 June: three days"),
        pytest.param("2026-05-30", [-333, 667], id="30 May: two"),
        pytest.param("2026-05-31", [-333, 667], id="31 May counts as the 30th"),
        pytest.param("2026-06-01", [-167, 333], id="1 June: one"),
    ],
)
def test_spec_4_6_in_30_day_months_the_31st_is_the_30th(on: str, lines: list[int]) -> None:
    sold = plan(committed(HALVES), proration=THIRTY_DAY_MONTHS)
    doubled = subscribed(sold, "2026-05-02", {"clients": 1}, (on, {"clients": 2}))
    assert amounts(bill(doubled, "2026-06-01"))[1:] == [(on, lines)]


@pytest.mark.parametrize(
    ("on", "begins", "lines"),
    [
        pytest.param("2026-04-01", "2026-04-01", [18000], id="the first day is no change"),
        pytest.param("2026-04-30", "2026-04-01", [-9000, 18000], id="last day of the first month"),
        pytest.param("2026-05-01", "2026-05-01", [-6000, 12000], id="first day of the second"),
        pytest.param("2026-06-30", "2026-06-01", [-3000, 6000], id="last day of all"),
    ],
)
def test_spec_4_6_by_whole_months_a_begun_month_costs_the_new_price(on: str, begins: str, lines: list[int]) -> None:
    sold = plan(committed(QUARTERLY), every="3 months", proration=WHOLE_MONTHS)
    doubled = bill(subscribed(sold, "2026-04-01", {"clients": 1}, (on, {"clients": 2})), "2026-06-30")[-1]
    assert amounts([doubled]) == [(on, lines)]
    assert {str(line.period) for line in doubled.lines} == {f"{begins}/2026-07-01"}


def test_by_whole_months_the_last_change_of_a_month_sets_its_price() -> None:
    sold = plan(committed(QUARTERLY), every="3 months", proration=WHOLE_MONTHS, collection=NEXT_INVOICE)
    tried = subscribed(
        sold, "2026-04-01", {"clients": 1}, ("2026-05-05", {"clients": 2}), ("2026-05-20", {"clients": 1})
    )
    assert amounts(bill(tried, "2026-07-01")) == [("2026-04-01", [9000]), ("2026-07-01", [9000])]


@pytest.mark.parametrize(("on", "lines"), [("2026-07-30", [-9000, 18000]), ("2026-07-31", [-6000, 12000])])
def test_spec_4_1_whole_months_begin_on_the_day_of_the_start_even_between_two_short_months(
    on: str, lines: list[int]
) -> None:
    sold = plan(committed(QUARTERLY), every="3 months", proration=WHOLE_MONTHS)
    doubled = subscribed(sold, "2026-03-31", {"clients": 1}, (on, {"clients": 2}))
    assert amounts(bill(doubled, on))[-2:] == [("2026-06-30", [9000]), (on, lines)]


@pytest.mark.parametrize(
    ("collection", "documents"),
    [
        pytest.param(AT_ONCE, [("2026-05-12", [-2000, 2200]), ("2026-05-22", [-1100, 1000])], id="on its day"),
        pytest.param(END_OF_DAY, [("2026-05-13", [-2000, 2200]), ("2026-05-23", [-1100, 1000])], id="the day after"),
        pytest.param(NEXT_INVOICE, [], id="not before June"),
        pytest.param(END_OF_TERM, [], id="not before July"),
    ],
)
def test_spec_4_6_when_a_change_is_billed(collection: str, documents: list[tuple[str, list[int]]]) -> None:
    changed = subscribed(
        seats(collection, renewal="2 months"),
        "2026-05-01",
        {"clients": 10},
        ("2026-05-12", {"clients": 11}),
        ("2026-05-22", {"clients": 10}),
    )
    made = bill(changed, "2026-05-31")
    assert amounts(made) == [("2026-05-01", [3100]), *documents]


def test_spec_4_6_with_the_next_invoice_there_is_no_invoice_for_a_seat() -> None:
    changed = subscribed(
        seats(NEXT_INVOICE),
        "2026-05-01",
        {"clients": 10},
        ("2026-05-12", {"clients": 11}),
        ("2026-05-22", {"clients": 13}),
    )
    june = bill(changed, "2026-06-30")[1:]
    assert amounts(june) == [("2026-06-01", [-2000, 1100, 1300, 4030])]
    assert [str(line.period) for line in june[0].lines] == [
        "2026-05-12/2026-06-01",
        "2026-05-12/2026-05-22",
        "2026-05-22/2026-06-01",
        "2026-06-01/2026-07-01",
    ]


def test_spec_4_6_at_the_end_of_the_day_several_changes_of_it_are_one() -> None:
    changed = subscribed(
        seats(END_OF_DAY),
        "2026-05-01",
        {"clients": 10},
        ("2026-05-12", {"clients": 14}),
        ("2026-05-12", {"clients": 11}),
    )
    assert amounts(bill(changed, "2026-05-31")) == [("2026-05-01", [3100]), ("2026-05-13", [-2000, 2200])]


YEAR = seats(END_OF_TERM, every="12 months", price="60.00", duration="12 months", renewal="12 months")
SETTLED = subscribed(
    YEAR, "2026-01-01", {"clients": 10}, ("2026-03-16", {"clients": 11}), ("2026-07-01", {"clients": 10})
)


def test_spec_4_6_settled_once_at_the_end_of_the_term() -> None:
    made = bill(SETTLED, "2027-01-01")
    assert amounts(made) == [("2026-01-01", [60000]), ("2027-01-01", [1759, 60000])]
    settlement, renewed = made[1].lines
    assert (settlement.settles, str(settlement.period)) == (True, "2026-01-01/2027-01-01")
    assert (settlement.units, settlement.unit_price) == (Decimal(1), Decimal("17.59"))
    assert (renewed.settles, str(renewed.period)) == (False, "2027-01-01/2028-01-01")


@pytest.mark.parametrize(
    ("before", "on", "after", "net"),
    [
        pytest.param(0, "2026-03-16", 1, 4784, id="one more from 16 March: 291 of 365 days"),
        pytest.param(1, "2026-07-01", 0, -3025, id="one less from 1 July: 184 of 365 days"),
    ],
)
def test_spec_4_6_the_two_changes_of_the_settlement(before: int, on: str, after: int, net: int) -> None:
    fixed = replace(YEAR, terms=terms("12 months", duration="12 months"))
    changed = subscribed(fixed, "2026-01-01", {"clients": before}, (on, {"clients": after}))
    (line,) = bill(changed, "2027-01-01", before=bill(changed, "2026-12-31"))[-1].lines
    assert (line.amount_minor, line.settles) == (net, True)


def test_no_document_in_between_whatever_day_is_billed() -> None:
    made = bill(SETTLED, "2026-01-01")
    for on in ("2026-03-16", "2026-03-17", "2026-07-01", "2026-12-31"):
        assert bill(SETTLED, on, before=made) == []
    assert amounts(bill(SETTLED, "2027-01-01", before=made)) == [("2027-01-01", [1759, 60000])]


def test_a_term_that_settles_to_nothing_has_no_line_for_it() -> None:
    back = subscribed(
        YEAR, "2026-01-01", {"clients": 10}, ("2026-03-16", {"clients": 11}), ("2026-03-16", {"clients": 10})
    )
    assert amounts(bill(back, "2027-01-01")) == [("2026-01-01", [60000]), ("2027-01-01", [60000])]


def test_a_term_settled_below_zero_is_a_credit_note() -> None:
    fewer = subscribed(YEAR, "2026-01-01", {"clients": 10}, ("2026-07-01", {"clients": 9}), cancelled="2027-01-01")
    made = bill(fewer, "2027-12-31")
    assert amounts(made) == [("2026-01-01", [60000]), ("2027-01-01", [-3025])]


def test_a_term_that_ends_early_is_settled_then() -> None:
    early = subscribed(YEAR, "2026-01-01", {"clients": 10}, ("2026-03-16", {"clients": 11}), cancelled="2026-07-02")
    made = bill(early, "2027-12-31")
    assert amounts(made) == [("2026-01-01", [60000]), ("2026-07-02", [4783])]
    assert [line.settles for line in made[1].lines] == [True]


def test_what_is_settled_names_the_days_of_the_contract() -> None:
    agreed = terms("12 months", billing_day=1, renewal="12 months")
    sold = plan(committed(per_unit("36.50")), agreed=agreed, collection=END_OF_TERM, decrease=AT_ONCE)
    grown = subscribed(sold, "2026-01-21", {"clients": 1}, ("2026-02-01", {"clients": 2}))
    settled = bill(grown, "2027-01-31")[-1]
    assert [(str(line.period), line.amount_minor) for line in settled.lines if line.settles] == [
        ("2026-01-21/2027-01-01", 3340)
    ]


def test_a_term_that_ends_inside_a_billing_period_is_settled_then() -> None:
    yearly = seats(END_OF_TERM, every="12 months", price="36.50", renewal="6 months")
    grown = subscribed(yearly, "2026-01-01", {"clients": 1}, ("2026-06-01", {"clients": 2}))
    made = bill(grown, "2026-12-31")
    assert amounts(made) == [("2026-01-01", [3650]), ("2026-07-01", [2140])]
    assert [(line.settles, str(line.period)) for line in made[1].lines] == [(True, "2026-01-01/2027-01-01")]


def test_a_year_that_is_found_later_is_billed_and_not_settled() -> None:
    back_dated = subscribed(YEAR, "2026-01-01", {"clients": 10})
    (found,) = bill(back_dated, "2027-01-15", ran="2027-01-14")
    assert [(line.settles, line.units, line.amount_minor) for line in found.lines] == [
        (False, Decimal(10), 60000),
        (False, Decimal(10), 60000),
    ]


def test_a_period_inside_the_term_begins_with_what_is_agreed_by_then() -> None:
    monthly = subscribed(
        seats(END_OF_TERM, duration="3 months", renewal="3 months"),
        "2026-05-01",
        {"clients": 10},
        ("2026-05-12", {"clients": 11}),
    )
    made = bill(monthly, "2026-08-01")
    assert amounts(made) == [
        ("2026-05-01", [3100]),
        ("2026-06-01", [3410]),
        ("2026-07-01", [3410]),
        ("2026-08-01", [200, 3410]),
    ]
    assert [(str(line.period), line.settles) for line in made[-1].lines] == [
        ("2026-05-01/2026-06-01", True),
        ("2026-08-01/2026-09-01", False),
    ]


@pytest.mark.parametrize("collection", [END_OF_DAY, NEXT_INVOICE, END_OF_TERM])
def test_an_end_collects_what_was_waiting(collection: str) -> None:
    agreed = terms(renewal="12 months")
    sold = plan(committed(per_unit("3.10")), agreed=agreed, collection=collection)
    ending = subscribed(sold, "2026-05-01", {"clients": 10}, ("2026-05-12", {"clients": 11}), cancelled="2026-05-13")
    assert [on for on, _ in amounts(bill(ending, "2026-12-31"))] == ["2026-05-01", "2026-05-13"]


def test_due_dates_follow_the_collection() -> None:
    def due(collection: str) -> list[str]:
        changed = subscribed(seats(collection), "2026-05-01", {"clients": 10}, ("2026-05-12", {"clients": 11}))
        return sorted(map(str, due_dates(changed, day("2026-06-01"))))

    assert due(AT_ONCE) == ["2026-05-01", "2026-05-12", "2026-06-01"]
    assert due(END_OF_DAY) == ["2026-05-01", "2026-05-13", "2026-06-01"]
    assert due(NEXT_INVOICE) == due(END_OF_TERM) == ["2026-05-01", "2026-06-01"]


def test_spec_4_4_a_plan_may_lower_at_once_with_credit() -> None:
    sold = seats(NEXT_INVOICE)
    ten = subscribed(sold, "2026-05-01", {"clients": 10})
    assert effective_days(ten, {"clients": 9}, day("2026-05-12")) == {day("2026-05-12"): {"clients": 9}}
    nine = subscribed(sold, "2026-05-01", {"clients": 10}, ("2026-05-12", {"clients": 9}))
    assert amounts(bill(nine, "2026-06-01")) == [("2026-05-01", [3100]), ("2026-06-01", [-2000, 1800, 2790])]


def test_spec_4_4_else_it_waits_for_the_renewal() -> None:
    ten = subscribed(plan(committed(per_unit("3.10"))), "2026-05-01", {"clients": 10})
    assert effective_days(ten, {"clients": 9}, day("2026-05-12")) == {day("2026-06-01"): {"clients": 9}}


def test_an_early_end_has_no_changes_in_arrears_after_it() -> None:
    sold = plan(base("9.00"), replace(committed(per_unit("3.10")), billed=IN_ARREARS), collection=NEXT_INVOICE)
    early = subscribed(sold, "2026-05-01", {"clients": 10}, ("2026-05-12", {"clients": 11}), cancelled="2026-05-11")
    assert amounts(bill(early, "2026-12-31")) == [("2026-05-01", [900]), ("2026-05-11", [1000])]


def test_the_same_draft_whether_asked_for_or_made() -> None:
    """SPEC 4.12: a preview is a draft for the same instant and data."""
    changed = subscribed(seats(AT_ONCE), "2026-05-01", {"clients": 10}, ("2026-05-12", {"clients": 11}))
    (first,) = bill(changed, "2026-05-01")
    preview = bill(changed, "2026-05-12", before=[first])
    again = account([changed], until="2026-05-12", before=[first], billed_until="2026-05-11")
    made = drafts(again, METERS, day("2026-05-12"))
    assert amounts(preview) == amounts(made) == [("2026-05-12", [-2000, 2200])]
