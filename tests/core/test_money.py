"""Money: rounding half-up, shares, percentages, and what is no price."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.errors import Refused
from headcount.core.money import (
    Money,
    exact_minor,
    exponent,
    half_up,
    major,
    parse_decimal,
    parse_price,
    percent_minor,
    share_minor,
)

from .build import many

prices = st.builds(lambda digits, places: Decimal(digits).scaleb(-places), st.integers(0, 999_999), st.integers(0, 6))
MINOR_UNIT = {"EUR": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}
currencies = st.sampled_from(sorted(MINOR_UNIT))


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("INR", 2)])
def test_digits_of_a_currency(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [
        pytest.param(1, 2, 1, id="tie goes up"),
        pytest.param(-1, 2, -1, id="negative tie goes down"),
        pytest.param(3, 2, 2, id="odd tie"),
        pytest.param(5, 2, 3, id="even tie is not banker's"),
        pytest.param(-5, 2, -3, id="negative even tie"),
        pytest.param(4, 3, 1, id="below a half"),
        pytest.param(5, 3, 2, id="above a half"),
        pytest.param(-4, 3, -1, id="negative below a half"),
        pytest.param(-5, 3, -2, id="negative above a half"),
        pytest.param(0, 7, 0, id="nothing"),
        pytest.param(10**30 + 1, 2, 5 * 10**29 + 1, id="beyond any float"),
    ],
)
def test_half_up(numerator: int, denominator: int, rounded: int) -> None:
    assert half_up(numerator, denominator) == rounded


@many
@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_half_up_agrees_with_decimal(digits: int, places: int) -> None:
    assert half_up(digits, 10**places) == Decimal(digits).scaleb(-places).quantize(Decimal(1), ROUND_HALF_UP)


@many
@given(st.integers(-(10**9), 10**9), st.integers(1, 400))
def test_half_up_is_the_nearest_whole_number(numerator: int, denominator: int) -> None:
    assert abs(half_up(numerator, denominator) * denominator - numerator) * 2 <= denominator


@pytest.mark.parametrize(
    ("price", "currency", "part", "whole", "share"),
    [
        ("39.00", "EUR", 5, 30, 650),
        ("25.00", "EUR", 25, 30, 2083),
        ("100", "JPY", 1, 3, 33),
        ("1.000", "KWD", 2, 3, 667),
        ("0.125", "EUR", 1, 1, 13),
        ("25.00", "EUR", 0, 30, 0),
    ],
)
def test_share(price: str, currency: str, part: int, whole: int, share: int) -> None:
    assert share_minor(Decimal(price), currency, part, whole) == share


@many
@given(prices, currencies, st.integers(1, 366))
def test_the_share_of_all_days_is_the_price(price: Decimal, currency: str, days: int) -> None:
    rounded = price.quantize(MINOR_UNIT[currency], ROUND_HALF_UP)
    assert major(share_minor(price, currency, days, days), currency) == rounded


@many
@given(prices, currencies, st.integers(1, 366), st.data())
def test_more_days_never_cost_less(price: Decimal, currency: str, days: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, days - 1))
    assert share_minor(price, currency, part, days) <= share_minor(price, currency, part + 1, days)


@pytest.mark.parametrize(
    ("amount", "percent", "tax"),
    [
        pytest.param(233, "19", 44, id="SPEC 5.4"),
        pytest.param(-233, "19", -44, id="negative"),
        pytest.param(50, "19", 10, id="tie 9.5 goes up"),
        pytest.param(-50, "19", -10, id="negative tie"),
        pytest.param(1000, "0", 0, id="no percent"),
        pytest.param(1000, "2.5", 25, id="half a percent"),
    ],
)
def test_percent(amount: int, percent: str, tax: int) -> None:
    assert percent_minor(amount, Decimal(percent)) == tax


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("12.5", "EUR", 1250), ("-0.010", "EUR", -1), ("7", "JPY", 7), ("1.234", "KWD", 1234)],
)
def test_exact_amounts_become_minor_units(amount: str, currency: str, minor: int) -> None:
    assert exact_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(("amount", "currency", "digits"), [("0.005", "EUR", 2), ("0.5", "JPY", 0)])
def test_an_amount_with_more_digits_than_its_currency_is_refused(amount: str, currency: str, digits: int) -> None:
    with pytest.raises(Refused) as refused:
        exact_minor(Decimal(amount), currency)
    (why,) = refused.value.refusals
    assert (why.code, why.field) == ("digits_of_the_currency", "amount")
    assert why.numbers == {"given": amount, "currency": currency, "digits": digits}


def test_money_adds_and_prints_with_the_digits_of_its_currency() -> None:
    assert str(Money(1250, "EUR") + Money(50, "EUR")) == "13.00"
    assert str(-Money(1250, "JPY")) == "-1250"
    assert str(Money(5, "KWD")) == "0.005"


def test_two_currencies_do_not_add() -> None:
    with pytest.raises(ValueError, match="EUR and JPY"):
        Money(1, "EUR") + Money(1, "JPY")


@pytest.mark.parametrize(("given_text", "price"), [("2.50", "2.5"), ("0", "0"), (12, "12"), ("0.000001", "0.000001")])
def test_a_price_is_text_or_a_whole_number(given_text: object, price: str) -> None:
    assert parse_price(given_text, "price") == Decimal(price)


@pytest.mark.parametrize(
    ("given_value", "code"),
    [
        pytest.param(2.5, "price_not_exact", id="float"),
        pytest.param(True, "price_not_exact", id="bool"),
        pytest.param(None, "price_not_exact", id="nothing"),
        pytest.param("NaN", "not_a_number", id="NaN"),
        pytest.param("sNaN", "not_a_number", id="signalling NaN"),
        pytest.param("Infinity", "not_a_number", id="infinity"),
        pytest.param("-inf", "not_a_number", id="negative infinity"),
        pytest.param("2,50", "not_a_number", id="comma"),
        pytest.param("", "not_a_number", id="empty"),
        pytest.param("-0.01", "negative_price", id="negative"),
        pytest.param("1234567890123", "too_many_digits", id="13 digits"),
        pytest.param("0.0000000000001", "too_many_digits", id="13 places"),
        pytest.param("1e13", "not_a_number", id="exponent"),
        pytest.param("2.", "not_a_number", id="no digit after the point"),
        pytest.param(".5", "not_a_number", id="no digit before the point"),
        pytest.param("+1", "not_a_number", id="plus"),
        pytest.param(-1, "negative_price", id="negative whole number"),
        pytest.param(10**12, "too_many_digits", id="whole number of 13 digits"),
        pytest.param(["1"], "price_not_exact", id="list"),
    ],
)
def test_no_price(given_value: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_price(given_value, "plan[1].price")
    assert [(refusal.code, refusal.field) for refusal in refused.value.refusals] == [(code, "plan[1].price")]


@pytest.mark.parametrize("text", ["123456789012", "0.123456789012", "123456789012.123456789012"])
def test_a_price_may_have_twelve_digits_on_either_side(text: str) -> None:
    assert str(parse_price(text, "price")) == text


@pytest.mark.parametrize(
    ("given_value", "code", "numbers"),
    [
        (2.5, "price_not_exact", {"given": "2.5"}),
        ("2,50", "not_a_number", {"given": "2,50"}),
        ("-0.01", "negative_price", {"given": "-0.01"}),
        ("1234567890123", "too_many_digits", {"given": "1234567890123", "most": 12}),
    ],
)
def test_what_is_no_price_is_named(given_value: object, code: str, numbers: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        parse_price(given_value, "price")
    (refusal,) = refused.value.refusals
    assert (refusal.code, refusal.numbers) == (code, numbers)


@many
@given(prices, currencies, st.integers(1, 366), st.data())
def test_the_rounding_rule_parts_sum_to_the_whole(
    price: Decimal, currency: str, days: int, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, days), max_size=6)))
    shares = [share_minor(price, currency, part, days) for part in (0, *cuts, days)]
    parts = [after - before for before, after in pairwise(shares)]
    assert sum(parts) == share_minor(price, currency, 1, 1)
    assert min(parts) >= 0


@pytest.mark.parametrize(
    ("price", "days", "amount"),
    [
        pytest.param("30.00", (20, 31), 1065, id="SPEC 4.10"),
        pytest.param("50", (15, 31), 2581, id="SPEC 4.7, the old price"),
        pytest.param("100", (15, 31), 5161, id="SPEC 4.7, the new price"),
        pytest.param("45.00", (17, 31), 2032, id="SPEC 2.3, the old tier"),
        pytest.param("59.00", (17, 31), 2665, id="SPEC 2.3, the new tier"),
    ],
)
def test_the_rounding_rule_of_the_last_days_of_a_period(price: str, days: tuple[int, int], amount: int) -> None:
    before, period = days
    whole = share_minor(Decimal(price), "EUR", period, period)
    assert whole - share_minor(Decimal(price), "EUR", before, period) == amount


def test_a_decimal_may_be_negative() -> None:
    assert parse_decimal("-1.5", "rate") == Decimal("-1.5")


@pytest.mark.parametrize("odd", ["1_000", " 2.50 ", "٢"])
def test_only_plain_digits_are_a_price(odd: str) -> None:
    with pytest.raises(Refused, match="not_a_number"):
        parse_price(odd, "price")
