"""What came, as text under the names that stories use for it. A field that services learn is a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from headcount.core.catalog import quantity_text
from headcount.core.money import major
from headcount.core.subscriptions import Subscription, cancel_by, earliest_end
from headcount.services.context import Context
from headcount.services.invoices import StoredInvoice
from headcount.services.limits import limits
from headcount.stories import fields
from headcount.stories.fields import Parse
from headcount.stories.stage import Stage, lines

Named = dict[str, str]

INVOICE: Mapping[str, Parse] = {
    "customer": fields.word,
    "net": fields.amount,
    "tax": fields.amount,
    "gross": fields.amount,
    "date": fields.day,
    "issued_on": fields.day,
    "number": fields.word,
    "kind": fields.word,
    "original": fields.word,
    "due_on": fields.day,
    "subscription": fields.word,
}
LINE: Mapping[str, Parse] = {
    "text": fields.word,
    "period": fields.period,
    "net": fields.amount,
    "units": fields.decimal,
    "unit_price": fields.decimal,
    "subscription": fields.word,
    "plan": fields.word,
    "charge": fields.word,
}
PREVIEW_LINE: Mapping[str, Parse] = {
    "text": fields.word,
    "period": fields.period,
    "net": fields.amount,
    "subscription": fields.word,
}
LIMIT: Mapping[str, Parse] = {
    "limit": fields.limit,
    "count": fields.decimal,
    "over": fields.decimal,
    "resets_at": fields.local_time,
}


def invoice_values(invoice: StoredInvoice) -> Named:
    def amount(minor: int) -> str:
        return str(major(minor, invoice.currency))

    return {
        "customer": invoice.customer,
        "net": amount(invoice.net_minor),
        "tax": amount(invoice.tax_minor),
        "gross": amount(invoice.gross_minor),
        "date": str(invoice.billing_date),
        "issued_on": str(invoice.issued_on),
        "number": invoice.number,
        "kind": invoice.kind,
        "original": invoice.original,
        "due_on": str(invoice.due_on),
        "subscription": ", ".join(dict.fromkeys(line["subscription"] for line in lines(invoice))),
    }


def line_values(stage: Stage, invoice: StoredInvoice, *, with_plans: bool) -> list[Named]:
    """Documents print a plan's name; a story calls it by its key, which has to be looked up."""
    plans = {one.key: one.plan.key for one, _ in stage.subscriptions()} if with_plans else {}
    return [
        {key: _plain(line[key]) if LINE[key] is fields.decimal else line[key] for key in LINE if key != "plan"}
        | {"plan": plans.get(line["subscription"], "")}
        for line in lines(invoice)
    ]


def _plain(value: object) -> str:
    return fields.plain(Decimal(str(value)))


def limit_values(stage: Stage) -> dict[tuple[str, str], Named]:
    """By customer and meter."""
    return {
        (row.customer, row.meter): {
            "limit": quantity_text(row.limit),
            "count": _plain(row.count),
            "over": _plain(row.over),
            "resets_at": fields.time_text(row.resets_at, stage.terms),
        }
        for row in limits(stage.context())
    }


def _quantity(one: Subscription, context: Context) -> str:
    """What is agreed today: a number, or `clients=20 coaches=2` where the plan sells several."""
    day = max(context.today, one.start_on)
    sold = sorted(dict(one.changes[0].quantities))
    agreed = {charge: quantity_text(one.quantity_on(charge, day)) for charge in sold}
    if len(agreed) == 1:
        return next(iter(agreed.values()))
    return " ".join(f"{charge}={amount}" for charge, amount in agreed.items())


_Look = Callable[[Subscription, Context], str]
_SUBSCRIPTION: Mapping[str, tuple[Parse, _Look]] = {
    "plan": (fields.word, lambda one, _: one.plan.key),
    "start": (fields.day, lambda one, _: str(one.start_on)),
    "end": (fields.day_or_none, lambda one, _: str(one.end_on or "none")),
    "quantity": (fields.quantities, _quantity),
    "cancel_by": (fields.day_or_none, lambda one, context: str(cancel_by(one, context.today) or "none")),
    "earliest_end": (fields.day_or_none, lambda one, context: str(one.end_on or earliest_end(one, context.today))),
}
SUBSCRIPTION: Mapping[str, Parse] = {key: parse for key, (parse, _) in _SUBSCRIPTION.items()}


def subscription_values(stage: Stage) -> dict[str, Named]:
    """By key."""
    context = stage.context()
    return {
        one.key: {key: look(one, context) for key, (_, look) in _SUBSCRIPTION.items()}
        for one, _ in stage.subscriptions()
    }
