"""`POST /v1/claims`: may this person count now? And `DELETE /v1/claims`: a seat given back."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from django.http import HttpRequest, HttpResponse

from headcount.api.answers import Shown, answer, language_of, told
from headcount.api.bodies import json_object, parse_text
from headcount.api.endpoint import authorized, parameters
from headcount.core.document import Table
from headcount.core.errors import refuse
from headcount.core.money import parse_price
from headcount.services import claims, seats
from headcount.services.claims import Answer, Claim
from headcount.services.context import Context
from headcount.services.seat_claims import claim_seat


@authorized("claims")
def ask(request: HttpRequest, context: Context) -> HttpResponse:
    """A place for a member of a customer, by a kind of activity; or a seat of a subscription.

    "No" is an answer like "yes": both are 200, and say `allowed`.
    """
    body = json_object(request)
    if "subscription" in body:
        return _seat(request, context, body)
    wish = Claim(
        customer=_text(body, "customer"),
        member=_text(body, "member"),
        kind=_text(body, "kind"),
        key=_key(request, body),
        accept_up_to=body.parsed("accept_up_to", _price, None, None),
    )
    body.no_more()
    body.finish()
    return answer(_shown(request, claims.claim(context, wish)))


def _text(body: Table, field: str) -> str:
    text = body.parsed(field, parse_text, "")
    if not text and not body.refusals:
        body.note("empty_field", field)
    return text


def _key(request: HttpRequest, body: Table) -> str:
    """The name of the claim: in the body, or as the header that other interfaces have for it."""
    return body.parsed("key", parse_text, "", "") or request.META.get("HTTP_IDEMPOTENCY_KEY", "")


def _price(value: object, field: str) -> Decimal | None:
    return parse_price(value, field)


def _shown(request: HttpRequest, said: Answer) -> Shown:
    return {
        "allowed": said.is_allowed,
        "outcome": said.outcome,
        "key": said.key,
        "repeated": said.repeated,
        "meters": [asdict(one) for one in said.meters],
        "refusal": told(said.refusal, language_of(request)) if said.refusal else None,
    }


def _seat(request: HttpRequest, context: Context, body: Table) -> HttpResponse:
    """Who has a seat already keeps it, so asking twice takes one."""
    subscription, member = _text(body, "subscription"), _text(body, "member")
    body.no_more()
    body.finish()
    said = claim_seat(context, subscription, member)
    shown = told(said.refusal, language_of(request)) if said.refusal else None
    since = said.since.astimezone(context.place).isoformat() if said.since else None
    outcome = "seated" if said.since else "refused"
    return answer({"allowed": said.refusal is None, "outcome": outcome, "since": since, "refusal": shown})


@authorized("claims")
def give_back(request: HttpRequest, context: Context) -> HttpResponse:
    """Frees the seat of a user. Activity is no seat: it counts until its window ends, unless it is withdrawn."""
    asked = parameters(request, "subscription", "member")
    for field, value in asked.items():
        if not value:
            raise refuse("empty_field", field)
    seats.remove(context, asked["subscription"], asked["member"])
    return answer({"freed": True})
