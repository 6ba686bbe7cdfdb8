"""What is done with money: paid, assigned, returned, paid back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from headcount.core.document import Table
from headcount.core.money import major
from headcount.services import payments as service
from headcount.services.receivables import StoredPayment
from headcount.services.received_payments import Wish, record
from headcount.stories.fields import day_field
from headcount.stories.stage import Stage
from headcount.stories.values import Note, Terms


@dataclass(frozen=True, slots=True)
class Pay:
    """A customer pays, on the day of the step or another."""

    changes_something: ClassVar[bool] = False
    customer: str
    amount: str
    currency: str
    reference: str
    invoice: str
    on: date | None
    payment: str

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> Pay:
        customer, payment = table.text("customer", ""), table.text("payment", "")
        if not customer and not payment:
            table.note("missing_field", "customer")
        return cls(
            customer=customer,
            amount=table.text("amount"),
            currency=table.text("currency", ""),
            reference=table.text("reference", ""),
            invoice=table.text("invoice", ""),
            on=day_field(table, "on"),
            payment=payment,
        )

    @property
    def customers(self) -> tuple[str, ...]:
        return (self.customer,)

    def perform(self, stage: Stage) -> Iterator[Note]:
        context = stage.context()
        key = self.payment or stage.new_payment_key(self.customer)
        wish = Wish(key, self.amount, self.on or context.today, self.customer, self.currency,
                    reference=self.reference, invoice=self.invoice)  # fmt: skip
        paid = record(context, wish)
        yield _told("paid" if paid.customer else "paid_by_nobody", paid)


@dataclass(frozen=True, slots=True)
class Assign:
    """A payment that came without a known owner is a customer's."""

    changes_something: ClassVar[bool] = False
    payment: str
    customer: str

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> Assign:
        return cls(table.text("payment"), table.text("customer"))

    @property
    def customers(self) -> tuple[str, ...]:
        return (self.customer,)

    def perform(self, stage: Stage) -> Iterator[Note]:
        yield _told("assigned", service.assign(stage.context(), self.payment, self.customer))


@dataclass(frozen=True, slots=True)
class Reverse:
    """A payment came back."""

    changes_something: ClassVar[bool] = False
    payment: str
    reason: str
    customers: tuple[str, ...] = ()

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> Reverse:
        return cls(table.text("payment"), table.text("reason", "returned"))

    def perform(self, stage: Stage) -> Iterator[Note]:
        back = service.reverse(stage.context(), self.payment, self.reason)
        yield Note("payment_back", {"payment": self.payment, "amount": _amount(back), "reason": self.reason})


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that is free is paid back."""

    changes_something: ClassVar[bool] = False
    customer: str
    amount: str
    currency: str

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> Refund:
        return cls(table.text("customer"), table.text("amount"), table.text("currency", ""))

    @property
    def customers(self) -> tuple[str, ...]:
        return (self.customer,)

    def perform(self, stage: Stage) -> Iterator[Note]:
        yield _told("refunded", service.refund(stage.context(), self.customer, self.amount, self.currency))


def _told(code: str, payment: StoredPayment) -> Note:
    settles = str(major(payment.settled_minor, payment.currency))
    values = {"payment": payment.key, "customer": payment.customer, "amount": _amount(payment), "settles": settles}
    return Note(code, values)


def _amount(payment: StoredPayment) -> str:
    return f"{major(payment.amount_minor, payment.currency)} {payment.currency}"
