"""Lines that somebody added, and promotional credit, on the next document and never below zero (SPEC 3.10)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from headcount.core.discounts import Adjustment, Credit
from headcount.core.drafts import drafts
from headcount.core.ledger import INVOICED, MANUAL, PROMOTION

from .build import METERS, account, committed, day, per_unit, plan, subscribed

HUNDRED = plan(committed(per_unit("10.00")))


def of_the_day(**waiting: object) -> list[tuple[str, int]]:
    """The entries of an invoice of 100.00 on 1 April, with what waits for it."""
    fresh = account([subscribed(HUNDRED, "2026-04-01", {"clients": 10})], until="2026-04-01")
    (draft,) = drafts(replace(fresh, **waiting), METERS, day("2026-04-01"))  # type: ignore[arg-type]
    return [(entry.kind, entry.amount_minor) for entry in draft.entries]


def a_credit(id: int, amount_minor: int, expires_on: str = "", valid_from: str = "2026-01-01") -> Credit:
    return Credit(id, "", amount_minor, "EUR", day(valid_from), day(expires_on) if expires_on else None)


def test_spec_3_10_the_first_to_expire_is_used_first_and_what_expired_not_at_all() -> None:
    credits = (a_credit(1, 9_000), a_credit(2, 3_000, "2026-05-01"), a_credit(3, 500, "2026-04-01"))
    assert of_the_day(credits=credits) == [(INVOICED, 10_000), (PROMOTION, -3_000), (PROMOTION, -7_000)]


def test_spec_3_10_credit_does_not_hold_before_its_first_day() -> None:
    assert of_the_day(credits=(a_credit(1, 500, valid_from="2026-04-02"),)) == [(INVOICED, 10_000)]


def an_adjustment(id: int, amount_minor: int, currency: str = "EUR") -> Adjustment:
    return Adjustment(id, "by hand", Decimal(1), Decimal(abs(amount_minor)).scaleb(-2), amount_minor, currency)


def test_a_discount_larger_than_the_document_waits() -> None:
    wished = (an_adjustment(1, -10_001), an_adjustment(2, -10_000), an_adjustment(3, 1, "CHF"))
    assert of_the_day(adjustments=wished) == [(INVOICED, 10_000), (MANUAL, -10_000)]


@pytest.mark.parametrize(
    ("wished", "printed"),
    [
        pytest.param([-6_000, -5_000, -4_000], [-6_000, -4_000], id="the second is more than is left"),
        pytest.param([-10_000, -1], [-10_000], id="nothing is left"),
        pytest.param([500, -10_500], [500, -10_500], id="what was added can be taken off again"),
    ],
)
def test_lines_that_were_added_are_reckoned_one_after_the_other(wished: list[int], printed: list[int]) -> None:
    added = tuple(an_adjustment(id, amount_minor) for id, amount_minor in enumerate(wished, 1))
    assert of_the_day(adjustments=added) == [(INVOICED, 10_000), *((MANUAL, amount) for amount in printed)]


def test_the_last_cent_of_a_credit_is_used() -> None:
    assert of_the_day(credits=(a_credit(1, 1),)) == [(INVOICED, 10_000), (PROMOTION, -1)]
