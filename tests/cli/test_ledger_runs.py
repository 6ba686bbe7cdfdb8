"""The preview of a run, its totals, and what was billed or paid elsewhere (SPEC 4.8, 4.12)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.catalogs import CARE
from tests.cli.test_ledger_commands import TAX, refused
from tests.vendor import Vendor

NewVendor = Callable[..., Vendor]


def printed(err: str) -> list[str]:
    """What stands under the rows, as one line each."""
    return [line for line in " ".join(err.split()).replace("Dry run: nothing was changed.", "").split("\n") if line]


def test_the_preview_of_a_run_is_the_run_and_stands_beside_the_last_one(new_vendor: NewVendor) -> None:
    vendor = new_vendor(CARE, mode="test", clock="2026-05-01", tax=TAX)
    vendor.customers("anna", "beate", "clara")
    vendor.ok("subscription", "add", "a", "--customer", "anna", "--plan", "a")
    vendor.ok("subscription", "add", "b", "--customer", "beate", "--plan", "seats", "--quantity", "7")
    first = vendor.ok("bill", "--until", "2026-05-01", "--format", "csv")
    assert printed(first.err) == ["2 documents, 170.00 EUR net, 202.30 gross"]
    vendor.ok("subscription", "change", "b", "--quantity", "3", "--on", "2026-05-17")
    vendor.ok("subscription", "add", "c", "--customer", "clara", "--plan", "c", "--start", "2026-05-20")
    vendor.ok("adjustments", "add", "anna", "Visit", "--price", "5.55")
    vendor.ok("credits", "grant", "clara", "12.00")
    before = vendor.ok("invoices", "--format", "json").out
    until = ("bill", "--until", "2026-06-20", "--format", "csv")
    preview = vendor.ok(*until, "--dry-run")
    assert vendor.ok("invoices", "--format", "json").out == before
    assert "Dry run: nothing was changed." in preview.err
    run = vendor.ok(*until)
    assert preview.rows == [row | {"number": ""} for row in sorted(run.rows, key=lambda row: row["billing_date"])]
    assert [(row["kind"], row["customer"], row["billing_date"], row["net"]) for row in run.rows] == [
        ("credit_note", "beate", "2026-05-17", "-19.35"),  # 40.00 x 15/31
        ("invoice", "clara", "2026-05-20", "28.00"),
        ("invoice", "anna", "2026-06-01", "105.55"),
        ("invoice", "beate", "2026-06-01", "30.00"),
        ("invoice", "clara", "2026-06-20", "40.00"),
    ]
    beside = (
        "5 documents, 184.20 EUR net, 219.19 gross"
        " (last run 2026-05-01: 2 documents, 170.00 EUR net, 202.30 gross; +14.20)"
    )
    assert printed(run.err) == [beside]
    assert printed(preview.err) == [beside + " "]


def test_a_run_in_processes_is_the_same_run(new_vendor: NewVendor) -> None:
    told = []
    for workers in ("1", "2"):
        vendor = new_vendor(CARE, mode="test", clock="2026-05-01", tax=TAX)
        vendor.customers("anna", "beate")
        vendor.ok("subscription", "add", "a", "--customer", "anna", "--plan", "a")
        vendor.ok("subscription", "add", "b", "--customer", "beate", "--plan", "b", "--start", "2026-05-03")
        told.append(vendor.rows("bill", "--until", "2026-07-31", "--workers", workers))
    assert told[0] == told[1]
    assert [row["number"] for row in told[0]] == [f"RE-2026-{number:06d}" for number in range(1, 7)]


@pytest.fixture
def back_dated(new_vendor: NewVendor) -> Vendor:
    """It is 20 May 2026; A began on 31 January."""
    vendor = new_vendor(CARE, mode="test", clock="2026-05-20")
    vendor.customers("anna")
    vendor.ok("subscription", "add", "s", "--customer", "anna", "--plan", "a", "--start", "2026-01-31")
    return vendor


PAST = ["2026-01-31/2026-02-28", "2026-02-28/2026-03-31", "2026-03-31/2026-04-30", "2026-04-30/2026-05-31"]


@pytest.mark.parametrize("way", ["paid", "waived"])
def test_spec_4_8_a_back_dated_start_taken_as_paid_or_skipped_is_next_billed_on_31_may(
    back_dated: Vendor, way: str
) -> None:
    settle = ("subscription", "past", "s", "--until", "2026-05-20", "--as", way)
    shown = back_dated.rows(*settle, "--dry-run")
    assert [(row["period"], row["net"]) for row in shown] == [(period, "100.00") for period in PAST]
    assert back_dated.rows(*settle) == shown
    assert back_dated.rows(*settle) == []
    assert back_dated.bill("2026-05-30") == []
    assert [(row["billing_date"], row["net"]) for row in back_dated.bill("2026-05-31")] == [("2026-05-31", "100.00")]
    assert [row["billing_date"] for row in back_dated.bill("2026-06-30")] == ["2026-06-30"]


def test_spec_4_8_a_back_dated_start_is_billed_with_a_preview(back_dated: Vendor) -> None:
    preview = back_dated.rows("bill", "--dry-run")
    assert [(row["billing_date"], row["net"]) for row in preview] == [(period[:10], "100.00") for period in PAST]
    assert back_dated.bill("2026-05-20") == [row | {"number": f"RE-2026-{n:06d}"} for n, row in enumerate(preview, 1)]
    assert {row["issued_on"] for row in back_dated.rows("invoices")} == {"2026-05-20"}
    assert [row["billing_date"] for row in back_dated.bill("2026-06-01")] == ["2026-05-31"]


def test_the_past_can_be_settled_in_part_and_not_the_future(back_dated: Vendor) -> None:
    settle = ("subscription", "past", "s", "--as", "paid", "--until")
    assert refused(back_dated, *settle, "2026-05-21") == "until_in_future"
    assert len(back_dated.rows(*settle, "2026-03-30")) == 2
    assert [row["billing_date"] for row in back_dated.bill("2026-05-20")] == ["2026-03-31", "2026-04-30"]
