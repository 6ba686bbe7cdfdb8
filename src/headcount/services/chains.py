"""Chains of customers under one licence: the people of all sites count in the pool of the head (SPEC 1.13)."""

from __future__ import annotations

from dataclasses import dataclass

from headcount.core.errors import refuse
from headcount.services.context import Context, write_journal
from headcount.services.customers import customer_id
from headcount.storage import catalog, chains, customers
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.chains import Chain
from headcount.storage.transaction import hold_catalog, organization_transaction


@dataclass(frozen=True, slots=True)
class Joined:
    """`once_per_site`: whether a person at two sites of the chain counts twice."""

    site: str
    head: str
    once_per_site: bool


def join(context: Context, site: str, head: str, *, once_per_site: bool = False) -> Joined:
    """From now on the people of a site count in the pool of another customer. What happened before stays where it is.

    Refused: `unknown_customer`, `chain_of_itself`, `site_of_chain` for one that has a chain already or a head that is
    a site, `site_has_sites`, `site_has_subscriptions`, `chain_counts_otherwise`.
    """
    with organization_transaction(context.organization_id):
        hold_catalog(context.organization_id)
        site_id, head_id = customer_id(site), customer_id(head)
        if site_id == head_id:
            raise refuse("chain_of_itself", "chain", given=head)
        customers.lock([site_id, head_id])
        for field, key, id in (("site", site, site_id), ("chain", head, head_id)):
            if chains.head_of(id) is not None and (field, chains.head_of(id)) != ("site", head_id):
                raise refuse("site_of_chain", field, given=key)
        if chains.has_sites(site_id):
            raise refuse("site_has_sites", "site", given=site)
        _check_no_subscriptions(context, site, site_id)
        if chains.has_sites(head_id) and chains.is_once_per_site(head_id) != once_per_site:
            raise refuse("chain_counts_otherwise", "once_per_site", given=head)
        chains.set_once_per_site(head_id, once_per_site=once_per_site)
        chains.set_chain(site_id, head_id)
        details = {"customer": site_id, "chain": head_id, "once_per_site": once_per_site}
        write_journal(context, "customer.joined", details)
    return Joined(site, head, once_per_site)


def _check_no_subscriptions(context: Context, site: str, site_id: int) -> None:
    stored = catalog.load(context.organization_id)
    running = [
        one.key
        for one in stored_subscriptions.of_customers(stored.versions, [site_id])
        if one.end_on is None or one.end_on > context.today
    ]
    if running:
        raise refuse("site_has_subscriptions", "site", given=site, subscriptions=", ".join(running))


def leave(context: Context, site: str) -> None:
    """From now on a site counts for itself. What happened in the chain stays there. Refused: `no_site_of_chain`."""
    with organization_transaction(context.organization_id):
        hold_catalog(context.organization_id)
        site_id = customer_id(site)
        head_id = chains.head_of(site_id)
        if head_id is None:
            raise refuse("no_site_of_chain", "site", given=site)
        customers.lock([site_id, head_id])
        chains.set_chain(site_id, None)
        write_journal(context, "customer.left", {"customer": site_id, "chain": head_id})


def list_chains(context: Context) -> list[Chain]:
    """Every customer, with the head of its chain."""
    with organization_transaction(context.organization_id):
        return chains.chains()
