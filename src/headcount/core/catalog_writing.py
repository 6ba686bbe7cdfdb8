"""Catalog values back into the tables of a document: `read_catalog(write_catalog(c)) == c`."""

from __future__ import annotations

from decimal import Decimal

from headcount.core.catalog import (
    ActivityMeter,
    Catalog,
    Charge,
    Meter,
    Noun,
    OrganizationTerms,
    Plan,
    Product,
    TaxRule,
    Text,
    quantity_text,
)
from headcount.core.rating import Brackets, Flat, PerUnit, PriceModel
from headcount.core.tax import DOMESTIC

Tables = dict[str, object]


def write_catalog(catalog: Catalog) -> Tables:
    return {
        "organization": write_organization(catalog.organization),
        "activity": {"kinds": list(catalog.kinds)},
        "meter": [write_meter(meter) for meter in catalog.meters],
        "product": [write_product(product) for product in catalog.products],
        "plan": [write_plan(plan) for plan in catalog.plans],
    }


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
        return {"treatment": rule.treatment, "rate": _decimal(rule.rate)}
    return {"treatment": rule.treatment, "reason": _text(rule.reason)}


def write_meter(meter: Meter) -> Tables:
    named: Tables = {"key": meter.key, "name": _text(meter.name), "people": _noun(meter.noun)}
    if isinstance(meter, ActivityMeter):
        return named | {"counts": "activity", "kinds": list(meter.kinds)}
    return named | {"counts": "status", "statuses": list(meter.statuses), "reading": meter.reading}


def write_product(product: Product) -> Tables:
    return {"key": product.key, "name": _text(product.name)}


def write_plan(plan: Plan) -> Tables:
    fees = [charge.model.price for charge in plan.charges if charge.key == "base" and isinstance(charge.model, Flat)]
    written: Tables = {
        "key": plan.key,
        "product": plan.product,
        "name": _text(plan.name),
        "billing_period": str(plan.billing_period),
        "base_fee": _decimal(fees[0] if fees else Decimal(0)),
    }
    charges = [_charge(charge) for charge in plan.charges if charge.key != "base"]
    return written | ({"charge": charges} if charges else {})


def _charge(charge: Charge) -> Tables:
    written: Tables = {"key": charge.key, "name": _text(charge.name), "basis": charge.basis}
    metered: Tables = {"meter": charge.meter} if charge.meter else {}
    return written | metered | _price_model(charge.model)


def _price_model(model: PriceModel) -> Tables:
    match model:
        case Flat(price):
            return {"model": "flat", "price": _decimal(price)}
        case PerUnit(price):
            return {"model": "per unit", "price": _decimal(price)}
        case Brackets(tiers):
            rows = [{"up_to": _up_to(tier.up_to), "price": _decimal(tier.price)} for tier in tiers]
            return {"model": "brackets", "tiers": rows}


def _up_to(quantity: int | None) -> object:
    return quantity_text(quantity) if quantity is None else quantity


def _decimal(value: Decimal) -> str:
    """Prices as people write them: at least two digits after the point, no exponent, no needless zeros beyond."""
    places = -min(int(value.normalize().as_tuple().exponent), 0)
    return f"{value:.{max(places, 2)}f}"


def _text(text: Text) -> object:
    return text.en if text.en == text.de else {"en": text.en, "de": text.de}


def _noun(noun: Noun) -> object:
    return _text(Text(f"{noun.one.en} | {noun.many.en}", f"{noun.one.de} | {noun.many.de}"))
