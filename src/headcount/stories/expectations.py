"""What a step can expect, by the word that a story uses for it. One class each: how it is read, and how it is
compared with what came. Only the fields that a story names are compared, as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from headcount.core.document import Table
from headcount.core.errors import refuse
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
from headcount.stories.expected_counts import Counts
from headcount.stories.expected_refusals import ExpectedRefusals, read_refused
from headcount.stories.fields import given, named_fields, one_or_more
from headcount.stories.stage import Stage
from headcount.stories.values import ANYTHING, NOTHING, Compared, Expectation, Terms

Named = Mapping[str, str]


def compared(what: str, expected: Named, actual: Named) -> Iterator[Compared]:
    """One entry for each field that was named; what does not exist at all is one entry, which never holds."""
    if not actual:
        yield Compared(what, _summary(expected) or ANYTHING, NOTHING)
        return
    if not expected:
        yield Compared(what, NOTHING, _summary(actual))
        return
    for key, wanted in expected.items():
        yield Compared(f"{what}.{key}", wanted, actual.get(key, NOTHING))


def compared_lists(what: str, expected: Sequence[Named], actual: Sequence[Named]) -> Iterator[Compared]:
    """Complete lists, side by side: nothing may be missing and nothing may be left over."""
    if not expected and not actual:
        yield Compared(what, NOTHING, NOTHING)
    for number in range(max(len(expected), len(actual))):
        wanted = expected[number] if number < len(expected) else {}
        came = actual[number] if number < len(actual) else {}
        yield from compared(f"{what}[{number + 1}]", wanted, came)


def _summary(named: Named) -> str:
    """What tells one from another, or all there is."""
    telling = [value for key, value in named.items() if key in ("customer", "text", "date", "net")]
    return " ".join(telling or (f"{key} {value}" for key, value in named.items()))


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
class Credit:
    """What waits for the next invoice, by customer, complete: `{ anna = "-4.17" }`."""

    expected: Named

    @classmethod
    def read(cls, expect: Table, key: str, terms: Terms) -> Credit:
        value = expect.get(key)
        if not isinstance(value, Mapping):
            expect.note("not_a_table", key, given=repr(value))
            return cls({})
        table = Table(value, expect.at(key), expect.refusals)
        return cls(named_fields(table, dict.fromkeys(value, _credit), terms))

    def compare(self, stage: Stage) -> Iterator[Compared]:
        waits = {customer: str(major(minor, stage.terms.currency)) for customer, minor in stage.carried.items()}
        if not self.expected and not waits:
            yield Compared("credit", NOTHING, NOTHING)
        for customer in dict.fromkeys([*self.expected, *waits]):
            yield Compared(f"credit.{customer}", self.expected.get(customer, NOTHING), waits.get(customer, NOTHING))


def _credit(value: object, field: str, terms: Terms) -> str:
    text = fields.amount(value, field, terms)
    if not text.startswith("-"):
        raise refuse("credit_is_below_zero", field, given=text)
    return text


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
    "credit": Credit.read,
    "warnings": Warnings.read,
}


def read_expectations(expect: Table, words: Sequence[str], terms: Terms) -> tuple[Expectation, ...]:
    """In the order of the file."""
    for word in EXPECTATIONS:
        given(expect, word)
    return tuple(EXPECTATIONS[word](expect, word, terms) for word in words if word in EXPECTATIONS)
