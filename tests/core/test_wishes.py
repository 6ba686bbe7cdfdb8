"""Quantities as people ask for them, checked against what a plan sells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from headcount.core.errors import Refused
from headcount.core.subscriptions import commitments, first_quantities, parse_quantities
from tests.core.build import PACKAGES, base, brackets, committed, counted, day, per_unit, plan, span, subscribed

ONE = plan(base("9.00"), committed(PACKAGES))
TWO = plan(committed(PACKAGES), committed(per_unit("2.50"), key="coaches"))


def refusal(text: str, sold: object = ONE) -> tuple[str, str, dict[str, object]]:
    assert isinstance(sold, type(ONE))
    with pytest.raises(Refused) as refused:
        parse_quantities(text, sold)
    (one,) = refused.value.refusals
    return one.code, one.field, one.numbers


def test_one_number_is_for_the_one_thing_that_is_sold() -> None:
    assert parse_quantities("25", ONE) == {"clients": 25}
    assert parse_quantities("unlimited", ONE) == {"clients": None}
    assert parse_quantities("", ONE) == {}


def test_several_are_named_with_blanks_or_commas_between() -> None:
    assert parse_quantities("clients=10 coaches=2", TWO) == {"clients": 10, "coaches": 2}
    assert parse_quantities("coaches=2,clients=75", TWO) == {"clients": 75, "coaches": 2}


def test_one_number_for_several_is_refused_with_what_is_sold() -> None:
    assert refusal("10", TWO) == ("which_charge", "quantity", {"given": "10", "sold": "clients, coaches"})


def test_a_plan_that_sells_no_quantity_is_told_so() -> None:
    nothing = plan(base("9.00"), counted(per_unit("1.00")))
    assert refusal("10", nothing) == ("nothing_to_commit", "quantity", {"given": "10", "sold": ""})


def test_an_unknown_charge_is_refused_with_the_nearest() -> None:
    assert refusal("client=10") == ("unknown_charge", "quantity", {"given": "client", "nearest": "clients"})


def test_a_size_that_is_not_sold() -> None:
    numbers = {"charge": "clients", "given": "12", "sold": "10, 25, 75, unlimited"}
    assert refusal("12") == ("size_not_sold", "quantity", numbers)


def test_no_number() -> None:
    assert refusal("many") == ("not_a_quantity", "quantity", {"given": "many"})


def test_spec_2_5_the_26th_of_25() -> None:
    capped = plan(replace(committed(per_unit("2.50")), maximum_members=25))
    assert parse_quantities("25", capped) == {"clients": 25}
    assert refusal("26", capped) == ("above_maximum", "quantity", {"charge": "clients", "given": "26", "most": 25})


def test_more_than_is_priced() -> None:
    bounded = plan(replace(committed(per_unit("1.00")), model=brackets((10, "5.00"))))
    assert parse_quantities("10", bounded) == {"clients": 10}


def test_unlimited_needs_a_price() -> None:
    sold = plan(committed(per_unit("2.50")))
    assert refusal("unlimited", sold) == (
        "unlimited_not_priced", "quantity", {"charge": "clients", "given": "unlimited"},
    )  # fmt: skip


def test_a_new_subscription_needs_a_quantity_of_each_thing_sold() -> None:
    assert first_quantities(TWO, {"clients": 10, "coaches": 0}) == {"clients": 10, "coaches": 0}
    with pytest.raises(Refused) as refused:
        first_quantities(TWO, {})
    assert [(r.code, r.field, r.numbers) for r in refused.value.refusals] == [
        ("quantity_missing", "quantity", {"charge": "clients"}),
        ("quantity_missing", "quantity", {"charge": "coaches"}),
    ]


def test_commitments_run_from_change_to_change_and_to_the_end() -> None:
    one = subscribed(
        ONE, "2026-01-15", {"clients": 10}, ("2026-03-01", {"clients": 25}), ("2026-04-01", {"clients": 75})
    )
    assert commitments(one, "clients") == [
        (span("2026-01-15", "2026-03-01"), 10),
        (span("2026-03-01", "2026-04-01"), 25),
        (replace(span("2026-04-01", "2026-05-01"), end=date.max), 75),
    ]
    ended = subscribed(ONE, "2026-01-15", {"clients": 10}, ("2026-03-01", {"clients": 25}), cancelled="2026-03-01")
    assert commitments(ended, "clients") == [(span("2026-01-15", "2026-03-01"), 10)]
    assert commitments(subscribed(ONE, "2026-01-15", {"clients": 10}, cancelled="2026-01-15"), "clients") == []
    assert one.end_on is None
    assert ended.end_on == day("2026-03-01")
