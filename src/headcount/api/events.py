"""`GET /v1/events`: what happened, in order."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from headcount.api.answers import answer
from headcount.api.endpoint import authorized, number, parameters
from headcount.services.context import Context
from headcount.services.events import MOST, read_events


@authorized("counts")
def events(request: HttpRequest, context: Context) -> HttpResponse:
    """The events behind the one that was seen last. `next` is where to ask again, also if there are none yet."""
    asked = parameters(request, "after", "kind", "customer", "most")
    most = min(MOST, max(1, number(asked["most"], "most", MOST)))
    kinds = [kind for kind in asked["kind"].split(",") if kind]
    found = read_events(context, after=asked["after"], kinds=kinds, customer=asked["customer"], most=most)
    again = {name: value for name, value in asked.items() if value} | ({"after": found[-1].id} if found else {})
    return answer(
        {
            "events": [asdict(event) | {"recorded_at": event.recorded_at.isoformat()} for event in found],
            "next": f"/v1/events?{urlencode(again)}" if again else "/v1/events",
        }
    )
