"""What staff add: lines for the next document or for one at once, and promotional credit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from headcount.core.discounts import Adjustment, Credit, adjustment_line
from headcount.core.drafts import Draft
from headcount.core.errors import refuse
from headcount.core.money import exact_minor, parse_decimal, share_minor
from headcount.services.context import Context, write_journal
from headcount.services.customers import customer_id
from headcount.services.finalising import Issued, issue
from headcount.storage import customers, discounts
from headcount.storage.discounts import StoredAdjustment, StoredCredit
from headcount.storage.transaction import committed_or_not, organization_transaction

__all__ = ["StoredAdjustment", "StoredCredit"]
LONGEST_TEXT = 200


def add_adjustment(context: Context, customer: str, text: str, units: str, unit_price: str) -> str:
    """A line for the next document of whoever pays for a customer; below zero it is a discount. Returns its id.

    Refused: `unknown_customer`, `empty_field`, `too_long`, numbers that are none.
    """
    with organization_transaction(context.organization_id):
        payer = _locked_payer(customer)
        public_id, added = _insert(context, payer, _adjustment(context, text, units, unit_price))
        write_journal(context, "adjustment.added", {"adjustment": added.id, "customer": payer})
        return public_id


def _locked_payer(customer: str) -> int:
    payer = customers.payer_of(customer_id(customer))
    customers.lock([payer])
    return payer


def _adjustment(context: Context, text: str, units: str, unit_price: str) -> Adjustment:
    currency = context.terms.currency
    if not text.strip():
        raise refuse("empty_field", "text")
    if len(text) > LONGEST_TEXT:
        raise refuse("too_long", "text", most=LONGEST_TEXT)
    number, price = parse_decimal(units, "units"), parse_decimal(unit_price, "unit_price")
    sign = -1 if (number < 0) != (price < 0) else 1
    amount_minor = sign * share_minor(abs(number * price), currency, 1, 1)
    return Adjustment(0, text.strip(), sign * abs(number), abs(price), amount_minor, currency)


def _insert(context: Context, payer: int, adjustment: Adjustment) -> tuple[str, Adjustment]:
    return discounts.insert_adjustment(
        context.organization_id, payer, adjustment, context.now, context.actor, context.request_id
    )


def withdraw_adjustment(context: Context, id: str) -> None:
    """It is no longer meant. Refused: `unknown_adjustment`, `adjustment_done` if it is billed or withdrawn."""
    with organization_transaction(context.organization_id):
        found = next(iter(discounts.adjustments(public_id=id)), None)
        if found is None:
            raise refuse("unknown_adjustment", "adjustment", given=id)
        customers.lock([customer_id(found.customer)])
        (found,) = discounts.adjustments(public_id=id)
        if found.state != "waiting":
            raise refuse("adjustment_done", "adjustment", given=id, state=found.state)
        discounts.withdraw(context.organization_id, found.adjustment.id, context.now, context.actor, context.request_id)
        write_journal(context, "adjustment.withdrawn", {"adjustment": found.adjustment.id})


def list_adjustments(context: Context, customer: str | None = None) -> list[StoredAdjustment]:
    with organization_transaction(context.organization_id):
        return discounts.adjustments(customer)


def invoice_at_once(
    context: Context, customer: str, lines: Sequence[str], purchase_order: str, *, dry_run: bool
) -> Issued:
    """An invoice that no subscription is about. `lines`: "TEXT; UNITS; UNIT PRICE".

    Refused: `not_a_line`, `below_zero`, and what the law asks for and is missing.
    """
    with committed_or_not(context.organization_id, dry_run=dry_run):
        payer = _locked_payer(customer)
        wanted = [_adjustment(context, *_parts(line)) for line in lines]
        if sum(one.amount_minor for one in wanted) < 0:
            raise refuse("below_zero", "line")
        added = [_insert(context, payer, one)[1] for one in wanted]
        printed = tuple(adjustment_line(one, context.today) for one in added)
        return issue(context, Draft(payer, context.today, context.terms.currency, printed, purchase_order))


def _parts(line: str) -> tuple[str, str, str]:
    parts = [part.strip() for part in line.rsplit(";", 2)]
    if len(parts) != 3:
        raise refuse("not_a_line", "line", given=line)
    return parts[0], parts[1], parts[2]


def grant_credit(
    context: Context, customer: str, amount: Decimal, text: str, expires_on: date | None, valid_from: date | None = None
) -> str:
    """Promotional credit: a discount before tax on the next documents, until it expires (SPEC 3.10). Returns its id.

    Refused: `unknown_customer`, `not_above_zero`, `expires_before_it_holds`.
    """
    since = valid_from or context.today
    currency = context.terms.currency
    amount_minor = exact_minor(amount, currency, "amount")
    if amount_minor <= 0:
        raise refuse("not_above_zero", "amount", given=str(amount))
    if expires_on is not None and expires_on <= since:
        raise refuse("expires_before_it_holds", "expires", given=str(expires_on), since=str(since))
    with organization_transaction(context.organization_id):
        payer = _locked_payer(customer)
        credit = Credit(0, text, amount_minor, currency, since, expires_on)
        id = discounts.insert_credit(
            context.organization_id, payer, credit, context.now, context.actor, context.request_id
        )
        write_journal(context, "credit.granted", {"customer": payer, "credit": id, "amount_minor": amount_minor})
    return id


def list_credits(context: Context, customer: str | None = None) -> list[StoredCredit]:
    with organization_transaction(context.organization_id):
        return discounts.credits(customer)
