"""SPEC 1, through the command line."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli.catalogs import COMMITTERS, NUTRITION, STUDIO
from tests.vendor import Vendor

NewVendor = Callable[..., Vendor]


@pytest.fixture
def nutrition(new_vendor: NewVendor) -> Vendor:
    vendor = new_vendor(NUTRITION)
    vendor.customers("anna")
    return vendor


def test_spec_1_1_one_of_the_kinds_counts_any_number_of_edits_once(nutrition: Vendor) -> None:
    nutrition.activity(
        ("anna", "ida", "measurements", "2026-04-04T09:00:00+02:00"),
        ("anna", "ida", "food_plan", "2026-04-04T09:05:00+02:00"),
        ("anna", "ida", "food_plan", "2026-04-20T09:05:00+02:00"),
        ("anna", "jon", "login", "2026-04-05T08:00:00+02:00"),
        ("anna", "jon", "note_read", "2026-04-05T08:01:00+02:00"),
    )
    assert nutrition.count("active-clients", "2026-04", "anna") == 1
    assert [(row["member"], row["kind"], row["occurred_at"]) for row in
            nutrition.people("active-clients", "2026-04", "anna")] == [
        ("ida", "measurements", "2026-04-04T09:00:00+02:00")
    ]  # fmt: skip


def test_spec_1_1_the_month_is_that_of_the_local_date(nutrition: Vendor) -> None:
    nutrition.activity(
        ("anna", "ida", "information", "2026-04-30T21:59:59+00:00"),  # 23:59:59 in Berlin
        ("anna", "jon", "information", "2026-04-30T22:00:00+00:00"),  # midnight in Berlin
        ("anna", "kim", "information", "2026-05-01T05:00:00+14:00"),  # still April in Berlin
    )
    assert [row["member"] for row in nutrition.people("active-clients", "2026-04", "anna")] == ["kim", "ida"]
    assert [row["member"] for row in nutrition.people("active-clients", "2026-05", "anna")] == ["jon"]


def test_spec_1_2_the_count_begins_at_0_on_the_first_of_each_month_whatever_the_billing_period(
    new_vendor: NewVendor,
) -> None:
    vendor = new_vendor(NUTRITION, mode="test", clock="2026-04-01")
    vendor.customers("anna")
    vendor.ok("subscription", "add", "a", "--customer", "anna", "--plan", "monthly", "--start", "2026-04-15",
              "--quantity", "10")  # fmt: skip
    vendor.activity(("anna", "ida", "information", "2026-04-04T10:00:00+02:00"))
    vendor.ok("organization", "clock", "--to", "2026-04-30")
    assert [(row["window"], row["count"]) for row in vendor.rows("limits")] == [("2026-04", "1")]
    vendor.ok("organization", "clock", "--to", "2026-05-01")
    assert [(row["window"], row["count"], row["resets_at"]) for row in vendor.rows("limits")] == [
        ("2026-05", "0", "2026-06-01T00:00:00+02:00")
    ]


def test_spec_1_3_registered_people_are_unlimited_and_do_not_count(nutrition: Vendor) -> None:
    people = "".join(f"anna,c{number:02d}\n" for number in range(50))
    assert "50" in nutrition.load("members", "customer,member\n" + people, "--format", "csv").out
    edited = [("anna", f"c{number:02d}", "food_plan", f"2026-05-{number + 1:02d}T12:00:00Z") for number in range(25)]
    nutrition.activity(*edited)
    assert nutrition.count("active-clients", "2026-05", "anna") == 25
    assert len(nutrition.people("active-clients", "2026-05", "anna")) == 25


def test_spec_1_4_a_limit_is_full_at_once_and_unused_places_do_not_roll_over(nutrition: Vendor) -> None:
    nutrition.ok("subscription", "add", "a", "--customer", "anna", "--plan", "monthly", "--start", "2026-05-05",
                 "--quantity", "10")  # fmt: skip
    for day in ("2026-05-05", "2026-05-31", "2026-06-01", "2026-06-30"):
        assert [row["limit"] for row in nutrition.rows("limits", "--on", day)] == ["10"], day
    assert nutrition.rows("limits", "--on", "2026-05-04") == []


def test_spec_2_2_activity_beyond_a_limit_is_kept_counted_and_reported(nutrition: Vendor) -> None:
    nutrition.ok("subscription", "add", "a", "--customer", "anna", "--plan", "monthly", "--start", "2026-05-05",
                 "--quantity", "10")  # fmt: skip
    nutrition.activity(*[("anna", f"c{n}", "food_plan", "2026-05-20T12:00:00Z") for n in range(12)])
    (limit,) = nutrition.rows("limits", "--on", "2026-05-21")
    assert (limit["count"], limit["limit"], limit["over"]) == ("12", "10", "2")


def test_spec_1_5_late_activity_is_billed_by_the_next_run_in_a_line_of_its_own(new_vendor: NewVendor) -> None:
    vendor = new_vendor(COMMITTERS, mode="test", clock="2026-04-01")
    vendor.customers("repo")
    vendor.ok("subscription", "add", "r", "--customer", "repo", "--plan", "per-committer", "--start", "2026-04-01")
    vendor.activity(*[("repo", f"m{n}", "commit", "2026-04-10T12:00:00Z") for n in range(8)])
    assert [row["net"] for row in vendor.bill("2026-05-01")] == ["8.00"]
    vendor.activity(("repo", "late", "commit", "2026-04-30T21:00:00Z"))
    assert [row["net"] for row in vendor.bill("2026-05-02")] == ["1.00"]
    assert vendor.lines() == [
        ("8 active committers", "2026-04-01/2026-05-01", "8.00"),
        ("9 instead of 8 active committers", "2026-04-01/2026-05-01", "1.00"),
    ]


def test_spec_1_6_repeats_and_order_change_nothing(nutrition: Vendor) -> None:
    happened = [
        ("anna", f"c{n % 7}", kind, f"2026-05-{n + 1:02d}T12:00:00Z")
        for n in range(20)
        for kind in ("food_plan", "information")
    ]
    (first,) = nutrition.activity(*happened)
    people = nutrition.people("active-clients", "2026-05", "anna")
    assert (first["kept"], first["counted"], first["repeated"]) == ("40", "7", "33")
    for again in (happened, happened[::-1], happened[17:] + happened[:17] + happened):
        (answer,) = nutrition.activity(*again)
        assert (answer["kept"], answer["counted"], answer["repeated"]) == ("0", "0", str(len(again)))
        assert nutrition.people("active-clients", "2026-05", "anna") == people


def test_spec_1_6_the_first_activity_is_the_same_in_any_order(new_vendor: NewVendor) -> None:
    happened = [
        ("anna", "ida", "information", "2026-05-03T12:00:00Z"),
        ("anna", "ida", "food_plan", "2026-05-01T12:00:00Z"),
        ("anna", "ida", "food_plan", "2026-05-02T12:00:00Z"),
    ]
    explained = []
    for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2]):
        vendor = new_vendor(NUTRITION)
        vendor.customers("anna")
        for place in order:
            vendor.activity(happened[place])
        explained.append(vendor.people("active-clients", "2026-05", "anna"))
    assert explained[0] == explained[1] == explained[2]
    assert explained[0][0]["occurred_at"] == "2026-05-01T14:00:00+02:00"


def test_spec_1_6_one_id_with_two_contents_in_a_batch_is_refused_and_across_batches_kept(nutrition: Vendor) -> None:
    head = "id,customer,member,kind,occurred_at\n"
    one, other = "x,anna,ida,food_plan,2026-05-01T12:00:00Z\n", "x,anna,jon,food_plan,2026-05-01T12:00:00Z\n"
    result = nutrition("import", "activity", str(nutrition.file("a.csv", head + one + other)))
    assert result.status == 3
    assert result.err.count("id_conflict") == 2
    assert nutrition.count("active-clients", "2026-05", "anna") == 0
    nutrition.load("activity", head + one)
    nutrition.load("activity", head + other)
    assert nutrition.count("active-clients", "2026-05", "anna") == 2


MEMBERS = (
    [f"s,a{n},activated,2026-01-05" for n in range(12)]
    + [f"s,i{n},invited,2026-01-06" for n in range(5)]
    + [f"s,n{n},added,2026-01-07" for n in range(2)]
    + [f"s,x{n},activated,2026-01-01\ns,x{n},inactive,2026-01-08" for n in range(4)]
)


@pytest.fixture
def studio(new_vendor: NewVendor) -> Vendor:
    vendor = new_vendor(STUDIO.format(reading="end"))
    vendor.customers("s")
    vendor.load("members", "customer,member,status,since\n" + "\n".join(MEMBERS))
    return vendor


def test_spec_1_7_all_but_inactive_are_billable(studio: Vendor) -> None:
    assert studio.count("clients", "2026-02", "s") == 19
    assert studio.count("inactive", "2026-02", "s") == 4
    assert studio.count("all", "2026-02", "s") == 23
    statuses = [row["status"] for row in studio.people("clients", "2026-02", "s")]
    assert sorted(statuses) == ["activated"] * 12 + ["added"] * 2 + ["invited"] * 5


def test_spec_1_7_the_bill_is_for_those_19_and_says_who_they_are(studio: Vendor) -> None:
    studio.ok("subscription", "add", "lic", "--customer", "s", "--plan", "per-client", "--start", "2026-02-01")
    assert [row["net"] for row in studio.bill("2026-03-01")] == ["19.00"]
    assert studio.lines() == [
        ("19 clients: 12 activated, 5 invited, 2 added", "2026-02-01/2026-03-01", "19.00")
    ]  # fmt: skip


def test_spec_1_7_registering_changes_nothing_and_going_inactive_takes_one_away(studio: Vendor) -> None:
    studio.load("members", "customer,member,status,since\ns,i0,activated,2026-02-03\n")
    assert studio.count("clients", "2026-02", "s") == 19
    studio.load("members", "customer,member,status,since\ns,i0,inactive,2026-02-10\n")
    assert studio.count("clients", "2026-02", "s") == 18
    studio.load("members", "customer,member,status,since\ns,i0,activated,2026-03-10\n")
    assert studio.count("clients", "2026-03", "s") == 19
    assert studio.count("clients", "2026-02", "s") == 18


def test_spec_1_8_the_count_of_any_past_date_lists_exactly_the_people_who_made_it(studio: Vendor) -> None:
    for day, count in {"2025-12-31": 0, "2026-01-01": 4, "2026-01-05": 16, "2026-01-06": 21, "2026-01-07": 23,
                       "2026-01-08": 19}.items():  # fmt: skip
        assert studio.count("clients", day, "s") == count, day
        assert len(studio.people("clients", day, "s")) == count, day


def test_spec_1_8_deactivating_the_day_before_the_invoice_does_not_help_where_the_reading_is_peak(
    new_vendor: NewVendor,
) -> None:
    nets = {}
    for reading in ("end", "peak"):
        vendor = new_vendor(STUDIO.format(reading=reading))
        vendor.customers("s")
        vendor.load("members", "customer,member,status,since\n" + "\n".join(MEMBERS))
        vendor.ok("subscription", "add", "lic", "--customer", "s", "--plan", "per-client", "--start", "2026-02-01")
        gone = "".join(f"s,a{n},inactive,2026-02-28\n" for n in range(10))
        vendor.load("members", "customer,member,status,since\n" + gone)
        nets[reading] = [row["net"] for row in vendor.bill("2026-03-01")]
    assert nets == {"end": ["9.00"], "peak": ["19.00"]}


@pytest.mark.parametrize(
    ("start", "cancel", "until", "expected"),
    [
        pytest.param("2026-03-15", "", "2026-05-15", ["8.00"], id="the period in which April ends bills April"),
        pytest.param("2026-04-20", "", "2026-05-20", ["8.00"], id="only those active from the start on"),
        pytest.param("2026-05-01", "2026-05-10", "2026-06-01", ["5.00"], id="a last line when cancelled"),
    ],
)
def test_spec_1_11a_a_window_is_billed_in_the_period_in_which_it_ends(
    new_vendor: NewVendor, start: str, cancel: str, until: str, expected: list[str]
) -> None:
    vendor = new_vendor(COMMITTERS)
    vendor.customers("repo")
    vendor.ok("subscription", "add", "r", "--customer", "repo", "--plan", "per-committer", "--start", start)
    before = 3 if start == "2026-04-20" else 0
    vendor.activity(
        *[("repo", f"before{n}", "commit", "2026-04-19T12:00:00Z") for n in range(before)],
        *[("repo", f"m{n}", "commit", "2026-04-25T12:00:00Z") for n in range(8)],
        *[("repo", f"m{n}", "commit", "2026-05-08T12:00:00Z") for n in range(5)],
        *[("repo", f"m{n}", "commit", "2026-05-20T12:00:00Z") for n in range(7)],
    )
    if cancel:
        vendor.ok("subscription", "cancel", "r", "--on", cancel)
    assert [row["net"] for row in vendor.bill(until)] == expected


def test_spec_1_14_the_list_behind_an_invoiced_count_is_as_long_as_the_number(new_vendor: NewVendor) -> None:
    vendor = new_vendor(COMMITTERS)
    vendor.customers("repo")
    vendor.ok("subscription", "add", "r", "--customer", "repo", "--plan", "per-committer", "--start", "2026-04-20")
    vendor.activity(
        *[("repo", f"before{n}", "commit", "2026-04-19T12:00:00Z") for n in range(3)],
        *[("repo", f"m{n}", "commit", "2026-04-25T12:00:00Z") for n in range(8)],
    )
    vendor.bill("2026-06-20")
    document = json.loads(vendor.ok("invoices", "--format", "json").out)[0]
    (line,) = document["lines"]
    assert (line["units"], line["window"]) == ("8", "2026-04-20/2026-05-01")
    people = vendor.people(line["meter"], line["window"], "repo")
    assert sorted(row["member"] for row in people) == [f"m{n}" for n in range(8)]
    assert len(vendor.people("committers", "2026-04", "repo")) == 11
