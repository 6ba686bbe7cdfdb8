"""What the vendor was told, as a story expects it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from headcount.core.document import Table
from headcount.services.events import Event
from headcount.stories import fields
from headcount.stories.comparing import compared_lists
from headcount.stories.fields import Parse, named_fields, one_or_more
from headcount.stories.stage import Stage
from headcount.stories.values import NOTHING, Compared, Terms

EVENT: Mapping[str, Parse] = {
    "kind": fields.word,
    "customer": fields.word,
    "member": fields.word,
    "subscription": fields.word,
    "meter": fields.word,
    "limit": fields.limit,
    "used": fields.decimal,
    "from": fields.limit,
    "to": fields.limit,
    "now": fields.amount,
    "paid_from": fields.day,
}


@dataclass(frozen=True, slots=True)
class Events:
    """The complete list of what the vendor was told since the step before, in order."""

    expected: tuple[Mapping[str, str], ...]

    @classmethod
    def read(cls, expect: Table, key: str, terms: Terms) -> Events:
        found = []
        for table in one_or_more(expect, key):
            found.append(named_fields(table, EVENT, terms))
            table.no_more()
        return cls(tuple(found))

    def compare(self, stage: Stage) -> Iterator[Compared]:
        yield from compared_lists("events", self.expected, [_values(one) for one in stage.hear()])


def _values(event: Event) -> dict[str, str]:
    said = {"kind": event.kind, "customer": event.customer, "member": event.member, **event.details}
    return {key: NOTHING if said.get(key) is None else str(said[key]) for key in EVENT}
