"""The catalog: what an organization sells, to whom it counts, and under which terms. Values only; see catalog_file."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from headcount.core import rating
from headcount.core.limits import BLOCK
from headcount.core.rating import UNLIMITED, Brackets, Flat, Part, PriceModel, Quantity, RatedQuantity
from headcount.core.seats import HOLDING
from headcount.core.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable

LANGUAGES = ("en", "de")

MONTH, WEEK, BILLING_PERIOD = "month", "week", "billing period"
WINDOWS = (MONTH, WEEK, BILLING_PERIOD)
"""The windows of an activity meter that have a name; any other is a number of trailing days."""

IN_ADVANCE, IN_ARREARS = "in advance", "in arrears"
AT_RENEWAL, AT_ONCE, NEXT_PERIOD = "at renewal", "at once", "next period"
END_OF_DAY, NEXT_INVOICE, END_OF_TERM = "end of day", "next invoice", "end of term"
COLLECTIONS = (AT_ONCE, END_OF_DAY, NEXT_INVOICE, END_OF_TERM)
BUNDLE, SEPARATE = "bundle", "separate"
INVITATIONS = (COUNTED, FREE) = "counted", "free"


@dataclass(frozen=True, slots=True)
class Text:
    """A name as people read it, in every language of Headcount."""

    en: str
    de: str

    def in_language(self, language: str) -> str:
        return self.de if language == "de" else self.en


@dataclass(frozen=True, slots=True)
class Noun:
    """What a meter counts, for one and for many: `active client`, `active clients`."""

    one: Text
    many: Text

    def for_count(self, count: RatedQuantity) -> Text:
        return self.one if count == 1 else self.many


@dataclass(frozen=True, slots=True)
class Address:
    street: str
    postal_code: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class TaxRule:
    """Domestic VAT at `rate` percent, or no tax for a stated `reason`."""

    treatment: str
    rate: Decimal
    reason: Text


@dataclass(frozen=True, slots=True)
class OrganizationTerms:
    """The vendor: legal seller, time zone, currency. `mode` (live or test) is fixed at birth.

    `payment_days`: how long a customer has to pay an invoice, from its date. `review_days`: how long a draft waits
    before it gets its number. `reopen_days`: how long after a counted window late activity is still billed.
    """

    key: str
    name: str
    mode: str
    time_zone: str
    currency: str
    language: str
    address: Address
    tax_number: str
    vat_id: str
    tax: TaxRule
    invoice_prefix: str
    payment_days: int = 14
    review_days: int = 0
    reopen_days: int = 366


@dataclass(frozen=True, slots=True)
class ActivityMeter:
    """Counts the members with at least one activity of these kinds in a window.

    `window`: the calendar month, the ISO week or the billing period in which it happened, or the last days up to the
    day on which it is read (`90 days`).
    """

    key: str
    name: Text
    noun: Noun
    kinds: tuple[str, ...]
    window: str = MONTH

    @property
    def trailing_days(self) -> int | None:
        """How many days up to the one that is read, or None for a window with a name."""
        return None if self.window in WINDOWS else int(self.window.split()[0])


@dataclass(frozen=True, slots=True)
class StatusMeter:
    """Counts the members who have one of these statuses, as the reading says.

    `roles`: only those who were registered in one of these roles, such as coaches; empty: everybody (SPEC 1.9).
    """

    key: str
    name: Text
    noun: Noun
    statuses: tuple[str, ...]
    reading: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeatMeter:
    """Counts the users of a subscription, as the reading says.

    `invitations`: whether an open one costs money; it occupies a seat in any case. `administrator`: whether the
    customer, who manages the offer, counts as one of the users (SPEC 1.10).
    """

    key: str
    name: Text
    noun: Noun
    reading: str
    invitations: str = COUNTED
    administrator: bool = False

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that cost money."""
        return HOLDING if self.invitations == COUNTED else ("activated",)


SpanMeter = StatusMeter | SeatMeter
"""Meters of what holds from one moment to another."""
Meter = ActivityMeter | SpanMeter


@dataclass(frozen=True, slots=True)
class Product:
    key: str
    name: Text


@dataclass(frozen=True, slots=True)
class Charge:
    """One thing that is paid for.

    `committed`: a quantity bought in advance; with a meter it is also the limit of that meter.
    `counted`: what the meter read, billed in arrears.
    `minimum`, `maximum`: what is paid at least and at most for a whole billing period, in major units.
    `maximum_members`: more cannot be committed, and of a counted charge it is the limit of its meter.
    `at_limit`: what happens to whoever is one too many. A licence that extends itself is paid for `AT_ONCE` or from
    the `NEXT_PERIOD` on (`extended`), and taken back within `undo_hours` (SPEC 2.1 to 2.4).
    `included`: the committed charge whose quantity is paid for already; this one is for whoever is above it.
    """

    key: str
    name: Text
    basis: str
    meter: str
    model: PriceModel
    billed: str = IN_ADVANCE
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    maximum_members: int | None = None
    at_limit: str = BLOCK
    extended: str = AT_ONCE
    undo_hours: int = 24
    included: str = ""
    _priced: dict[RatedQuantity, tuple[list[Part], Decimal]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def sizes(self) -> list[Quantity]:
        """The quantities that can be bought, if only some can; None is the unlimited one."""
        return [tier.up_to for tier in self.model.tiers] if isinstance(self.model, Brackets) else []

    @property
    def steps(self) -> list[int]:
        return rating.steps(self.model)

    @property
    def last_priced(self) -> Quantity:
        return rating.last_priced(self.model)

    def price(self, quantity: RatedQuantity) -> Decimal:
        """For a whole period, in major units, not rounded (SPEC 3.2 to 3.5). Refused: as `rating.parts`."""
        return self._rated(quantity)[1]

    def parts(self, quantity: RatedQuantity) -> list[Part]:
        """What the price is made of; a minimum or maximum that takes effect is one part."""
        return self._rated(quantity)[0]

    def _rated(self, quantity: RatedQuantity) -> tuple[list[Part], Decimal]:
        """Parts and price, found once for each quantity."""
        found = self._priced.get(quantity)
        if found is None:
            parts = self._parts(quantity)
            found = self._priced[quantity] = parts, rating.total(parts)
        return found

    def _parts(self, quantity: RatedQuantity) -> list[Part]:
        priced = rating.parts(self.model, quantity)
        price = rating.total(priced)
        if self.minimum is not None and price < self.minimum:
            return [Part(Decimal(1), self.minimum)]
        if self.maximum is not None and price > self.maximum:
            return [Part(Decimal(1), self.maximum)] if self.maximum else []
        return priced


@dataclass(frozen=True, slots=True)
class Plan:
    """A sellable contract of a product. The base fee, if any, is the first charge and is called `base`.

    `proration`: which share of a period some days are. `collection`: when a change inside a period is billed.
    `decrease`: whether a smaller quantity holds from the next period on, or at once and with credit (SPEC 4.3 to 4.6).
    """

    key: str
    product: str
    name: Text
    terms: Terms
    charges: tuple[Charge, ...]
    proration: str
    collection: str = AT_ONCE
    decrease: str = AT_RENEWAL
    answers: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """See `shapes`."""

    @property
    def committed(self) -> list[Charge]:
        return [charge for charge in self.charges if charge.basis == "committed"]

    @property
    def sold(self) -> list[Charge]:
        """The charges of which a quantity is bought: committed, and not flat."""
        return [charge for charge in self.committed if not isinstance(charge.model, Flat)]

    def charge(self, key: str) -> Charge:
        return next(charge for charge in self.charges if charge.key == key)


@dataclass(frozen=True, slots=True)
class Offer:
    """Plans that are sold together: a `bundle`, or `separate` products side by side.

    `steps` follow each other, a trial before the regular contract; each is a set of plans with equal terms.
    """

    key: str
    name: Text
    kind: str
    steps: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Catalog:
    organization: OrganizationTerms
    kinds: tuple[str, ...]
    meters: tuple[Meter, ...]
    products: tuple[Product, ...]
    plans: tuple[Plan, ...]
    offers: tuple[Offer, ...] = ()

    def meter(self, key: str) -> Meter:
        return next(meter for meter in self.meters if meter.key == key)


def quantity_text(quantity: RatedQuantity) -> str:
    """A quantity as files write it."""
    return "unlimited" if quantity is UNLIMITED else f"{quantity:f}" if isinstance(quantity, Decimal) else f"{quantity}"


def known_kinds(meters: Iterable[Meter], declared: Iterable[str]) -> tuple[str, ...]:
    """Every kind of activity the organization sends: the declared ones and those that some meter counts."""
    counted = {kind for meter in meters if isinstance(meter, ActivityMeter) for kind in meter.kinds}
    return tuple(sorted(counted | set(declared)))
