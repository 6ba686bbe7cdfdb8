"""`POST /v1/activity` and `DELETE /v1/activity/{id}`."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse

from headcount.api.answers import Shown, answer, language_of, refusal_answer, told_of
from headcount.api.endpoint import authorized, parameters
from headcount.api.items import Items, read_items
from headcount.core.errors import Refusal, nearest, refuse
from headcount.services import withdrawals
from headcount.services.context import Context
from headcount.services.received_activity import Received, receive_activity

MOST_SHOWN = 100
_ATOMIC = {"": False, "true": True, "false": False}
_ANSWERS = {"": False, "totals": False, "items": True}


@authorized("activity")
def receive(request: HttpRequest, context: Context) -> HttpResponse:
    """One activity or many, in any of the content types; one that is refused stands alone, unless `atomic`."""
    asked = parameters(request, "answers", "atomic")
    atomic, by_item = _chosen(_ATOMIC, asked, "atomic"), _chosen(_ANSWERS, asked, "answers")
    items = read_items(request, context.now.isoformat())
    received = receive_activity(context, items.rows, items.unreadable, atomic=atomic or items.is_one, named=by_item)
    if not received.is_taken:
        return _nothing_taken(request, items, received)
    return answer(_totals(received) | (_items(request, received) if by_item else _refusals(request, received)))


def _chosen(choices: dict[str, bool], asked: dict[str, str], name: str) -> bool:
    given = asked[name]
    if given not in choices:
        known = [choice for choice in choices if choice]
        raise refuse("not_a_choice", name, given=given, choices=", ".join(known), nearest=nearest(given, known))
    return choices[given]


def _nothing_taken(request: HttpRequest, items: Items, received: Received) -> HttpResponse:
    """Of one activity alone its own refusal is the error."""
    if items.is_one:
        return refusal_answer(request, received.refused[0].refusal)
    numbers: dict[str, object] = {"received": received.received, "refused": len(received.refused)}
    return refusal_answer(request, Refusal("batch_refused", numbers=numbers), _refusals(request, received))


def _totals(received: Received) -> Shown:
    return {
        "received": received.received,
        "kept": received.kept,
        "counted": received.counted,
        "repeated": received.repeated,
        "refused": len(received.refused),
    }


def _refusals(request: HttpRequest, received: Received) -> Shown:
    language = language_of(request)
    return {"refusals": [told_of(reject, language) for reject in received.refused[:MOST_SHOWN]]}


def _items(request: HttpRequest, received: Received) -> Shown:
    language = language_of(request)
    refused = {reject.line: {**told_of(reject, language), "result": "refused"} for reject in received.refused}
    counting = received.counting
    return {
        "items": [
            refused.get(place) or {"index": place, "result": "counted" if place in counting else "repeated"}
            for place in range(received.received)
        ]
    }


@authorized("activity")
def withdraw(request: HttpRequest, context: Context, source_id: str) -> HttpResponse:
    """Activity with this id was a mistake, of one customer or of whoever has it."""
    asked = parameters(request, "customer")
    return answer(asdict(withdrawals.withdraw(context, source_id, asked["customer"])))
