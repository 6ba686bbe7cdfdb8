"""A vendor whose programs ask over HTTP, and what they see."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from typing import Any

from tests.vendor import Vendor

TODAY = "2026-05-20"
MAY = "2026-05-10T09:00:00+02:00"
APRIL = "2026-04-10T09:00:00+02:00"
PACKED: dict[str, Any] = {"content_encoding": "gzip"}
SCOPES = ("activity", "claims", "counts", "people")
CATALOG = """
[activity]
kinds = ["login"]

[[meter]]
key = "active-clients"
name = { en = "Active clients", de = "Aktive Klienten" }
people = { en = "active client | active clients", de = "aktiver Klient | aktive Klienten" }
counts = "activity"
kinds = ["measurements", "food_plan"]

[[meter]]
key = "recent"
people = { en = "recent client | recent clients", de = "jüngster Klient | jüngste Klienten" }
counts = "activity"
kinds = ["food_plan"]
window = "90 days"

[[meter]]
key = "staff"
people = { en = "colleague | colleagues", de = "Kollege | Kollegen" }
counts = "status"
statuses = ["invited", "activated"]
reading = "peak"

[[product]]
key = "practice"
name = "Practice"

[[plan]]
key = "monthly"
product = "practice"
name = { en = "Monthly", de = "Monatlich" }
billing_period = "1 month"

[[plan.charge]]
key = "clients"
name = { en = "Active clients", de = "Aktive Klienten" }
basis = "committed"
meter = "active-clients"
model = "brackets"
tiers = [
  { up_to = 2, price = "15.00" },
  { up_to = 10, price = "25.00" },
  { up_to = 25, price = "39.00" },
]

[[plan.charge]]
key = "staff"
basis = "counted"
meter = "staff"
model = "graduated"
tiers = [{ up_to = 2, price = "5.00" }, { up_to = "unlimited", price = "3.00" }]
"""


class Api:
    """What a program with one key sees. Calls answer with the response; `ok` with its JSON."""

    def __init__(self, key: str) -> None:
        from django.test import Client

        self._client = Client(SERVER_NAME="anywhere.example")
        self.key = key

    def __call__(self, method: str, place: str, body: bytes = b"", kind: str = "", **headers: str) -> Any:
        named = {"authorization": f"Bearer {self.key}"} | {name.replace("_", "-"): to for name, to in headers.items()}
        return self._client.generic(method, place, body, kind, headers=named)

    def get(self, place: str, **headers: Any) -> Any:
        return content(self("GET", place, **headers), 200)

    def send(self, items: object, query: str = "", status: int = 200, **headers: str) -> Any:
        """`POST /v1/activity` with JSON."""
        body = json.dumps(items).encode()
        return content(self("POST", f"/v1/activity{query}", body, "application/json", **headers), status)

    def send_lines(self, lines: Iterable[str], query: str = "", *, packed: bool = False) -> Any:
        body = "\n".join(lines).encode()
        sent = gzip.compress(body) if packed else body
        more = PACKED if packed else {}
        return content(self("POST", f"/v1/activity{query}", sent, "application/x-ndjson", **more), 200)


def content(response: Any, status: int) -> Any:
    assert response["Content-Type"] == "application/json", response.content
    assert response.status_code == status, response.content
    assert response["Request-Id"]
    return json.loads(response.content)


def item(id: str, member: str, customer: str = "anna", kind: str = "food_plan", at: str = MAY) -> dict[str, str]:
    return {"id": id, "customer": customer, "member": member, "kind": kind, "occurred_at": at}


def totals(received: int, kept: int, counted: int, refused: int = 0) -> dict[str, int]:
    repeated = received - counted - refused
    return {"received": received, "kept": kept, "counted": counted, "repeated": repeated, "refused": refused}


def count_of(api: Api, customer: str = "anna", meter: str = "active-clients", query: str = "") -> Any:
    counts = api.get(f"/v1/customers/{customer}/counts{query}")["counts"]
    return next(one for one in counts if one["meter"] == meter)


def found(new_vendor: Callable[..., Vendor]) -> Vendor:
    """A practice, anna, with a licence of 10; its clock stands on 20 May 2026."""
    vendor = new_vendor(CATALOG, mode="test", clock="2026-01-01")
    vendor.customers("anna", "beate")
    vendor.load("subscriptions", "subscription,customer,plan,start,quantity\nanna-1,anna,monthly,2026-04-15,10\n")
    vendor.ok("organization", "clock", "--to", TODAY)
    return vendor


def new_key(vendor: Vendor, *scopes: str, name: str = "main") -> Api:
    options = [part for scope in scopes or SCOPES for part in ("--scope", scope)]
    return Api(vendor.rows("keys", "create", name, *options)[0]["key"])
