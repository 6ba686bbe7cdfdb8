"""Recorded payments as the actions of a story."""

from __future__ import annotations

from collections.abc import Sequence

from headcount.core.calendar import local_date
from headcount.core.money import major
from headcount.services.context import Context
from headcount.services.history import RecordedOwner, RecordedPayment
from headcount.stories.writing import Fields


def written_payments(recorded: Sequence[RecordedPayment | RecordedOwner], context: Context) -> dict[str, list[Fields]]:
    """What one request recorded, by the word of the action."""
    written: dict[str, list[Fields]] = {"pay": [], "assign": [], "reverse": [], "refund": []}
    for one in recorded:
        if isinstance(one, RecordedOwner):
            written["assign"].append({"payment": one.payment, "customer": one.customer})
        elif one.reverses is not None:
            written["reverse"].append({"payment": one.reverses})
        elif one.amount_minor < 0:
            written["refund"].append({"customer": one.customer, **_money(one, context)})
        else:
            written["pay"].append(_paid(one, context))
    return written


def _paid(one: RecordedPayment, context: Context) -> Fields:
    table: Fields = {"payment": one.key, **_money(one, context)}
    if one.customer is not None:
        table = {"customer": one.customer, **table}
    if one.reference:
        table["reference"] = one.reference
    if one.received_on != local_date(one.recorded_at, context.place):
        table["on"] = one.received_on
    return table


def _money(one: RecordedPayment, context: Context) -> Fields:
    currency: Fields = {"currency": one.currency} if one.currency != context.terms.currency else {}
    return {"amount": str(major(abs(one.amount_minor), one.currency)), **currency}
