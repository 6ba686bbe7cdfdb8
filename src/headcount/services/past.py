"""Days that count as billed without a document: taken as paid, or given up (SPEC 4.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from headcount.core.coverage import Coverage
from headcount.core.drafts import missing
from headcount.core.errors import refuse
from headcount.core.expected import expected
from headcount.core.ledger import PAID_BEFORE, WAIVED, Entry
from headcount.services.accounts import load_accounts
from headcount.services.agreements import locked_subscription
from headcount.services.context import Context, write_journal
from headcount.storage import customers, ledger
from headcount.storage.transaction import committed_or_not

WAYS = {"paid": PAID_BEFORE, "waived": WAIVED}


def settle_past(context: Context, key: str, until: date, way: str, *, dry_run: bool) -> Sequence[Coverage]:
    """Everything that is due up to `until` of a subscription, and not billed, is never billed.

    `way`: `paid` elsewhere, or `waived`. Returns the days at their price points. Refused: `unknown_subscription`,
    `until_in_future`.
    """
    if until > context.today:
        raise refuse("until_in_future", "until", given=str(until), today=str(context.today))
    with committed_or_not(context.organization_id, dry_run=dry_run):
        stored, subscription = locked_subscription(context, key)
        payer = customers.payer_of(subscription.customer)
        known = max(until, customers.billed_until([payer]).get(payer, until))  # what was billed since is not too much
        (account,) = load_accounts(context, stored, [payer], known, closed=False).accounts
        mine = replace(
            account,
            subscriptions=(subscription,),
            booked=tuple(one for one in account.booked if _is_about(one.entry, subscription.id)),
        )
        due = {
            (one.point.charge, one.point.period)
            for one in expected(subscription, account.currency, stored.meters, account.counts, until)
        }
        left = [one for one in missing(mine, [], stored.meters, known) if (one.point.charge, one.point.period) in due]
        entries = (Entry(WAYS[way], one.amount_minor, one) for one in left)
        texts = [(None, ledger.entry_text(None, entry, account.currency, Decimal(0))) for entry in entries]
        ledger.append(context.organization_id, texts, context.now)
        if account.billed_until is None or account.billed_until < until:
            customers.set_billed({payer: (until, until)})  # days before are over: nothing of them is given back
        write_journal(context, "subscription.past_settled", {"subscription": subscription.id, "until": str(until),
                                                             "way": way, "entries": len(left)})  # fmt: skip
    return left


def _is_about(entry: Entry, subscription: int) -> bool:
    return entry.coverage is not None and entry.coverage.point.subscription == subscription
