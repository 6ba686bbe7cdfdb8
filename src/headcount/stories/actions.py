"""What a step can do, by the word that a story uses for it. One class each: how it is read, and how it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from headcount.core.document import Table
from headcount.stories.contract_actions import Apply, Cancel, Change, PreviewChange, Subscribe
from headcount.stories.fields import given, one_or_more
from headcount.stories.licence_actions import Claim, Decide, RequestReset, UndoRaise, Withdraw
from headcount.stories.member_actions import Ask, Join, Leave, Merge
from headcount.stories.payment_actions import Assign, Pay, Refund, Reverse
from headcount.stories.people_actions import Activity, Customers, People
from headcount.stories.seat_actions import Seats
from headcount.stories.values import Action, Terms

Read = Callable[[Sequence[Table], Terms], list[Action]]


def _each(read: Callable[[Table, Terms], Action]) -> Read:
    """One action a table."""
    return lambda tables, terms: [read(table, terms) for table in tables]


ACTIONS: Mapping[str, Read] = {
    "customers": _each(Customers.read),
    "people": People.read_all,
    "ask": _each(Ask.read),
    "merge": _each(Merge.read),
    "join": _each(Join.read),
    "leave": _each(Leave.read),
    "activity": Activity.read_all,
    "apply": _each(Apply.read),
    "subscribe": _each(Subscribe.read),
    "change": _each(Change.read),
    "seats": _each(Seats.read),
    "cancel": _each(Cancel.read),
    "preview": _each(PreviewChange.read),
    "claim": _each(Claim.read),
    "withdraw": _each(Withdraw.read),
    "request_reset": _each(RequestReset.read),
    "approve": _each(Decide.approve),
    "decline": _each(Decide.decline),
    "undo_raise": _each(UndoRaise.read),
    "pay": _each(Pay.read),
    "assign": _each(Assign.read),
    "reverse": _each(Reverse.read),
    "refund": _each(Refund.read),
}


def read_actions(step: Table, words: Sequence[str], terms: Terms) -> tuple[Action, ...]:
    """The actions of a step in the order of the file, whose words are `words`."""
    for word in ACTIONS:
        given(step, word)
    found = []
    for word in (word for word in words if word in ACTIONS):
        tables = _tables(step, word)
        found += ACTIONS[word](tables, terms)
        for table in tables:
            table.no_more()
    return tuple(found)


def _tables(step: Table, word: str) -> list[Table]:
    """`apply = "catalog.toml"` is short for a table."""
    value = step.get(word)
    if word == "apply" and isinstance(value, str):
        return [Table({"catalog": value}, step.at(word), step.refusals)]
    return one_or_more(step, word)
