"""Claims, licences, withdrawals and events on the command line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.vendor import Vendor

STUDIO = """
[[meter]]
key = "clients"
counts = "activity"
kinds = ["visit"]

[[product]]
key = "studio"

[[plan]]
key = "studio"
product = "studio"
billing_period = "1 month"

[[plan.charge]]
key = "clients"
basis = "committed"
meter = "clients"
model = "brackets"
at_limit = "extend"
tiers = [{ up_to = 2, price = "45.00" }, { up_to = 3, price = "59.00" }]
"""


@pytest.fixture
def studio(new_vendor: Callable[..., Vendor]) -> Vendor:
    vendor = new_vendor(STUDIO, mode="test", clock="2026-03-18")
    vendor.customers("yoga")
    vendor.ok("subscription", "add", "yoga", "--customer", "yoga", "--plan", "studio", "--start", "2026-03-01",
              "--quantity", "2")  # fmt: skip
    vendor.bill("2026-03-18")
    return vendor


def visit(studio: Vendor, member: str, *options: str) -> dict[str, str]:
    return studio.rows("claim", "yoga", member, "--kind", "visit", *options)[0]


def test_a_raise_is_agreed_to_undone_and_given_back(studio: Vendor) -> None:
    assert visit(studio, "ida")["answer"] == visit(studio, "otto")["answer"] == "new"
    no = studio("claim", "yoga", "eva", "--kind", "visit", "--accept-up-to", "6.32", "--format", "csv")
    assert no.status == 1
    assert no.rows[0] == {
        "answer": "refused", "meter": "clients", "used": "2", "limit": "2", "resets_at": "2026-04-01T00:00:00+02:00",
        "next_size": "3", "next_now": "6.33",
    }  # fmt: skip
    assert "price_not_accepted" in no.err
    assert visit(studio, "eva", "--accept-up-to", "6.33", "--key", "by-accident")["limit"] == "3"
    assert studio.bill("2026-03-18")[0]["net"] == "6.33"
    assert "count_above" in studio("licence", "undo", "yoga").err
    assert studio.rows("activity", "withdraw", "by-accident", "--dry-run")[0]["uncounted"] == "1"
    assert studio.rows("activity", "withdraw", "by-accident") == [{"found": "1", "uncounted": "1", "already": "False"}]
    assert studio.rows("licence", "undo", "yoga", "--dry-run") == studio.rows("licence", "undo", "yoga")
    assert studio.bill("2026-03-18")[0]["net"] == "-6.33"
    assert [row["kind"] for row in studio.rows("events")] == [
        "limit.near", "limit.reached", "claim.refused", "licence.raised", "limit.near", "limit.reached",
        "licence.lowered",
    ]  # fmt: skip
    studio.ok("audit")


def test_a_request_waits_for_a_decision(studio: Vendor) -> None:
    studio.ok("subscription", "change", "yoga", "--quantity", "3")
    request = studio.ok("licence", "request", "yoga", "2").out.strip()
    assert "request_open" in studio("licence", "request", "yoga", "2").err
    assert studio.rows("licence", "requests")[0]["id"] == request
    studio.ok("licence", "approve", request, "--dry-run")
    assert [row["id"] for row in studio.rows("licence", "requests")] == [request]
    assert studio.rows("licence", "approve", request)[0]["effective_on"] == "2026-04-01"
    assert studio.rows("licence", "requests") == []
    assert "unknown_request" in studio("licence", "approve", request).err
    studio.ok("audit")


def test_events_go_on_after_the_last_one_that_was_seen(studio: Vendor) -> None:
    for member in ("ida", "otto"):
        visit(studio, member)
    first, second = studio.rows("events")
    assert studio.rows("events", "--after", first["id"]) == [second]
    assert studio.rows("events", "--kind", "limit.near") == [first]
    assert "unknown_event" in studio("events", "--after", "evt_none").err
    assert "not_a_choice" in studio("events", "--kind", "limit.nea").err


def test_counts_are_made_anew(studio: Vendor) -> None:
    import os

    import psycopg

    visit(studio, "ida")
    with psycopg.connect(os.environ["HEADCOUNT_OWNER_URL"], autocommit=True) as owner:
        owner.execute(
            "UPDATE usage SET count = 7 WHERE organization_id = (SELECT id FROM organization WHERE key = %s)",
            [studio.key],
        )
    assert studio("audit").status == 1
    told = [{"meter": "clients", "before": "7", "after": "1", "corrected": "1"}]
    assert studio.rows("meter", "rebuild", "--dry-run") == told
    assert studio.rows("meter", "rebuild", "clients") == told
    assert studio.rows("meter", "rebuild") == [{"meter": "clients", "before": "1", "after": "1", "corrected": "0"}]
    studio.ok("audit")
    assert "unknown_meter" in studio("meter", "rebuild", "client").err
