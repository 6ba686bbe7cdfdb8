"""The live tick: what falls due by time alone is done for every live organization, once a local day."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import Error, connection

from headcount.services.clock import system_now
from headcount.services.context import Context, open_context
from headcount.services.organizations import advance
from headcount.storage.organizations import directory

ACTOR = "system:worker"


def tick(done: dict[int, object]) -> Iterator[str]:
    """One line for everything that was done or failed. `done` remembers the day up to which each organization is."""
    for entry in directory():
        if entry.mode != "live":
            continue
        context = open_context(entry.key, ACTOR)
        if done.get(entry.id) == context.today:
            continue
        try:
            yield from _advance(context)
            done[entry.id] = context.today
        except Error as problem:
            connection.close()
            yield f"{entry.key}: {problem}"


def _advance(context: Context) -> Iterator[str]:
    for step in advance(context, system_now()):
        if step.issued:
            yield f"{context.terms.key}: {len(step.issued)} invoices for {step.day}"
        for failure in step.failures:
            codes = ", ".join(f"{refusal.code} {refusal.field}" for refusal in failure.refusals)
            yield f"{context.terms.key}: {failure.customer} was not billed for {failure.billing_date}: {codes}"
