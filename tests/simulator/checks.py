"""What must be true of an organization, whatever was done with it; each check raises `Difference` if it is not."""

from __future__ import annotations

from collections import Counter, defaultdict

from django.db import connection

from headcount.core.drafts import open_lines
from headcount.services.accounts import load_accounts
from headcount.services.audit import audit
from headcount.services.billing import bill
from headcount.services.receivables import list_payments, list_receivables
from headcount.services.reviews import list_drafts
from headcount.storage import catalog, customers
from headcount.storage.transaction import organization_transaction
from tests.simulator.world import Difference, World

_BY_SUBSCRIPTION = """
SELECT key, sum(amount_minor)::bigint FROM billed_line JOIN subscription ON subscription.id = subscription_id
WHERE kind IN ('invoiced', 'correction', 'paid_before', 'waived')
GROUP BY key HAVING sum(amount_minor) <> 0 ORDER BY key
"""


def after_a_run(world: World) -> None:
    """What holds up to today once a run has done today."""
    context = world.context()
    steps = list(bill(context, context.today, dry_run=False))
    failed = {failure.customer for step in steps for failure in step.failures}
    if issued := [one for step in steps for one in step.issued]:
        raise Difference(f"a second run of the same day issued {issued}")
    _nothing_is_missing(world, failed)
    _numbers_have_no_gap(world)


def _nothing_is_missing(world: World, failed: set[str]) -> None:
    """Expected minus billed, with nothing taken as closed, of everybody who could be billed by now: as lines, since
    another quantity at the same price is none.
    """
    context = world.context()
    waiting = {draft.customer for draft in list_drafts(context)}
    with organization_transaction(context.organization_id):
        stored = catalog.load(context.organization_id)
        ids = customers.all_ids()
        keys = {id: key for key, id in ids.items()}
        payers = sorted(set(customers.payers_of(ids.values()).values()))
        accounts = load_accounts(context, stored, payers, context.today, closed=False).accounts
        for account in accounts:
            if keys[account.customer] in failed | waiting:
                continue
            if unbilled := open_lines(account, stored.meters, context.today):
                raise Difference(f"not billed of {keys[account.customer]} on {context.today}: {unbilled}")


def _numbers_have_no_gap(world: World) -> None:
    by_range: dict[str, list[int]] = defaultdict(list)
    for one in world.invoices():
        prefix, _, number = one.number.rpartition("-")
        by_range[prefix].append(int(number))
    for prefix, numbers in by_range.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            raise Difference(f"numbers of {prefix}: {numbers}")


def at_the_end(world: World) -> None:
    after_a_run(world)
    _credit_is_at_most_its_original(world)
    _receivables_add_up(world)
    found = [one for audited in audit(world.context()) for one in audited.findings if not one.is_remark]
    if found:
        raise Difference(f"the audit found {found}")


def _credit_is_at_most_its_original(world: World) -> None:
    documents = world.invoices()
    net, gross = Counter[str](), Counter[str]()
    for one in documents:
        net[one.original or one.number] += one.net_minor
        gross[one.original or one.number] += one.gross_minor
    for one in documents:
        if not one.original and one.kind == "invoice" and (net[one.number] < 0 or gross[one.number] < 0):
            raise Difference(f"more than {one.number} was given back: net {net[one.number]}, gross {gross[one.number]}")


def _receivables_add_up(world: World) -> None:
    """What documents ask for, less the money that came, is what is open, less what is free."""
    open_documents, balances = list_receivables(world.context())
    asked = sum(one.gross_minor for one in world.invoices())
    paid = sum(one.amount_minor for one in list_payments(world.context()) if one.customer_id is not None)
    owed = sum(one.settled.open_minor for one in open_documents) - sum(one.free_minor for one in balances)
    if asked - paid != owed:
        raise Difference(f"asked for {asked}, paid {paid}, but open less free is {owed}")


def billed_by_subscription(world: World) -> dict[str, int]:
    """What days of each subscription were charged with, in minor units, whatever the documents."""
    with organization_transaction(world.context().organization_id), connection.cursor() as cursor:
        cursor.execute(_BY_SUBSCRIPTION)
        return dict(cursor.fetchall())
