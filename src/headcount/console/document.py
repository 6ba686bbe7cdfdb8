"""A frozen document, ready to be set: texts as they are, numbers and days as values again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from headcount.core.calendar import Period, parse_date
from headcount.services.invoices import StoredInvoice, content
from headcount.services.windows import parse_window


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """`people`: the window whose people made the quantity; empty for a line that nobody was counted for.

    `customer`: whose people, if another one pays.
    """

    customer: str
    text: str
    plan: str
    subscription: str
    period: Period
    units: Decimal
    unit_price: Decimal
    net: Decimal
    meter: str
    people: str


@dataclass(frozen=True, slots=True)
class Document:
    """`frozen` is the snapshot; what is printed from it without change is read from there."""

    frozen: Mapping[str, Any]
    customer: str
    public_id: str
    lines: tuple[DocumentLine, ...]
    net: Decimal
    tax: Decimal
    tax_rate: Decimal
    gross: Decimal


_EARLIER = {"kind": "invoice", "original": "", "purchase_order": ""}
"""What documents did not say before there were others than invoices."""


def document(stored: StoredInvoice) -> Document:
    frozen: Mapping[str, Any] = {**_EARLIER, "due_on": str(stored.due_on), **content(stored)}
    return Document(
        frozen={**frozen, **{day: parse_date(frozen[day], day) for day in ("issued_on", "billing_date", "due_on")}},
        customer=stored.customer,
        public_id=stored.public_id,
        lines=tuple(_line(line, stored.customer) for line in frozen["lines"]),
        net=Decimal(frozen["net"]),
        tax=Decimal(frozen["tax"]["amount"]),
        tax_rate=Decimal(frozen["tax"]["rate"]).normalize(),
        gross=Decimal(frozen["gross"]),
    )


def _line(line: Mapping[str, Any], payer: str) -> DocumentLine:
    return DocumentLine(
        customer=line.get("customer") or payer,
        text=line["text"],
        plan=line["plan"],
        subscription=line["subscription"],
        period=parse_window(line["period"]),
        units=Decimal(line["units"]),
        unit_price=Decimal(line["unit_price"]),
        net=Decimal(line["net"]),
        meter=line["meter"],
        people=line["window"],
    )
