"""The ledger, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from headcount.core.bounds import unbounded
from headcount.core.calendar import Period
from headcount.core.catalog import ActivityMeter, Charge, Meter, Plan
from headcount.core.coverage import days_minor
from headcount.core.errors import Refused
from headcount.core.ledger import COVERING, PAID_BEFORE, WAIVED
from headcount.services.audit.books import Books, Finding, finding
from headcount.storage import audit
from headcount.storage import audit_ledger as queries
from headcount.storage.audit import Entry

_LAST_DIGIT = Decimal("0.000000000001")
"""Of a price as it is stored."""

_RULES = (
    ("days_given_back", "billed_line", queries.DAYS_GIVEN_BACK),
    ("conceded_too_much", "billed_line", queries.CONCEDED_TOO_MUCH),
    ("reversed_another", "billed_line", queries.REVERSED_ANOTHER),
    ("promotion_overused", "billed_line", queries.PROMOTIONS_OVERUSED),
    ("entry_currency", "billed_line", queries.PROMOTIONS_ABROAD),
    ("adjustment_twice", "billed_line", queries.ADJUSTMENTS_USED_TWICE),
    ("adjustment_amount", "billed_line", queries.ADJUSTMENTS_DIFFERENT),
    ("moved_open", "billed_line", queries.MOVED),
)


def ledger(books: Books) -> Iterator[Finding]:
    """Every entry is what its price, its days and the rounding rule give, and its price what the plan says.

    It belongs to a document in its currency and to a subscription on that version of the plan. What is given back was
    billed, and not more of it; a promotional credit is not spent beyond its amount, and a wish for a document is
    fulfilled once; what one credit note leaves to another arrives there.
    """
    prices = _Prices(books.stored.versions, books.stored.meters)
    for entry in audit.entries():
        books.looked_at += 1
        yield from _belongs(entry)
        if entry.kind in COVERING:
            yield from _adds_up(entry, prices)
    yield from books.broken(_RULES)


def _belongs(entry: Entry) -> Iterator[Finding]:
    key = f"entry={entry.id}"
    if entry.has_document and entry.document_currency is None:
        yield finding("entry_document", "billed_line", key, "invoice", None)
    elif entry.has_document and entry.document_currency != entry.currency:
        yield finding("entry_currency", "billed_line", key, entry.document_currency, entry.currency)
    if entry.subscription_id is not None and entry.agreed_version_id != entry.plan_version_id:
        yield finding("entry_plan", "billed_line", key, entry.agreed_version_id, entry.plan_version_id)


def _adds_up(entry: Entry, prices: _Prices) -> Iterator[Finding]:
    assert entry.price is not None
    key = f"entry={entry.id}"
    amount = entry.times * _days_minor(
        entry.price, entry.currency, entry.proration, entry.period_start, entry.period_end,
        entry.span_start, entry.span_end,
    )  # fmt: skip
    is_free = entry.kind in (PAID_BEFORE, WAIVED) and not entry.amount_minor
    if entry.amount_minor != amount and not is_free:
        yield finding("entry_amount", "billed_line", key, amount, entry.amount_minor)
    if prices.is_bound(entry):
        return
    price = prices.of(entry.plan_version_id, entry.charge, entry.quantity)
    if price is None or abs(price - entry.price) >= _LAST_DIGIT:
        yield finding("entry_price", "billed_line", key, _plain(price), _plain(entry.price))


@lru_cache(maxsize=65_536)
def _days_minor(price: Decimal, currency: str, proration: str, *days: object) -> int:
    """Periods come again and again. `days`: of the period from and to, of the span from and to."""
    start, end, span_start, span_end = days
    return days_minor(price, currency, proration, Period(start, end), Period(span_start, span_end))  # type: ignore[arg-type]


def _plain(price: Decimal | None) -> str | None:
    return None if price is None else f"{price.normalize():f}"


class _Prices:
    """What plans ask for a quantity, looked up once for each."""

    def __init__(self, plans: Mapping[int, Plan], meters: Mapping[str, Meter]) -> None:
        self._charges = {(id, charge.key): charge for id, plan in plans.items() for charge in plan.charges}
        self._meters = meters
        self._known: dict[tuple[int | None, str, Decimal | None], Decimal | None] = {}

    def is_bound(self, entry: Entry) -> bool:
        """What makes windows come to a minimum or maximum follows from the others' sum: it has no quantity."""
        charge = self._charge(entry.plan_version_id, entry.charge)
        return charge is not None and charge.basis == "counted" and entry.quantity is None

    def of(self, version_id: int | None, key: str, quantity: Decimal | None) -> Decimal | None:
        """The price of a whole period; None: the plan has none."""
        wanted = (version_id, key, quantity)
        if wanted not in self._known:
            self._known[wanted] = self._price(*wanted)
        return self._known[wanted]

    def _price(self, version_id: int | None, key: str, quantity: Decimal | None) -> Decimal | None:
        charge = self._charge(version_id, key)
        if charge is None:
            return None
        is_whole = quantity is not None and quantity == int(quantity)
        try:
            return self._by_window(charge).price(int(quantity) if is_whole and quantity is not None else quantity)
        except Refused:
            return None

    def _by_window(self, charge: Charge) -> Charge:
        """People active in windows are priced window by window; a minimum is an entry of its own (SPEC 3.5)."""
        meter = self._meters.get(charge.meter)
        in_windows = isinstance(meter, ActivityMeter) and not meter.trailing_days
        return unbounded(charge) if charge.basis == "counted" and in_windows else charge

    def _charge(self, version_id: int | None, key: str) -> Charge | None:
        return None if version_id is None else self._charges.get((version_id, key))
