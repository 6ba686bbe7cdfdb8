"""What happens with documents and money: corrections, additions, payments."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from headcount.core.drafts import CREDIT_NOTE, INVOICE
from headcount.core.money import major
from headcount.services import adjustments, corrections, payments
from headcount.services.context import Context
from headcount.services.invoices import content
from headcount.services.receivables import list_payments, list_receivables
from headcount.services.received_payments import Wish, record
from tests.simulator.moves import move
from tests.simulator.world import Deed, World


def text_of(amount_minor: int) -> str:
    return f"{major(amount_minor, 'EUR'):f}"


@move(5)
def paying(world: World, random: Random) -> Deed | None:
    """What is open, a part of it or more; with its number, its customer, both, or from nobody knows whom."""
    documents, _ = list_receivables(world.context())
    if not documents:
        return None
    chosen = random.choice(documents)
    amount_minor = max(1, chosen.settled.open_minor * random.choice([1, 1, 2, 3]) // random.choice([1, 1, 2]))
    says = random.choice(["number", "customer", "both", "nothing"])
    wish = Wish(
        f"p{world.number}", text_of(amount_minor), world.context().today - timedelta(days=random.randint(0, 3)),
        customer=chosen.customer if says in ("customer", "both") else "",
        reference=chosen.number if says in ("number", "both") else "",
    )  # fmt: skip
    return Deed(str(wish), lambda context: record(context, wish))


@move(1)
def returning(world: World, random: Random) -> Deed | None:
    found = [one for one in list_payments(world.context()) if one.amount_minor > 0 and one.reversal is None]
    if not found:
        return None
    key = random.choice(found).key
    refusals = frozenset({"payment_reversed"})
    return Deed(f"{key} came back", lambda context: payments.reverse(context, key, "returned"), refusals=refusals)


@move(1)
def assigning(world: World, random: Random) -> Deed | None:
    found = list_payments(world.context(), only_unmatched=True)
    if not found:
        return None
    key, customer = random.choice(found).key, random.choice(world.customers)
    refusals = frozenset({"payment_has_owner", "payment_reversed", "payment_went_out"})
    return Deed(f"{key} is of {customer}", lambda context: payments.assign(context, key, customer), refusals=refusals)


@move(1)
def paying_back(world: World, random: Random) -> Deed | None:
    _, balances = list_receivables(world.context())
    free = [one for one in balances if one.free_minor > 0]
    if not free:
        return None
    chosen, before = random.choice(free), len(list_payments(world.context()))
    amount = text_of(random.randint(1, chosen.free_minor))
    return Deed(
        f"{amount} back to {chosen.customer}",
        lambda context: payments.refund(context, chosen.customer, amount),
        lambda context: len(list_payments(context)) > before,
        frozenset({"more_than_is_free"}),
    )


@move(2)
def adding_a_line(world: World, random: Random) -> Deed:
    customer, before = random.choice(world.customers), len(adjustments.list_adjustments(world.context()))
    units, price = str(random.choice([-2, -1, 1, 3])), text_of(random.randint(1, 3000))
    return Deed(
        f"{units} at {price} for {customer}",
        lambda context: adjustments.add_adjustment(context, customer, "Extra", units, price),
        lambda context: len(adjustments.list_adjustments(context)) > before,
    )


@move(1)
def withdrawing_a_line(world: World, random: Random) -> Deed | None:
    found = [one for one in adjustments.list_adjustments(world.context()) if one.state == "waiting"]
    if not found:
        return None
    id = random.choice(found).public_id
    refusals = frozenset({"adjustment_done"})
    text = f"line {[one.public_id for one in found].index(id) + 1} of those that wait is withdrawn"
    return Deed(text, lambda context: adjustments.withdraw_adjustment(context, id), refusals=refusals)


@move(2)
def promising_credit(world: World, random: Random) -> Deed:
    customer, before = random.choice(world.customers), len(adjustments.list_credits(world.context()))
    amount = major(random.randint(1, 9000), "EUR")
    expires = random.choice([None, world.context().today + timedelta(days=random.randint(1, 90))])
    return Deed(
        f"{amount} for {customer} until {expires}",
        lambda context: adjustments.grant_credit(context, customer, amount, "Welcome", expires),
        lambda context: len(adjustments.list_credits(context)) > before,
    )


def _document(world: World, random: Random) -> str:
    found = [one for one in world.invoices() if one.kind == INVOICE]
    return random.choice(found).number if found else ""


@move(2)
def cancelling_an_invoice(world: World, random: Random) -> Deed | None:
    number, for_good = _document(world, random), random.random() < 0.4
    if not number:
        return None
    return Deed(
        f"{number} is cancelled{' for good' if for_good else ''}",
        lambda context: corrections.cancel_invoice(context, number, "mistake", for_good=for_good, dry_run=False),
        refusals=frozenset({"already_corrected", "missing_on_invoice"}),
    )


@move(2)
def crediting_an_invoice(world: World, random: Random) -> Deed | None:
    """All that is left of it, of a line, or an amount of a line."""
    number, before = _document(world, random), _notes(world)
    if not number:
        return None
    lines: Any = content(next(one for one in world.invoices() if one.number == number))["lines"]
    line = random.choice(lines)
    position = random.choice([None, int(line["position"]), int(line["position"])])
    part = Decimal(line["net"]) / 3
    amount = random.choice([None, part.quantize(Decimal("0.01"))]) if position else None
    return Deed(
        f"{amount or 'all'} of line {position or 'every'} of {number}",
        lambda context: corrections.credit_invoice(context, number, position, amount, "kindness", dry_run=False),
        lambda _: _notes(world) > before,
        frozenset({"nothing_left", "more_than_is_left", "line_needed", "missing_on_invoice"}),
    )


def _notes(world: World) -> int:
    return sum(one.kind == CREDIT_NOTE for one in world.invoices())


@move(1)
def invoicing_at_once(world: World, random: Random) -> Deed:
    customer, before = random.choice(world.customers), len(world.invoices())
    lines = [f"Work; {random.choice([1, 2, -1])}; {text_of(random.randint(1, 9000))}" for _ in range(2)]

    def act(context: Context) -> None:
        adjustments.invoice_at_once(context, customer, lines, "", dry_run=False)

    refusals = frozenset({"below_zero", "missing_on_invoice"})
    return Deed(f"{lines} for {customer}", act, lambda _: len(world.invoices()) > before, refusals)
