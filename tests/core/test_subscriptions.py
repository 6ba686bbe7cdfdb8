"""Subscriptions: appended changes as a timeline, and what may be agreed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headcount.core.errors import Refused
from headcount.core.rating import Flat, Quantity
from headcount.core.subscriptions import (
    CHANGE_QUANTITY,
    SUBSCRIBE,
    Change,
    Subscription,
    agreed_quantities,
    check_running,
    effective_days,
    segments,
    standing,
)

from .build import PACKAGES, base, committed, counted, day, per_unit, plan, span, subscribed

SOLD = plan(base("10.00"), committed(PACKAGES), committed(per_unit("2.50"), "coaches"), counted(per_unit("1.00")))
FROM_15_APRIL = subscribed(SOLD, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 25}))
APRIL_TO_MAY = span("2026-04-15", "2026-05-15")


def parts(
    subscription: Subscription, start: str, end: str, as_of: str = "2026-12-31"
) -> list[tuple[str, str, Quantity]]:
    found = segments(subscription, "clients", span(start, end), day(as_of))
    return [(str(part.start), str(part.end), quantity) for part, quantity in found]


def test_an_increase_splits_its_period() -> None:
    assert parts(FROM_15_APRIL, "2026-04-15", "2026-05-15") == [
        ("2026-04-15", "2026-05-10", 10),
        ("2026-05-10", "2026-05-15", 25),
    ]


def test_a_change_that_is_not_effective_yet_splits_nothing() -> None:
    assert parts(FROM_15_APRIL, "2026-04-15", "2026-05-15", as_of="2026-05-09") == [("2026-04-15", "2026-05-15", 10)]


def test_a_change_holds_in_every_later_period() -> None:
    assert parts(FROM_15_APRIL, "2026-05-15", "2026-06-15") == [("2026-05-15", "2026-06-15", 25)]


def test_a_change_on_the_first_day_of_a_period_holds_for_all_of_it() -> None:
    changed = subscribed(SOLD, "2026-04-15", {"clients": 10}, ("2026-05-15", {"clients": 25}))
    assert parts(changed, "2026-04-15", "2026-05-15") == [("2026-04-15", "2026-05-15", 10)]
    assert parts(changed, "2026-05-15", "2026-06-15") == [("2026-05-15", "2026-06-15", 25)]


def test_of_one_day_the_last_change_holds() -> None:
    changed = subscribed(
        SOLD, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 75}), ("2026-05-10", {"clients": 25})
    )
    assert parts(changed, "2026-04-15", "2026-05-15") == [
        ("2026-04-15", "2026-05-10", 10),
        ("2026-05-10", "2026-05-15", 25),
    ]


def test_there_and_back_on_one_day_charges_one_quantity_throughout() -> None:
    changed = subscribed(
        SOLD, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 75}), ("2026-05-10", {"clients": 10})
    )
    assert {quantity for _, _, quantity in parts(changed, "2026-04-15", "2026-05-15")} == {10}


def test_a_back_dated_change_comes_before_what_was_recorded_earlier() -> None:
    changed = subscribed(
        SOLD, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 75}), ("2026-05-01", {"clients": 25})
    )
    assert parts(changed, "2026-04-15", "2026-05-15") == [
        ("2026-04-15", "2026-05-01", 10),
        ("2026-05-01", "2026-05-10", 25),
        ("2026-05-10", "2026-05-15", 75),
    ]


def test_a_change_of_another_charge_splits_nothing() -> None:
    changed = subscribed(SOLD, "2026-04-15", {"clients": 10, "coaches": 1}, ("2026-05-10", {"coaches": 2}))
    assert parts(changed, "2026-04-15", "2026-05-15") == [("2026-04-15", "2026-05-15", 10)]


def test_what_stands_is_by_day_then_by_record() -> None:
    recorded: list[tuple[int, str, Quantity]] = [(1, "2026-05-10", 10), (3, "2026-05-01", 75), (2, "2026-05-01", 25)]
    changes = [Change(number, SUBSCRIBE, day(on), (("clients", quantity),)) for number, on, quantity in recorded]
    assert [quantity for _, quantity in standing(changes, "clients")] == [25, 75, 10]


def effective_on(subscription: Subscription, wanted: dict[str, Quantity], today: str) -> str:
    (only,) = effective_days(subscription, wanted, day(today))
    return str(only)


@pytest.mark.parametrize(
    ("on", "clients"),
    [("2026-04-14", 0), ("2026-04-15", 10), ("2026-05-09", 10), ("2026-05-10", 25), ("2027-01-01", 25)],
)
def test_the_quantity_of_a_day_is_that_of_its_end(on: str, clients: int) -> None:
    assert FROM_15_APRIL.quantity_on("clients", day(on)) == clients


def test_a_cancellation_ends_on_the_first_day_without() -> None:
    assert subscribed(SOLD, "2026-04-15", cancelled="2026-05-10").end_on == day("2026-05-10")
    assert FROM_15_APRIL.end_on is None


@pytest.mark.parametrize(
    ("wanted", "effective"),
    [
        pytest.param({"clients": 75}, "2026-05-12", id="SPEC 4.3: more at once"),
        pytest.param({"clients": None}, "2026-05-12", id="unlimited is more"),
        pytest.param({"clients": 25}, "2026-05-12", id="as it is"),
        pytest.param({"clients": 10}, "2026-05-15", id="SPEC 4.4: less at renewal"),
        pytest.param({"coaches": 3}, "2026-05-12", id="what was not bought before is more"),
    ],
)
def test_spec_4_3_and_4_4_when_a_change_holds(wanted: dict[str, Quantity], effective: str) -> None:
    assert effective_on(FROM_15_APRIL, wanted, "2026-05-12") == effective


def test_spec_4_4_down_from_unlimited_is_less() -> None:
    unlimited = subscribed(SOLD, "2026-04-15", {"clients": None})
    assert effective_on(unlimited, {"clients": 75}, "2026-05-12") == "2026-05-15"


def test_spec_4_4_a_decrease_on_the_day_of_renewal_waits_for_the_next() -> None:
    assert effective_on(FROM_15_APRIL, {"clients": 10}, "2026-05-15") == "2026-06-15"


def test_spec_4_4_the_old_limit_holds_until_renewal() -> None:
    lowered = subscribed(SOLD, "2026-04-15", {"clients": 25}, ("2026-05-15", {"clients": 10}))
    assert [lowered.quantity_on("clients", day(on)) for on in ("2026-05-14", "2026-05-15")] == [25, 10]


def test_an_increase_before_the_start_holds_from_the_start() -> None:
    assert effective_on(FROM_15_APRIL, {"clients": 25}, "2026-04-01") == "2026-04-15"


QUEUED = (
    Change(1, SUBSCRIBE, day("2026-04-15"), (("clients", 25),), day("2026-04-15")),
    Change(2, CHANGE_QUANTITY, day("2026-05-15"), (("clients", 10),), day("2026-05-01")),
)


@pytest.mark.parametrize("wish", [25, 75])
def test_spec_4_4_a_decrease_can_be_taken_back_before_it_takes_effect(wish: Quantity) -> None:
    wanted = Change(3, CHANGE_QUANTITY, day("2026-05-12"), (("clients", wish),), day("2026-05-12"))
    taken_back = replace(subscribed(SOLD, "2026-04-15"), changes=(*QUEUED, wanted))
    assert [taken_back.quantity_on("clients", day(on)) for on in ("2026-05-11", "2026-05-12", "2026-05-15")] == [
        25, wish, wish,
    ]  # fmt: skip


def test_a_back_dated_change_leaves_what_followed_it() -> None:
    late = Change(3, CHANGE_QUANTITY, day("2026-05-01"), (("clients", 75),), day("2026-06-20"))
    changed = replace(subscribed(SOLD, "2026-04-15"), changes=(*QUEUED, late))
    assert [changed.quantity_on("clients", day(on)) for on in ("2026-04-30", "2026-05-01", "2026-05-15")] == [
        25,
        75,
        10,
    ]


def test_before_the_start_everything_holds_from_the_start() -> None:
    assert effective_on(FROM_15_APRIL, {"clients": 10}, "2026-04-01") == "2026-04-15"


def test_a_wish_of_more_and_less_is_two_changes() -> None:
    both = subscribed(SOLD, "2026-04-15", {"clients": 25, "coaches": 2})
    assert effective_days(both, {"clients": 75, "coaches": 1}, day("2026-05-12")) == {
        day("2026-05-12"): {"clients": 75},
        day("2026-05-15"): {"coaches": 1},
    }


@pytest.mark.parametrize("wanted", [{"clients": 25}, {"clients": None}, {"coaches": 0}, {"clients": 10, "coaches": 7}])
def test_what_is_sold_can_be_agreed(wanted: dict[str, Quantity]) -> None:
    assert agreed_quantities(SOLD, wanted) == wanted


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        pytest.param({"clients": 11}, ["size_not_sold"], id="between two packages"),
        pytest.param({"clients": 0}, ["size_not_sold"], id="no package for nobody"),
        pytest.param({"clients": -1}, ["negative_quantity"], id="negative package"),
        pytest.param({"coaches": -1}, ["negative_quantity"], id="negative"),
        pytest.param({"coaches": None}, ["unlimited_not_priced"], id="unlimited per unit"),
        pytest.param({"client": 10}, ["unknown_charge"], id="unknown"),
        pytest.param({"base": 2}, ["unknown_charge"], id="a flat fee has no quantity"),
        pytest.param({"counted": 2}, ["unknown_charge"], id="what is counted is not bought"),
        pytest.param({"client": 1, "clients": 11}, ["unknown_charge", "size_not_sold"], id="all at once"),
    ],
)
def test_what_is_not_sold_is_refused(wanted: dict[str, Quantity], codes: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        agreed_quantities(SOLD, wanted)
    assert [refusal.code for refusal in refused.value.refusals] == codes


def test_a_size_not_sold_names_those_that_are() -> None:
    with pytest.raises(Refused) as refused:
        agreed_quantities(SOLD, {"clients": 11})
    assert refused.value.refusals[0].numbers == {"charge": "clients", "given": "11", "sold": "10, 25, 75, unlimited"}


def test_an_unknown_charge_names_the_nearest() -> None:
    with pytest.raises(Refused) as refused:
        agreed_quantities(SOLD, {"client": 10})
    assert refused.value.refusals[0].numbers == {"given": "client", "nearest": "clients"}


def test_a_flat_charge_beside_the_base_fee_has_no_quantity() -> None:
    with pytest.raises(Refused, match="unknown_charge"):
        agreed_quantities(plan(committed(Flat(per_unit("5").price), "support")), {"support": 1})


@pytest.mark.parametrize(
    ("on", "code"),
    [
        ("2026-04-14", "before_start"),
        ("2026-04-15", None),
        ("2026-05-09", None),
        ("2026-05-10", "already_ended"),
        ("2026-06-01", "already_ended"),
    ],
)
def test_changes_while_it_runs_only(on: str, code: str | None) -> None:
    ended = subscribed(SOLD, "2026-04-15", cancelled="2026-05-10")
    if code is None:
        check_running(ended, day(on))
        return
    with pytest.raises(Refused, match=f"{code} at on"):
        check_running(ended, day(on))


def test_without_an_end_it_runs_on() -> None:
    check_running(FROM_15_APRIL, day("2099-01-01"))
