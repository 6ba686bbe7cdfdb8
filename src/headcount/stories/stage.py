"""Where a story happens: its organization, what was issued and refused since the step before, the last preview."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from headcount.core.drafts import INVOICE
from headcount.core.errors import Refusal, Refused, refuse
from headcount.core.money import major
from headcount.services.catalog import apply_catalog
from headcount.services.context import Context, open_context
from headcount.services.events import Event, read_events
from headcount.services.invoices import content, list_invoices
from headcount.services.organizations import advance
from headcount.services.subscriptions import list_subscriptions
from headcount.stories.values import ACTOR, Document, DocumentLine, Note, Terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headcount.core.activity import Reject
    from headcount.core.catalog import Catalog
    from headcount.core.subscriptions import Subscription
    from headcount.services.billing import Step as BillingStep
    from headcount.services.catalog import CatalogResult
    from headcount.services.imports import Outcome
    from headcount.services.invoices import StoredInvoice
    from headcount.services.previews import Preview


class Stage:
    """`issued`: the documents since the step before.

    `is_unbilled`: something was done, and no run has looked at it yet.
    """

    def __init__(self, catalog: Catalog, terms: Terms, overrides: Mapping[str, object]) -> None:
        self.catalog, self.terms, self.overrides = catalog, terms, overrides
        self.issued: list[StoredInvoice] = []
        self.preview: Preview | None = None
        self.last_token: str | None = None
        self.refusals: list[Refusal] = []
        self.warnings: list[Refusal] = []
        self.is_unbilled = False
        self.made: dict[str, str] = {}
        self.codes: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.told: list[Event] = []
        """What the vendor was told since the step before; see `hear`."""
        self._last_event = ""
        self._is_founded = False
        self._payments: set[str] = set()
        self._seen: set[str] = set()
        self._customers: set[str] = set()
        self._context: Context | None = None

    def context(self) -> Context:
        """As things are until the clock moves, or another catalog is applied."""
        if self._context is None:
            self._context = open_context(self.catalog.organization.key, ACTOR)
        return self._context

    def begin_step(self) -> None:
        if self._is_founded:
            self.hear()
        self.issued, self.preview, self.refusals, self.warnings, self.told = [], None, [], [], []

    def hear(self) -> list[Event]:
        """The events since the step before."""
        self.told += read_events(self.context(), after=self._last_event, unsettled=True)
        self._last_event = self.told[-1].id if self.told else self._last_event
        return self.told

    def apply(self, catalog: Catalog, clock_at: datetime | None = None) -> CatalogResult:
        """The catalog of the story, and later others. The first makes the organization."""
        result = apply_catalog(catalog, ACTOR, clock_at)
        self.catalog, self._context, self._is_founded = catalog, None, True
        self.warnings += result.warnings
        return result

    def move_clock(self, to: datetime) -> list[Document]:
        """Does everything that falls due on the way."""
        return self.run(to) if to > self.context().now else []

    def run(self, to: datetime) -> list[Document]:
        """What the live tick does. What it issued is for the timeline; who was not billed is a refusal of the step."""
        issued = self._noted(list(advance(self.context(), to)))
        self._context, self.is_unbilled = None, False
        return issued

    def _noted(self, done: Sequence[BillingStep]) -> list[Document]:
        for failure in (failure for step in done for failure in step.failures):
            numbers: dict[str, object] = {"customer": failure.customer, "billing_date": str(failure.billing_date)}
            self.refusals += [
                Refusal(refusal.code, refusal.field, refusal.line, numbers | refusal.numbers)
                for refusal in failure.refusals
            ]
        if not any(step.issued for step in done):
            return []
        new = [one for one in list_invoices(self.context()) if one.number not in self._seen]
        self._seen |= {one.number for one in new}
        self.issued += new
        return [document(one) for one in new]

    def amount(self, minor: int) -> str:
        return f"{major(minor, self.terms.currency)} {self.terms.currency}"

    def subscriptions(self) -> list[tuple[Subscription, str]]:
        return list_subscriptions(self.context())

    def subscription_of(self, customer: str) -> str:
        """The only subscription of a customer. Refused: `which_subscription`."""
        keys = [key for key, owner in self.made.items() if owner == customer]
        if len(keys) == 1:
            return keys[0]
        raise refuse("which_subscription", "customer", customer=customer, known=", ".join(keys) or "–")

    def new_subscription_key(self, customer: str) -> str:
        """The customer's key, with -2, -3 and so on if it is taken."""
        return _not_in(self.made, customer)

    def new_payment_key(self, customer: str) -> str:
        """Likewise."""
        key = _not_in(self._payments, customer)
        self._payments.add(key)
        return key

    def sent(self, subscription: str, member: str, code: str) -> None:
        """The code of an invitation, which nothing but the story keeps."""
        self.codes[subscription, member].append(code)

    def unknown(self, customers: Iterable[str]) -> list[str]:
        """Those that were not named before; from now on they are known."""
        new = [one for one in dict.fromkeys(customers) if one and one not in self._customers]
        self._customers |= set(new)
        return new


def _not_in(known: Container[str], key: str) -> str:
    return next(one for number in count(1) if (one := f"{key}-{number}" if number > 1 else key) not in known)


def taken(outcomes: Iterable[tuple[int, Outcome]]) -> Outcome:
    """What became of the rows of an import. Refused: every row that was, after the others were taken."""
    total: Outcome | None = None
    for _, outcome in outcomes:
        if total is None:
            total = outcome
        else:
            total.add(outcome)
    assert total is not None
    if total.rejects:
        raise Refused(*(reject.refusal for reject in _in_order(total.rejects)))
    return total


def _in_order(rejects: Iterable[Reject]) -> list[Reject]:
    return sorted(rejects, key=lambda reject: reject.line)


def document(invoice: StoredInvoice) -> Document:
    frozen = lines(invoice)
    taken_back = {line["period"] for line in frozen if line["net"].startswith("-")}
    return Document(
        number=invoice.number,
        customer=invoice.customer,
        date=invoice.billing_date,
        currency=invoice.currency,
        net=str(major(invoice.net_minor, invoice.currency)),
        gross=str(major(invoice.gross_minor, invoice.currency)),
        lines=tuple(
            DocumentLine(line["text"], line["period"], line["net"], _why(line, invoice.billing_date, taken_back))
            for line in frozen
        ),
    )


def lines(invoice: StoredInvoice) -> list[dict[str, str]]:
    """The lines of a document as they were frozen, signed as they change what is owed."""
    frozen: Any = content(invoice)["lines"]
    if invoice.kind == INVOICE:
        return list(frozen)
    return [line | {name: str(-Decimal(line[name])) for name in ("units", "net")} for line in frozen]


def _why(line: Mapping[str, str], billed_on: date, taken_back: set[str]) -> Note:
    """What made a line due, read off its period, the day on which it was billed, and the lines beside it."""
    start, end = (date.fromisoformat(day) for day in line["period"].split("/"))
    span = {"start": start, "end": end}
    if line["net"].startswith("-"):
        return Note("why_taken_back", span)
    if line["period"] in taken_back:
        return Note("why_instead", span)
    if end <= billed_on:
        return Note("why_ended", span)
    return Note("why_began" if start == billed_on else "why_days", span)
