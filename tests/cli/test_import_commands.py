"""`headcount import`: bad rows are named and never stop the good ones; importing again changes nothing."""

from __future__ import annotations

import csv
import gzip
import json
import random
import subprocess
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.cli.catalogs import COMMITTERS, NUTRITION, STUDIO
from tests.vendor import Vendor

NewVendor = Callable[..., Vendor]

HEAD = "id,customer,member,kind,occurred_at"
GOOD = "g{n},anna,m{n},information,2026-05-0{n}T12:00:00+02:00"
BAD = {
    "2026-13-01T00:00:00Z": ("occurred_at", "not_an_instant"),
    "2011-09-08T02:38:50+518:00": ("occurred_at", "impossible_offset"),
    "2026-05-01T12:00:00": ("occurred_at", "no_offset"),
    "2026-05-01": ("occurred_at", "no_offset"),
    "1969-12-31T23:59:59Z": ("occurred_at", "clock_is_wrong"),
    "0001-01-01T00:00:00+14:00": ("occurred_at", "clock_is_wrong"),
    "2199-01-01T00:00:00Z": ("occurred_at", "clock_is_wrong"),
    "2026-05-01T12:00:00+18:30": ("occurred_at", "impossible_offset"),
}


def rejects(
    vendor: Vendor, content: str | bytes, *options: str, name: str = "activity.csv"
) -> list[tuple[str, str, str]]:
    """(line, field, code) of the rejects; the three good rows must have been counted."""
    listed = vendor.folder / "rejects.csv"
    result = vendor("import", "activity", str(vendor.file(name, content)), "--rejects", str(listed), *options)
    assert result.status == 3, result.err
    assert vendor.count("active-clients", "2026-05", "anna") == 3
    with listed.open(encoding="utf-8", errors="surrogateescape") as file:
        return [(row["line"], row["field"], row["code"]) for row in csv.DictReader(file)]


@pytest.fixture
def vendor(new_vendor: NewVendor) -> Vendor:
    vendor = new_vendor(NUTRITION)
    vendor.customers("anna")
    return vendor


def among_good_rows(*bad: str) -> str:
    good = [GOOD.format(n=n) for n in (1, 2, 3)]
    return "\n".join([HEAD, good[0], *bad, *good[1:]]) + "\n"


@pytest.mark.parametrize(("instant", "expected"), list(BAD.items()))
def test_a_wrong_clock_or_offset_is_rejected(vendor: Vendor, instant: str, expected: tuple[str, str]) -> None:
    assert rejects(vendor, among_good_rows(f"x,anna,ida,information,{instant}")) == [("3", *expected)]


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("x,anna,ida,informations,2026-05-01T12:00:00Z", "kind", "unknown_kind"),
        (",anna,ida,information,2026-05-01T12:00:00Z", "id", "empty_field"),
        ("x,,ida,information,2026-05-01T12:00:00Z", "customer", "empty_field"),
        ("x,anna,,information,2026-05-01T12:00:00Z", "member", "empty_field"),
        ("x,anna,ida,,2026-05-01T12:00:00Z", "kind", "empty_field"),
        ("x,anna,ida,information,", "occurred_at", "empty_field"),
        ("x,ana,ida,information,2026-05-01T12:00:00Z", "customer", "unknown_customer"),
        (f"x,anna,{'i' * 201},information,2026-05-01T12:00:00Z", "member", "too_long"),
        ("x,anna,i\tda,information,2026-05-01T12:00:00Z", "member", "control_character"),
        ("x,anna,i\0da,information,2026-05-01T12:00:00Z", "member", "control_character"),
        ("x,anna,ida,information", "", "wrong_number_of_fields"),
        ("x,anna,ida,information,2026-05-01T12:00:00Z,more", "", "wrong_number_of_fields"),
        ('x,anna,"ida,information,2026-05-01T12:00:00Z', "", "broken_row"),
        (HEAD, "", "header_again"),
    ],
)
def test_a_bad_row_is_rejected_with_line_field_and_reason(vendor: Vendor, row: str, field: str, code: str) -> None:
    assert rejects(vendor, among_good_rows(row)) == [("3", field, code)]


def test_bad_utf8_costs_one_row_and_the_list_of_rejects_keeps_its_bytes(vendor: Vendor) -> None:
    content = among_good_rows("x,anna,PLACE,information,2026-05-01T12:00:00Z").encode().replace(b"PLACE", b"J\xfcrgen")
    assert rejects(vendor, content) == [("3", "member", "not_utf8")]
    assert b"J\xfcrgen" in (vendor.folder / "rejects.csv").read_bytes()


def test_a_stray_quote_costs_one_line_only(vendor: Vendor) -> None:
    bad = ['"x,anna,ida,information,2026-05-01T12:00:00Z', "y,anna,jon", '"z","anna"more,ida,information,x']
    assert [code for _, _, code in rejects(vendor, among_good_rows(*bad))] == [
        "broken_row", "wrong_number_of_fields", "broken_row",
    ]  # fmt: skip


def test_gzip_semicolons_a_byte_order_mark_windows_lines_and_another_order_of_columns(vendor: Vendor) -> None:
    rows = among_good_rows("x,anna,ida,nothing,2026-05-01T12:00:00Z").splitlines()
    turned = "\r\n".join(";".join(reversed(row.split(","))) for row in rows)
    content = gzip.compress(b"\xef\xbb\xbf" + turned.encode())
    assert rejects(vendor, content, name="a.csv.gz") == [("3", "kind", "unknown_kind")]


def test_activity_as_json_lines(vendor: Vendor) -> None:
    keys = HEAD.split(",")
    rows = [json.dumps(dict(zip(keys, GOOD.format(n=n).split(","), strict=True)) | {"more": 1}) for n in (1, 2, 3)]
    bad = ['{"id": "x"}', "{", json.dumps(dict.fromkeys(keys, 1)), ""]
    found = rejects(vendor, "\n".join([rows[0], *bad, *rows[1:]]), name="activity.ndjson")
    assert found == [("2", "", "not_json"), ("3", "", "not_json"), ("4", "", "not_json")]


def test_a_truncated_gzip_keeps_what_came_before(vendor: Vendor) -> None:
    noise = random.Random(1)
    rows = [f"g{n},anna,m{noise.getrandbits(64)},information,2026-05-02T12:00:00Z" for n in range(60_000)]
    whole = gzip.compress("\n".join([HEAD, *rows]).encode())
    result = vendor("import", "activity", str(vendor.file("a.csv.gz", whole[: len(whole) * 9 // 10])))
    assert (result.status, "damaged_file" in result.err) == (1, True)
    assert vendor.count("active-clients", "2026-05", "anna") >= 40_000


@pytest.mark.parametrize(
    ("content", "code"),
    [("", "empty_file"), ("id,customer,member,kind\n", "missing_column"), ("\n\n", "empty_file")],
)
def test_a_file_without_the_right_header_is_refused(vendor: Vendor, content: str, code: str) -> None:
    result = vendor("import", "activity", str(vendor.file("a.csv", content)))
    assert (result.status, code in result.err) == (1, True)


def test_a_misspelt_optional_column_is_refused(vendor: Vendor) -> None:
    result = vendor("import", "customers", str(vendor.file("c.csv", "customer,nmae\nx,X\n")))
    assert (result.status, "misspelt_column" in result.err, "name" in result.err) == (1, True, True)


def test_unknown_customers_are_made_when_asked(vendor: Vendor) -> None:
    row = f"{HEAD}\nx,new,ida,information,2026-05-01T12:00:00Z\n"
    assert vendor("import", "activity", str(vendor.file("a.csv", row))).status == 3
    vendor.load("activity", row, "--create-customers")
    assert vendor.count("active-clients", "2026-05", "new") == 1


@pytest.mark.parametrize("what", ["customers", "members", "subscriptions", "activity"])
def test_a_dry_run_says_the_same_and_changes_nothing(vendor: Vendor, what: str) -> None:
    content = {
        "customers": "customer,name\nnew,New\nanna,Another\n",
        "members": "customer,member,status,since\nanna,ida,added,2026-05-01\n",
        "subscriptions": "subscription,customer,plan,start,quantity\ns,anna,monthly,2026-05-05,10\n",
        "activity": f"{HEAD}\nx,anna,ida,information,2026-05-01T12:00:00Z\n",
    }[what]
    file = str(vendor.file("f.csv", content))
    before = vendor.ok("journal", "--format", "csv").out
    dry = vendor.ok("import", what, file, "--dry-run", "--format", "csv").out
    assert vendor.ok("journal", "--format", "csv").out == before
    assert vendor.ok("import", what, file, "--format", "csv").out == dry
    again = vendor.rows("import", what, file)[0]
    assert {name: again[name] for name in ("kept", "added", "changed", "statuses", "counted") if again.get(name)} == {
        name: "0" for name in ("kept", "added", "changed", "statuses", "counted") if again.get(name)
    }


def test_statuses_come_in_any_order_and_are_appended_once(new_vendor: NewVendor) -> None:
    vendor = new_vendor(STUDIO.format(reading="end"))
    vendor.customers("s")
    rows = ["s,ida,activated,2026-05-10", "s,ida,invited,2026-05-01T08:00:00+02:00", "s,ida,inactive,2026-05-20"]
    for order in (rows, rows[::-1], rows):
        vendor.load("members", "customer,member,status,since\n" + "\n".join(order))
    assert [vendor.count("clients", day, "s") for day in ("2026-04-30", "2026-05-01", "2026-05-19", "2026-05-20")] == [
        0, 1, 1, 0,
    ]  # fmt: skip
    (person,) = vendor.people("clients", "2026-05-12", "s")
    assert (person["status"], person["from"], person["to"]) == (
        "activated", "2026-05-10T00:00:00+02:00", "2026-05-20T00:00:00+02:00",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("s,nobody,monthly,2026-05-05,10", "customer", "unknown_customer"),
        ("s,anna,monthyl,2026-05-05,10", "plan", "unknown_plan"),
        ("s,anna,monthly,5.5.2026,10", "start", "not_a_date"),
        ("s,anna,monthly,2026-05-05,12", "quantity", "size_not_sold"),
        ("s,anna,monthly,2026-05-05,", "quantity", "quantity_missing"),
        ("s,anna,monthly,2026-05-05,coaches=2", "quantity", "unknown_charge"),
        ("s,anna,monthly,2026-05-05,many", "quantity", "not_a_quantity"),
        (",anna,monthly,2026-05-05,10", "subscription", "empty_field"),
        ("ok,anna,monthly,2026-05-06,10", "start", "subscription_differs"),
    ],
)
def test_a_subscription_that_cannot_be_made_is_rejected(vendor: Vendor, row: str, field: str, code: str) -> None:
    content = f"subscription,customer,plan,start,quantity\nok,anna,monthly,2026-05-05,10\n{row}\n"
    listed = vendor.folder / "rejects.csv"
    result = vendor("import", "subscriptions", str(vendor.file("s.csv", content)), "--rejects", str(listed))
    assert result.status == 3
    (reject,) = csv.DictReader(listed.open())
    assert (reject["line"], reject["field"], reject["code"]) == ("3", field, code)
    assert [one["subscription"] for one in vendor.rows("subscription", "list")] == ["ok"]


def git(folder: Path, *arguments: str, **environment: str) -> None:
    identity = {"GIT_COMMITTER_NAME": "c", "GIT_COMMITTER_EMAIL": "c@example.com"}
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, env=identity | environment)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "some-project"
    folder.mkdir()
    git(folder, "init", "-q")
    commits: Sequence[tuple[str, str]] = [
        ("Ida <ida@example.com>", "2026-04-30T23:30:00+0200"),
        ("Ida <IDA@example.com>", "2026-05-01T00:30:00+0200"),
        ("J\xfcrgen <jon@example.com>", "2026-05-09T12:00:00+1300"),
    ]
    for author, date in commits:
        git(folder, "commit", "-q", "--allow-empty", "-m", "x", f"--author={author}", f"--date={date}",
            GIT_COMMITTER_DATE=date)  # fmt: skip
    return folder


def test_a_git_repository_is_a_customer_and_its_authors_are_members(new_vendor: NewVendor, repository: Path) -> None:
    vendor = new_vendor(COMMITTERS)
    for _ in range(2):
        vendor.ok("import", "git", str(repository), f"other={repository}", "--create-customers")
    counted = [(row["customer"], row["window"], row["count"]) for row in vendor.rows("count", "--meter", "committers")]
    assert counted == [(name, *rest) for name in ("other", "some-project") for rest in
                       (("2026-04", "1"), ("2026-05", "2"))]  # fmt: skip
    assert "@" not in vendor.ok("explain", "--meter", "committers", "--customer", "other", "--window", "2026-05").out


def test_a_folder_that_is_no_repository_is_refused(new_vendor: NewVendor, tmp_path: Path) -> None:
    assert "not_a_repository" in new_vendor(COMMITTERS)("import", "git", str(tmp_path)).err


@pytest.mark.both_postgres
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland"])
def test_real_activity_counts_as_sort_and_uniq_do(
    new_vendor: NewVendor, real_activity: Path, tmp_path: Path, zone: str
) -> None:
    """Every repository and month, in any order of the file, once or twice; one row has an offset of +518:00."""
    with gzip.open(real_activity, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    expected: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        try:
            local = datetime.fromisoformat(row["occurred_at"]).astimezone(ZoneInfo(zone))
        except ValueError:
            continue
        expected[row["customer"], f"{local:%Y-%m}"].add(row["member"])
    vendor = new_vendor(COMMITTERS, time_zone=zone)
    shuffled = tmp_path / "shuffled.csv"
    random.Random(zone).shuffle(rows)
    with shuffled.open("w", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, rows[0].keys()).writeheader()
        csv.DictWriter(file, rows[0].keys()).writerows(rows)
    for path in (shuffled, real_activity):
        result = vendor("import", "activity", str(path), "--create-customers", "--format", "csv", "--rejects",
                        str(tmp_path / "rejects.csv"))  # fmt: skip
        assert (result.status, result.rows[0]["refused"]) == (3, "1")
        counted = vendor.rows("count", "--meter", "committers")
        assert [(row["customer"], row["window"], int(row["count"])) for row in counted] == [
            (*key, len(members)) for key, members in sorted(expected.items())
        ]
    assert result.rows[0]["kept"] == "0"
    (reject,) = csv.DictReader((tmp_path / "rejects.csv").open())
    assert (reject["code"], reject["field"]) == ("impossible_offset", "occurred_at")
