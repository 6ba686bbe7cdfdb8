"""The catalog as a document: tables and lists, as TOML gives them, read into values.

Every refusal of a file is collected, each with the path of its field. `catalog_writing` is the inverse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from headcount.core import calendar
from headcount.core.catalog import (
    BILLING_PERIOD,
    COUNTED,
    INVITATIONS,
    LANGUAGES,
    MONTH,
    WINDOWS,
    ActivityMeter,
    Address,
    Catalog,
    Meter,
    OrganizationTerms,
    Plan,
    Product,
    SeatMeter,
    StatusMeter,
    TaxRule,
    known_kinds,
)
from headcount.core.counting import READINGS
from headcount.core.document import Table
from headcount.core.errors import nearest, refuse
from headcount.core.members import BILLABLE, STATUSES
from headcount.core.money import parse_decimal
from headcount.core.names_file import NO_TEXT, note_doubles, read_key, read_noun, read_text
from headcount.core.offer_file import read_offer
from headcount.core.plan_file import read_plan
from headcount.core.tax import DOMESTIC, NONE

LONGEST_WINDOW_DAYS = 3_660
MOST_DAYS = 3_660
MODES = ("live", "test")


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
    offers = tuple(read_offer(table, plans) for table in top.tables("offer"))
    top.no_more()
    kinds = {"meter": meters, "product": products, "plan": plans, "offer": offers}
    for kind, values in kinds.items():
        note_doubles(top, kind, [value.key for value in values])
    _note_windows(top, meters, plans)
    top.finish()
    return Catalog(organization, known_kinds(meters, declared), meters, products, plans, offers)


def _note_windows(top: Table, meters: Sequence[Meter], plans: Sequence[Plan]) -> None:
    """A quantity that is bought is the limit of a window that starts anew by itself."""
    by_period = {m.key for m in meters if isinstance(m, ActivityMeter) and m.window == BILLING_PERIOD}
    for number, plan in enumerate(plans, 1):
        named = (charge for charge in plan.charges if charge.key != "base")
        for place, charge in enumerate(named, 1):
            if charge.basis == "committed" and charge.meter in by_period:
                top.note("no_limit_by_billing_period", f"plan[{number}].charge[{place}].meter", meter=charge.meter)


def read_organization(table: Table) -> OrganizationTerms:
    terms = OrganizationTerms(
        key=read_key(table),
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
        payment_days=table.parsed("payment_days", _days, 0, 14),
        review_days=table.parsed("review_days", _days, 0, 0),
        reopen_days=table.parsed("reopen_days", _days, 0, 366),
    )
    table.no_more()
    return terms


def _days(value: object, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_DAYS:
        raise refuse("not_days", field, given=str(value), most=MOST_DAYS)
    return value


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
        reason=read_text(table, "reason", "") if treatment == NONE else NO_TEXT,
    )
    table.no_more()
    return rule


def read_meter(table: Table) -> Meter:
    counts = table.choice("counts", ("activity", "status", "seats"))
    key, name, noun = read_key(table), read_text(table, "name"), read_noun(table)
    meter: Meter
    if counts == "seats":
        reading = table.choice("reading", READINGS, "end")
        invitations = table.choice("invitations", INVITATIONS, COUNTED)
        meter = SeatMeter(key, name, noun, reading, invitations, table.flag("administrator"))
    elif counts == "status":
        statuses = table.texts("statuses", BILLABLE)
        if table.get("statuses", None) == []:
            table.note("no_statuses", "statuses")
        for status in statuses:
            if status not in STATUSES:
                known = ", ".join(STATUSES)
                table.note("not_a_choice", "statuses", given=status, choices=known, nearest=nearest(status, STATUSES))
        roles = tuple(sorted(set(table.texts("roles", ()))))
        meter = StatusMeter(key, name, noun, statuses, table.choice("reading", READINGS, "end"), roles)
    else:
        kinds = tuple(sorted(set(table.texts("kinds"))))
        meter = ActivityMeter(key, name, noun, kinds, table.parsed("window", _window, MONTH, MONTH))
        if table.get("kinds", None) == []:
            table.note("no_kinds", "kinds")
    table.no_more()
    return meter


def read_product(table: Table) -> Product:
    product = Product(read_key(table), read_text(table, "name"))
    table.no_more()
    return product


def _window(value: object, field: str) -> str:
    """`month`, `week`, `billing period`, or the last days: `90 days`."""
    if value in WINDOWS:
        return str(value)
    match = re.fullmatch(r"([0-9]{1,4}) days?", str(value))
    if match is None or not 0 < int(match[1]) <= LONGEST_WINDOW_DAYS:
        raise refuse("not_a_window", field, given=str(value), choices=", ".join(WINDOWS))
    return f"{int(match[1])} days"


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
