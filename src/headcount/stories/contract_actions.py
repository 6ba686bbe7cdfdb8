"""What is agreed: subscriptions, their changes, previews, and another catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

from headcount.core.document import Table
from headcount.core.errors import refuse
from headcount.core.money import major
from headcount.services import subscriptions as service
from headcount.services.previews import preview_change
from headcount.stories.catalogs import catalog_of_file
from headcount.stories.fields import day_field, quantity_field
from headcount.stories.stage import Stage
from headcount.stories.values import Note, Terms


@dataclass(frozen=True, slots=True)
class Subscribe:
    """A customer subscribes to a plan, from the day of the step or another."""

    changes_something: ClassVar[bool] = True
    customer: str
    plan: str
    quantity: str
    subscription: str
    start: date | None
    end: date | None

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> Subscribe:
        return cls(
            customer=table.text("customer"),
            plan=table.text("plan"),
            quantity=quantity_field(table),
            subscription=table.text("subscription", ""),
            start=day_field(table, "start"),
            end=day_field(table, "end"),
        )

    @property
    def customers(self) -> tuple[str, ...]:
        return (self.customer,)

    def perform(self, stage: Stage) -> Iterator[Note]:
        context = stage.context()
        key = self.subscription or stage.new_subscription_key(self.customer)
        start = self.start or context.today
        wish = service.Wish(key, self.customer, self.plan, start, self.quantity, self.end)
        service.subscribe(context, wish)
        stage.made[key] = self.customer
        yield Note(
            "subscribed",
            {"customer": self.customer, "plan": self.plan, "subscription": key, "start": start,
             "quantity": self.quantity or "–"},
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OfSubscription:
    """A subscription by its key, or by its customer who has one only."""

    subscription: str
    customer: str

    def key(self, stage: Stage) -> str:
        return self.subscription or stage.subscription_of(self.customer)


def of_subscription(table: Table) -> OfSubscription:
    subscription, customer = table.text("subscription", ""), table.text("customer", "")
    if not subscription and not customer:
        table.note("missing_field", "customer")
    return OfSubscription(subscription, customer)


def _wanted_quantity(table: Table) -> str:
    quantity = quantity_field(table)
    if not quantity:
        table.note("missing_field", "limit")
    return quantity


@dataclass(frozen=True, slots=True)
class Change:
    """Another quantity. `previewed`: at the amount of the last preview, or not at all."""

    changes_something: ClassVar[bool] = True
    of: OfSubscription
    quantity: str
    on: date | None
    previewed: bool
    customers: tuple[str, ...] = ()

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> Change:
        of, quantity = of_subscription(table), _wanted_quantity(table)
        return cls(of, quantity, day_field(table, "on"), table.flag("previewed"))

    def perform(self, stage: Stage) -> Iterator[Note]:
        key = self.of.key(stage)
        token = stage.last_token if self.previewed else ""
        if token is None:
            raise refuse("no_preview_before", "previewed")
        for change in service.change_quantity(stage.context(), key, self.quantity, self.on, token):
            yield Note("changed", {"subscription": key, "quantity": self.quantity, "date": change.effective_on})


@dataclass(frozen=True, slots=True)
class Cancel:
    """A subscription ends: at the end of its running time, or so that `on` is the first day without it."""

    changes_something: ClassVar[bool] = True
    of: OfSubscription
    on: date | None
    customers: tuple[str, ...] = ()

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> Cancel:
        return cls(of_subscription(table), day_field(table, "on"))

    def perform(self, stage: Stage) -> Iterator[Note]:
        key = self.of.key(stage)
        service.cancel(stage.context(), key, self.on)
        end = next(one.end_on for one, _ in stage.subscriptions() if one.key == key)
        yield Note("cancelled", {"subscription": key, "end": end})


@dataclass(frozen=True, slots=True)
class PreviewChange:
    """What a change would cost. Nothing happens; `expect.net` and `expect.lines` look at it."""

    changes_something: ClassVar[bool] = False
    of: OfSubscription
    quantity: str
    on: date | None
    customers: tuple[str, ...] = ()

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> PreviewChange:
        return cls(of_subscription(table), _wanted_quantity(table), day_field(table, "on"))

    def perform(self, stage: Stage) -> Iterator[Note]:
        key = self.of.key(stage)
        preview = preview_change(stage.context(), key, self.quantity, self.on)
        stage.preview, stage.last_token = preview, preview.token
        net = str(major(preview.net_minor, preview.currency))
        values = {"subscription": key, "quantity": self.quantity, "net": net, "currency": preview.currency}
        yield Note("previewed", values)
        for line in preview.lines:
            yield Note("previewed_line", {"text": line.text, "period": line.period, "net": line.net})


@dataclass(frozen=True, slots=True)
class Apply:
    """The catalog of another file. What is wrong with it is a refusal that a step can expect."""

    changes_something: ClassVar[bool] = True
    file: Path
    customers: tuple[str, ...] = ()

    @classmethod
    def read(cls, table: Table, terms: Terms) -> Apply:
        file = terms.folder / table.text("catalog")
        if "catalog" in table and not file.is_file():
            table.note("no_such_file", "catalog", file=table.text("catalog"))
        return cls(file)

    def perform(self, stage: Stage) -> Iterator[Note]:
        result = stage.apply(catalog_of_file(self.file, stage.overrides))
        changed = ", ".join(f"{one.difference.action} {one.difference.kind} {one.difference.key}"
                            for one in result.changes)  # fmt: skip
        yield Note("applied" if changed else "applied_nothing", {"file": self.file.name, "changes": changed})
