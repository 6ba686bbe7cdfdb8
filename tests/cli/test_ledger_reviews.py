"""Drafts that wait for their time, and the past rated anew."""

from __future__ import annotations

import os
from collections.abc import Callable

import psycopg
import pytest

from tests.cli.catalogs import CARE, COMMITTERS
from tests.cli.test_ledger_commands import document, documents
from tests.vendor import Vendor

NewVendor = Callable[..., Vendor]


@pytest.fixture
def reviewing(new_vendor: NewVendor) -> Vendor:
    """Drafts wait three days. Eight committers in April 2026, and it is 1 May: 8.00."""
    vendor = new_vendor("review_days = 3\n" + COMMITTERS, mode="test", clock="2026-04-01")
    vendor.customers("repo")
    vendor.ok("subscription", "add", "r", "--customer", "repo", "--plan", "per-committer")
    commit(vendor, *[f"m{n}" for n in range(8)], at="2026-04-10T12:00:00Z")
    result = vendor.ok("bill", "--until", "2026-05-01", "--format", "csv")
    assert (result.rows, "under review: headcount drafts" in result.err) == ([], True)
    return vendor


def commit(vendor: Vendor, *members: str, at: str) -> None:
    vendor.activity(*[("repo", member, "commit", at) for member in members])


def waiting(vendor: Vendor) -> list[tuple[str, str, str]]:
    return [(row["billing_date"], row["finalise_on"], row["net"]) for row in vendor.rows("drafts")]


def test_a_draft_waits_and_is_finalised_by_the_run_on_its_day(reviewing: Vendor) -> None:
    assert waiting(reviewing) == [("2026-05-01", "2026-05-04", "8.00")]
    assert reviewing.bill("2026-05-03") == []
    assert waiting(reviewing) == [("2026-05-01", "2026-05-04", "8.00")]
    (row,) = reviewing.bill("2026-05-04")
    assert (row["number"], row["billing_date"], row["net"]) == ("RE-2026-000001", "2026-05-01", "8.00")
    (invoice,) = reviewing.rows("invoices")
    assert (invoice["issued_on"], invoice["due_on"]) == ("2026-05-04", "2026-05-18")
    assert waiting(reviewing) == []


def test_a_draft_takes_in_late_activity_and_its_invoice_needs_no_correction(reviewing: Vendor) -> None:
    reviewing.ok("organization", "clock", "--to", "2026-05-02")
    commit(reviewing, "late", at="2026-04-30T21:00:00Z")
    assert reviewing.bill("2026-05-02") == []
    assert waiting(reviewing) == [("2026-05-01", "2026-05-04", "9.00")]
    assert [row["net"] for row in reviewing.bill("2026-05-04")] == ["9.00"]
    assert reviewing.lines() == [("9 active committers", "2026-04-01/2026-05-01", "9.00")]


def test_what_is_found_out_after_an_invoice_waits_its_days_and_no_longer(reviewing: Vendor) -> None:
    reviewing.bill("2026-05-04")
    reviewing.ok("organization", "clock", "--to", "2026-05-05")
    commit(reviewing, "late", at="2026-04-30T21:30:00Z")
    assert reviewing.bill("2026-05-07") == []
    assert waiting(reviewing) == [("2026-05-05", "2026-05-08", "1.00")]
    assert [row["billing_date"] for row in reviewing.bill("2026-05-08")] == ["2026-05-05"]
    assert reviewing.lines()[1:] == [("9 instead of 8 active committers", "2026-04-01/2026-05-01", "1.00")]


def test_what_a_cancelled_invoice_charged_waits_its_days_and_no_longer(reviewing: Vendor) -> None:
    reviewing.bill("2026-05-04")
    reviewing.ok("invoices", "cancel", "RE-2026-000001")
    assert reviewing.bill("2026-05-06") == []
    assert waiting(reviewing) == [("2026-05-04", "2026-05-07", "8.00")]
    assert [row["net"] for row in reviewing.bill("2026-05-07")] == ["8.00"]


def test_a_draft_is_finalised_by_hand_before_its_day(reviewing: Vendor) -> None:
    reviewing.ok("organization", "clock", "--to", "2026-05-02")
    (row,) = reviewing.rows("drafts", "finalise", "repo")
    assert (row["number"], row["billing_date"], row["net"]) == ("RE-2026-000001", "2026-05-01", "8.00")
    assert waiting(reviewing) == []
    assert reviewing.rows("drafts", "finalise", "repo") == []
    assert reviewing.bill("2026-05-20") == []


@pytest.fixture
def dearer(new_vendor: NewVendor) -> Vendor:
    """April and May 2026 of A are billed at 100.00 each; then somebody makes its stored price 112.00, on 10 May."""
    vendor = new_vendor(CARE, mode="test", clock="2026-04-01")
    vendor.customers("anna", "beate")
    for customer in ("anna", "beate"):
        vendor.ok("subscription", "add", customer, "--customer", customer, "--plan", "a")
    assert [row["net"] for row in vendor.bill("2026-05-10")] == ["100.00"] * 4
    with psycopg.connect(os.environ["HEADCOUNT_OWNER_URL"]) as owner:
        owner.execute("ALTER TABLE plan_version DISABLE TRIGGER plan_version_appended")
        owner.execute(
            "UPDATE plan_version SET definition = jsonb_set(definition, '{base_fee}', '\"112.00\"')"
            " FROM plan, organization WHERE plan.id = plan_id AND organization.id = plan.organization_id"
            " AND plan.key = 'a' AND organization.key = %s",
            [vendor.key],
        )
        owner.execute("ALTER TABLE plan_version ENABLE TRIGGER plan_version_appended")
    return vendor


def test_rating_anew_by_the_same_rules_bills_nothing(new_vendor: NewVendor) -> None:
    vendor = new_vendor(CARE, mode="test", clock="2026-04-01")
    vendor.customers("anna")
    vendor.ok("subscription", "add", "a", "--customer", "anna", "--plan", "seats", "--quantity", "5")
    vendor.ok("subscription", "change", "a", "--quantity", "8", "--on", "2026-04-10")
    vendor.bill("2026-06-15")
    assert vendor.rows("rerate", "--since", "2026-04-01") == []
    assert vendor.bill("2026-06-30") == []
    assert [row["net"] for row in vendor.bill("2026-07-01")] == ["80.00"]


def test_a_run_does_not_rate_the_past_anew_and_rerate_does(dearer: Vendor) -> None:
    assert dearer.bill("2026-05-20") == []
    shown = dearer.rows("rerate", "--since", "2026-04-01", "--dry-run")
    assert [(row["customer"], *documents([row])[0]) for row in shown] == [
        ("anna", "invoice", "24.00", "24.00"), ("beate", "invoice", "24.00", "24.00"),
    ]  # fmt: skip
    assert [row["net"] for row in dearer.rows("rerate", "anna", "--since", "2026-05-01", "--dry-run")] == ["12.00"]
    assert len(dearer.rows("invoices")) == 4
    (row,) = dearer.rows("rerate", "anna", "--since", "2026-04-01")
    assert (row["customer"], row["billing_date"], row["net"]) == ("anna", "2026-05-20", "24.00")
    assert [(line["period"], line["net"]) for line in document(dearer, row["number"])["lines"]] == [
        ("2026-04-01/2026-05-01", "-100.00"), ("2026-04-01/2026-05-01", "112.00"),
        ("2026-05-01/2026-06-01", "-100.00"), ("2026-05-01/2026-06-01", "112.00"),
    ]  # fmt: skip
    assert dearer.rows("rerate", "anna", "--since", "2026-04-01") == []
    assert [(row["customer"], row["net"]) for row in dearer.bill("2026-06-01")] == [
        ("anna", "112.00"), ("beate", "112.00"),
    ]  # fmt: skip


def test_a_change_rates_its_own_period_anew_and_no_older_one(dearer: Vendor) -> None:
    dearer.ok("subscription", "cancel", "beate", "--on", "2026-06-01")
    assert [(row["customer"], row["net"]) for row in dearer.bill("2026-06-01")] == [
        ("anna", "112.00"), ("beate", "12.00"),
    ]  # fmt: skip
    assert dearer.lines()[-2:] == [
        ("Base fee", "2026-05-01/2026-06-01", "-100.00"),
        ("Base fee", "2026-05-01/2026-06-01", "112.00"),
    ]
