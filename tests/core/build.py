"""Short ways to say what an example of SPEC says in a sentence. No rule of Headcount is repeated here."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from headcount.core.calendar import Interval, Period, parse_interval
from headcount.core.catalog import (
    AT_ONCE,
    AT_RENEWAL,
    IN_ARREARS,
    ActivityMeter,
    Charge,
    Meter,
    Noun,
    Plan,
    StatusMeter,
    Text,
)
from headcount.core.counting import Counted, Stretch
from headcount.core.drafts import INVOICE, Account, Draft, drafts
from headcount.core.expected import readings
from headcount.core.ledger import Booked
from headcount.core.members import BILLABLE
from headcount.core.originals import Original
from headcount.core.proration import ACTUAL_DAYS
from headcount.core.rating import (
    Bracket,
    Brackets,
    Flat,
    Graduated,
    PerUnit,
    PriceModel,
    Quantity,
    RatedQuantity,
    Tier,
    Volume,
    parts,
    total,
)
from headcount.core.subscriptions import CANCEL, CHANGE_QUANTITY, SUBSCRIBE, Change, Subscription
from headcount.core.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headcount.core.expected import Reading


def examples(usual: int) -> settings:
    """So many examples; twenty times as many in a soak and a fifth under mutation, as tests/conftest.py says."""
    assert settings.default is not None
    return settings(max_examples=max(5, usual * settings.default.max_examples // 100), deadline=None)


few, many = examples(40), examples(200)

day = date.fromisoformat


def span(start: str, end: str) -> Period:
    return Period(day(start), day(end))


def cases(table: str) -> list[Any]:
    """One case a line, its columns apart by `|`; the first one is its name."""
    lines = (line.split("|") for line in table.strip().splitlines())
    return [pytest.param(*(column.strip() for column in columns), id=name.strip()) for name, *columns in lines]


def text(word: str) -> Text:
    return Text(word, word)


NOUN = Noun(text("member"), text("members"))
ACTIVE = ActivityMeter("active", text("active"), NOUN, ("information",))


def status_meter(reading: str) -> StatusMeter:
    return StatusMeter(reading, text(reading), NOUN, BILLABLE, reading)


def activity_meter(window: str) -> ActivityMeter:
    return ActivityMeter(window, text(window), NOUN, ("information",), window)


METERS: dict[str, Meter] = {
    "active": ACTIVE,
    "start": status_meter("start"),
    "end": status_meter("end"),
    "peak": status_meter("peak"),
    "average": status_meter("average"),
    "day by day": status_meter("day by day"),
    "week": activity_meter("week"),
    "billing period": activity_meter("billing period"),
    "9 days": activity_meter("9 days"),
    "90 days": activity_meter("90 days"),
}


def brackets(*tiers: tuple[Quantity, str]) -> Brackets:
    return Brackets(tuple(Bracket(up_to, Decimal(price)) for up_to, price in tiers))


PACKAGES = brackets((10, "25.00"), (25, "39.00"), (75, "69.00"), (None, "99.00"))


def per_unit(price: str) -> PerUnit:
    return PerUnit(Decimal(price))


def _tiers(tiers: Sequence[tuple[Quantity, str]]) -> tuple[Tier, ...]:
    return tuple(Tier(up_to, Decimal(price)) for up_to, price in tiers)


def volume(*tiers: tuple[Quantity, str]) -> Volume:
    return Volume(_tiers(tiers))


def graduated(*tiers: tuple[Quantity, str]) -> Graduated:
    return Graduated(_tiers(tiers))


def whole_price(model: PriceModel, quantity: RatedQuantity) -> Decimal:
    """What a model asks for a whole period, in major units, not rounded."""
    return total(parts(model, quantity))


def base(fee: str) -> Charge:
    return Charge("base", text("Base fee"), "committed", "", Flat(Decimal(fee)))


def committed(model: PriceModel, key: str = "clients", **bounds: str) -> Charge:
    """`committed(per_unit("2.50"), minimum="10.00", maximum="50.00")`."""
    prices = {name: Decimal(price) for name, price in bounds.items()}
    return Charge(key, text(key), "committed", "", model, **prices)  # type: ignore[arg-type]


def counted(model: PriceModel, meter: str = "active", key: str = "counted") -> Charge:
    return Charge(key, text(key), "counted", meter, model, IN_ARREARS)


def interval(length: str) -> Interval:
    return parse_interval(length, "")


def terms(every: str = "1 month", *, billing_day: int | None = None, **lengths: str) -> Terms:
    """`terms("3 months", duration="12 months", notice="2 months")`."""
    agreed = {name: interval(length) for name, length in lengths.items()}
    return Terms(interval(every), billing_day, **agreed)


def plan(
    *charges: Charge,
    every: str = "1 month",
    agreed: Terms | None = None,
    proration: str = ACTUAL_DAYS,
    collection: str = AT_ONCE,
    decrease: str = AT_RENEWAL,
) -> Plan:
    return Plan("plan", "product", text("plan"), agreed or terms(every), charges, proration, collection, decrease)


def subscribed(
    sold: Plan,
    start: str,
    quantities: dict[str, Quantity] | None = None,
    *changes: tuple[str, dict[str, Quantity]],
    cancelled: str = "",
    number: int = 1,
) -> Subscription:
    """A subscription of customer 1 with its changes in the order in which they were recorded."""
    first = Change(1, SUBSCRIBE, day(start), tuple((quantities or {}).items()))
    later = [
        Change(place, CHANGE_QUANTITY, day(on), tuple(wanted.items())) for place, (on, wanted) in enumerate(changes, 2)
    ]
    last = [Change(len(changes) + 2, CANCEL, day(cancelled))] if cancelled else []
    return Subscription(number, f"s{number}", 1, 1, sold, day(start), (first, *later, *last))


def account(
    subscriptions: Sequence[Subscription],
    count: Callable[[Reading], int | list[Counted]] = lambda reading: 0,
    *,
    until: str,
    currency: str = "EUR",
    before: Sequence[Draft] = (),
    billed_until: str = "",
) -> Account:
    needed = [reading for one in subscriptions for reading in readings(one, METERS, day(until))]
    return Account(
        customer=1,
        currency=currency,
        subscriptions=tuple(subscriptions),
        counts={reading: _as_counted(reading, count(reading)) for reading in needed},
        booked=as_booked(before),
        billed_until=day(billed_until) if billed_until else None,
        originals=as_originals(before),
    )


def as_booked(made: Sequence[Draft]) -> tuple[Booked, ...]:
    """As the ledger has these documents, numbered in their order from 1."""
    printed = [
        (number, position, entry)
        for number, draft in enumerate(made, 1)
        for position, line in enumerate(draft.lines, 1)
        for entry in line.entries
    ]
    return tuple(
        Booked(id, number, position, Decimal(19), entry) for id, (number, position, entry) in enumerate(printed, 1)
    )


def as_originals(made: Sequence[Draft]) -> dict[int, Original]:
    """The invoices among them, by number, with what is left of them."""
    back: Counter[int] = Counter()
    for draft in made:
        if draft.original:
            back[draft.original.id] += draft.net_minor
    return {
        number: Original(
            number, str(number), draft.customer, draft.billing_date, draft.net_minor + back[number], Decimal(19)
        )
        for number, draft in enumerate(made, 1)
        if draft.kind == INVOICE
    }


def _as_counted(reading: Reading, found: int | list[Counted]) -> list[Counted]:
    return found if isinstance(found, list) else [Counted(reading.counted, found)]


def days_in_utc(days: Period) -> Stretch:
    return Stretch(midnight(days.start), tuple(midnight(days.start + timedelta(n + 1)) for n in range(days.days)))


def midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, UTC)


def bill(
    subscriptions: Subscription | Sequence[Subscription],
    until: str,
    count: Callable[[Reading], int | list[Counted]] = lambda reading: 0,
    *,
    before: Sequence[Draft] = (),
    ran: str = "",
    currency: str = "EUR",
) -> list[Draft]:
    """The documents made up to `until` after those that were made `before`, by a run that `ran` up to its last one."""
    several = [subscriptions] if isinstance(subscriptions, Subscription) else subscriptions
    last = ran or max((str(draft.billing_date) for draft in before), default="")
    customer = account(several, count, until=until, currency=currency, before=before, billed_until=last)
    return drafts(customer, METERS, day(until))


def amounts(made: Sequence[Draft]) -> list[tuple[str, list[int]]]:
    """Each document as its date and the amounts of its lines, in minor units."""
    return [(str(draft.billing_date), [line.amount_minor for line in draft.lines]) for draft in made]
