"""Rating: what a quantity costs for a whole period."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.errors import Refused
from headcount.core.rating import (
    Blocks,
    Bracket,
    Brackets,
    Flat,
    Graduated,
    Part,
    PerUnit,
    PriceModel,
    Quantity,
    RatedQuantity,
    Tier,
    Volume,
    is_less,
    last_priced,
    parse_quantity,
    parts,
    steps,
)

from .build import PACKAGES, brackets, committed, graduated, many, per_unit, volume, whole_price

FROM_SPEC_3_5 = brackets((10, "5.00"), (20, "9.00"), (None, "12.00"))
VOLUME = volume((10, "2.50"), (50, "2.00"), (None, "1.50"))
GRADUATED = graduated((10, "2.50"), (50, "2.00"), (None, "1.50"))
UP_TO_75 = brackets((20, "45.00"), (30, "59.00"), (50, "79.00"), (75, "99.00"))


@pytest.mark.parametrize(("users", "price"), [(12, "80.00"), (0, "50.00")])
def test_spec_3_3_base_fee_and_price_per_user(users: int, price: str) -> None:
    assert whole_price(Flat(Decimal(50)), users) + whole_price(per_unit("2.50"), users) == Decimal(price)


@pytest.mark.parametrize("quantity", [0, 1, 1000, None])
def test_a_flat_price_is_the_same_for_everyone(quantity: Quantity) -> None:
    assert whole_price(Flat(Decimal("9.99")), quantity) == Decimal("9.99")


@pytest.mark.parametrize(
    ("users", "by_volume", "by_bands"),
    [
        (10, "25.00", "25.00"),
        (11, "22.00", "27.00"),
        (50, "100.00", "105.00"),
        (51, "76.50", "106.50"),
        (60, "90.00", "120.00"),
    ],
)
def test_spec_3_4_tiers(users: int, by_volume: str, by_bands: str) -> None:
    assert whole_price(VOLUME, users) == Decimal(by_volume)
    assert whole_price(GRADUATED, users) == Decimal(by_bands)


@pytest.mark.parametrize(
    ("users", "price"), [(0, "0"), (1, "5.00"), (10, "5.00"), (11, "10.00"), (20, "10.00"), (25, "15.00")]
)
def test_spec_3_5_blocks(users: int, price: str) -> None:
    assert whole_price(Blocks(10, per_unit("5.00")), users) == Decimal(price)


@pytest.mark.parametrize(
    ("users", "by_volume", "by_bands"),
    [
        (0, "0", "0"),
        (1, "5.00", "5.00"),
        (20, "10.00", "10.00"),
        (21, "12.00", "14.00"),
        (40, "16.00", "18.00"),
        (41, "15.00", "21.00"),
    ],
)
def test_spec_3_5_blocks_with_tiers_by_number_of_packages(users: int, by_volume: str, by_bands: str) -> None:
    prices = (2, "5.00"), (4, "4.00"), (None, "3.00")
    assert whole_price(Blocks(10, volume(*prices)), users) == Decimal(by_volume)
    assert whole_price(Blocks(10, graduated(*prices)), users) == Decimal(by_bands)


@pytest.mark.parametrize(
    ("users", "by_volume", "by_bands"),
    [
        (0, "0", "0"),
        (1, "102.50", "102.50"),
        (10, "125.00", "125.00"),
        (11, "222.00", "327.00"),
        (12, "224.00", "329.00"),
    ],
)
def test_spec_3_5_flat_amounts_beside_unit_prices(users: int, by_volume: str, by_bands: str) -> None:
    """By bands the flat amount of every tier that is begun is paid once; by volume the one of the reached tier."""
    tiers = Tier(10, Decimal("2.50"), Decimal("100.00")), Tier(None, Decimal("2.00"), Decimal("200.00"))
    assert whole_price(Volume(tiers), users) == Decimal(by_volume)
    assert whole_price(Graduated(tiers), users) == Decimal(by_bands)


@pytest.mark.parametrize("kind", [Volume, Graduated])
def test_spec_3_5_flat_amounts_of_packages(kind: type[Volume | Graduated]) -> None:
    packages = kind((Tier(None, Decimal("4.00"), Decimal("1.00")),))
    assert whole_price(Blocks(10, packages), 25) == Decimal("13.00")


@pytest.mark.parametrize(("users", "price"), [(0, "10.00"), (4, "10.00"), (5, "12.50"), (20, "50.00"), (21, "50.00")])
def test_spec_3_5_minimum_and_maximum(users: int, price: str) -> None:
    charge = committed(per_unit("2.50"), minimum="10.00", maximum="50.00")
    assert charge.price(users) == Decimal(price)


def test_spec_3_5_minimum_and_maximum_are_after_tiers() -> None:
    charge = committed(GRADUATED, minimum="26.00", maximum="106.00")
    assert [charge.price(users) for users in (10, 11, 50, 51)] == [
        Decimal(price) for price in ("26.00", "27.00", "105.00", "106.00")
    ]


def test_a_minimum_or_maximum_that_takes_effect_is_one_part() -> None:
    charge = committed(GRADUATED, minimum="10.00", maximum="50.00")
    assert charge.parts(1) == [Part(Decimal(1), Decimal("10.00"))]
    assert charge.parts(60) == [Part(Decimal(1), Decimal("50.00"))]
    assert charge.parts(4) == parts(GRADUATED, 4)


def test_a_price_that_is_just_the_maximum_keeps_its_parts() -> None:
    assert committed(per_unit("2.50"), minimum="50.00", maximum="50.00").parts(20) == parts(per_unit("2.50"), 20)


def test_a_maximum_of_nothing_is_no_part() -> None:
    assert committed(per_unit("2.50"), maximum="0").parts(7) == []


@pytest.mark.parametrize(
    ("users", "price"),
    [(0, "0"), (1, "5.00"), (10, "5.00"), (11, "9.00"), (20, "9.00"), (21, "12.00"), (25, "12.00"), (None, "12.00")],
)
def test_spec_3_5_brackets(users: Quantity, price: str) -> None:
    assert whole_price(FROM_SPEC_3_5, users) == Decimal(price)


@pytest.mark.parametrize(
    ("clients", "price"), [(10, "25.00"), (11, "39.00"), (25, "39.00"), (75, "69.00"), (76, "99.00"), (None, "99.00")]
)
def test_spec_3_8_packages_up_to_unlimited(clients: Quantity, price: str) -> None:
    assert whole_price(PACKAGES, clients) == Decimal(price)
    assert committed(PACKAGES).sizes == [10, 25, 75, None]


@pytest.mark.parametrize(("clients", "price"), [(20, "45.00"), (21, "59.00"), (75, "99.00")])
def test_spec_2_3_the_included_number_is_inside(clients: int, price: str) -> None:
    assert whole_price(UP_TO_75, clients) == Decimal(price)


@pytest.mark.parametrize(
    ("model", "quantity", "code"),
    [
        pytest.param(UP_TO_75, 76, "above_last_tier", id="above the last tier"),
        pytest.param(UP_TO_75, None, "unlimited_not_priced", id="unlimited above the last tier"),
        pytest.param(per_unit("2.50"), None, "unlimited_not_priced", id="unlimited per unit"),
        pytest.param(VOLUME, None, "unlimited_not_priced", id="unlimited by volume"),
        pytest.param(GRADUATED, None, "unlimited_not_priced", id="unlimited by bands"),
        pytest.param(Blocks(10, per_unit("5")), None, "unlimited_not_priced", id="unlimited blocks"),
        pytest.param(volume((10, "1")), 11, "above_last_tier", id="above the last volume"),
        pytest.param(graduated((10, "1")), 11, "above_last_tier", id="above the last band"),
        pytest.param(graduated((10, "1")), Decimal("10.01"), "above_last_tier", id="a hundredth above"),
        pytest.param(Blocks(10, volume((2, "1"))), 21, "above_last_tier", id="above the last package"),
    ],
)
def test_not_priced(model: PriceModel, quantity: Quantity, code: str) -> None:
    with pytest.raises(Refused) as refused:
        whole_price(model, quantity)
    assert [refusal.code for refusal in refused.value.refusals] == [code]


@pytest.mark.parametrize(
    ("model", "quantity", "most"),
    [
        pytest.param(UP_TO_75, 76, 75, id="brackets"),
        pytest.param(volume((10, "1"), (20, "1")), 21, 20, id="volume"),
        pytest.param(graduated((10, "1"), (20, "1")), 21, 20, id="graduated"),
        pytest.param(Blocks(10, graduated((2, "1"))), 21, 20, id="people, not packages"),
    ],
)
def test_above_the_last_tier_names_the_numbers(model: PriceModel, quantity: int, most: int) -> None:
    with pytest.raises(Refused) as refused:
        whole_price(model, quantity)
    assert refused.value.refusals[0].numbers == {"given": quantity, "most": most}
    assert last_priced(model) == most
    assert whole_price(model, most) > 0


@pytest.mark.parametrize(
    ("model", "ends"),
    [
        pytest.param(VOLUME, [10, 50], id="volume"),
        pytest.param(GRADUATED, [10, 50], id="graduated"),
        pytest.param(UP_TO_75, [20, 30, 50], id="brackets"),
        pytest.param(volume((10, "2"), (20, "1")), [10], id="nothing follows the last"),
        pytest.param(Blocks(10, volume((2, "5"), (4, "4"), (None, "3"))), [20, 40], id="packages"),
        pytest.param(Blocks(10, per_unit("5")), [], id="packages at one price"),
        pytest.param(per_unit("2.50"), [], id="per unit"),
        pytest.param(Flat(Decimal(1)), [], id="flat"),
    ],
)
def test_where_a_tier_ends_that_another_follows(model: PriceModel, ends: list[int]) -> None:
    assert steps(model) == ends


def printed(model: PriceModel, quantity: RatedQuantity) -> list[tuple[str, str, int | None, str | None]]:
    return [
        (str(part.units), str(part.unit_price), part.first, None if part.last is None else str(part.last))
        for part in parts(model, quantity)
    ]


@pytest.mark.parametrize(
    ("model", "quantity", "lines"),
    [
        pytest.param(per_unit("2.50"), 12, [("12", "2.50", None, None)], id="per unit"),
        pytest.param(per_unit("2.50"), 0, [], id="nobody"),
        pytest.param(per_unit("0.00"), 12, [], id="for nothing"),
        pytest.param(PACKAGES, 25, [("1", "39.00", None, None)], id="package"),
        pytest.param(Flat(Decimal("9.99")), 7, [("1", "9.99", None, None)], id="flat"),
        pytest.param(VOLUME, 60, [("60", "1.50", None, None)], id="volume"),
        pytest.param(
            GRADUATED,
            60,
            [("10", "2.50", 1, "10"), ("40", "2.00", 11, "50"), ("10", "1.50", 51, "60")],
            id="graduated: each band, and which people it is about",
        ),
        pytest.param(
            graduated((10, "0.00"), (None, "2.00")), 12, [("2", "2.00", 11, "12")], id="what is free is left out"
        ),
        pytest.param(
            GRADUATED, Decimal("11.50"), [("10", "2.50", 1, "10"), ("1.50", "2.00", 11, "11.50")], id="an average"
        ),
        pytest.param(Blocks(10, per_unit("5.00")), 25, [("3", "5.00", None, None)], id="packages"),
        pytest.param(
            Blocks(10, graduated((2, "5.00"), (None, "4.00"))),
            25,
            [("2", "5.00", 1, "20"), ("1", "4.00", 21, "25")],
            id="packages by bands: which people, as far as there are any",
        ),
        pytest.param(
            Volume((Tier(None, Decimal("2.00"), Decimal("7.00")),)),
            3,
            [("1", "7.00", None, None), ("3", "2.00", None, None)],
            id="a flat amount is a part of its own",
        ),
    ],
)
def test_what_a_price_is_made_of(
    model: PriceModel, quantity: RatedQuantity, lines: list[tuple[str, str, int | None, str | None]]
) -> None:
    assert printed(model, quantity) == lines


# An average is no whole number of people.


@pytest.mark.parametrize(
    ("average", "price"),
    [("0.00", "0"), ("0.01", "5"), ("10.00", "5"), ("10.01", "10"), ("11.00", "10"), ("20.00", "10"), ("20.50", "15")],
)
def test_a_package_that_an_average_has_begun_is_paid_in_full(average: str, price: str) -> None:
    assert whole_price(Blocks(10, per_unit("5.00")), Decimal(average)) == Decimal(price)


@pytest.mark.parametrize(
    ("average", "price"), [("0.00", "0"), ("10.00", "5.00"), ("10.01", "9.00"), ("20.50", "12.00")]
)
def test_an_average_falls_into_the_bracket_that_holds_it(average: str, price: str) -> None:
    assert whole_price(FROM_SPEC_3_5, Decimal(average)) == Decimal(price)


@pytest.mark.parametrize(("average", "price"), [("10.00", "25.00"), ("10.50", "21.00"), ("50.01", "75.015")])
def test_an_average_is_priced_as_the_tier_that_it_has_reached(average: str, price: str) -> None:
    assert whole_price(VOLUME, Decimal(average)) == Decimal(price)


def test_spec_1_11_an_average_is_priced_once() -> None:
    assert whole_price(per_unit("2.50"), Decimal("11.00")) == Decimal("27.50")


# Tables, walked by people who can count to one.


def by_volume(tiers: tuple[Tier, ...], people: int) -> Decimal:
    row = 0
    for person in range(1, people + 1):
        while (end := tiers[row].up_to) is not None and person > end:
            row += 1
    paid = tiers[row].flat if people else Decimal(0)
    for _ in range(people):
        paid += tiers[row].price
    return paid


def by_bands(tiers: tuple[Tier, ...], people: int) -> Decimal:
    paid, row = Decimal(0), -1
    for person in range(1, people + 1):
        if row < 0 or person - 1 == tiers[row].up_to:
            row += 1
            paid += tiers[row].flat
        paid += tiers[row].price
    return paid


def begun_packages(size: int, people: int) -> int:
    packages, room = 0, 0
    for _ in range(people):
        if not room:
            packages, room = packages + 1, size
        room -= 1
    return packages


def by_bracket(tiers: tuple[Bracket, ...], people: int) -> Decimal:
    paid, row = Decimal(0), -1
    for person in range(1, people + 1):
        if row < 0 or person - 1 == tiers[row].up_to:
            row += 1
            paid = tiers[row].price
    return paid


def walked(model: PriceModel, people: int) -> Decimal:
    match model:
        case Flat(price):
            return price
        case PerUnit(price):
            return by_volume((Tier(None, price),), people)
        case Volume(tiers):
            return by_volume(tiers, people)
        case Graduated(tiers):
            return by_bands(tiers, people)
        case Blocks(size, packages):
            return walked(packages, begun_packages(size, people))
        case Brackets(tiers):
            return by_bracket(tiers, people)


prices = st.builds(lambda digits, places: Decimal(digits).scaleb(-places), st.integers(0, 10**6), st.integers(0, 6))
ends = st.lists(st.integers(1, 60), max_size=4, unique=True).map(sorted)
LARGEST = 80


@st.composite
def tables(draw: st.DrawFn) -> tuple[Tier, ...]:
    flat = prices | st.just(Decimal(0))
    return tuple(Tier(end, draw(prices), draw(flat)) for end in [*draw(ends), None])


bracket_tables = st.builds(
    lambda rising, some: tuple(Bracket(end, price) for end, price in zip([*rising, None], some, strict=False)),
    ends,
    st.lists(prices, min_size=5, max_size=5),
)
graduated_models = st.builds(Graduated, tables())
block_models = st.builds(Blocks, st.integers(1, 12), st.builds(Volume, tables()) | graduated_models)
models = st.one_of(
    prices.map(Flat),
    prices.map(PerUnit),
    st.builds(Volume, tables()),
    graduated_models,
    block_models,
    st.builds(Brackets, bracket_tables),
)
numbers = st.integers(0, LARGEST)
averages = st.integers(0, LARGEST * 100).map(lambda hundredths: Decimal(hundredths).scaleb(-2))


@many
@given(models, numbers)
def test_spec_3_2_to_3_5_a_price_is_what_counting_one_person_after_the_other_gives(
    model: PriceModel, people: int
) -> None:
    assert whole_price(model, people) == walked(model, people)


@many
@given(models, numbers)
def test_parts_sum_to_the_price(model: PriceModel, people: int) -> None:
    assert sum((part.units * part.unit_price for part in parts(model, people)), Decimal(0)) == walked(model, people)


@many
@given(graduated_models, averages)
def test_bands_follow_each_other_and_hold_everyone(model: Graduated, quantity: Decimal) -> None:
    priced = Graduated(tuple(Tier(tier.up_to, tier.price + 1) for tier in model.tiers))
    bands = parts(priced, quantity)
    assert sum((band.units for band in bands), Decimal(0)) == quantity
    assert [band.first for band in bands] == [1, *(int(band.last or 0) + 1 for band in bands[:-1])][: len(bands)]
    assert not bands or bands[-1].last == quantity


@many
@given(graduated_models, averages, averages)
def test_a_graduated_total_never_falls(model: Graduated, one: Decimal, other: Decimal) -> None:
    fewer, more = sorted((one, other))
    assert whole_price(model, fewer) <= whole_price(model, more)


@many
@given(graduated_models, averages)
def test_an_average_costs_between_what_its_neighbours_cost(model: Graduated, average: Decimal) -> None:
    below = int(average)
    assert whole_price(model, below) <= whole_price(model, average) <= whole_price(model, below + 1)


@many
@given(models, numbers)
def test_a_whole_number_costs_the_same_as_an_average(model: PriceModel, people: int) -> None:
    assert whole_price(model, Decimal(people).quantize(Decimal("0.01"))) == whole_price(model, people)


@many
@given(st.one_of(block_models, st.builds(Brackets, bracket_tables)), averages)
def test_an_average_of_packages_costs_as_much_as_the_next_whole_number(
    model: Blocks | Brackets, average: Decimal
) -> None:
    above = int(average) + (average % 1 > 0)
    assert whole_price(model, average) == whole_price(model, above)


@many
@given(models, averages, st.lists(prices, min_size=2, max_size=2).map(sorted))
def test_a_price_lies_between_minimum_and_maximum(model: PriceModel, quantity: Decimal, bounds: list[Decimal]) -> None:
    minimum, maximum = bounds
    charge = committed(model, minimum=str(minimum), maximum=str(maximum))
    assert minimum <= charge.price(quantity) <= maximum
    assert charge.price(quantity) in (minimum, whole_price(model, quantity), maximum)


@pytest.mark.parametrize(
    ("value", "quantity"),
    [(0, 0), ("25", 25), (999_999_999, 999_999_999), ("999999999", 999_999_999), ("unlimited", None)],
)
def test_a_quantity_is_a_whole_number_or_unlimited(value: object, quantity: Quantity) -> None:
    assert parse_quantity(value, "quantity") == quantity


@pytest.mark.parametrize("value", [-1, "-1", 10**9, "1000000000", 2.0, "2.0", True, None, "", " 1", "1e3", "٢", "all"])
def test_anything_else_is_no_quantity(value: object) -> None:
    with pytest.raises(Refused) as refused:
        parse_quantity(value, "clients")
    (refusal,) = refused.value.refusals
    assert (refusal.code, refusal.field, refusal.numbers) == ("not_a_quantity", "clients", {"given": str(value)})


@many
@given(st.lists(st.integers(1, 99), min_size=1, max_size=6, unique=True), st.integers(1, 99))
def test_a_bracket_is_the_smallest_that_fits(ends: list[int], quantity: int) -> None:
    model: Brackets = brackets(*((end, str(end)) for end in sorted(ends)), (None, "100"))
    assert whole_price(model, quantity) == min([end for end in ends if end >= quantity], default=100)


@pytest.mark.parametrize(
    ("one", "other", "less"),
    [(1, 2, True), (2, 2, False), (3, 2, False), (9, None, True), (None, 9, False), (None, None, False)],
)
def test_nothing_is_above_unlimited(one: Quantity, other: Quantity, less: bool) -> None:
    assert is_less(one, other) is less
