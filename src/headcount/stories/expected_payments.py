"""What customers owe and what is free of their money, as a story expects it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from headcount.core.document import Table
from headcount.core.money import major
from headcount.services.receivables import OpenDocument, list_receivables
from headcount.stories import fields
from headcount.stories.comparing import compared_by_customer, compared_lists
from headcount.stories.fields import Parse, named_amounts, named_fields, one_or_more
from headcount.stories.stage import Stage
from headcount.stories.values import Compared, Terms

RECEIVABLE: Mapping[str, Parse] = {
    "customer": fields.word,
    "number": fields.word,
    "due": fields.day,
    "gross": fields.amount,
    "settled": fields.amount,
    "open": fields.amount,
    "days_overdue": fields.decimal,
    "state": fields.word,
}


@dataclass(frozen=True, slots=True)
class Receivables:
    """The complete list of what is not settled at the time of the step, by customer and day on which it is due."""

    expected: tuple[Mapping[str, str], ...]

    @classmethod
    def read(cls, expect: Table, key: str, terms: Terms) -> Receivables:
        found = []
        for table in one_or_more(expect, key):
            found.append(named_fields(table, RECEIVABLE, terms))
            table.no_more()
        return cls(tuple(found))

    def compare(self, stage: Stage) -> Iterator[Compared]:
        documents, _ = list_receivables(stage.context())
        yield from compared_lists("receivables", self.expected, [_document(one) for one in documents])


@dataclass(frozen=True, slots=True)
class Balances:
    """What is free of customers' money at the time of the step, by customer, complete: `{ anna = "31.00" }`."""

    expected: Mapping[str, str]

    @classmethod
    def read(cls, expect: Table, key: str, terms: Terms) -> Balances:
        return cls(named_amounts(expect, key, fields.amount, terms))

    def compare(self, stage: Stage) -> Iterator[Compared]:
        currency = stage.terms.currency
        _, balances = list_receivables(stage.context())
        free = {one.customer: str(major(one.free_minor, currency)) for one in balances if one.currency == currency}
        yield from compared_by_customer("balances", self.expected, free)


def _document(one: OpenDocument) -> dict[str, str]:
    settled = one.settled
    minors = {"gross": settled.gross_minor, "settled": settled.settled_minor, "open": settled.open_minor}
    return {
        "customer": one.customer,
        "number": one.number,
        "due": str(one.due_on),
        **{name: str(major(minor, one.currency)) for name, minor in minors.items()},
        "days_overdue": str(one.days_overdue),
        "state": one.state,
    }
