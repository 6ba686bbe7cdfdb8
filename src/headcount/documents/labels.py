"""The words on a document, in German and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from headcount.core.catalog import Charge, Meter
from headcount.core.drafts import Line
from headcount.core.rating import UNLIMITED, Flat, Quantity

STATUS_WORDS = {
    "added": {"en": "added", "de": "angelegt"},
    "invited": {"en": "invited", "de": "eingeladen"},
    "activated": {"en": "activated", "de": "aktiviert"},
    "inactive": {"en": "inactive", "de": "inaktiv"},
}
_UNLIMITED = {"en": "unlimited", "de": "unbegrenzt viele"}
_INSTEAD_OF = {"en": "{counted} instead of {before} {people}", "de": "{counted} statt {before} {people}"}


def line_text(line: Line, charge: Charge, meter: Meter | None, basis: Mapping[str, int], language: str) -> str:
    """What a line is for: `10 active clients`, `19 clients: 12 activated, 7 added`, `9 instead of 8 clients`."""
    if isinstance(charge.model, Flat):
        return charge.name.in_language(language)
    if meter is None:
        return f"{_quantity(line.quantity, language)} × {charge.name.in_language(language)}"
    people = meter.noun.for_count(line.quantity).in_language(language)
    if line.instead_of is not None:
        return _INSTEAD_OF[language].format(counted=line.quantity, before=line.instead_of, people=people)
    text = f"{_quantity(line.quantity, language)} {people}"
    by_status = _basis(basis, language)
    return f"{text}: {by_status}" if by_status else text


def _quantity(quantity: Quantity, language: str) -> str:
    return _UNLIMITED[language] if quantity is UNLIMITED else str(quantity)


def _basis(basis: Mapping[str, int], language: str) -> str:
    parts = [(status, basis[status]) for status in ("activated", "invited", "added", "inactive") if basis.get(status)]
    return ", ".join(f"{count} {STATUS_WORDS[status][language]}" for status, count in parts)


def date_text(day: date, language: str) -> str:
    return f"{day:%d.%m.%Y}" if language == "de" else f"{day:%Y-%m-%d}"
