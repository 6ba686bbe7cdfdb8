"""Refusals: a code, a place, the numbers."""

from __future__ import annotations

import pytest

from headcount.core.errors import Refusal, Refused, nearest, refuse


@pytest.mark.parametrize(
    ("field", "seen"),
    [("price", "plan[2].price"), ("[1].price", "plan[2][1].price"), ("", "plan[2]")],
)
def test_a_refusal_seen_from_the_table_above(field: str, seen: str) -> None:
    assert Refusal("negative_price", field).under("plan[2]").field == seen


def test_a_refusal_keeps_everything_but_its_line() -> None:
    assert Refusal("unknown_kind", "kind", numbers={"given": "x"}).on_line(7) == Refusal(
        "unknown_kind", "kind", 7, {"given": "x"}
    )


def test_refuse_carries_code_field_and_numbers() -> None:
    assert refuse("unknown_customer", "customer", given="anna").refusals == (
        Refusal("unknown_customer", "customer", numbers={"given": "anna"}),
    )


def test_a_refused_says_what_for_in_logs() -> None:
    assert str(Refused(Refusal("a", "x"), Refusal("b"))) == "a at x {}, b at - {}"


@pytest.mark.parametrize(
    ("word", "meant"), [("monthly-pln", "monthly-plan"), ("zzz", ""), ("monthly-plan", "monthly-plan")]
)
def test_nearest(word: str, meant: str) -> None:
    assert nearest(word, ["yearly", "monthly-plan"]) == meant
