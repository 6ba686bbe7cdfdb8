"""The catalog as a file: what it would change, doing it, and writing it out again (SPEC 3.9, 3.11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from headcount.core import catalog_difference
from headcount.core.catalog import MONTH, ActivityMeter, Catalog, Meter
from headcount.core.catalog_difference import ADD, CHANGE, RETIRE, RETURN, Difference
from headcount.core.errors import Refusal, Refused
from headcount.core.falling_prices import warnings
from headcount.services.clock import system_now
from headcount.services.context import Context, new_request_id, write_journal
from headcount.storage import catalog as stored_catalog
from headcount.storage import organizations, rebuilding, subscriptions
from headcount.storage.catalog import StoredCatalog
from headcount.storage.history import history
from headcount.storage.transaction import hold_catalog, organization_transaction, rehearsal


@dataclass(frozen=True, slots=True)
class CatalogChange:
    """One difference, with the subscriptions it touches. `number`: the version that a plan gets, else None."""

    difference: Difference
    subscriptions: tuple[str, ...] = ()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class CatalogResult:
    """`warnings`: what is allowed and worth a second look, such as prices that fall when people are added."""

    organization: str
    is_new: bool
    changes: tuple[CatalogChange, ...]
    warnings: tuple[Refusal, ...]


def plan_catalog(wanted: Catalog, actor: str) -> CatalogResult:
    """What `apply_catalog` would do, by doing it and taking it back."""
    return _run(wanted, actor, None, dry=True)


def apply_catalog(wanted: Catalog, actor: str, clock_at: datetime | None = None) -> CatalogResult:
    """Makes the organization's catalog equal to `wanted`; a file that changes nothing does nothing.

    A new organization in test mode starts its clock at `clock_at`, or now. Refused: whatever would rewrite history.
    """
    return _run(wanted, actor, clock_at, dry=False)


def export_catalog(context: Context) -> Catalog:
    """The catalog as it stands: everything that is on sale."""
    with organization_transaction(context.organization_id):
        return stored_catalog.load(context.organization_id).catalog


def _run(wanted: Catalog, actor: str, clock_at: datetime | None, *, dry: bool) -> CatalogResult:
    known = {entry.key: entry.id for entry in organizations.directory()}
    key = wanted.organization.key
    organization_id = known.get(key) or organizations.next_id()
    transaction = rehearsal if dry else organization_transaction
    with transaction(organization_id):
        hold_catalog(organization_id)
        if key not in known:
            _found(organization_id, wanted, clock_at)
        stored = stored_catalog.load(organization_id)
        now = (organizations.load(organization_id).clock_at or system_now()).astimezone(UTC)
        context = Context(organization_id, wanted.organization, now, actor, new_request_id())
        changes = _changes(stored, wanted)
        _apply(context, stored, wanted, changes)
        if changes or key not in known:
            write_journal(context, "catalog.applied", _for_journal(changes))
    return CatalogResult(key, key not in known, tuple(changes), tuple(warnings(wanted)))


def _found(organization_id: int, wanted: Catalog, clock_at: datetime | None) -> None:
    now = system_now()
    clock = (clock_at or now) if wanted.organization.mode == "test" else None
    organizations.insert(organization_id, wanted.organization, wanted.kinds, clock, clock or now)


def _changes(stored: StoredCatalog, wanted: Catalog) -> list[CatalogChange]:
    retired = {
        "plan": [key for key, published in stored.published.items() if published.retired],
        "offer": [key for key, (_, is_retired) in stored.offers.items() if is_retired],
    }
    before = replace(
        stored.catalog,
        plans=tuple(published.plan for published in stored.published.values()),
        offers=tuple(offer for offer, _ in stored.offers.values()),
    )
    found = catalog_difference.differences(before, retired, wanted)
    if refused := catalog_difference.refusals(found, history()):
        raise Refused(*refused)
    on_plan = subscriptions.keys_by_plan()
    return [_change(difference, stored, on_plan) for difference in found]


def _change(difference: Difference, stored: StoredCatalog, on_plan: dict[str, list[str]]) -> CatalogChange:
    if difference.kind == "organization":
        return CatalogChange(difference, tuple(key for keys in on_plan.values() for key in keys))
    if difference.kind != "plan":
        return CatalogChange(difference)
    published = stored.published.get(difference.key)
    number = {ADD: 1, CHANGE: published.number + 1 if published else 1}.get(difference.action)
    return CatalogChange(difference, tuple(on_plan.get(difference.key, ())), number)


def _apply(context: Context, stored: StoredCatalog, wanted: Catalog, changes: Sequence[CatalogChange]) -> None:
    """Meters and products before the plans that name them."""
    plans = {plan.key: plan for plan in wanted.plans}
    products = {product.key: product for product in wanted.products}
    offers = {offer.key: offer for offer in wanted.offers}
    for difference in (change.difference for change in changes):
        match difference.kind:
            case "organization":
                organizations.update(context.organization_id, wanted.organization, wanted.kinds)
            case "meter":
                _save_meter(context, wanted.meter(difference.key), is_new=difference.action == ADD)
            case "product":
                stored_catalog.save_product(context.organization_id, products[difference.key], context.now)
            case "offer" if difference.action in (ADD, CHANGE):
                stored_catalog.save_offer(context.organization_id, offers[difference.key], context.now)
            case "offer":
                stored_catalog.set_offer_retired(difference.key, _retired_at(context, difference))
            case _ if difference.action in (ADD, CHANGE):
                stored_catalog.publish(context.organization_id, plans[difference.key], context.now)
            case _:
                plan_id = stored.published[difference.key].plan_id
                stored_catalog.set_retired(plan_id, _retired_at(context, difference))


def _retired_at(context: Context, difference: Difference) -> datetime | None:
    return {RETIRE: context.now, RETURN: None}[difference.action]


def _save_meter(context: Context, meter: Meter, *, is_new: bool) -> None:
    """A new meter counts what is already known."""
    meter_id = stored_catalog.save_meter(context.organization_id, meter, context.now)
    if is_new and isinstance(meter, ActivityMeter) and meter.window == MONTH:
        rebuilding.rebuild(context.organization_id, meter_id, meter.kinds, context.terms.time_zone)


def _for_journal(changes: Sequence[CatalogChange]) -> dict[str, object]:
    return {"changes": [[c.difference.action, c.difference.kind, c.difference.key, c.number] for c in changes]}
