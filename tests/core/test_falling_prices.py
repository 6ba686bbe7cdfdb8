"""Warnings about more people that cost less: the numbers of SPEC 3.4, and every quantity tried out."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.catalog_file import read_catalog
from headcount.core.falling_prices import Fall, falls, warnings
from headcount.core.rating import MOST, Blocks, Flat, Tier, Volume
from headcount.language import sentence

from .build import brackets, committed, graduated, many, per_unit, volume
from .test_plan_file import BANDS, GOOD
from .test_rating import LARGEST, VOLUME, models

if TYPE_CHECKING:
    from headcount.core.catalog import Charge
    from headcount.core.errors import Refusal
    from headcount.core.rating import PriceModel


def found(charge: Charge) -> list[tuple[int, str, int, str, int | None]]:
    return [(fall.fewer, str(fall.price), fall.first, str(fall.first_price), fall.last) for fall in falls(charge)]


def test_spec_3_4_11_is_cheaper_than_10_and_51_to_66_than_50() -> None:
    assert found(committed(VOLUME)) == [(10, "25.00", 11, "22.00", 12), (50, "100.00", 51, "76.50", 66)]


def test_spec_3_4_graduated_tiers_do_not_fall() -> None:
    assert found(committed(graduated((10, "2.50"), (50, "2.00"), (None, "1.50")))) == []


@pytest.mark.parametrize("model", [per_unit("2.50"), Flat(Decimal(5)), Blocks(10, per_unit("5.00"))])
def test_what_has_no_tiers_does_not_fall(model: PriceModel) -> None:
    assert found(committed(model)) == []


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        pytest.param(volume((10, "2.00"), (None, "1.00")), [(10, "20.00", 11, "11.00", 19)], id="20 cost the same"),
        pytest.param(volume((10, "2.00"), (15, "1.00")), [(10, "20.00", 11, "11.00", 15)], id="up to the last"),
        pytest.param(volume((10, "2.00"), (None, "0.00")), [(10, "20.00", 11, "0", None)], id="without end"),
        pytest.param(
            volume((10, "3.00"), (20, "2.00"), (None, "1.00")),
            [(10, "30.00", 11, "22.00", 14), (20, "40.00", 21, "21.00", 39)],
            id="one after the other",
        ),
        pytest.param(
            volume((10, "9.00"), (20, "2.00"), (None, "1.00")),
            [(10, "90.00", 11, "22.00", 89), (20, "40.00", 21, "21.00", 39)],
            id="one inside the other",
        ),
        pytest.param(volume((10, "1.00"), (20, "1.00")), [], id="two tiers of one price"),
        pytest.param(brackets((10, "9.00"), (20, "5.00"), (30, "9.00")), [(10, "9.00", 11, "5.00", 20)], id="brackets"),
        pytest.param(
            Blocks(10, volume((2, "5.00"), (None, "3.00"))),
            [(20, "10.00", 21, "9.00", 30)],
            id="in people, not packages",
        ),
        pytest.param(
            Volume((Tier(10, Decimal("1.00"), Decimal("20.00")), Tier(None, Decimal("1.00")))),
            [(10, "30.00", 11, "11.00", 29)],
            id="a flat amount that goes",
        ),
    ],
)
def test_the_range_that_costs_less(model: PriceModel, expected: list[tuple[int, str, int, str, int | None]]) -> None:
    assert found(committed(model)) == expected


def test_a_minimum_or_maximum_may_hide_a_fall() -> None:
    assert found(committed(VOLUME, minimum="25.00")) == [(50, "100.00", 51, "76.50", 66)]
    assert found(committed(VOLUME, maximum="76.50")) == [(10, "25.00", 11, "22.00", 12)]


def test_a_maximum_may_be_below_what_fewer_cost() -> None:
    assert found(committed(VOLUME, maximum="99.00")) == [(10, "25.00", 11, "22.00", 12), (50, "99.00", 51, "76.50", 65)]


def test_tiers_beyond_any_number_of_people_are_not_warned_of() -> None:
    size = 10**6
    model = Blocks(size, volume((MOST // size, "5.00"), (MOST // size + 5, "1.00"), (None, "0.50")))
    assert found(committed(model)) == []


def test_a_fall_beyond_any_number_of_people_has_no_end() -> None:
    model = Blocks(10**6, volume((1, "5.00"), (10**6, "0.00")))
    assert found(committed(model)) == [(10**6, "5.00", 10**6 + 1, "0", None)]


def test_a_fall_of_hundreds_of_millions_is_found_without_counting_them() -> None:
    model = volume((1_000_000, "100.00"), (None, "0.30"))
    assert found(committed(model)) == [(1_000_000, "100000000.00", 1_000_001, "300000.30", 333_333_333)]


def warned(toml: str) -> list[Refusal]:
    return warnings(read_catalog(tomllib.loads(toml)))


def test_spec_3_4_a_plan_with_falling_prices_is_warned_of_by_place_and_numbers() -> None:
    tiers = 'tiers = [{ up_to = 10, price = "2.50" }, { up_to = 50, price = "2.00" }, { up_to = 99, price = "1.50" }]'
    toml = GOOD.replace(BANDS, tiers).replace('model = "graduated"', 'model = "volume"')
    eleven, fifty_one = warned(toml.replace('minimum = "10.00"\n', ""))
    assert (eleven.code, eleven.field) == (fifty_one.code, fifty_one.field) == ("price_falls", "plan[1].charge[1]")
    assert sentence(eleven, "en") == "11 to 12 cost less than 10: 22.00 instead of 25.00."
    assert sentence(fifty_one, "de") == "51 bis 66 kosten weniger als 50: 76.50 statt 100.00."


def test_the_place_is_that_of_the_file_whether_or_not_there_is_a_base_fee() -> None:
    falling = GOOD.replace('price = "6.00"', 'price = "4.00"')
    places = [[one.field for one in warned(toml)] for toml in (falling, falling.replace('"50.00"', '"0.00"'))]
    assert places == [["plan[1].charge[2]"]] * 2


def test_prices_that_rise_are_not_warned_of() -> None:
    assert warned(GOOD.replace('price = "6.00"', 'price = "7.00"')) == []


def test_a_fall_without_end_can_be_said() -> None:
    tiers = 'tiers = [{ up_to = 10, price = "2.50" }, { up_to = "unlimited", price = "0.00" }]'
    toml = GOOD.replace(BANDS, tiers).replace('model = "graduated"', 'model = "volume"').replace('"10.00"', '"0.00"')
    assert [one.numbers["last"] for one in warned(toml.replace('price = "6.00"', 'price = "7.00"'))] == ["…"]


prices = st.integers(0, 300).map(lambda cents: f"{Decimal(cents).scaleb(-2)}")
bounds = st.lists(prices, min_size=2, max_size=2).map(lambda some: sorted(some, key=Decimal))
charges = st.builds(committed, models) | st.builds(
    lambda model, some: committed(model, minimum=some[0], maximum=some[1]), models, bounds
)


@many
@given(charges)
def test_what_is_warned_of_is_exactly_what_is_cheaper_for_more_people(charge: Charge) -> None:
    """Every quantity tried out: cheaper than some smaller one, if and only if a warning covers it."""
    most = LARGEST * 4
    warned_of: set[int] = set()
    for fall in falls(charge):
        warned_of |= set(range(fall.first, min(most, fall.last or most) + 1))
    cheaper, highest = set(), Decimal(0)
    for people in range(1, most + 1):
        price = charge.price(people)
        cheaper |= {people} if price < highest else set()
        highest = max(highest, price)
    assert warned_of == cheaper


@many
@given(charges)
def test_a_warning_says_where_it_begins_and_ends(charge: Charge) -> None:
    for fall in falls(charge):
        assert fall == Fall(
            fall.fewer, charge.price(fall.fewer), fall.fewer + 1, charge.price(fall.fewer + 1), fall.last
        )
        assert fall.first_price < fall.price
        if fall.last is None:
            assert charge.price(MOST - 1) < fall.price
        else:
            assert charge.price(fall.last) < fall.price <= charge.price(fall.last + 1)
