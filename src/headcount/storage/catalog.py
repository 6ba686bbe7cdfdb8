"""The catalog in rows: definitions are the tables of a catalog file, read back into core values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from headcount.core.catalog import Catalog, Meter, Offer, Plan, Product
from headcount.core.catalog_file import read_meter, read_product
from headcount.core.catalog_writing import write_meter, write_offer, write_product
from headcount.core.document import Table
from headcount.core.offer_file import read_offer
from headcount.core.plan_file import read_plan
from headcount.core.plan_writing import write_plan
from headcount.storage import models as rows
from headcount.storage import organizations


@dataclass(frozen=True, slots=True)
class PublishedPlan:
    """The newest version of a plan. `retired`: no longer sold."""

    plan_id: int
    version_id: int
    number: int
    plan: Plan
    retired: bool


@dataclass(frozen=True, slots=True)
class StoredCatalog:
    """`catalog` is what is on sale; `published` has every plan, `offers` every offer with whether it is off sale.

    `versions`: every plan that was ever published, by the id of its version: running subscriptions keep theirs.
    `stamp`: another one for whatever is another.
    """

    catalog: Catalog
    meter_ids: Mapping[str, int]
    published: Mapping[str, PublishedPlan]
    versions: Mapping[int, Plan]
    offers: Mapping[str, tuple[Offer, bool]]
    stamp: UUID

    @property
    def meters(self) -> dict[str, Meter]:
        return {meter.key: meter for meter in self.catalog.meters}


_KNOWN: dict[int, StoredCatalog] = {}
"""By organization, the catalog that was read last."""
_MOST_KNOWN = 1_000
NO_STAMP = UUID(int=0)


def load(organization_id: int) -> StoredCatalog:
    """Everything the organization ever defined, read again only if any of it is another. It must not be changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT catalog_stamp FROM organization WHERE id = %s", [organization_id])
        (stamp,) = cursor.fetchone()
    found = _KNOWN.get(organization_id)
    if found is None or found.stamp != stamp:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        found = _KNOWN[organization_id] = _read(organization_id, stamp)
    return found


def read_anew(organization_id: int) -> StoredCatalog:
    """The same from the rows, whatever their stamp says: for audits, which trust nobody."""
    return _read(organization_id, NO_STAMP)


def last_known(organization_id: int) -> StoredCatalog | None:
    """What was read last, which may be another by now: whoever uses it says by which stamp."""
    return _KNOWN.get(organization_id)


def _read(organization_id: int, stamp: UUID) -> StoredCatalog:
    organization = organizations.load(organization_id)
    meter_rows = list(rows.Meter.objects.order_by("id"))
    meters = tuple(read_meter(Table(row.definition)) for row in meter_rows)
    products = tuple(read_product(Table(row.definition)) for row in rows.Product.objects.order_by("id"))
    version_rows = list(rows.PlanVersion.objects.select_related("plan").order_by("plan_id", "number"))
    versions = {row.pk: read_plan(Table(row.definition), meters, products) for row in version_rows}
    published = {
        row.plan.key: PublishedPlan(row.plan_id, row.pk, row.number, versions[row.pk], bool(row.plan.retired_at))
        for row in version_rows
    }
    plans = tuple(newest.plan for newest in published.values() if not newest.retired)
    every_plan = [newest.plan for newest in published.values()]
    offers = {
        row.key: (read_offer(Table(row.definition), every_plan), bool(row.retired_at))
        for row in rows.Offer.objects.order_by("id")
    }
    on_sale = tuple(offer for offer, retired in offers.values() if not retired)
    catalog = Catalog(organization.terms, organization.kinds, meters, products, plans, on_sale)
    return StoredCatalog(catalog, {row.key: row.pk for row in meter_rows}, published, versions, offers, stamp)


def save_meter(organization_id: int, meter: Meter, recorded_at: datetime) -> int:
    """Adds a meter, or renames it: what it counts never changes."""
    row, _ = rows.Meter.objects.update_or_create(
        organization_id=organization_id,
        key=meter.key,
        defaults={"definition": write_meter(meter)},
        create_defaults={"definition": write_meter(meter), "recorded_at": recorded_at},
    )
    return row.pk


def save_product(organization_id: int, product: Product, recorded_at: datetime) -> None:
    rows.Product.objects.update_or_create(
        organization_id=organization_id,
        key=product.key,
        defaults={"definition": write_product(product)},
        create_defaults={"definition": write_product(product), "recorded_at": recorded_at},
    )


def publish(organization_id: int, plan: Plan, recorded_at: datetime) -> int:
    """A new version of a plan, for sales from now on. Returns its number, from 1."""
    row, _ = rows.Plan.objects.update_or_create(
        organization_id=organization_id,
        key=plan.key,
        defaults={"retired_at": None},
        create_defaults={"recorded_at": recorded_at},
    )
    number = row.versions.count() + 1
    rows.PlanVersion.objects.create(
        organization_id=organization_id,
        recorded_at=recorded_at,
        plan=row,
        number=number,
        definition=write_plan(plan),
    )
    return number


def set_retired(plan_id: int, at: datetime | None) -> None:
    rows.Plan.objects.filter(id=plan_id).update(retired_at=at)


def save_offer(organization_id: int, offer: Offer, recorded_at: datetime) -> None:
    """Adds an offer or changes it: what was sold by it are subscriptions of plans."""
    rows.Offer.objects.update_or_create(
        organization_id=organization_id,
        key=offer.key,
        defaults={"definition": write_offer(offer)},
        create_defaults={"definition": write_offer(offer), "recorded_at": recorded_at},
    )


def set_offer_retired(key: str, at: datetime | None) -> None:
    rows.Offer.objects.filter(key=key).update(retired_at=at)
