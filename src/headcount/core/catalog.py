"""The catalog: what an organization sells, to whom it counts, and under which terms. Values only; see catalog_file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from headcount.core.calendar import Interval
from headcount.core.rating import UNLIMITED, Brackets, PriceModel, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

LANGUAGES = ("en", "de")


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

    def for_count(self, count: int | None) -> Text:
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
    """The vendor: legal seller, time zone, currency. `mode` (live or test) is fixed at birth."""

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


@dataclass(frozen=True, slots=True)
class ActivityMeter:
    """Counts the members with at least one activity of these kinds in a calendar month."""

    key: str
    name: Text
    noun: Noun
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatusMeter:
    """Counts the members who have one of these statuses, as the reading says."""

    key: str
    name: Text
    noun: Noun
    statuses: tuple[str, ...]
    reading: str


Meter = ActivityMeter | StatusMeter


@dataclass(frozen=True, slots=True)
class Product:
    key: str
    name: Text


@dataclass(frozen=True, slots=True)
class Charge:
    """One thing that is paid for.

    `committed`: a quantity bought in advance; with a meter it is also the limit of that meter.
    `counted`: what the meter read, billed in arrears.
    """

    key: str
    name: Text
    basis: str
    meter: str
    model: PriceModel

    @property
    def sizes(self) -> list[Quantity]:
        """The quantities that can be bought, if only some can."""
        return self.model.sizes() if isinstance(self.model, Brackets) else []


@dataclass(frozen=True, slots=True)
class Plan:
    """A sellable contract of a product. The base fee, if any, is the first charge and is called `base`."""

    key: str
    product: str
    name: Text
    billing_period: Interval
    charges: tuple[Charge, ...]

    @property
    def committed(self) -> list[Charge]:
        return [charge for charge in self.charges if charge.basis == "committed"]

    def charge(self, key: str) -> Charge:
        return next(charge for charge in self.charges if charge.key == key)


@dataclass(frozen=True, slots=True)
class Catalog:
    organization: OrganizationTerms
    kinds: tuple[str, ...]
    meters: tuple[Meter, ...]
    products: tuple[Product, ...]
    plans: tuple[Plan, ...]

    def meter(self, key: str) -> Meter:
        return next(meter for meter in self.meters if meter.key == key)


def quantity_text(quantity: Quantity) -> str:
    """A quantity as files write it."""
    return "unlimited" if quantity is UNLIMITED else str(quantity)


def known_kinds(meters: Iterable[Meter], declared: Iterable[str]) -> tuple[str, ...]:
    """Every kind of activity the organization sends: the declared ones and those that some meter counts."""
    counted = {kind for meter in meters if isinstance(meter, ActivityMeter) for kind in meter.kinds}
    return tuple(sorted(counted | set(declared)))
