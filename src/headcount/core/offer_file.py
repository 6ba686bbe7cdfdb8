"""Offers as tables of a catalog file, and what plans sold side by side must have in common (SPEC 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headcount.core.catalog import BUNDLE, SEPARATE, Offer, Plan, quantity_text
from headcount.core.errors import nearest
from headcount.core.names_file import note_doubles, read_key, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headcount.core.calendar import Interval
    from headcount.core.document import Table


def read_offer(table: Table, plans: Sequence[Plan]) -> Offer:
    by_key = {plan.key: plan for plan in plans}
    key, name, kind = read_key(table), read_text(table, "name"), table.choice("kind", (BUNDLE, SEPARATE))
    steps = table.tables("step")
    offer = Offer(key, name, kind, tuple(_step(step, kind, by_key) for step in steps))
    if table.get("step", []) == []:
        table.note("no_steps", "step")
    for step, keys in list(zip(steps, offer.steps, strict=True))[:-1]:
        _note_endless(step, [by_key[key] for key in keys if key in by_key])
    table.no_more()
    return offer


def _step(table: Table, kind: str, plans: Mapping[str, Plan]) -> tuple[str, ...]:
    keys = table.texts("plans")
    if table.get("plans", None) == []:
        table.note("no_plans", "plans")
    note_doubles(table, "plans", keys)
    for key in keys:
        if key not in plans:
            table.note("unknown_plan", "plans", given=key, nearest=nearest(key, plans))
    known = [plans[key] for key in keys if key in plans]
    for other in known[1:]:
        _note_other_terms(table, known[0], other)
        if kind == BUNDLE:
            _note_other_maximum(table, known[0], other)
    table.no_more()
    return keys


def _note_endless(table: Table, plans: Sequence[Plan]) -> None:
    """A step that another follows must end by itself."""
    for plan in plans:
        if plan.terms.duration is None or plan.terms.renewal is not None:
            table.note("step_never_ends", "plans", plan=plan.key)


def _note_other_terms(table: Table, one: Plan, other: Plan) -> None:
    """Side by side the terms are exactly equal; the field that differs is named."""
    for field in ("billing_period", "billing_day", "duration", "renewal", "notice"):
        first, second = getattr(one.terms, field), getattr(other.terms, field)
        if _compared(first) != _compared(second):
            table.note(
                "terms_differ", "plans", plan=one.key, other=other.key, term=field, given=_said(second),
                wanted=_said(first),
            )  # fmt: skip


def _compared(value: Interval | int | None) -> object:
    """12 months are a year."""
    return value if value is None or isinstance(value, int) else (value.family, value.length)


def _said(value: object) -> str:
    return "–" if value is None else str(value)


def _note_other_maximum(table: Table, one: Plan, other: Plan) -> None:
    """Whoever gets a bundle gets all of it, so it has one maximum for those counted by one meter."""
    maxima = {charge.meter: charge.maximum_members for charge in one.charges if charge.meter}
    for charge in other.charges:
        if charge.meter in maxima and charge.maximum_members != maxima[charge.meter]:
            table.note(
                "maximum_differs", "plans", plan=one.key, other=other.key, meter=charge.meter,
                given=quantity_text(charge.maximum_members), wanted=quantity_text(maxima[charge.meter]),
            )  # fmt: skip
