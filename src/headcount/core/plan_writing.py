"""Plans back into the tables of a catalog file: `read_plan` of `write_plan(p)` is p."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from headcount.core.catalog import AT_ONCE, AT_RENEWAL, IN_ADVANCE, IN_ARREARS, Charge, Plan, Text, quantity_text
from headcount.core.limits import BLOCK
from headcount.core.proration import ACTUAL_DAYS
from headcount.core.rating import Blocks, Bracket, Brackets, Flat, Graduated, PerUnit, PriceModel, Tier, Volume

if TYPE_CHECKING:
    from headcount.core.terms import Terms

Tables = dict[str, object]


def write_plan(plan: Plan) -> Tables:
    fees = [charge.model.price for charge in plan.charges if charge.key == "base" and isinstance(charge.model, Flat)]
    written: Tables = {
        "key": plan.key,
        "product": plan.product,
        "name": write_text(plan.name),
        **_terms(plan.terms),
        **_unless("proration", plan.proration, ACTUAL_DAYS),
        **_unless("collection", plan.collection, AT_ONCE),
        **_unless("decrease", plan.decrease, AT_RENEWAL),
        "base_fee": write_decimal(fees[0] if fees else Decimal(0)),
    }
    overages = {charge.included: charge.price(1) for charge in plan.charges if charge.included}
    charges = [
        _charge(charge) | _prices({"overage_price": overages.get(charge.key)})
        for charge in plan.charges
        if charge.key != "base" and not charge.included
    ]
    return written | ({"charge": charges} if charges else {})


def _unless(key: str, value: object, default: object) -> Tables:
    """What is as it is by default is not written."""
    return {} if value == default else {key: value}


def _terms(terms: Terms) -> Tables:
    written: Tables = {"billing_period": str(terms.billing_period), **_unless("billing_day", terms.billing_day, None)}
    intervals = {"duration": terms.duration, "renewal": terms.renewal, "notice": terms.notice}
    return written | {key: str(interval) for key, interval in intervals.items() if interval is not None}


def _charge(charge: Charge) -> Tables:
    return {
        "key": charge.key,
        "name": write_text(charge.name),
        "basis": charge.basis,
        **_unless("meter", charge.meter, ""),
        **_unless("billed", charge.billed, IN_ARREARS if charge.basis == "counted" else IN_ADVANCE),
        **_unless("maximum_members", charge.maximum_members, None),
        **_unless("at_limit", charge.at_limit, BLOCK),
        **_unless("extended", charge.extended, AT_ONCE),
        **_unless("undo_hours", charge.undo_hours, 24),
        **_prices({"minimum": charge.minimum, "maximum": charge.maximum}),
        **write_price_model(charge.model),
    }


def _prices(prices: dict[str, Decimal | None]) -> Tables:
    return {key: write_decimal(price) for key, price in prices.items() if price is not None}


def write_price_model(model: PriceModel) -> Tables:
    match model:
        case Flat(price):
            return {"model": "flat", "price": write_decimal(price)}
        case PerUnit(price):
            return {"model": "per unit", "price": write_decimal(price)}
        case Volume(tiers):
            return {"model": "volume", "tiers": [_tier(tier) for tier in tiers]}
        case Graduated(tiers):
            return {"model": "graduated", "tiers": [_tier(tier) for tier in tiers]}
        case Blocks(size, packages):
            return {"model": "blocks", "size": size, **_packages(packages)}
        case Brackets(brackets):
            return {"model": "brackets", "tiers": [_bracket(bracket) for bracket in brackets]}


def _packages(packages: PerUnit | Volume | Graduated) -> Tables:
    if isinstance(packages, PerUnit):
        return {"price": write_decimal(packages.price)}
    tiered = "graduated" if isinstance(packages, Graduated) else "volume"
    return {"tiered": tiered, "tiers": [_tier(tier) for tier in packages.tiers]}


def _tier(tier: Tier) -> Tables:
    flat: Tables = {"flat": write_decimal(tier.flat)} if tier.flat else {}
    return {"up_to": _up_to(tier.up_to), "price": write_decimal(tier.price), **flat}


def _bracket(bracket: Bracket) -> Tables:
    return {"up_to": _up_to(bracket.up_to), "price": write_decimal(bracket.price)}


def _up_to(quantity: int | None) -> object:
    return quantity_text(quantity) if quantity is None else quantity


def write_decimal(value: Decimal) -> str:
    """Prices as people write them: at least two digits after the point, no exponent, no needless zeros beyond."""
    places = -min(int(value.normalize().as_tuple().exponent), 0)
    return f"{value:.{max(places, 2)}f}"


def write_text(text: Text) -> object:
    return text.en if text.en == text.de else {"en": text.en, "de": text.de}
