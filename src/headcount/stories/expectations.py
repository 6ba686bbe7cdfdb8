"""What a step can expect, by the word that a story uses for it. One class each: how it is read, and how it is
compared with what came. Only the fields that a story names are compared, as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from headcount.core.document import Table
from headcount.core.money import major
from headcount.stories import fields
from headcount.stories.actual import (
    INVOICE,
    LIMIT,
    LINE,
    PREVIEW_LINE,
    SUBSCRIPTION,
    invoice_values,
    limit_values,
    line_values,
    subscription_values,
)
from headcount.stories.comparing import compared, compared_lists
from headcount.stories.expected_counts import Counts
from headcount.stories.expected_events import Events
from headcount.stories.expected_payments import Balances, Receivables
from headcount.stories.expected_refusals import ExpectedRefusals, read_refused
from headcount.stories.fields import given, named_fields, one_or_more
from headcount.stories.stage import Stage
from headcount.stories.values import NOTHING, Compared, Expectation, Terms

Named = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Invoices:
    """The complete list of the documents since the step before, by number; `lines` are complete too."""

    expected: tuple[tuple[Named, tuple[Named, ...] | None], ...]

    @classmethod
    def read(cls, expect: Table, key: str, terms: Terms) -> Invoices:
        found = []
        for table in one_or_more(expect, key):
            lines = _lines(table, "lines", LINE, terms) if given(table, "lines") else None
            found.append((named_fields(table, INVOICE, terms), lines))
            table.no_more()
        return cls(tuple(found))

    def compare(self, stage: Stage) -> Iterator[Compared]:
        issued = [invoice_values(one) for one in stage.issued]
        if len(self.expected) != len(issued) or not issued:
            yield from compared_lists("invoices", [named for named, _ in self.expected], issued)
            return
        for number, ((named, lines), invoice) in enumerate(zip(self.expected, stage.issued, strict=True), 1):
            what = f"invoices[{number}]"
            if named or lines is None:
                yield from compared(what, named or issued[number - 1], issued[number - 1])
            if lines is not None:
                with_plans = any("plan" in line for line in lines)
                came = line_values(stage, invoice, with_plans=with_plans)
                yield from compared_lists(f"{what}.lines", lines, came)


def _lines(table: Table, key: str, known: Mapping[str, fields.Parse], terms: Terms) -> tuple[Named, ...]:
    found = []
    for line in table.tables(key):
        found.append(named_fields(line, known, terms))
        line.no_more()
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Net:
    """What the preview of the step comes to."""

    expected: str

    @classmethod
    def read(cls, expect: Table, key: str, terms: Terms) -> Net:
        return cls(expect.parsed(key, lambda value, field: fields.amount(value, field, terms), ""))

    def compare(self, stage: Stage) -> Iterator[Compared]:
        preview = stage.preview
        yield Compared("net", self.expected, str(major(preview.net_minor, preview.currency)) if preview else NOTHING)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of the preview of the step, complete."""

    expected: tuple[Named, ...]

    @classmethod
    def read(cls, expect: Table, key: str, terms: Terms) -> Lines:
        return cls(_lines(expect, key, PREVIEW_LINE, terms))

    def compare(self, stage: Stage) -> Iterator[Compared]:
        lines = stage.preview.lines if stage.preview else ()
        actual = [{key: str(getattr(line, key)) for key in PREVIEW_LINE} for line in lines]
        yield from compared_lists("lines", self.expected, actual)


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts against limits at the time of the step, each of a customer and a meter."""

    expected: tuple[tuple[str, str, Named], ...]

    @classmethod
    def read(cls, expect: Table, key: str, terms: Terms) -> Limits:
        found = []
        for table in one_or_more(expect, key):
            found.append((table.text("customer"), table.text("meter"), named_fields(table, LIMIT, terms)))
            table.no_more()
        return cls(tuple(found))

    def compare(self, stage: Stage) -> Iterator[Compared]:
        held = limit_values(stage)
        for number, (customer, meter, named) in enumerate(self.expected, 1):
            yield from compared(f"limits[{number}]", named, held.get((customer, meter), {}))


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """What is agreed at the time of the step, of a subscription or of a customer who has only one."""

    expected: tuple[tuple[str, str, Named], ...]

    @classmethod
    def read(cls, expect: Table, key: str, terms: Terms) -> Subscriptions:
        found = []
        for table in one_or_more(expect, key):
            subscription, customer = table.text("subscription", ""), table.text("customer", "")
            if not subscription and not customer:
                table.note("missing_field", "customer")
            found.append((subscription, customer, named_fields(table, SUBSCRIPTION, terms)))
            table.no_more()
        return cls(tuple(found))

    def compare(self, stage: Stage) -> Iterator[Compared]:
        known = subscription_values(stage)
        for number, (subscription, customer, named) in enumerate(self.expected, 1):
            key = subscription or stage.subscription_of(customer)
            yield from compared(f"subscriptions[{number}]", named, known.get(key, {}))


@dataclass(frozen=True, slots=True)
class Warnings:
    """What the catalog that was applied in this step (in the first, the story's) is warned of: complete."""

    expected: ExpectedRefusals

    @classmethod
    def read(cls, expect: Table, key: str, _terms: Terms) -> Warnings:
        return cls(read_refused(expect, key))

    def compare(self, stage: Stage) -> Iterator[Compared]:
        yield from self.expected.compare(stage.warnings)


EXPECTATIONS: Mapping[str, Callable[[Table, str, Terms], Expectation]] = {
    "invoices": Invoices.read,
    "net": Net.read,
    "lines": Lines.read,
    "counts": Counts.read,
    "limits": Limits.read,
    "subscriptions": Subscriptions.read,
    "receivables": Receivables.read,
    "balances": Balances.read,
    "warnings": Warnings.read,
    "events": Events.read,
}


def read_expectations(expect: Table, words: Sequence[str], terms: Terms) -> tuple[Expectation, ...]:
    """In the order of the file."""
    for word in EXPECTATIONS:
        given(expect, word)
    return tuple(EXPECTATIONS[word](expect, word, terms) for word in words if word in EXPECTATIONS)
