"""Subscriptions: appended changes as a timeline, and what may be agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.catalog import AT_ONCE, COLLECTIONS, END_OF_DAY, END_OF_TERM, IN_ARREARS, NEXT_INVOICE
from headcount.core.errors import Refused
from headcount.core.proration import NONE, RULES, WHOLE_MONTHS
from headcount.core.rating import Flat, Quantity
from headcount.core.subscriptions import (
    CHANGE_QUANTITY,
    SUBSCRIBE,
    Change,
    Subscription,
    agreed_quantities,
    cancel_by,
    check_running,
    collected_on,
    commitments,
    effective_days,
    paid_days,
    segments,
    standing,
)

from .build import PACKAGES, base, cases, committed, counted, day, few, per_unit, plan, span, subscribed, terms

SOLD = plan(base("10.00"), committed(PACKAGES), committed(per_unit("2.50"), "coaches"), counted(per_unit("1.00")))
FROM_15_APRIL = subscribed(SOLD, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 25}))
APRIL_TO_MAY = span("2026-04-15", "2026-05-15")


def parts(
    subscription: Subscription, start: str, end: str, as_of: str = "2026-12-31"
) -> list[tuple[str, str, Quantity]]:
    clients = subscription.plan.charge("clients")
    found = segments(subscription, clients, span(start, end), day(as_of))
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


SEATS = committed(per_unit("2.50"), "seats")


def with_terms(start: str, cancelled: str = "", **agreed: str) -> Subscription:
    every, billing_day = agreed.pop("every", "1 month"), agreed.pop("billing_day", None)
    bound = terms(every, billing_day=int(billing_day) if billing_day else None, **agreed)
    return subscribed(plan(SEATS, agreed=bound), start, {"seats": 10}, cancelled=cancelled)


# what it is | collection | day of the change | end, if any | day on which it is billed
COLLECTED = """
    SPEC 4.6: at once | at once | 2026-05-12 | | 2026-05-12
    SPEC 4.6: at the end of the day | end of day | 2026-05-12 | | 2026-05-13
    SPEC 4.6: with the next invoice | next invoice | 2026-05-12 | | 2026-05-15
    SPEC 4.6: at the end of the term | end of term | 2026-05-12 | | 2027-01-15
    on the last day of a period, at the end of the day | end of day | 2026-05-14 | | 2026-05-15
    on the last day of a period, with the next invoice | next invoice | 2026-05-14 | | 2026-05-15
    on the first day of a period, with the next invoice | next invoice | 2026-05-15 | | 2026-06-15
    in a renewed term | end of term | 2027-01-15 | | 2028-01-15
    on the last day of the year, at the end of the day | end of day | 2026-12-31 | | 2027-01-01
    an end before the next invoice | next invoice | 2026-05-12 | 2026-05-14 | 2026-05-14
    an end before the end of the term | end of term | 2026-05-12 | 2026-09-15 | 2026-09-15
    an end at the end of the day | end of day | 2026-05-12 | 2026-05-13 | 2026-05-13
    an end before the change | next invoice | 2026-05-12 | 2026-05-10 | 2026-05-12
"""


@pytest.mark.parametrize(("collection", "on", "end", "billed"), cases(COLLECTED))
def test_when_a_change_is_billed(collection: str, on: str, end: str, billed: str) -> None:
    yearly = terms(duration="12 months", renewal="12 months")
    sold = plan(SEATS, agreed=yearly, collection=collection)
    assert collected_on(subscribed(sold, "2026-01-15", {"seats": 10}, cancelled=end), day(on)) == day(billed)


def test_spec_4_6_without_a_term_its_end_is_that_of_the_billing_period() -> None:
    until_revoked = subscribed(plan(SEATS, collection=END_OF_TERM), "2026-01-31", {"seats": 10})
    assert collected_on(until_revoked, day("2026-02-12")) == day("2026-02-28")


def seats_charged(collection: str, as_of: str) -> list[tuple[str, Quantity]]:
    agreed = terms(duration="12 months", renewal="12 months")
    sold = plan(SEATS, agreed=agreed, collection=collection)
    more = subscribed(sold, "2026-04-15", {"seats": 10}, ("2026-05-10", {"seats": 11}))
    return [(str(part), quantity) for part, quantity in segments(more, SEATS, APRIL_TO_MAY, day(as_of))]


@pytest.mark.parametrize(
    ("collection", "before", "on"),
    [
        (AT_ONCE, "2026-05-09", "2026-05-10"),
        (END_OF_DAY, "2026-05-10", "2026-05-11"),
        (NEXT_INVOICE, "2026-05-14", "2026-05-15"),
        (END_OF_TERM, "2027-04-14", "2027-04-15"),
    ],
)
def test_spec_4_6_a_period_is_split_from_the_day_on_which_the_change_is_collected(
    collection: str, before: str, on: str
) -> None:
    assert seats_charged(collection, before) == [("2026-04-15/2026-05-15", 10)]
    assert seats_charged(collection, on) == [("2026-04-15/2026-05-10", 10), ("2026-05-10/2026-05-15", 11)]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_spec_4_4_a_decrease_at_once_holds_today_however_it_is_collected(collection: str) -> None:
    sold = plan(committed(PACKAGES), SEATS, collection=collection, decrease=AT_ONCE)
    ten = subscribed(sold, "2026-04-15", {"clients": 25, "seats": 10})
    assert effective_days(ten, {"clients": 10, "seats": 9}, day("2026-05-12")) == {
        day("2026-05-12"): {"clients": 10, "seats": 9}
    }


@pytest.mark.parametrize(
    ("subscription", "early"),
    [
        pytest.param(with_terms("2026-01-15"), False, id="no end"),
        pytest.param(with_terms("2026-01-15", "2026-05-15"), False, id="with a billing period"),
        pytest.param(with_terms("2026-01-15", "2026-05-14"), True, id="a day before"),
        pytest.param(with_terms("2026-01-15", "2026-05-16"), True, id="a day after"),
        pytest.param(with_terms("2026-01-31", "2026-02-28"), False, id="with a clipped period"),
        pytest.param(with_terms("2026-01-15", "2026-01-15"), True, id="on the day it starts"),
        pytest.param(with_terms("2026-01-15", duration="12 months"), False, id="by itself"),
        pytest.param(with_terms("2026-01-15", "2026-07-15", duration="12 months"), True, id="half of a fixed term"),
        pytest.param(
            with_terms("2026-01-15", "2026-07-15", duration="12 months", renewal="6 months"),
            True,
            id="in the first term",
        ),
        pytest.param(
            with_terms("2026-01-15", "2027-07-15", duration="12 months", renewal="6 months"), False, id="a renewed term"
        ),
        pytest.param(with_terms("2026-01-21", "2026-03-01", billing_day="1"), False, id="on a fixed billing day"),
        pytest.param(with_terms("2026-01-21", "2026-03-21", billing_day="1"), True, id="on the day it started"),
    ],
)
def test_an_end_is_early_where_the_terms_have_none(subscription: Subscription, early: bool) -> None:
    assert subscription.ends_early is early


# what it is | first day without | billed | the days of 15 April to 15 May that are owed
PAID = """
    it runs on | | in advance | 2026-04-15/2026-05-15
    it runs on, in arrears | | in arrears | 2026-04-15/2026-05-15
    ends with the period | 2026-05-15 | in advance | 2026-04-15/2026-05-15
    ends early, keeps what has begun | 2026-05-10 | in advance | 2026-04-15/2026-05-15
    ends early, owes what it used | 2026-05-10 | in arrears | 2026-04-15/2026-05-10
"""


@pytest.mark.parametrize(("end", "billed", "days"), cases(PAID))
def test_spec_4_11_the_days_that_are_owed(end: str, billed: str, days: str) -> None:
    found = paid_days(with_terms("2026-02-15", end), replace(SEATS, billed=billed), APRIL_TO_MAY)
    assert str(found) == days


def test_spec_4_10_the_first_period_of_fixed_days_is_owed_from_the_start() -> None:
    fixed = with_terms("2026-01-21", billing_day="1")
    january, february = span("2026-01-01", "2026-02-01"), span("2026-02-01", "2026-03-01")
    assert [paid_days(fixed, SEATS, period) for period in (january, february)] == [
        span("2026-01-21", "2026-02-01"),
        february,
    ]


@pytest.mark.parametrize("agreed", [{"duration": "6 months"}, {"renewal": "6 months"}])
def test_spec_4_10_an_end_by_the_terms_inside_a_period_of_fixed_days_is_owed_up_to_it(agreed: dict[str, str]) -> None:
    ending = with_terms("2026-01-21", "2026-07-21", billing_day="1", **agreed)
    assert not ending.ends_early
    for billed in (SEATS.billed, IN_ARREARS):
        found = paid_days(ending, replace(SEATS, billed=billed), span("2026-07-01", "2026-08-01"))
        assert found == span("2026-07-01", "2026-07-21")


@pytest.mark.parametrize(
    ("today", "last"),
    [
        pytest.param("2024-04-01", "2024-08-31", id="before the start"),
        pytest.param("2024-08-31", "2024-08-31", id="SPEC 4.2: the last day itself"),
        pytest.param("2024-09-01", "2025-02-28", id="SPEC 4.2: from then on that of the next end"),
    ],
)
def test_spec_4_2_the_last_day_to_cancel_is_shown(today: str, last: str) -> None:
    half_years = with_terms("2024-05-01", every="3 months", renewal="6 months", notice="2 months")
    assert cancel_by(half_years, day(today)) == day(last)


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(with_terms("2026-01-15", "2026-05-15"), id="cancelled"),
        pytest.param(with_terms("2026-01-15", duration="12 months"), id="by itself"),
    ],
)
def test_what_ends_already_has_no_last_day_to_cancel(ending: Subscription) -> None:
    assert cancel_by(ending, day("2026-02-01")) is None


def test_spec_4_2_a_fixed_duration_ends_by_itself() -> None:
    assert with_terms("2024-05-01", every="3 months", duration="12 months").end_on == day("2025-05-01")
    assert with_terms("2024-05-01", duration="12 months", renewal="12 months").end_on is None
    assert with_terms("2024-05-01", "2024-06-01", duration="12 months").end_on == day("2024-06-01")


def test_what_is_committed_from_day_to_day() -> None:
    changed = subscribed(SOLD, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 25}), cancelled="2026-06-01")
    assert [(str(part), quantity) for part, quantity in commitments(changed, "clients")] == [
        ("2026-04-15/2026-05-10", 10),
        ("2026-05-10/2026-06-01", 25),
    ]
    assert commitments(changed, "coaches") == []


@few
@given(
    st.sampled_from(RULES),
    st.lists(st.tuples(st.integers(0, 120), st.integers(1, 5)), max_size=6),
    st.integers(0, 2),
    st.sampled_from([1, 3]),
)
def test_the_segments_of_a_period_agree_with_asking_day_by_day(
    rule: str, changes: list[tuple[int, int]], number: int, months: int
) -> None:
    """By whole months the last word of a begun month holds for all of it; without proration the first of a period."""
    start = date(2026, 1, 31)
    sold = plan(SEATS, every=f"{months} months", proration=rule)
    wishes = [(str(start + timedelta(days=after)), {"seats": seats}) for after, seats in changes]
    subscription = subscribed(sold, str(start), {"seats": 3}, *[(on, dict[str, Quantity](q)) for on, q in wishes])
    period = subscription.period_of(start + timedelta(days=number * 31 * months + 1))
    found = list(segments(subscription, SEATS, period, date(2030, 1, 1)))
    assert (found[0][0].start, found[-1][0].end) == (period.start, period.end)
    assert all(one.end == following.start for (one, _), (following, _) in pairwise(found))
    for part, quantity in found:
        for place in range(part.days):
            on = part.start + timedelta(days=place)
            decides = period.start if rule == NONE else on
            while (
                rule == WHOLE_MONTHS
                and (decides + timedelta(days=2)).day != 1
                and decides + timedelta(days=1) < period.end
            ):
                decides += timedelta(days=1)
            said = 3
            for wished_on, wish in sorted(wishes, key=lambda one: one[0]):
                if wished_on <= str(decides):
                    said = wish["seats"]
            assert quantity == said
