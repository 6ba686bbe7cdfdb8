"""Tax: once for each rate of a document."""

from __future__ import annotations

from decimal import Decimal

import pytest

from headcount.core.catalog import TaxRule
from headcount.core.errors import Refused
from headcount.core.tax import DOMESTIC, NONE, Totals, rate_for, totals, totals_of_note

from .build import text

VAT = TaxRule(DOMESTIC, Decimal(19), text(""))
SMALL_BUSINESS = TaxRule(NONE, Decimal(0), text("§ 19 UStG"))


def test_spec_5_4_net_plus_tax_is_gross() -> None:
    found = totals(233, Decimal(19))
    assert (found.net_minor, found.tax_minor, found.gross_minor) == (233, 44, 277)


def test_tax_of_a_credit_is_the_same_with_the_other_sign() -> None:
    found = totals(-233, Decimal(19))
    assert (found.tax_minor, found.gross_minor) == (-44, -277)


@pytest.mark.parametrize(
    ("net", "left", "tax"),
    [
        pytest.param(-233, 233, -44, id="all of it"),
        pytest.param(-100, 233, -19, id="a part"),
        pytest.param(-3, 6, 0, id="0.03 of 0.06: the tax stays 0.01"),
        pytest.param(-3, 3, -1, id="the other 0.03: nothing stays"),
    ],
)
def test_a_note_gives_back_what_the_tax_on_what_is_left_changes_by(net: int, left: int, tax: int) -> None:
    assert totals_of_note(net, left, Decimal(19)) == Totals(Decimal(19), net, tax)


def test_no_tax() -> None:
    found = totals(233, rate_for(SMALL_BUSINESS, "DE", "DE"))
    assert (found.rate, found.tax_minor, found.gross_minor) == (Decimal(0), 0, 233)


@pytest.mark.parametrize("buyer", ["DE", ""])
def test_domestic_rate_at_home_and_where_the_country_is_not_known(buyer: str) -> None:
    assert rate_for(VAT, "DE", buyer) == 19


def test_no_tax_does_not_ask_for_the_country() -> None:
    assert rate_for(SMALL_BUSINESS, "DE", "FR") == 0


def test_a_buyer_abroad_is_not_decided_by_a_domestic_rule() -> None:
    with pytest.raises(Refused) as refused:
        rate_for(VAT, "DE", "FR")
    assert [(one.code, one.field, one.numbers) for one in refused.value.refusals] == [
        ("tax_undecided", "country", {"buyer": "FR", "seller": "DE"})
    ]
