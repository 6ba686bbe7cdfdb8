"""Who counts, as a story expects it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from headcount.core.document import Table
from headcount.services.counts import explain
from headcount.stories.fields import decimal, given, one_or_more, plain
from headcount.stories.stage import Stage
from headcount.stories.values import NOTHING, Compared, Terms


@dataclass(frozen=True, slots=True)
class ExpectedCount:
    """`window` empty: the one that runs. `subscription` empty: all of the customer. `count` and `people` empty or None:
    not asked for.
    """

    customer: str
    meter: str
    window: str
    subscription: str
    count: str
    people: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of meters, and the complete list of the people behind them."""

    expected: tuple[ExpectedCount, ...]

    @classmethod
    def read(cls, expect: Table, key: str, terms: Terms) -> Counts:
        found = []
        for table in one_or_more(expect, key):
            found.append(_read(table, terms))
            table.no_more()
        return cls(tuple(found))

    def compare(self, stage: Stage) -> Iterator[Compared]:
        for number, one in enumerate(self.expected, 1):
            what = f"counts[{number}]"
            explained = explain(stage.context(), one.meter, one.customer, one.window or None, one.subscription or None)
            if one.count:
                yield Compared(f"{what}.count", one.count, plain(Decimal(explained.count)))
            if one.people is not None:
                yield Compared(f"{what}.people", _text(one.people), _text([row.member for row in explained.rows]))


def _read(table: Table, terms: Terms) -> ExpectedCount:
    has_count, has_people = given(table, "count"), given(table, "people")
    if not has_count and not has_people:
        table.note("names_nothing", "")
    return ExpectedCount(
        customer=table.text("customer"),
        meter=table.text("meter"),
        window=table.text("window", ""),
        subscription=table.text("subscription", ""),
        count=table.parsed("count", lambda value, field: decimal(value, field, terms), "", None),
        people=table.texts("people") if has_people else None,
    )


def _text(people: list[str] | tuple[str, ...]) -> str:
    return ", ".join(sorted(people)) or NOTHING
