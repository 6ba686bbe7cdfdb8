"""The canonical content of a finalised document: everything that is printed, as text and digits only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from headcount.core.calendar import Period, month_of, month_text
from headcount.core.catalog import ActivityMeter, Address, Meter, OrganizationTerms, Plan
from headcount.core.drafts import INVOICE, Draft
from headcount.core.errors import Refusal
from headcount.core.lines import Line
from headcount.core.money import major
from headcount.core.shapes import of_plan
from headcount.core.tax import NONE, Totals
from headcount.documents.labels import amount_text, line_text

SMALL_AMOUNT_MINOR = 25_000
"""Up to 250 EUR gross a German invoice may leave out the buyer's address (section 33 UStDV)."""

BasisKey = tuple[int, str, date]
"""(subscription id, charge, first day of the period that is priced)"""


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a count comes from: the days that were counted, and how many people by status (empty text: by activity)."""

    counted: Period
    statuses: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Buyer:
    """`key` is the vendor's own name for the customer."""

    key: str
    name: str
    address: Address
    vat_id: str
    language: str


def missing_fields(seller: OrganizationTerms, buyer: Buyer, totals: Totals) -> list[Refusal]:
    """What the law asks for on an invoice and nobody has entered (section 14(4) UStG)."""
    wanted = {
        "organization.name": seller.name,
        "organization.address.street": seller.address.street,
        "organization.address.city": seller.address.city,
        "organization.address.country": seller.address.country,
        "organization.tax_number": seller.tax_number or seller.vat_id,
        "customer.name": buyer.name,
    }
    if totals.gross_minor > SMALL_AMOUNT_MINOR:
        wanted |= {"customer.street": buyer.address.street, "customer.city": buyer.address.city}
    return [Refusal("missing_on_invoice", field) for field, value in wanted.items() if not value]


@dataclass(frozen=True, slots=True)
class Heading:
    """What only finalising knows."""

    number: str
    issued_on: date
    due_on: date


def headed(body: Mapping[str, object], heading: Heading) -> dict[str, object]:
    """The whole document; `journal.canonical` of it is what is stored and hashed."""
    days = {"issued_on": str(heading.issued_on), "due_on": str(heading.due_on)}
    return {**body, "number": heading.number, **days}


def snapshot(
    draft: Draft, seller: OrganizationTerms, buyer: Buyer, totals: Totals, content: Content
) -> dict[str, object]:
    """The document as one value, but for its heading.

    Amounts of credit notes and cancellations are positive: the kind of the document says in which direction they go.
    """
    language = buyer.language or seller.language
    sign = 1 if draft.kind == INVOICE else -1
    return {
        "kind": draft.kind,
        "original": draft.original.number if draft.original else "",
        "original_date": str(draft.original.billed_on) if draft.original else "",
        "billing_date": str(draft.billing_date),
        "purchase_order": draft.purchase_order,
        "language": language,
        "currency": draft.currency,
        "seller": _seller(seller),
        "buyer": _party(buyer.name, buyer.address) | {"customer": buyer.key, "vat_id": buyer.vat_id},
        "lines": [
            {"position": position, **line_content(line, draft.currency, content, language, sign)}
            for position, line in enumerate(draft.lines, 1)
        ],
        "net": _amount(sign * totals.net_minor, draft),
        "tax": _tax(totals, sign, draft, seller, language),
        "gross": _amount(sign * totals.gross_minor, draft),
    }


@dataclass(frozen=True, slots=True)
class Content:
    """What lines are about: the subscriptions by id, the meters, and who made a counted line.

    A subscription is its key, its plan, and the key of the customer whose it is, if another one pays.
    """

    subscriptions: Mapping[int, tuple[str, Plan, str]]
    meters: Mapping[str, Meter]
    basis: Mapping[BasisKey, Basis]


def _seller(seller: OrganizationTerms) -> dict[str, object]:
    return _party(seller.name, seller.address) | {"tax_number": seller.tax_number, "vat_id": seller.vat_id}


def _party(name: str, address: Address) -> dict[str, object]:
    return {
        "name": name,
        "street": address.street,
        "postal_code": address.postal_code,
        "city": address.city,
        "country": address.country,
    }


def line_content(line: Line, currency: str, content: Content, language: str, sign: int = 1) -> dict[str, str]:
    """One line as a document prints it, all of it text; with `sign` -1 an amount given back is positive."""
    if line.like is not None:
        return {**line.like, **_amounts(line, currency, sign)}
    if not line.subscription:
        nothing = dict.fromkeys(("subscription", "customer", "plan", "charge", "meter", "window"), "")
        text = line.text or amount_text(line.entries[0].kind, language)
        return {**nothing, "text": text, "period": str(line.period)} | _amounts(line, currency, sign)
    key, plan, customer = content.subscriptions[line.subscription]
    basis = None if line.bound else content.basis.get((line.subscription, line.charge, line.window.start))
    if basis or line.bound or line.settles or line.instead_of is not None:
        about = _about(line, plan, content, basis, language) | _amounts(line, currency, sign)
    else:
        about = of_plan(
            plan,
            ("printed", line.charge, line.window, line.period, line.quantity, line.first, line.amount_minor, sign,
             language),
            lambda: _about(line, plan, content, None, language) | _amounts(line, currency, sign),
        )  # fmt: skip
    return {"subscription": key, "customer": customer, **about}


def _amounts(line: Line, currency: str, sign: int) -> dict[str, str]:
    return {
        "units": f"{sign * line.units:f}",
        "unit_price": f"{line.unit_price:f}",
        "net": f"{major(sign * line.amount_minor, currency):f}",
    }


def _about(line: Line, plan: Plan, content: Content, basis: Basis | None, language: str) -> dict[str, str]:
    charge = plan.charge(line.charge)
    meter = content.meters.get(charge.meter)
    return {
        "plan": plan.name.in_language(language),
        "charge": line.charge,
        "text": line_text(line, charge, meter, basis.statuses if basis else {}, language),
        "period": str(_period(line, meter, basis)),
        "meter": charge.meter,
        "window": _window(basis.counted, meter) if basis else "",
    }


def _period(line: Line, meter: Meter | None, basis: Basis | None) -> Period:
    """The days of a line; of people active in a window, its days inside the contract."""
    if basis is None or not isinstance(meter, ActivityMeter) or meter.trailing_days:
        return line.period
    return basis.counted if line.period == line.window else line.period


def _window(counted: Period, meter: Meter | None) -> str:
    """What to ask for, to see the people: a month, or the days that were counted."""
    whole = isinstance(meter, ActivityMeter) and counted == month_of(counted.start)
    return month_text(counted) if whole else str(counted)


def _tax(totals: Totals, sign: int, draft: Draft, seller: OrganizationTerms, language: str) -> dict[str, object]:
    reason = seller.tax.reason.in_language(language) if seller.tax.treatment == NONE else ""
    amount = _amount(sign * totals.tax_minor, draft)
    return {"rate": f"{totals.rate.normalize():f}", "amount": amount, "reason": reason}


def _amount(amount_minor: int, draft: Draft) -> str:
    return f"{major(amount_minor, draft.currency):f}"
