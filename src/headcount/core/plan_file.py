"""Plans as tables of a catalog file: terms, charges, price models (SPEC 3.1 to 3.5). `plan_writing` is the inverse."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from headcount.core import terms as rules_of_terms
from headcount.core.calendar import Interval, parse_interval
from headcount.core.catalog import (
    AT_ONCE,
    AT_RENEWAL,
    COLLECTIONS,
    IN_ADVANCE,
    IN_ARREARS,
    NEXT_PERIOD,
    Charge,
    Plan,
    Text,
    quantity_text,
)
from headcount.core.errors import refuse
from headcount.core.limits import AT_LIMIT, BLOCK, EXTEND, OVERAGE
from headcount.core.money import parse_price
from headcount.core.names_file import note_doubles, one_of, read_key, read_text
from headcount.core.proration import ACTUAL_DAYS, IN_MONTHS, RULES
from headcount.core.rating import (
    UNLIMITED,
    Blocks,
    Bracket,
    Brackets,
    Flat,
    Graduated,
    PerUnit,
    PriceModel,
    Tier,
    Volume,
    is_less,
    parse_quantity,
)
from headcount.core.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headcount.core.catalog import Meter, Product
    from headcount.core.document import Table

BASES = ("committed", "counted")
MODELS = ("flat", "per unit", "volume", "graduated", "blocks", "brackets")
BASE_FEE = Text("Base fee", "Grundgebühr")


def read_plan(table: Table, meters: Sequence[Meter], products: Sequence[Product]) -> Plan:
    key = read_key(table)
    product = one_of(table, "product", [product.key for product in products])
    name = read_text(table, "name")
    terms = _terms(table)
    plan = Plan(
        key=key,
        product=product,
        name=name,
        terms=terms,
        charges=_charges(table, [meter.key for meter in meters]),
        proration=table.choice("proration", RULES, ACTUAL_DAYS),
        collection=table.choice("collection", COLLECTIONS, AT_ONCE),
        decrease=table.choice("decrease", (AT_RENEWAL, AT_ONCE), AT_RENEWAL),
    )
    if plan.proration in IN_MONTHS and terms.billing_period.family != "months":
        period = str(terms.billing_period)
        table.note("proration_needs_months", "proration", given=plan.proration, billing_period=period)
    table.no_more()
    return plan


def _terms(table: Table) -> Terms:
    wrong_before = len(table.refusals)
    terms = Terms(
        billing_period=table.parsed("billing_period", parse_interval, Interval(1, "month")),
        billing_day=table.parsed("billing_day", _billing_day, None, None),
        duration=table.parsed("duration", parse_interval, None, None),
        renewal=table.parsed("renewal", parse_interval, None, None),
        notice=table.parsed("notice", parse_interval, None, None),
    )
    if len(table.refusals) == wrong_before:
        for refusal in rules_of_terms.refusals(terms):
            table.note(refusal.code, refusal.field, **refusal.numbers)
    return terms


def _billing_day(value: object, field: str) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 31:
        return value
    raise refuse("not_a_billing_day", field, given=str(value))


def _charges(table: Table, meters: Sequence[str]) -> tuple[Charge, ...]:
    base_fee = table.parsed("base_fee", parse_price, Decimal(0), 0)
    base = Charge("base", BASE_FEE, "committed", "", Flat(base_fee))
    charges = [one for charge in table.tables("charge") for one in _with_overage(charge, _charge(charge, meters))]
    note_doubles(table, "charge", [charge.key for charge in charges])
    for meter, times in Counter(charge.meter for charge in charges if charge.basis == "counted").items():
        if times > 1 and meter:
            table.note("meter_charged_twice", "charge", given=meter)
    return (base, *charges) if base_fee else tuple(charges)


def _charge(table: Table, meters: Sequence[str]) -> Charge:
    basis = table.choice("basis", BASES)
    key = read_key(table)
    if key == "base":
        table.note("key_is_taken", "key", given=key)
    needs_meter = basis == "counted" or "meter" in table
    charge = Charge(
        key=key,
        name=read_text(table, "name"),
        basis=basis,
        meter=one_of(table, "meter", meters) if needs_meter else "",
        model=read_price_model(table),
        billed=table.choice("billed", (IN_ADVANCE, IN_ARREARS), IN_ARREARS if basis == "counted" else IN_ADVANCE),
        minimum=table.parsed("minimum", _optional_price, None, None),
        maximum=table.parsed("maximum", _optional_price, None, None),
        maximum_members=table.parsed("maximum_members", parse_quantity, None, None),
        **_beyond_limit(table),
    )
    _note_contradictions(table, charge)
    return charge


def _beyond_limit(table: Table) -> dict[str, Any]:
    """What happens at the limit; only a licence that extends itself says when that is paid for."""
    at_limit = table.choice("at_limit", AT_LIMIT, BLOCK)
    if at_limit != EXTEND:
        return {"at_limit": at_limit}
    return {
        "at_limit": at_limit,
        "extended": table.choice("extended", (AT_ONCE, NEXT_PERIOD), AT_ONCE),
        "undo_hours": table.parsed("undo_hours", _hours, 24, 24),
    }


def _hours(value: object, field: str) -> int:
    return parse_quantity(value, field) or 0


def _with_overage(table: Table, charge: Charge) -> list[Charge]:
    """The charge, and one for whoever is above what was bought, if that is how its limit works."""
    found = [charge]
    if charge.at_limit == OVERAGE and charge.basis == "committed":
        price = table.parsed("overage_price", parse_price, Decimal(0))
        key = f"{charge.key}-overage"
        found.append(Charge(key, charge.name, "counted", charge.meter, PerUnit(price), IN_ARREARS, included=charge.key))
    table.no_more()
    return found


def _optional_price(value: object, field: str) -> Decimal | None:
    return parse_price(value, field)


def _note_contradictions(table: Table, charge: Charge) -> None:
    if charge.basis == "counted" and charge.billed == IN_ADVANCE:
        table.note("counted_in_advance", "billed", charge=charge.key)
    if charge.at_limit != BLOCK and not (charge.meter and (charge.basis == "committed" or charge.maximum_members)):
        table.note("no_limit", "at_limit", given=charge.at_limit, charge=charge.key)
    if charge.at_limit == EXTEND and charge.basis != "committed":
        table.note("not_extended", "at_limit", charge=charge.key)
    if charge.minimum is not None and charge.maximum is not None and charge.minimum > charge.maximum:
        table.note("minimum_above_maximum", "minimum", given=charge.minimum, maximum=charge.maximum)


def read_price_model(table: Table) -> PriceModel:
    match table.choice("model", MODELS):
        case "flat":
            return Flat(table.parsed("price", parse_price, Decimal(0)))
        case "volume":
            return Volume(_rising(table, _tiers(table)))
        case "graduated":
            return Graduated(_rising(table, _tiers(table)))
        case "blocks":
            return _blocks(table)
        case "brackets":
            return Brackets(_rising(table, _brackets(table)))
        case _:
            return PerUnit(table.parsed("price", parse_price, Decimal(0)))


def _blocks(table: Table) -> Blocks:
    """Packages of `size` people at one `price`, or at `tiers` by number of packages, `tiered` volume or graduated."""
    size = table.parsed("size", _size, 1)
    if "tiers" not in table:
        return Blocks(size, PerUnit(table.parsed("price", parse_price, Decimal(0))))
    tiers = _rising(table, _tiers(table))
    if table.choice("tiered", ("volume", "graduated")) == "graduated":
        return Blocks(size, Graduated(tiers))
    return Blocks(size, Volume(tiers))


def _size(value: object, field: str) -> int:
    size = parse_quantity(value, field)
    if not size:
        raise refuse("not_a_size", field, given=str(value))
    return size


def _tiers(table: Table) -> list[Tier]:
    """`{ up_to, price }` a tier, with a `flat` amount beside the price or instead of it."""
    tiers = []
    for row in table.tables("tiers"):
        is_flat = "flat" in row
        tiers.append(
            Tier(
                row.parsed("up_to", parse_quantity, UNLIMITED),
                row.parsed("price", parse_price, Decimal(0), *([0] if is_flat else [])),
                row.parsed("flat", parse_price, Decimal(0), 0),
            )
        )
        row.no_more()
    return tiers


def _brackets(table: Table) -> list[Bracket]:
    brackets = []
    for row in table.tables("tiers"):
        brackets.append(
            Bracket(row.parsed("up_to", parse_quantity, UNLIMITED), row.parsed("price", parse_price, Decimal(0)))
        )
        row.no_more()
    return brackets


Row = TypeVar("Row", Tier, Bracket)


def _rising(table: Table, tiers: list[Row]) -> tuple[Row, ...]:
    """The tiers, if there are any and each reaches further than the one before."""
    if any(refusal.field.startswith(table.at("tiers")) for refusal in table.refusals):
        return tuple(tiers)
    if not tiers:
        table.note("no_tiers", "tiers")
        return ()
    if tiers[0].up_to == 0:
        table.note("tiers_not_rising", "tiers[1].up_to", given="0", before="0")
    for number, (lower, following) in enumerate(pairwise(tiers), 2):
        if not is_less(lower.up_to, following.up_to):
            given, before = quantity_text(following.up_to), quantity_text(lower.up_to)
            table.note("tiers_not_rising", f"tiers[{number}].up_to", given=given, before=before)
    return tuple(tiers)
