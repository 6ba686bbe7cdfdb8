"""Rating: what a quantity costs for a whole period."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.errors import Refused
from headcount.core.rating import Brackets, Flat, PriceModel, Quantity, is_less, unit_price, whole_price

from .build import PACKAGES, brackets, many, per_unit

FROM_SPEC_3_5 = brackets((10, "5.00"), (20, "9.00"), (None, "12.00"))
UP_TO_75 = brackets((20, "45.00"), (30, "59.00"), (50, "79.00"), (75, "99.00"))


@pytest.mark.parametrize(("users", "price"), [(12, "80.00"), (0, "50.00")])
def test_spec_3_3_base_fee_and_price_per_user(users: int, price: str) -> None:
    assert whole_price(Flat(Decimal(50)), users) + whole_price(per_unit("2.50"), users) == Decimal(price)


@pytest.mark.parametrize("quantity", [0, 1, 1000, None])
def test_a_flat_price_is_the_same_for_everyone(quantity: Quantity) -> None:
    assert whole_price(Flat(Decimal("9.99")), quantity) == Decimal("9.99")


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
    assert PACKAGES.sizes() == [10, 25, 75, None]


@pytest.mark.parametrize(("clients", "price"), [(20, "45.00"), (21, "59.00"), (75, "99.00")])
def test_spec_2_3_the_included_number_is_inside(clients: int, price: str) -> None:
    assert whole_price(UP_TO_75, clients) == Decimal(price)


@pytest.mark.parametrize(
    ("model", "quantity", "code"),
    [
        pytest.param(UP_TO_75, 76, "above_last_tier", id="above the last tier"),
        pytest.param(UP_TO_75, None, "unlimited_not_priced", id="unlimited above the last tier"),
        pytest.param(per_unit("2.50"), None, "unlimited_not_priced", id="unlimited per unit"),
    ],
)
def test_not_priced(model: PriceModel, quantity: Quantity, code: str) -> None:
    with pytest.raises(Refused) as refused:
        whole_price(model, quantity)
    assert [refusal.code for refusal in refused.value.refusals] == [code]


def test_above_the_last_tier_names_the_numbers() -> None:
    with pytest.raises(Refused) as refused:
        whole_price(UP_TO_75, 76)
    assert refused.value.refusals[0].numbers == {"given": 76, "most": 75}


@pytest.mark.parametrize(
    ("model", "quantity", "printed"),
    [
        pytest.param(per_unit("2.50"), 12, ("12", "2.50"), id="per unit"),
        pytest.param(per_unit("2.50"), 0, ("0", "2.50"), id="nobody"),
        pytest.param(PACKAGES, 25, ("1", "39.00"), id="package"),
        pytest.param(Flat(Decimal("9.99")), 7, ("1", "9.99"), id="flat"),
    ],
)
def test_units_and_unit_price(model: PriceModel, quantity: Quantity, printed: tuple[str, str]) -> None:
    assert unit_price(model, quantity) == (Decimal(printed[0]), Decimal(printed[1]))


@many
@given(st.sampled_from([per_unit("0.333"), Flat(Decimal("9.99")), FROM_SPEC_3_5]), st.integers(0, 10**6))
def test_units_times_unit_price_is_the_whole_price(model: PriceModel, quantity: int) -> None:
    units, price = unit_price(model, quantity)
    assert units * price == whole_price(model, quantity)


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
