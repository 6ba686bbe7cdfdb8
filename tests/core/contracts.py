"""Random contracts for Hypothesis, and each of them as a subscription of the core."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from headcount.core import catalog
from headcount.core.calendar import Interval
from headcount.core.catalog import Plan
from headcount.core.members import STATUSES
from headcount.core.rating import Blocks, Bracket, Brackets, Flat, Graduated, PerUnit, PriceModel, Tier, Volume
from headcount.core.subscriptions import CANCEL, CHANGE_QUANTITY, SUBSCRIBE, Change, Subscription
from headcount.core.terms import Terms, end_by_notice

from . import naive
from .build import text
from .naive import Charge, Contract, Edit, Ending, Move, Price, Step, Wish

HORIZON = 100

digits, places = st.integers(1, 9999), st.integers(0, 3)
fees = st.just(Decimal(0)) | st.builds(lambda digits, places: Decimal(digits).scaleb(-places), digits, places)
offsets = st.integers(0, HORIZON)
MODELS = (
    "flat",
    "per unit",
    "volume",
    "graduated",
    "brackets",
    "per unit in blocks",
    "volume in blocks",
    "graduated in blocks",
)
READINGS = ("start", "end", "peak", "average", "day by day")
WINDOWS = ("month", "week", "billing period", "9 days")
IN_MONTHS = ("actual days", "30-day months", "whole months", "none")
IN_DAYS = ("actual days", "none")
COLLECTIONS = ("at once", "end of day", "next invoice", "end of term")


@st.composite
def prices(draw: st.DrawFn) -> Price:
    model = draw(st.sampled_from(MODELS))
    ends = [] if model.startswith(("flat", "per unit")) else sorted(draw(st.sets(st.integers(1, 6), max_size=2)))
    has_flat = model.startswith(("volume", "graduated"))
    steps = [Step(end, draw(fees), draw(fees) if has_flat else Decimal(0)) for end in [*ends, None]]
    size = draw(st.integers(1, 4)) if model.endswith("in blocks") else 1
    least, most = sorted([draw(fees), draw(fees)])
    minimum = draw(st.sampled_from([None, None, least]))
    maximum = draw(st.sampled_from([None, None, most]))
    return Price(model, tuple(steps), size, minimum, maximum)


@st.composite
def charges(draw: st.DrawFn) -> tuple[Charge, ...]:
    committed = [
        Charge(key, draw(prices()), in_arrears=draw(st.sampled_from([False, False, True])))
        for key in draw(st.sampled_from([("seats",), ("seats",), ("seats", "clients"), ("seats", "clients"), ()]))
    ]
    counted = [
        Charge(f"{what}: {how}", draw(prices()), what, how, True)
        for what, how in draw(
            st.lists(
                st.sampled_from([*(("statuses", how) for how in READINGS), *(("activity", how) for how in WINDOWS)]),
                max_size=2,
                unique=True,
            )
        )
    ]
    return (*committed, *counted)


@st.composite
def agreed_terms(draw: st.DrawFn) -> dict[str, Any]:
    months, days = draw(st.sampled_from([(1, 0), (1, 0), (1, 0), (2, 0), (3, 0), (0, 7), (0, 14), (0, 10)]))
    period = months or days
    divisors = [length for length in range(1, period + 1) if period % length == 0]
    notice = draw(st.sampled_from([(0, 0), (0, 0), (0, 5), (1, 0)]))
    return {
        "months": months,
        "days": days,
        "billing_day": draw(st.sampled_from([None, None, 1, 15, 29, 30, 31])) if months else None,
        "duration": draw(st.sampled_from([None, None, period, 2 * period, 3 * period])),
        "renewal": draw(st.sampled_from([None, None, period, 2 * period, *divisors])),
        "notice_months": notice[0],
        "notice_days": notice[1],
        "proration": draw(st.sampled_from(IN_MONTHS if months else IN_DAYS)),
        "collection": draw(st.sampled_from(COLLECTIONS)),
    }


@st.composite
def contracts(draw: st.DrawFn, earliest: date) -> Contract:
    start = earliest + timedelta(days=draw(st.integers(0, 9)))

    def later() -> date:
        return start + timedelta(days=draw(offsets))

    wished = [
        Wish(later(), later(), draw(st.sampled_from(["seats", "seats", "clients"])), draw(st.integers(0, 9)))
        for _ in range(draw(st.integers(1, 6)))
    ]
    first = [Wish(start, start, what, draw(st.integers(0, 9))) for what in ("seats", "clients")]
    edits = [
        Edit(later(), start + timedelta(days=draw(st.integers(-9, HORIZON))), draw(st.sampled_from("abcd")))
        for _ in range(draw(st.integers(0, 9)))
    ]
    moves = [
        Move(start + timedelta(days=draw(st.integers(-5, HORIZON))), draw(st.sampled_from("xyz")), draw(status))
        for _ in range(draw(st.integers(0, 8)))
    ]
    contract = Contract(
        start=start,
        charges=draw(charges()),
        **draw(agreed_terms()),
        wishes=tuple(sorted([*first, *wished], key=lambda wish: wish.recorded)),  # type: ignore[arg-type,return-value]
        edits=tuple(edits),
        moves=tuple(moves),
    )
    return replace(contract, ending=draw(endings(contract)))


@st.composite
def endings(draw: st.DrawFn, contract: Contract) -> Ending | None:
    """None; by notice; or early: told before the day, on it, or (back-dated) after it."""
    told = contract.start + timedelta(days=draw(offsets))
    on = contract.start + timedelta(days=draw(offsets))
    latest = naive.end_of(contract, None)
    return draw(
        st.sampled_from([None, None, Ending(told, None), Ending(told, min(on, latest)), Ending(on, min(on, latest))])
    )


status = st.sampled_from(STATUSES)
earliest_starts = st.dates(date(2024, 1, 22), date(2024, 2, 1)) | st.sampled_from(
    [date(2026, 1, 22), date(2023, 6, 25), date(2025, 11, 28), date(2024, 2, 29)]
)
customers = earliest_starts.flatmap(lambda earliest: st.lists(contracts(earliest), min_size=1, max_size=2))


def known_from_the_start(contract: Contract) -> Contract:
    """The same, but that nothing is told later; nothing was taken back."""
    wishes = tuple(replace(wish, recorded=None) for wish in contract.wishes)
    edits = tuple(replace(edit, recorded=contract.start) for edit in contract.edits)
    ending = contract.ending and Ending(None, naive.end_of(contract, contract.ending))
    return replace(contract, wishes=wishes, edits=edits, ending=ending)


def as_subscription(contract: Contract, number: int, today: date) -> Subscription:
    """As it was known at the end of `today`."""
    plan = as_plan(contract)
    wishes = [
        Change(place, CHANGE_QUANTITY, wish.effective, ((wish.what, wish.quantity),), wish.recorded or date.max)
        for place, wish in enumerate(contract.wishes, 2)
        if wish.recorded is None or wish.recorded <= today
    ]
    ends = []
    if contract.ending is not None and (contract.ending.told is None or contract.ending.told <= today):
        told, on = contract.ending.told or today, contract.ending.on
        ends = [Change(99, CANCEL, on or end_by_notice(plan.terms, contract.start, told), (), told)]
    changes = (Change(1, SUBSCRIBE, contract.start, (), contract.start), *wishes, *ends)
    return Subscription(number, f"s{number}", 1, 1, plan, contract.start, changes)


def as_plan(contract: Contract) -> Plan:
    unit = "month" if contract.months else "day"

    def length(number: int | None) -> Interval | None:
        return Interval(number, unit) if number else None

    notice = Interval(contract.notice_months, "month") if contract.notice_months else None
    terms = Terms(
        Interval(contract.months or contract.days, unit),
        contract.billing_day,
        length(contract.duration),
        length(contract.renewal),
        Interval(contract.notice_days, "day") if contract.notice_days else notice,
    )
    charges = tuple(as_charge(charge) for charge in contract.charges)
    return Plan("plan", "product", text("plan"), terms, charges, contract.proration, contract.collection)


def as_charge(charge: Charge) -> catalog.Charge:
    return catalog.Charge(
        charge.key,
        text(charge.key),
        "counted" if charge.counts else "committed",
        {"month": "active"}.get(charge.how, charge.how),
        as_model(charge.price.model, charge.price),
        "in arrears" if charge.in_arrears else "in advance",
        charge.price.minimum,
        charge.price.maximum,
    )


def as_model(model: str, price: Price) -> PriceModel:
    tiers = tuple(Tier(step.up_to, step.price, step.flat) for step in price.steps)
    match model:
        case "flat":
            return Flat(tiers[0].price)
        case "per unit":
            return PerUnit(tiers[0].price)
        case "volume":
            return Volume(tiers)
        case "graduated":
            return Graduated(tiers)
        case "brackets":
            return Brackets(tuple(Bracket(tier.up_to, tier.price) for tier in tiers))
    packages = as_model(model.removesuffix(" in blocks"), price)
    assert isinstance(packages, PerUnit | Volume | Graduated)
    return Blocks(price.size, packages)


def a_contract(start: date, **changed: Any) -> Contract:
    """A plain monthly contract without any charge, but for what is said."""
    return replace(Contract(start, 1, 0, ()), **changed)
