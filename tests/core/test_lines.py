"""Lines: units x unit price is the amount of every line (EN 16931), and a graduated tier is a line of its own."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.expected import expected
from headcount.core.ledger import MANUAL, Entry, invoiced
from headcount.core.lines import amount_line
from headcount.core.lines import lines as made_of
from headcount.core.money import major
from headcount.core.rating import Blocks, Flat, Graduated, Tier, Volume

from .build import (
    METERS,
    amounts,
    base,
    bill,
    brackets,
    committed,
    counted,
    day,
    few,
    many,
    per_unit,
    plan,
    span,
    subscribed,
)
from .contracts import as_model
from .contracts import prices as price_models
from .test_money import currencies

if TYPE_CHECKING:
    from headcount.core.lines import Line
    from headcount.core.rating import PriceModel, Quantity

    from .naive import Price

GRADUATED = Graduated(
    (Tier(10, Decimal("2.50")), Tier(50, Decimal("2.00")), Tier(None, Decimal("1.50"), Decimal("4.00")))
)


def first_lines(model: PriceModel, quantity: int, currency: str = "EUR") -> list[Line]:
    (made,) = bill(
        subscribed(plan(committed(model)), "2026-05-01", {"clients": quantity}), "2026-05-01", currency=currency
    )
    return list(made.lines)


def printed(lines: list[Line]) -> list[tuple[str, str, int]]:
    return [(f"{line.units:f}", f"{line.unit_price:f}", line.amount_minor) for line in lines]


@pytest.mark.parametrize(
    ("users", "lines"),
    [
        pytest.param(10, [("10", "2.50", 2500, 1, 10)], id="the first tier"),
        pytest.param(11, [("10", "2.50", 2500, 1, 10), ("1", "2.00", 200, 11, 11)], id="one more"),
        pytest.param(50, [("10", "2.50", 2500, 1, 10), ("40", "2.00", 8000, 11, 50)], id="two tiers"),
        pytest.param(
            60,
            [
                ("10", "2.50", 2500, 1, 10),
                ("40", "2.00", 8000, 11, 50),
                ("1", "4.00", 400, 51, 60),
                ("10", "1.50", 1500, 51, 60),
            ],
            id="three tiers, the last with a flat amount",
        ),
    ],
)
def test_spec_3_4_each_graduated_tier_is_a_line(users: int, lines: list[tuple[str, str, int, int, int]]) -> None:
    found = first_lines(GRADUATED, users)
    assert [(f"{x.units:f}", f"{x.unit_price:f}", x.amount_minor, x.first, x.last) for x in found] == lines
    assert {(x.quantity, str(x.period)) for x in found} == {(users, "2026-05-01/2026-06-01")}
    assert sum(x.amount_minor for x in found) == sum(amount for _, _, amount, _, _ in lines)
    (entry,) = [entry for line in found for entry in line.entries]
    assert entry.amount_minor == sum(x.amount_minor for x in found)


@pytest.mark.parametrize(
    ("model", "quantity", "lines"),
    [
        pytest.param(Flat(Decimal("9.00")), 7, [("1", "9.00", 900)], id="flat"),
        pytest.param(per_unit("2.50"), 12, [("12", "2.50", 3000)], id="per unit"),
        pytest.param(brackets((10, "25.00"), (25, "39.00")), 25, [("1", "39.00", 3900)], id="brackets"),
        pytest.param(
            Volume((Tier(10, Decimal("2.50")), Tier(None, Decimal("2.00"), Decimal("3.00")))),
            11,
            [("1", "3.00", 300), ("11", "2.00", 2200)],
            id="volume with a flat amount",
        ),
        pytest.param(Blocks(10, per_unit("5.00")), 25, [("3", "5.00", 1500)], id="blocks"),
        pytest.param(
            Blocks(10, Graduated((Tier(1, Decimal("5.00")), Tier(None, Decimal("4.00"))))),
            25,
            [("1", "5.00", 500), ("2", "4.00", 800)],
            id="blocks, graduated",
        ),
    ],
)
def test_a_whole_period_by_each_model(model: PriceModel, quantity: int, lines: list[tuple[str, str, int]]) -> None:
    assert printed(first_lines(model, quantity)) == lines


@pytest.mark.parametrize(
    ("price", "quantity", "line"),
    [
        pytest.param("0.333", 3, ("1", "1.00", 100), id="0.999 is not 3 x 0.333"),
        pytest.param("0.125", 8, ("8", "0.125", 100), id="exact with three digits"),
        pytest.param("0.004", 1, ("1", "0.00", 0), id="nothing after rounding, but a line"),
    ],
)
def test_units_and_price_are_printed_if_they_are_exact(price: str, quantity: int, line: tuple[str, str, int]) -> None:
    assert printed(first_lines(per_unit(price), quantity)) == [line]


def test_tiers_that_would_not_add_up_are_one_line() -> None:
    """0.005 twice is 0.01; each of them rounded would be 0.02."""
    found = first_lines(Graduated((Tier(1, Decimal("0.005")), Tier(None, Decimal("0.005")))), 2)
    assert printed(found) == [("1", "0.01", 1)]
    assert (found[0].first, found[0].last, found[0].quantity) == (None, None, 2)


@pytest.mark.parametrize(
    ("currency", "lines"),
    [
        pytest.param("JPY", [("10", "2.50", 25), ("1", "2", 2)], id="no decimals"),
        pytest.param("KWD", [("10", "2.50", 25_000), ("1", "2.00", 2_000)], id="three decimals"),
    ],
)
def test_graduated_in_other_currencies(currency: str, lines: list[tuple[str, str, int]]) -> None:
    found = first_lines(GRADUATED, 11, currency)
    assert [(x.units * x.unit_price, x.amount_minor) for x in found] == [
        (Decimal(units) * Decimal(price), amount) for units, price, amount in lines
    ]


def test_some_days_of_a_graduated_charge_are_one_line() -> None:
    grown = subscribed(plan(committed(GRADUATED)), "2026-05-01", {"clients": 10}, ("2026-05-16", {"clients": 60}))
    (change,) = bill(grown, "2026-05-31")[1:]
    assert printed(list(change.lines)) == [("-1", "12.90", -1290), ("1", "64.00", 6400)]
    assert [(line.quantity, line.first) for line in change.lines] == [(10, None), (60, None)]


def test_a_full_credit_is_one_line_however_many_tiers_were_billed() -> None:
    grown = subscribed(plan(committed(GRADUATED)), "2026-05-01", {"clients": 60})
    billed = bill(grown, "2026-05-01")
    other = subscribed(plan(committed(GRADUATED)), "2026-05-01", {"clients": 50}, ("2026-05-01", {"clients": 70}))
    (change,) = bill(other, "2026-05-02", before=billed)
    assert printed(list(change.lines)) == [
        ("-1", "124.00", -12400),
        ("10", "2.50", 2500),
        ("40", "2.00", 8000),
        ("1", "4.00", 400),
        ("20", "1.50", 3000),
    ]


@pytest.mark.parametrize(("minimum", "maximum", "line"), [("30.00", None, 3000), (None, "20.00", 2000)])
def test_spec_3_5_a_minimum_or_maximum_that_takes_effect_is_one_line(
    minimum: str | None, maximum: str | None, line: int
) -> None:
    charge = replace(
        committed(GRADUATED),
        minimum=Decimal(minimum) if minimum else None,
        maximum=Decimal(maximum) if maximum else None,
    )
    sold = plan(charge)
    grown = subscribed(sold, "2026-05-01", {"clients": 10})
    assert amounts(bill(grown, "2026-05-01")) == [("2026-05-01", [line])]


def test_spec_3_5_a_minimum_is_prorated() -> None:
    charge = replace(counted(per_unit("1.00"), "end"), minimum=Decimal("31.00"))
    early = subscribed(plan(charge), "2026-05-01", cancelled="2026-05-11")
    assert amounts(bill(early, "2026-12-31", lambda reading: 3)) == [("2026-05-11", [1000])]


def test_a_corrected_graduated_count_is_one_line_with_the_difference() -> None:
    monthly = subscribed(plan(counted(GRADUATED)), "2026-04-01")
    april = bill(monthly, "2026-05-01", lambda reading: 11)
    assert amounts(april) == [("2026-05-01", [2500, 200])]
    (late,) = bill(monthly, "2026-05-03", lambda reading: 13, before=april)
    (line,) = late.lines
    assert (line.quantity, line.instead_of, line.amount_minor) == (13, 11, 400)
    assert [entry.amount_minor for entry in line.entries] == [-2700, 3100]


def test_lines_stand_in_the_order_of_the_plan_and_then_of_time() -> None:
    sold = plan(base("5.00"), committed(GRADUATED), counted(per_unit("1.00")))
    june = bill(subscribed(sold, "2026-05-01", {"clients": 11}), "2026-06-01", lambda reading: 3)[-1]
    assert [line.charge for line in june.lines] == ["base", "clients", "clients", "counted"]
    assert [line.period for line in june.lines] == [span("2026-06-01", "2026-07-01")] * 3 + [
        span("2026-05-01", "2026-06-01")
    ]


@many
@given(price_models(), st.integers(0, 12), currencies)
def test_the_lines_of_any_model_are_exact_and_add_up_to_the_price(price: Price, quantity: int, currency: str) -> None:
    charge = replace(
        committed(as_model(price.model, price)),
        minimum=price.minimum,
        maximum=price.maximum,
    )
    made = bill(subscribed(plan(charge), "2026-05-01", {"clients": quantity}), "2026-05-01", currency=currency)
    if not charge.price(quantity):
        assert made == []
        return
    lines = made[0].lines
    assert all(line.units * line.unit_price == major(line.amount_minor, currency) for line in lines)
    entries = [entry for line in lines for entry in line.entries]
    assert sum(line.amount_minor for line in lines) == sum(entry.amount_minor for entry in entries)
    assert [entry.coverage.point.price for entry in entries if entry.coverage] == [charge.price(quantity)]


@few
@given(st.sets(st.integers(2, 31), max_size=5), st.sampled_from(["EUR", "KWD"]))  # in yen a raise may round below zero
def test_lines_of_a_grown_contract_add_up_to_what_it_costs_day_by_day(days: set[int], currency: str) -> None:
    growing: list[tuple[str, dict[str, Quantity]]] = [
        (f"2026-05-{on:02}", {"clients": 10 + place}) for place, on in enumerate(sorted(days))
    ]
    changed = subscribed(plan(committed(GRADUATED)), "2026-05-01", {"clients": 9}, *growing)
    at_once = sum(draft.net_minor for draft in bill(changed, "2026-05-31", currency=currency))
    in_arrears = subscribed(
        plan(replace(committed(GRADUATED), billed="in arrears")), "2026-05-01", {"clients": 9}, *growing
    )
    (later,) = bill(in_arrears, "2026-06-01", currency=currency)
    assert at_once == later.net_minor


def test_a_line_has_the_price_at_which_its_days_were_billed_whatever_another_contract_paid() -> None:
    """Of one plan, period and quantity: what was billed by earlier rules is given back as it was."""
    sold = plan(committed(per_unit("3.10")))
    dear, cheap = (subscribed(sold, "2026-05-01", {"clients": 10}, number=number) for number in (1, 2))
    (one,), (other,) = (expected(contract, "EUR", METERS, {}, day("2026-05-01")) for contract in (dear, cheap))
    back = [replace(one, times=-1), replace(other, times=-1, point=replace(other.point, price=Decimal("25.00")))]
    assert [line.amount_minor for line in made_of(back, [dear, cheap], day("2026-05-02"))] == [-3_100, -2_500]


def test_an_amount_is_a_line_of_one_day() -> None:
    line = amount_line(Entry(MANUAL, -500), day("2026-05-31"), "EUR")
    assert printed([line]) == [("-1", "5.00", -500)]
    assert line.period == line.window == span("2026-05-31", "2026-06-01")
    assert (line.subscription, line.text) == (0, "")


def test_the_line_of_a_contract_of_the_same_shape_differs_in_the_contract_alone() -> None:
    (covered,) = expected(
        subscribed(plan(committed(GRADUATED)), "2026-05-01", {"clients": 11}), "EUR", METERS, {}, day("2026-05-01")
    )
    (line, _) = first_lines(GRADUATED, 11)
    full = replace(line, instead_of=9, settles=True, bound="minimum", text="by hand", like={"position": "1"})
    own = replace(covered, point=replace(covered.point, subscription=2))
    assert full.stamped(2) == replace(full, subscription=2, entries=(invoiced(own),))
