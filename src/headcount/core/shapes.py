"""Contracts of one shape: an answer that depends on the plan, the start and what was agreed alone is found only once.

An organization has many contracts and few shapes. Answers are kept with the plan, so they live as long as it does.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from headcount.core.catalog import Plan
    from headcount.core.subscriptions import Subscription

Answer = TypeVar("Answer")
MOST_ANSWERS = 100_000


def of_shape(subscription: Subscription, question: Hashable, answer: Callable[[], Answer]) -> Answer:
    """The answer for all subscriptions of the same shape; it must not be changed by whoever gets it."""
    changes = subscription.changes
    agreed: Hashable = changes[0].quantities if len(changes) == 1 else changes
    return of_plan(subscription.plan, (question, subscription.start_on, agreed), answer)


def of_plan(plan: Plan, question: Hashable, answer: Callable[[], Answer]) -> Answer:
    """The same for an answer that depends on the plan alone."""
    known: dict[Hashable, Answer] = plan.answers
    found = known.get(question)
    if found is None:
        if len(known) >= MOST_ANSWERS:
            known.clear()
        found = known[question] = answer()
    return found
