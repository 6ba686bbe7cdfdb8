"""The journal's chain, frozen snapshots and gap-free numbers, read back from the database."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable

import psycopg
import pytest

from tests.cli.catalogs import NUTRITION
from tests.vendor import Vendor

pytestmark = pytest.mark.both_postgres


@pytest.fixture
def billed(new_vendor: Callable[..., Vendor]) -> Vendor:
    vendor = new_vendor(NUTRITION, tax='treatment = "domestic", rate = "19"')
    vendor.customers("anna", "beate")
    for customer in ("anna", "beate"):
        vendor.ok("subscription", "add", customer, "--customer", customer, "--plan", "monthly", "--start", "2026-01-31",
                  "--quantity", "25")  # fmt: skip
    vendor.bill("2026-03-31")
    return vendor


def test_the_journal_is_a_chain_and_holds_no_names(billed: Vendor) -> None:
    from headcount.cli.session import context
    from headcount.storage.journal import GENESIS, entry_hash
    from headcount.storage.models import JournalEntry
    from headcount.storage.transaction import organization_transaction

    with organization_transaction(context(billed.key).organization_id):
        entries = list(JournalEntry.objects.order_by("number"))
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    previous = GENESIS
    for entry in entries:
        assert entry.previous_hash == previous
        assert entry.hash == entry_hash(entry)
        previous = entry.hash
    assert {entry.action for entry in entries} == {
        "catalog.applied", "customers.imported", "subscription.subscribed", "invoices.finalised",
        "run.finished",
    }  # fmt: skip
    assert "Anna" not in json.dumps([entry.details for entry in entries])
    assert all(entry.actor.startswith("cli:") and entry.request_id for entry in entries)


def test_a_snapshot_is_canonical_text_with_its_digest_and_adds_up(billed: Vendor) -> None:
    with psycopg.connect(os.environ["HEADCOUNT_OWNER_URL"]) as owner:
        found = owner.execute(
            "SELECT snapshot, sha256, number FROM invoice JOIN organization o ON o.id = organization_id"
            " WHERE o.key = %s ORDER BY number",
            [billed.key],
        ).fetchall()
    assert [number for *_, number in found] == [f"RE-2026-{n:06d}" for n in range(1, 7)]
    for text, digest, number in found:
        assert hashlib.sha256(text.encode()).hexdigest() == digest
        content = json.loads(text)
        assert json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False) == text
        assert (content["number"], content["net"], content["gross"]) == (number, "39.00", "46.41")
        assert content["tax"] == {"amount": "7.41", "rate": "19", "reason": ""}
        assert content["buyer"]["name"] in ("Anna", "Beate")


def test_billing_again_bills_nothing_and_takes_no_number(billed: Vendor) -> None:
    before = billed.ok("invoices", "--format", "json").out
    assert billed.bill("2026-03-31") == []
    assert billed.rows("bill", "--until", "2026-04-30", "--dry-run") != []
    assert billed.ok("invoices", "--format", "json").out == before
    assert [row["number"] for row in billed.bill("2026-04-30")] == ["RE-2026-000007", "RE-2026-000008"]


def test_a_customer_that_cannot_be_billed_is_named_and_the_others_are_billed(new_vendor: Callable[..., Vendor]) -> None:
    vendor = new_vendor(NUTRITION, tax='treatment = "domestic", rate = "19"')
    vendor.customers("anna")
    vendor.load("customers", "customer,name,country\nabroad,Abroad,AT\nplain,Plain,DE\n")
    for customer, plan in (("anna", "yearly"), ("abroad", "monthly"), ("plain", "yearly")):
        vendor.ok("subscription", "add", customer, "--customer", customer, "--plan", plan, "--start", "2026-01-01",
                  "--quantity", "25")  # fmt: skip
    result = vendor("bill", "--until", "2026-01-01", "--format", "csv")
    assert result.status == 3
    assert [(row["number"], row["customer"]) for row in result.rows] == [("RE-2026-000001", "anna")]
    assert "tax_undecided (abroad, 2026-01-01, country)" in result.err
    assert "missing_on_invoice (plain, 2026-01-01, customer.street)" in result.err
    vendor.load("customers", "customer,name,street,city,country\nplain,Plain,Weg 1,Ulm,DE\n")
    again = vendor("bill", "--until", "2026-01-02", "--format", "csv")
    assert [(row["number"], row["customer"]) for row in again.rows] == [("RE-2026-000002", "plain")]


def test_what_was_charged_too_much_goes_back_at_once_by_a_document_of_its_own(
    new_vendor: Callable[..., Vendor],
) -> None:
    vendor = new_vendor(NUTRITION, mode="test", clock="2026-01-01")
    vendor.customers("anna")
    vendor.ok("subscription", "add", "s", "--customer", "anna", "--plan", "monthly", "--quantity", "25")
    assert [row["net"] for row in vendor.bill("2026-02-01")] == ["39.00", "39.00"]
    vendor.ok("subscription", "cancel", "s", "--on", "2026-02-01")  # the period of February was billed already
    assert [(row["kind"], row["net"]) for row in vendor.bill("2026-02-02")] == [("credit_note", "-39.00")]
    assert vendor.rows("invoices")[-1]["original"] == "RE-2026-000002"
    vendor.ok("subscription", "add", "t", "--customer", "anna", "--plan", "monthly", "--start", "2026-02-10",
              "--quantity", "75")  # fmt: skip
    assert [row["net"] for row in vendor.bill("2026-02-10")] == ["69.00"]
