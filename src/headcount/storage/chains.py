"""Chains of customers: the people of a site count in the pool of the head (SPEC 1.13)."""

from __future__ import annotations

from typing import NamedTuple

from headcount.storage import models as rows


class Chain(NamedTuple):
    """A customer and the one in whose pool its people count. `once_per_site` is said of the head."""

    customer: str
    head: str | None
    once_per_site: bool


def chains() -> list[Chain]:
    """Every customer, by key."""
    columns = ("key", "chain__key", "once_per_site")
    return [Chain(*row) for row in rows.Customer.objects.order_by("key").values_list(*columns)]


def head_of(customer_id: int) -> int | None:
    """The head of the chain to which a customer belongs, if it is a site of one."""
    return rows.Customer.objects.values_list("chain_id", flat=True).get(id=customer_id)


def has_sites(customer_id: int) -> bool:
    return rows.Customer.objects.filter(chain_id=customer_id).exists()


def is_once_per_site(head_id: int) -> bool:
    return rows.Customer.objects.values_list("once_per_site", flat=True).get(id=head_id)


def set_once_per_site(head_id: int, *, once_per_site: bool) -> None:
    rows.Customer.objects.filter(id=head_id).update(once_per_site=once_per_site)


def set_chain(site_id: int, head_id: int | None) -> None:
    rows.Customer.objects.filter(id=site_id).update(chain_id=head_id)
