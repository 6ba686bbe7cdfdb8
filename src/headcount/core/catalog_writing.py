"""Catalog values back into the tables of a document: `read_catalog(write_catalog(c)) == c`."""

from __future__ import annotations

from headcount.core.catalog import (
    COUNTED,
    MONTH,
    ActivityMeter,
    Catalog,
    Meter,
    Noun,
    Offer,
    OrganizationTerms,
    Product,
    SeatMeter,
    TaxRule,
    Text,
)
from headcount.core.plan_writing import Tables, write_decimal, write_plan, write_text
from headcount.core.tax import DOMESTIC


def write_catalog(catalog: Catalog) -> Tables:
    return {
        "organization": write_organization(catalog.organization),
        "activity": {"kinds": list(catalog.kinds)},
        "meter": [write_meter(meter) for meter in catalog.meters],
        "product": [write_product(product) for product in catalog.products],
        "plan": [write_plan(plan) for plan in catalog.plans],
    } | ({"offer": [write_offer(offer) for offer in catalog.offers]} if catalog.offers else {})


def write_organization(terms: OrganizationTerms) -> Tables:
    address = terms.address
    written: Tables = {
        "key": terms.key,
        "name": terms.name,
        "mode": terms.mode,
        "time_zone": terms.time_zone,
        "currency": terms.currency,
        "language": terms.language,
        "tax_number": terms.tax_number,
        "vat_id": terms.vat_id,
        "invoice_prefix": terms.invoice_prefix,
        "payment_days": terms.payment_days,
        "review_days": terms.review_days,
        "reopen_days": terms.reopen_days,
        "address": {
            "street": address.street,
            "postal_code": address.postal_code,
            "city": address.city,
            "country": address.country,
        },
        "tax": _tax(terms.tax),
    }
    return {key: value for key, value in written.items() if value != ""}


def _tax(rule: TaxRule) -> Tables:
    if rule.treatment == DOMESTIC:
        return {"treatment": rule.treatment, "rate": write_decimal(rule.rate)}
    return {"treatment": rule.treatment, "reason": write_text(rule.reason)}


def write_meter(meter: Meter) -> Tables:
    named: Tables = {"key": meter.key, "name": write_text(meter.name), "people": _noun(meter.noun)}
    if isinstance(meter, ActivityMeter):
        window = {} if meter.window == MONTH else {"window": meter.window}
        return named | {"counts": "activity", "kinds": list(meter.kinds)} | window
    if isinstance(meter, SeatMeter):
        invitations = {} if meter.invitations == COUNTED else {"invitations": meter.invitations}
        administrator = {"administrator": True} if meter.administrator else {}
        return named | {"counts": "seats", "reading": meter.reading} | invitations | administrator
    roles = {"roles": list(meter.roles)} if meter.roles else {}
    return named | {"counts": "status", "statuses": list(meter.statuses), "reading": meter.reading} | roles


def write_product(product: Product) -> Tables:
    return {"key": product.key, "name": write_text(product.name)}


def write_offer(offer: Offer) -> Tables:
    steps = [{"plans": list(plans)} for plans in offer.steps]
    return {"key": offer.key, "name": write_text(offer.name), "kind": offer.kind, "step": steps}


def _noun(noun: Noun) -> object:
    return write_text(Text(f"{noun.one.en} | {noun.many.en}", f"{noun.one.de} | {noun.many.de}"))
