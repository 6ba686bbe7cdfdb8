"""The catalog as a document: tables and lists, as TOML gives them, read into values.

Every refusal of a file is collected, each with the path of its field. `catalog_writing` is the inverse.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from headcount.core import calendar
from headcount.core.catalog import (
    LANGUAGES,
    ActivityMeter,
    Address,
    Catalog,
    Charge,
    Meter,
    Noun,
    OrganizationTerms,
    Plan,
    Product,
    StatusMeter,
    TaxRule,
    Text,
    known_kinds,
    quantity_text,
)
from headcount.core.counting import READINGS
from headcount.core.document import Table
from headcount.core.errors import nearest, refuse
from headcount.core.members import BILLABLE, STATUSES
from headcount.core.money import parse_decimal, parse_price
from headcount.core.rating import UNLIMITED, Bracket, Brackets, Flat, PerUnit, PriceModel, is_less, parse_quantity
from headcount.core.tax import DOMESTIC, NONE

MODES = ("live", "test")
BASES = ("committed", "counted")
_KEY = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_NO_TEXT = Text("", "")


def read_catalog(document: Mapping[str, object]) -> Catalog:
    """A whole catalog file. Raises `Refused` with everything that is wrong in it."""
    top = Table(document)
    organization = read_organization(top.table("organization"))
    activity = top.table("activity", {})
    declared = activity.texts("kinds", ())
    activity.no_more()
    meters = tuple(read_meter(table) for table in top.tables("meter"))
    products = tuple(read_product(table) for table in top.tables("product"))
    plans = tuple(read_plan(table, meters, products) for table in top.tables("plan"))
    top.no_more()
    for kind, values in (("meter", meters), ("product", products), ("plan", plans)):
        _note_doubles(top, kind, [value.key for value in values])
    top.finish()
    return Catalog(organization, known_kinds(meters, declared), meters, products, plans)


def _note_doubles(top: Table, kind: str, keys: Sequence[str]) -> None:
    for key, times in Counter(keys).items():
        if times > 1 and key:
            top.note("key_twice", kind, given=key)


def read_organization(table: Table) -> OrganizationTerms:
    terms = OrganizationTerms(
        key=_key(table),
        name=table.text("name"),
        mode=table.choice("mode", MODES, "live"),
        time_zone=table.parsed("time_zone", _zone_name, "UTC"),
        currency=table.parsed("currency", _currency, "EUR"),
        language=table.choice("language", LANGUAGES, "en"),
        address=_address(table.table("address", {"street": "", "postal_code": "", "city": "", "country": ""})),
        tax_number=table.text("tax_number", ""),
        vat_id=table.text("vat_id", ""),
        tax=_tax(table.table("tax", {"treatment": NONE})),
        invoice_prefix=table.parsed("invoice_prefix", _prefix, "RE", "RE"),
    )
    table.no_more()
    return terms


def _address(table: Table) -> Address:
    address = Address(
        street=table.text("street", ""),
        postal_code=table.text("postal_code", ""),
        city=table.text("city", ""),
        country=table.parsed("country", _country, "", ""),
    )
    table.no_more()
    return address


def _tax(table: Table) -> TaxRule:
    treatment = table.choice("treatment", (DOMESTIC, NONE))
    rule = TaxRule(
        treatment=treatment,
        rate=table.parsed("rate", _percent, Decimal(0)) if treatment == DOMESTIC else Decimal(0),
        reason=_text(table, "reason", "") if treatment == NONE else _NO_TEXT,
    )
    table.no_more()
    return rule


def read_meter(table: Table) -> Meter:
    counts = table.choice("counts", ("activity", "status"))
    key, name, noun = _key(table), _text(table, "name"), _noun(table)
    meter: Meter
    if counts == "status":
        statuses = table.texts("statuses", BILLABLE)
        if table.get("statuses", None) == []:
            table.note("no_statuses", "statuses")
        for status in statuses:
            if status not in STATUSES:
                known = ", ".join(STATUSES)
                table.note("not_a_choice", "statuses", given=status, choices=known, nearest=nearest(status, STATUSES))
        meter = StatusMeter(key, name, noun, statuses, table.choice("reading", READINGS, "end"))
    else:
        meter = ActivityMeter(key, name, noun, tuple(sorted(set(table.texts("kinds")))))
        if not meter.kinds and "kinds" in table:
            table.note("no_kinds", "kinds")
    table.no_more()
    return meter


def read_product(table: Table) -> Product:
    product = Product(_key(table), _text(table, "name"))
    table.no_more()
    return product


def read_plan(table: Table, meters: Sequence[Meter], products: Sequence[Product]) -> Plan:
    plan = Plan(
        key=_key(table),
        product=_one_of(table, "product", [product.key for product in products]),
        name=_text(table, "name"),
        billing_period=table.parsed("billing_period", calendar.parse_interval, calendar.Interval(1, "month")),
        charges=_charges(table, [meter.key for meter in meters]),
    )
    table.no_more()
    return plan


def _charges(table: Table, meters: Sequence[str]) -> tuple[Charge, ...]:
    base_fee = table.parsed("base_fee", parse_price, Decimal(0), 0)
    base = Charge("base", Text("Base fee", "Grundgebühr"), "committed", "", Flat(base_fee))
    charges = [_charge(charge, meters) for charge in table.tables("charge")]
    _note_doubles(table, "charge", [charge.key for charge in charges])
    for meter, times in Counter(charge.meter for charge in charges if charge.basis == "counted").items():
        if times > 1 and meter:
            table.note("meter_charged_twice", "charge", given=meter)
    return (base, *charges) if base_fee else tuple(charges)


def _charge(table: Table, meters: Sequence[str]) -> Charge:
    basis = table.choice("basis", BASES)
    key = _key(table)
    if key == "base":
        table.note("key_is_taken", "key", given=key)
    needs_meter = basis == "counted" or "meter" in table
    meter = _one_of(table, "meter", meters) if needs_meter else ""
    charge = Charge(key, _text(table, "name"), basis, meter, _price_model(table))
    table.no_more()
    return charge


def _price_model(table: Table) -> PriceModel:
    match table.choice("model", ("flat", "per unit", "brackets")):
        case "flat":
            return Flat(table.parsed("price", parse_price, Decimal(0)))
        case "brackets":
            return Brackets(_tiers(table))
        case _:
            return PerUnit(table.parsed("price", parse_price, Decimal(0)))


def _tiers(table: Table) -> tuple[Bracket, ...]:
    tiers = []
    wrong_before = len(table.refusals)
    for tier in table.tables("tiers"):
        tiers.append(
            Bracket(tier.parsed("up_to", parse_quantity, UNLIMITED), tier.parsed("price", parse_price, Decimal(0)))
        )
        tier.no_more()
    if not tiers:
        table.note("no_tiers", "tiers")
    if len(table.refusals) > wrong_before:
        return tuple(tiers)
    for number, (lower, following) in enumerate(pairwise(tiers), 2):
        if not is_less(lower.up_to, following.up_to):
            given, before = quantity_text(following.up_to), quantity_text(lower.up_to)
            table.note("tiers_not_rising", f"tiers[{number}].up_to", given=given, before=before)
    return tuple(tiers)


def _key(table: Table) -> str:
    key = table.text("key")
    if key and not _KEY.fullmatch(key):
        table.note("not_a_key", "key", given=key)
    return key


def _one_of(table: Table, key: str, known: Sequence[str]) -> str:
    value = table.text(key)
    if value and value not in known:
        table.note(f"unknown_{key}", key, given=value, nearest=nearest(value, known))
    return value


def _text(table: Table, key: str, default: object = "\0") -> Text:
    """A name: one text for all languages, or a table with one for each. By default the key with spaces."""
    fallback = table.get("key", "") if default == "\0" else default
    value = table.get(key, str(fallback).replace("-", " "))
    if isinstance(value, Mapping):
        languages = Table(value, table.at(key), table.refusals)
        text = Text(languages.text("en"), languages.text("de"))
        languages.no_more()
        return text
    if not isinstance(value, str) or (key in table and not value.strip() and default != ""):
        table.note("not_a_text", key, given=repr(value))
        return _NO_TEXT
    return Text(value.strip(), value.strip())


def _noun(table: Table) -> Noun:
    """`people = "active client | active clients"`: what one and what many of the counted are called."""
    text = _text(table, "people", "member | members")
    parts = [[part.strip() for part in words.split("|")] for words in (text.en, text.de)]
    if any(len(part) != 2 or not all(part) for part in parts):
        table.note("not_one_and_many", "people", given=text.en)
        return Noun(text, text)
    return Noun(Text(parts[0][0], parts[1][0]), Text(parts[0][1], parts[1][1]))


def _zone_name(value: object, field: str) -> str:
    calendar.zone(str(value), field)
    return str(value)


def _currency(value: object, field: str) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Z]{3}", value):
        return value
    raise refuse("not_a_currency", field, given=str(value))


def _country(value: object, field: str) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Z]{2}|", value):
        return value
    raise refuse("not_a_country", field, given=str(value))


def _percent(value: object, field: str) -> Decimal:
    rate = parse_decimal(value, field)
    if not 0 <= rate <= 100:
        raise refuse("not_a_percentage", field, given=str(rate))
    return rate


def _prefix(value: object, field: str) -> str:
    """Invoice numbers must fit 16 characters of [A-Za-z0-9/-], so that every country takes them."""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9]{1,4}", value):
        return value
    raise refuse("not_an_invoice_prefix", field, given=str(value))
