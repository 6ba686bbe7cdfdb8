"""Customers and their details."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import connection

from headcount.core.counting import quoted
from headcount.storage import models as rows
from headcount.storage.copying import array


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """What documents say about a customer. Empty text: not known."""

    key: str
    name: str
    email: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    vat_id: str = ""
    language: str = ""


DETAILS = tuple(field.name for field in fields(CustomerRecord) if field.name != "key")
LONGEST = {"name": 200, "email": 254, "street": 200, "postal_code": 20, "city": 100, "vat_id": 20}
"""How many characters each of them may have."""


def ids(keys: Collection[str]) -> dict[str, int]:
    """Key -> id of the customers that exist. One array, since a batch may name ten thousand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, id FROM customer WHERE key = ANY(%s)", [list(keys)])
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Pool:
    """Where the people of a customer are counted together: its own pool, or the one of its chain (SPEC 1.13).

    `prefix`: what the keys of members begin with where a person counts once a site.
    """

    id: int
    prefix: str = ""

    def member(self, key: str) -> str:
        return self.prefix + key

    @property
    def copied_prefix(self) -> str:
        """As COPY wants it."""
        return self.prefix.replace("\\", "\\\\")


def pools(keys: Collection[str]) -> dict[str, Pool]:
    """Key -> pool of the customers that exist."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, id, chain_id FROM customer WHERE key = ANY(%s)", [list(keys)])
        found = cursor.fetchall()
        chains = {chain for _, _, chain in found if chain is not None}
        per_site: frozenset[int] = frozenset()
        if chains:  # few customers are sites, and a join would cost all others
            cursor.execute("SELECT id FROM customer WHERE id = ANY(%s) AND once_per_site", [list(chains)])
            per_site = frozenset(id for (id,) in cursor.fetchall())
    return {
        key: Pool(id) if chain is None else Pool(chain, site_prefix(key) if chain in per_site else "")
        for key, id, chain in found
    }


def site_prefix(site: str) -> str:
    """What tells the people of one site from those of another, as `core.counting.pooled` writes it."""
    return quoted(site) + "/"


def all_ids() -> dict[str, int]:
    return dict(rows.Customer.objects.order_by("key").values_list("key", "id"))


_LOCK = """
SELECT id FROM customer
WHERE id = ANY(%(ids)s) OR id IN (SELECT payer_id FROM customer WHERE id = ANY(%(ids)s) AND payer_id IS NOT NULL)
ORDER BY id FOR NO KEY UPDATE
"""


def lock(customer_ids: Sequence[int]) -> None:
    """Until the transaction ends nobody else bills these customers, or for them, or changes their subscriptions.

    Their payers are locked with them, all in one order, so that two who lock wait and never block each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"ids": list(customer_ids)})


_LOCK_DUE = """
SELECT id FROM customer WHERE (id = ANY(%(ids)s) OR payer_id = ANY(%(ids)s)) ORDER BY id FOR NO KEY UPDATE
"""


def lock_payers(payer_ids: Sequence[int], day: date) -> list[int]:
    """Locks payers with all they pay for. Returns those of whom something may still be due on `day`, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_DUE, {"ids": list(payer_ids)})
        cursor.execute(
            "SELECT id FROM customer WHERE id = ANY(%s) AND due_on <= %s ORDER BY id", [list(payer_ids), day]
        )
        return [id for (id,) in cursor.fetchall()]


def payers(payer_ids: Sequence[int]) -> dict[int, int]:
    """Customer -> payer, of everybody for whom these pay: themselves, unless another one pays for them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, coalesce(payer_id, id) FROM customer"
            " WHERE (id = ANY(%(ids)s) AND payer_id IS NULL) OR payer_id = ANY(%(ids)s)",
            {"ids": list(payer_ids)},
        )
        return dict(cursor.fetchall())


def payers_of(customer_ids: Iterable[int]) -> dict[int, int]:
    """Customer -> who pays for them: themselves, unless another one does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, coalesce(payer_id, id) FROM customer WHERE id = ANY(%s)", [list(customer_ids)])
        return dict(cursor.fetchall())


def payer_of(customer_id: int) -> int:
    """Who pays for a customer."""
    return payers_of([customer_id])[customer_id]


def pays_for(customer_id: int) -> bool:
    """Whether a customer pays for others."""
    return rows.Customer.objects.filter(payer_id=customer_id).exists()


def set_payer(customer_id: int, payer_id: int | None) -> None:
    rows.Customer.objects.filter(id=customer_id).update(payer_id=payer_id)


_TOUCH = """
UPDATE customer
SET due_on = least(due_on, CASE WHEN billed_until IS NULL THEN %(day)s ELSE greatest(%(day)s, %(today)s) END)
WHERE id IN (
    SELECT coalesce(payer_id, id) FROM customer WHERE id = ANY(%(ids)s) ORDER BY coalesce(payer_id, id)
    FOR NO KEY UPDATE
) AND (due_on IS NULL OR due_on > %(day)s)
"""


def touch(customer_ids: Sequence[int], day: date, today: date) -> None:
    """Something may be due of these from `day` on; of those that were billed before, not before today."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH, {"ids": list(customer_ids), "day": day, "today": today})


def due_days(until: date) -> list[tuple[date, int]]:
    """The days up to `until` on which something may be due now, in order, and of how many payers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT due_on, count(*) FROM customer WHERE due_on <= %s GROUP BY due_on ORDER BY due_on", [until]
        )
        return list(cursor.fetchall())


def due_payers(day: date, after: int, most: int) -> list[int]:
    """Those of whom something may be due on a day, by id, from above `after` on."""
    return _ids("due_on = %s", day, after, most)


def payers_due_until(until: date, after: int, most: int) -> list[int]:
    """Those of whom something may be due up to a day, by id, from above `after` on."""
    return _ids("due_on <= %s", until, after, most)


def billed_payers(today: date, after: int, most: int) -> list[int]:
    """Those of whom nothing more is due by `today`, by id, from above `after` on."""
    return _ids("billed_until IS NOT NULL AND (due_on IS NULL OR due_on > %s)", today, after, most)


def _ids(condition: str, day: date, after: int, most: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM customer WHERE {condition} AND id > %s ORDER BY id LIMIT %s", [day, after, most]
        )
        return [id for (id,) in cursor.fetchall()]


def due_days_of(payer_ids: Sequence[int], until: date) -> list[date]:
    """The days up to `until` on which something may be due of these, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT due_on FROM customer WHERE id = ANY(%s) AND due_on <= %s ORDER BY due_on",
            [list(payer_ids), until],
        )
        return [day for (day,) in cursor.fetchall()]


def billed_until(customer_ids: Sequence[int]) -> dict[int, date]:
    """Customer -> the last day that was billed; those never billed are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, billed_until FROM customer WHERE id = ANY(%s) AND billed_until IS NOT NULL",
            [list(customer_ids)],
        )
        return dict(cursor.fetchall())


_BILLED = """
UPDATE customer
SET billed_until = greatest(customer.billed_until, next.billed_until),
    due_on = CASE WHEN next.due_on IS NOT NULL THEN greatest(next.due_on, customer.billed_until) END
FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS next (id, billed_until, due_on) WHERE customer.id = next.id
"""


def set_billed(days: Mapping[int, tuple[date, date | None]]) -> None:
    """Payer -> (day up to which they are billed, which never goes back; next day on which something may be due).

    That day is never one before the last that was billed: what is found out about days that are over is billed later.
    """
    billed, due = ([pair[place] for pair in days.values()] for place in (0, 1))
    with connection.cursor() as cursor:
        cursor.execute(_BILLED, [array(days), array(billed), array(due)])


def insert(organization_id: int, keys: Iterable[str], recorded_at: datetime) -> None:
    """Customers of whom only the key is known. One that another transaction made first is left as it is."""
    made = [rows.Customer(organization_id=organization_id, key=key, recorded_at=recorded_at) for key in sorted(keys)]
    rows.Customer.objects.bulk_create(made, ignore_conflicts=True)


def records(customer_ids: Iterable[int]) -> dict[int, CustomerRecord]:
    """Id -> record, for every id; a customer without details goes by its key."""
    columns = ", ".join(f"coalesce(details.{name}, '')" for name in DETAILS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, key, details.customer_id IS NULL, {columns} FROM customer"
            " LEFT JOIN customer_details details ON details.customer_id = customer.id WHERE customer.id = ANY(%s)",
            [list(customer_ids)],
        )
        return {
            id: CustomerRecord(key, key) if nameless else CustomerRecord(key, *details)
            for id, key, nameless, *details in cursor
        }


def save_details(
    organization_id: int, records_by_id: Sequence[tuple[int, CustomerRecord]], recorded_at: datetime
) -> None:
    """Adds or replaces what documents say about these customers."""
    details = [
        rows.CustomerDetails(
            customer_id=customer_id,
            organization_id=organization_id,
            recorded_at=recorded_at,
            **{name: getattr(record, name) for name in DETAILS},
        )
        for customer_id, record in records_by_id
    ]
    rows.CustomerDetails.objects.bulk_create(
        details, update_conflicts=True, unique_fields=["customer"], update_fields=[*DETAILS, "recorded_at"]
    )
