"""What is due."""

from __future__ import annotations

from collections.abc import Iterator

from headcount.core.drafts import Account, open_lines
from headcount.core.errors import Refused
from headcount.core.ledger import coverages
from headcount.core.money import major
from headcount.services.accounts import load_accounts
from headcount.services.audit.books import Books, Finding, finding
from headcount.storage import customers, drafts

_BATCH = 500


def due(books: Books) -> Iterator[Finding]:
    """Who is billed up to now owes nothing more: expected minus billed is empty, with nothing taken as closed.

    So the days on which something is due are never told too late. Who is due today, or has drafts, is left to the run.
    """
    context, today = books.context, books.context.today
    after = 0
    while payer_ids := customers.billed_payers(today, after, _BATCH):
        after, books.looked_at = payer_ids[-1], books.looked_at + len(payer_ids)
        waiting = drafts.days(payer_ids)
        settled = [id for id in payer_ids if id not in waiting]
        for account in load_accounts(context, books.stored, settled, today, closed=False).accounts:
            if not _is_readable(account):
                continue  # the check of the ledger tells
            try:
                left = open_lines(account, books.stored.meters, today)
            except Refused:
                continue  # the run says who cannot be billed, and why
            for line in left:
                place = books.place(customer=account.customer, subscription=line.subscription)
                amount = f"{line.charge} {line.period}: {major(line.amount_minor, account.currency)}"
                yield finding("not_billed", "billed_line", place, amount, None)


def _is_readable(account: Account) -> bool:
    known = {(one.id, charge.key) for one in account.subscriptions for charge in one.plan.charges}
    return all((one.point.subscription, one.point.charge) in known for one in coverages(account.booked))
