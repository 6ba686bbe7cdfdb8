"""A first story, made from a plan of the catalog and filled by playing it: it holds at once, and teaches the format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from headcount.core.catalog import ActivityMeter, Catalog, Charge, Plan, SeatMeter
from headcount.core.errors import Refused, nearest, refuse
from headcount.core.rating import Quantity, is_less
from headcount.services.catalog import export_catalog
from headcount.services.context import Context
from headcount.stories.grounds import Ground
from headcount.stories.run import play_text
from headcount.stories.teaching import comments
from headcount.stories.values import Note
from headcount.stories.writing import DraftStep, StoryDraft, write_story, written_invoices, written_quantity

CUSTOMER = "anna"
PEOPLE = 3
SOME, MORE = 10, 15
"""Quantities where a plan sells any."""


def new_story(context: Context, plan_key: str | None, language: str) -> StoryDraft:
    """A story about a plan of the organization, or its first one; nothing is filled in yet.

    Refused: `unknown_plan`, `no_plans_yet`.
    """
    catalog = export_catalog(context)
    if not catalog.plans:
        raise refuse("no_plans_yet", "plan")
    plan = next((one for one in catalog.plans if plan_key in (None, one.key)), None)
    if plan is None:
        raise refuse(
            "unknown_plan", "plan", given=plan_key, nearest=nearest(plan_key or "", [p.key for p in catalog.plans])
        )
    steps = list(_steps(plan, catalog, context.today.replace(day=15), language))
    name = plan.name.in_language(language)
    title = f"{name}: ein erstes Abonnement" if language == "de" else f"{name}: a first subscription"
    return StoryDraft(title, _reduced(catalog, plan), steps, comments("story", language), comments("catalog", language))


def filled(draft: StoryDraft, ground: Ground) -> str:
    """The story with what comes of it as its expectations. A change that the plan does not allow is left out."""
    for step in draft.steps:
        step.expect["invoices"] = []
    played = play_text(write_story(draft), ground)
    if any(step.refusals for step in played.steps):
        draft.steps = [step for step in draft.steps if "change" not in step.actions]
        played = play_text(write_story(draft), ground)
    refusals = [refusal for step in played.steps for refusal in step.refusals]
    if refusals or played.problems:
        raise Refused(*refusals, *(problem.refusal for problem in played.problems))
    for step, invoices, result in zip(draft.steps, written_invoices(played), played.steps, strict=True):
        counts = [event for event in result.events if isinstance(event, Note) and event.code == "counts"]
        step.expect = {"invoices": invoices}
        if counts:
            step.expect = {"counts": [_count(note) for note in counts]} | step.expect
    return write_story(draft)


def _count(note: Note) -> dict[str, object]:
    number = note.values["count"]
    exact = number if isinstance(number, int) else str(number)
    return {"customer": note.values["customer"], "meter": note.values["meter"], "count": exact}


def _reduced(catalog: Catalog, plan: Plan) -> Catalog:
    """What the plan needs, and nothing else."""
    meters = tuple(one for one in catalog.meters if one.key in {charge.meter for charge in plan.charges})
    kinds = {kind for meter in meters if isinstance(meter, ActivityMeter) for kind in meter.kinds}
    return replace(
        catalog,
        kinds=tuple(kind for kind in catalog.kinds if kind in kinds),
        meters=meters,
        products=tuple(one for one in catalog.products if one.key == plan.product),
        plans=(plan,),
        offers=(),
    )


def _steps(plan: Plan, catalog: Catalog, start: date, language: str) -> Iterator[DraftStep]:
    sold = plan.sold
    subscribe: dict[str, object] = {"customer": CUSTOMER, "plan": plan.key}
    if sold:
        subscribe["quantity"] = written_quantity({charge.key: _sizes(charge)[0] for charge in sold})
    yield DraftStep(start, {"subscribe": subscribe}, why=comments("subscribe", language))
    people = _people(plan, catalog)
    if people:
        at = datetime.combine(start + timedelta(days=2), time(10))
        yield DraftStep(at, people, why=comments("people", language))
    second = plan.terms.billing_period_of(start, start).end
    yield DraftStep(second, why=comments("clock", language))
    larger = {charge.key: _sizes(charge)[-1] for charge in sold if len(_sizes(charge)) > 1}
    if larger:
        change = {"customer": CUSTOMER, "quantity": _named(larger, sold)}
        at = datetime.combine(second + timedelta(days=10), time(9))
        yield DraftStep(at, {"change": change}, why=comments("change", language))
        yield DraftStep(plan.terms.billing_period_of(start, second).end, why=comments("after", language))


def _named(quantities: dict[str, Quantity], sold: list[Charge]) -> object:
    """One number may stand alone only where the plan sells one quantity."""
    return written_quantity(quantities) if len(sold) == 1 else dict(quantities)


def _sizes(charge: Charge) -> list[Quantity]:
    """A quantity and a larger one, as far as the charge sells two."""
    if charge.sizes:
        return charge.sizes[:2]
    most = [limit for limit in (charge.last_priced, charge.maximum_members) if limit is not None]
    fitting: list[Quantity] = [one for one in (SOME, MORE) if not any(is_less(limit, one) for limit in most)]
    return fitting or [1]


def _people(plan: Plan, catalog: Catalog) -> dict[str, object]:
    """Something that makes people count by the first meter of the plan."""
    for charge in plan.charges:
        if charge.meter:
            meter = catalog.meter(charge.meter)
            if isinstance(meter, ActivityMeter):
                return {"activity": {"customer": CUSTOMER, "kind": meter.kinds[0], "members": PEOPLE}}
            if isinstance(meter, SeatMeter):
                return {"seats": {"customer": CUSTOMER, "assign": PEOPLE}}
            return {"people": {"customer": CUSTOMER, "status": meter.statuses[0], "members": PEOPLE}}
    return {}
