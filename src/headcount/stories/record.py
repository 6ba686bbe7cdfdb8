"""The history of a test organization as a story: what was done becomes steps, what was invoiced the expectations.

The journal gives the order. Between two steps the engine does what falls due, as the organization's own clock did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from headcount.core.catalog import Catalog
from headcount.core.errors import refuse
from headcount.services.catalog import export_catalog
from headcount.services.context import Context
from headcount.services.history import History, history
from headcount.services.invoices import list_invoices
from headcount.services.organizations import JournalLine
from headcount.stories.recorded_actions import (
    written_activity,
    written_changes,
    written_people,
    written_seats,
    written_time,
)
from headcount.stories.recorded_payments import written_payments
from headcount.stories.stage import document
from headcount.stories.teaching import comments
from headcount.stories.writing import DraftStep, Fields, StoryDraft, written_invoice

HOME = "DE"
"""The country of customers of whom a story says nothing."""


def recorded_story(context: Context, language: str) -> StoryDraft:
    """Refused: `live_not_recorded`, `plan_changed_since`."""
    if context.terms.mode != "test":
        raise refuse("live_not_recorded", "organization")
    told = history(context)
    steps = _Recording(context, told).steps()
    _add_customers(steps, told)
    until = context.today
    title = f"{context.terms.key} bis {until}" if language == "de" else f"{context.terms.key} up to {until}"
    return StoryDraft(title, _catalog(context, told), steps, comments("recorded", language))


def _catalog(context: Context, told: History) -> Catalog:
    """The catalog as it stands, with the retired plans that somebody is on."""
    catalog = export_catalog(context)
    plans = {plan.key: plan for plan in catalog.plans}
    for found in (one for changes in told.changes.values() for one in changes):
        plan = found.subscription.plan
        if plans.setdefault(plan.key, plan) != plan:
            raise refuse("plan_changed_since", "plan", subscription=found.subscription.key, plan=plan.key)
    return replace(catalog, plans=tuple(plans.values()))


class _Recording:
    """One walk along the journal."""

    def __init__(self, context: Context, told: History) -> None:
        self._context, self._told = context, told
        self._documents = {one.number: written_invoice(document(one)) for one in list_invoices(context)}
        self._told_already: set[str | datetime] = set()
        self._steps: list[DraftStep] = []
        self._at = datetime.min.replace(tzinfo=UTC)
        self._waiting: list[Fields] = []

    def steps(self) -> list[DraftStep]:
        for entry in self._told.journal:
            if entry.action == "invoices.finalised":
                self._billed(entry)
            elif entry.action == "clock.advanced":
                self._move(datetime.fromisoformat(str(entry.details["to"])))
            elif actions := self._actions(entry):
                self._act(entry.recorded_at, actions)
        self._move(self._context.now)
        return self._steps

    def _move(self, at: datetime) -> None:
        """A step for a clock that was moved, if anything was billed on the way."""
        if self._waiting or (at == self._context.now and at > self._at):
            self._begin(at)

    def _act(self, at: datetime, actions: dict[str, list[Fields]]) -> None:
        """Actions of one time are one step, until a run has looked at them or a word comes back after another."""
        if not self._steps or at > self._at or self._steps[-1].bills or self._waiting or self._comes_back(actions):
            self._begin(at)
        for word, tables in actions.items():
            known = self._steps[-1].actions.setdefault(word, [])
            assert isinstance(known, list)
            known += tables

    def _comes_back(self, actions: dict[str, list[Fields]]) -> bool:
        """Whether a word of the step, whose actions stand together, would be done before what came since."""
        known = list(self._steps[-1].actions)
        return any(word in known[:-1] for word in actions)

    def _begin(self, at: datetime) -> None:
        """What was billed since the step before came while the clock moved here."""
        written = written_time(at, self._context.place)
        self._steps.append(DraftStep(written, expect={"invoices": self._waiting}, bills=False))
        self._at, self._waiting = at, []

    def _billed(self, entry: JournalLine) -> None:
        documents = entry.details["documents"]
        assert isinstance(documents, list)
        issued = [self._documents[number] for number, *_ in documents]
        if self._steps and entry.recorded_at == self._at and not self._waiting:
            invoices = self._steps[-1].expect["invoices"]
            assert isinstance(invoices, list)
            invoices += issued
            self._steps[-1].bills = True
        else:
            self._waiting += issued

    def _actions(self, entry: JournalLine) -> dict[str, list[Fields]]:
        """What the request of an entry recorded, once."""
        found: dict[str, list[Fields]] = {}
        if self._is_new(entry.request_id):
            found["people"] = written_people(self._told.statuses.get(entry.request_id, ()), self._context.place)
            found |= written_changes(self._told.changes.get(entry.request_id, ()))
            found["seats"] = written_seats(self._told.seats.get(entry.request_id, ()), self._context.place)
            found |= written_payments(self._told.payments.get(entry.request_id, ()), self._context)
        if entry.action == "activity.recorded" and self._is_new(entry.recorded_at):
            found["activity"] = written_activity(self._told.activity.get(entry.recorded_at, ()), self._context.place)
        return {word: tables for word, tables in found.items() if tables}

    def _is_new(self, told: str | datetime) -> bool:
        is_new = told not in self._told_already
        self._told_already.add(told)
        return is_new


def _add_customers(steps: list[DraftStep], told: History) -> None:
    """What a document depends on and a story would make up otherwise: the country and the language, never a name."""
    named = {
        str(table["customer"])
        for step in steps
        for tables in step.actions.values()
        if isinstance(tables, list)
        for table in tables
        if "customer" in table
    }
    differing = [
        _without_blanks({"key": key, "country": record.country, "language": record.language})
        for key, record in sorted(told.customers.items())
        if key in named and (record.country not in ("", HOME) or record.language)
    ]
    first = next((step for step in steps if step.actions), None)
    if differing and first is not None:
        first.actions = {"customers": differing, **first.actions}


def _without_blanks(fields: Mapping[str, str]) -> Fields:
    return {key: value for key, value in fields.items() if value}
