"""The words on a document, in German and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from headcount.core.catalog import ActivityMeter, Charge, Meter, quantity_text
from headcount.core.counting import AVERAGE
from headcount.core.lines import Line
from headcount.core.rating import UNLIMITED, Flat, RatedQuantity

STATUS_WORDS = {
    "added": {"en": "added", "de": "angelegt"},
    "invited": {"en": "invited", "de": "eingeladen"},
    "activated": {"en": "activated", "de": "aktiviert"},
    "inactive": {"en": "inactive", "de": "inaktiv"},
}
_UNLIMITED = {"en": "unlimited", "de": "unbegrenzt viele"}
_SETTLED = {"en": "{name}: changes of the term", "de": "{name}: Änderungen der Laufzeit"}
_BOUNDS = {
    "minimum": {"en": "{name}: up to the minimum", "de": "{name}: bis zum Mindestbetrag"},
    "maximum": {"en": "{name}: down to the maximum", "de": "{name}: bis zum Höchstbetrag"},
}
_ON_AVERAGE = {"en": "on average", "de": "im Durchschnitt"}
_BEYOND = {"en": " beyond those included", "de": " über die enthaltenen hinaus"}
_NUMBER = {"en": "no. {first}", "de": "Nr. {first}"}
_FROM_TO = {"en": "{first} to {last}", "de": "{first} bis {last}"}
_INSTEAD_OF = {"en": "{counted} instead of {before} {people}", "de": "{counted} statt {before} {people}"}


def line_text(line: Line, charge: Charge, meter: Meter | None, basis: Mapping[str, int], language: str) -> str:
    """What a line is for: `10 active clients`, `19 clients: 12 activated, 7 added`, `9 instead of 8 clients`.

    A graduated line says which of them: `60 users, 11 to 50`.
    """
    name = charge.name.in_language(language)
    if line.settles:
        return _SETTLED[language].format(name=name)
    if line.bound:
        return _BOUNDS[line.bound][language].format(name=name)
    if isinstance(charge.model, Flat):
        return name
    if meter is None:
        text = f"{_quantity(line.quantity, language)} × {name}"
    else:
        beyond = _BEYOND[language] if charge.included else ""
        people = meter.noun.for_count(line.quantity).in_language(language) + beyond
        if line.instead_of is not None:
            counted, before = _quantity(line.quantity, language), _quantity(line.instead_of, language)
            return _INSTEAD_OF[language].format(counted=counted, before=before, people=people)
        text = f"{_quantity(line.quantity, language)} {people}{_averaged(meter, charge, language)}"
    if line.first is not None:
        which = _NUMBER if line.first == line.last else _FROM_TO
        text += ", " + which[language].format(first=line.first, last=_quantity(line.last, language))
    by_status = _basis(basis, language)
    return f"{text}: {by_status}" if by_status else text


def _averaged(meter: Meter, charge: Charge, language: str) -> str:
    if isinstance(meter, ActivityMeter):
        return ""
    is_average = charge.basis == "counted" and meter.reading == AVERAGE
    return f" {_ON_AVERAGE[language]}" if is_average else ""


def _quantity(quantity: RatedQuantity, language: str) -> str:
    if quantity is UNLIMITED:
        return _UNLIMITED[language]
    text = quantity_text(quantity)
    return text.replace(".", ",") if language == "de" else text


def _basis(basis: Mapping[str, int], language: str) -> str:
    parts = [(status, basis[status]) for status in ("activated", "invited", "added", "inactive") if basis.get(status)]
    return ", ".join(f"{count} {STATUS_WORDS[status][language]}" for status, count in parts)


_AMOUNTS = {
    "promotion": {"en": "Promotional credit", "de": "Aktionsguthaben"},
    "concession": {"en": "Credit already granted", "de": "Bereits gewährter Nachlass"},
    "moved": {"en": "Share of another credit note", "de": "Anteil einer anderen Rechnungskorrektur"},
}


def amount_text(kind: str, language: str) -> str:
    """What a line is called that is an amount and covers no days."""
    return _AMOUNTS[kind][language]


def date_text(day: date, language: str) -> str:
    return f"{day:%d.%m.%Y}" if language == "de" else f"{day:%Y-%m-%d}"
