"""`headcount members` and `customers`: statuses, limits, bulk changes (SPEC 2.7), merging, anonymity, chains."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.vendor import Vendor

from .people_catalog import COUNTED, METERS, licence

NewVendor = Callable[..., Vendor]
CLOCK = "2026-05-10"


def studio(new_vendor: NewVendor, at_limit: str = "block", *, quantity: str = "2") -> Vendor:
    vendor = new_vendor(METERS + licence(at_limit) + COUNTED, mode="test", clock=CLOCK)
    vendor.customers("anna")
    vendor.load(
        "subscriptions", f"subscription,customer,plan,start,quantity\nanna,anna,licence,2026-05-01,{quantity}\n"
    )
    return vendor


def events(vendor: Vendor) -> list[str]:
    return [row["kind"] for row in vendor.rows("events", "--kind", "member.access_revoked",
                                               "--kind", "member.access_restored")]  # fmt: skip


def clean(vendor: Vendor) -> None:
    vendor.ok("audit")


def test_asking_counts_before_and_after_and_a_limit_refuses(new_vendor: NewVendor) -> None:
    vendor = studio(new_vendor)
    assert vendor.rows("members", "set", "anna", "m1", "activated") == [
        {"meter": "clients", "before": "0", "after": "1"}
    ]
    assert vendor.rows("members", "set", "anna", "m2", "invited", "--dry-run")[0]["after"] == "2"
    assert vendor.rows("members", "set", "anna", "m2", "invited")[0]["after"] == "2"
    refused = vendor("members", "set", "anna", "m3", "added")
    assert (refused.status, refused.err.partition(" ")[0]) == (1, "limit_reached")
    assert [row["member"] for row in vendor.rows("members", "list", "--customer", "anna")] == ["m1", "m2"]
    assert vendor.rows("members", "set", "anna", "m2", "activated")[0]["after"] == "2"
    clean(vendor)


def test_inactive_people_lose_access_and_may_come_back_while_there_is_room(new_vendor: NewVendor) -> None:
    vendor = studio(new_vendor)
    for member in ("m1", "m2"):
        vendor.ok("members", "set", "anna", member, "activated")
    assert vendor.rows("members", "set", "anna", "m1", "inactive", "--marketing")[0]["after"] == "1"
    assert events(vendor) == ["member.access_revoked"]
    (left,) = vendor.rows("members", "list", "--customer", "anna", "--status", "inactive")
    assert (left["member"], left["marketing"]) == ("m1", "yes")
    vendor.ok("members", "set", "anna", "m3", "activated")
    assert "limit_reached" in vendor("members", "set", "anna", "m1", "activated").err
    vendor.ok("members", "set", "anna", "m3", "inactive")
    vendor.ok("members", "set", "anna", "m1", "activated", "--no-marketing")
    assert events(vendor) == ["member.access_revoked", "member.access_revoked", "member.access_restored"]
    clean(vendor)


def test_what_is_imported_is_never_refused_and_raises_what_extends_itself(new_vendor: NewVendor) -> None:
    vendor = studio(new_vendor, "extend")
    vendor.load("members", "customer,member,status\n" + "".join(f"anna,m{n},activated\n" for n in range(4)))
    (row,) = [one for one in vendor.rows("limits") if one["meter"] == "clients"]
    assert (row["count"], row["limit"]) == ("4", "5")
    assert [one["kind"] for one in vendor.rows("events", "--kind", "licence.raised")] == ["licence.raised"]
    blocked = studio(new_vendor)
    blocked.load("members", "customer,member,status\n" + "".join(f"anna,m{n},activated\n" for n in range(4)))
    (row,) = [one for one in blocked.rows("limits") if one["meter"] == "clients"]
    assert (row["count"], row["limit"]) == ("4", "2")
    assert "limit.over" in [one["kind"] for one in blocked.rows("events")]
    clean(vendor)


def test_a_bulk_change_lists_what_fails_and_does_the_rest(new_vendor: NewVendor) -> None:
    vendor = studio(new_vendor)
    text = (
        "customer,member,status\nanna,m1,activated\nbert,m1,added\nanna,m2,added\nanna,m3,invited\nanna,m1,inactive\n"
    )
    file = str(vendor.file("change.csv", text + "anna,m4,activated\nanna,m5,wrong\n"))
    rejects = vendor.folder / "rejects.csv"
    arguments = ("members", "change", file, "--rejects", str(rejects), "--format", "csv")
    for option in (["--dry-run"], []):
        done = vendor(*arguments, *option)
        assert done.status == 3
        clients = next(row for row in done.rows if row["meter"] == "clients")
        assert (clients["before"], clients["after"]) == ("0", "2")
        assert (clients["price_before"], clients["price_after"]) == ("45.00", "45.00")
        found = [line.split(",")[:3] for line in rejects.read_text().splitlines()[1:]]
        assert found == [
            ["3", "customer", "unknown_customer"], ["5", "member", "limit_reached"], ["8", "status", "not_a_choice"],
        ]  # fmt: skip
    now = {row["member"]: row["status"] for row in vendor.rows("members", "list", "--customer", "anna")}
    assert now == {"m1": "inactive", "m2": "added", "m4": "activated"}
    raising = studio(new_vendor, "extend")
    rows = "".join(f"anna,m{n},added\n" for n in range(3))
    (clients,) = raising.rows("members", "change", str(raising.file("change.csv", "customer,member,status\n" + rows)))
    assert (clients["after"], clients["price_before"], clients["price_after"]) == ("3", "45.00", "59.00")


def test_two_records_of_one_person_count_once_and_what_was_billed_is_credited(new_vendor: NewVendor) -> None:
    vendor = new_vendor(METERS + COUNTED, mode="test", clock=CLOCK)
    vendor.customers("anna")
    vendor.load("subscriptions", "subscription,customer,plan,start\nanna,anna,counted,2026-04-01\n")
    vendor.activity(
        ("anna", "m1", "training", "2026-04-20T10:00:00Z"), ("anna", "m2", "training", "2026-04-10T10:00:00Z"),
        ("anna", "m2", "training", "2026-05-02T10:00:00Z"), ("anna", "m3", "training", "2026-05-02T10:00:00Z"),
    )  # fmt: skip
    vendor.load("members", "customer,member,status,since\nanna,m1,added,2026-04-01\nanna,m2,activated,2026-04-05\n")
    assert [row["net"] for row in vendor.bill("2026-05-10")] == ["4.00"]
    (clients,) = vendor.rows("members", "merge", "anna", "m2", "--into", "m1", "--dry-run")
    assert (clients["before"], clients["after"]) == ("2", "1")
    assert vendor.count("active", "2026-04", "anna") == 2
    vendor.ok("members", "merge", "anna", "m2", "--into", "m1")
    (april,) = vendor.people("active", "2026-04", "anna")
    assert (april["member"], april["occurred_at"]) == ("m1", "2026-04-10T12:00:00+02:00")
    assert [row["member"] for row in vendor.people("active", "2026-05", "anna")] == ["m1", "m3"]
    assert [(r["member"], r["status"]) for r in vendor.people("clients", "2026-05", "anna")] == [("m1", "activated")]
    assert [row["net"] for row in vendor.bill("2026-05-10")] == ["-2.00"]
    vendor.activity(("anna", "m2", "training", "2026-05-09T10:00:00Z"))
    assert vendor.count("active", "2026-05", "anna") == 2
    assert "same_member" in vendor("members", "merge", "anna", "m2", "--into", "m1").err
    vendor.ok("members", "merge", "anna", "m1", "--into", "m3")
    assert [row["member"] for row in vendor.people("active", "2026-05", "anna")] == ["m3"]
    clean(vendor)


TEXTS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'jsonb') ORDER BY 1, 2
"""


def places_of(vendor: Vendor, text: str) -> set[str]:
    """The columns of all tables in which a text occurs."""
    from django.db import connection

    from headcount.services.context import open_context
    from headcount.storage.transaction import organization_transaction

    with organization_transaction(open_context(vendor.key, "test").organization_id), connection.cursor() as cursor:
        cursor.execute(TEXTS)
        found = set()
        for table, column in cursor.fetchall():
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
            if not cursor.fetchone()[0]:
                continue
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}"::text LIKE %s)', [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.add(f"{table}.{column}")
        return found


def test_who_has_left_can_become_anonymous_and_counts_stay(new_vendor: NewVendor) -> None:
    vendor = studio(new_vendor, quantity="5")
    vendor.load("members", "customer,member,status,since,name,email\n"
                "anna,zebulon-key,activated,2026-04-01,Zebulon Quax,zq@example.org\n"
                "anna,zebulon-other,activated,2026-04-01,Zebulon Other,\nanna,m1,activated,2026-04-01,,\n")  # fmt: skip
    vendor.load("activity", "id,customer,member,kind,occurred_at\na1,anna,zebulon-key,training,2026-05-02T10:00:00Z\n")
    vendor.ok("members", "merge", "anna", "zebulon-other", "--into", "zebulon-key")
    assert "still_active" in vendor("members", "anonymise", "anna", "zebulon-key").err
    vendor.ok("members", "set", "anna", "zebulon-key", "inactive", "--marketing", "--since", "2026-05-05")
    vendor.ok("members", "set", "anna", "zebulon-other", "inactive")
    assert vendor.rows("members", "anonymise", "--inactive-since", "2026-05-04") == []
    before = (vendor.count("clients", "2026-04", "anna"), vendor.count("active", "2026-05", "anna"))
    assert vendor.rows("members", "anonymise", "anna", "zebulon-key", "--dry-run")
    assert places_of(vendor, "ebulon") == {"member.key", "member_details.name"}
    vendor.ok("members", "anonymise", "anna", "zebulon-key")
    assert places_of(vendor, "ebulon") == places_of(vendor, "zq@example.org") == set()
    assert (vendor.count("clients", "2026-04", "anna"), vendor.count("active", "2026-05", "anna")) == before
    (person,) = vendor.people("active", "2026-05", "anna")
    assert person["member"].startswith("anonymous-")
    vendor.load("activity", "id,customer,member,kind,occurred_at\na2,anna,zebulon-key,training,2026-05-03T10:00:00Z\n")
    assert vendor.count("active", "2026-05", "anna") == 2
    clean(vendor)


def test_everybody_who_left_long_ago_becomes_anonymous(new_vendor: NewVendor) -> None:
    vendor = studio(new_vendor, quantity="5")
    vendor.load("members", "customer,member,status,since\nanna,m1,inactive,2026-04-01\nanna,m2,inactive,2026-05-02\n"
                "anna,m3,activated,2026-04-01\n")  # fmt: skip
    assert vendor.rows("members", "anonymise", "--inactive-since", "2026-04-15", "--dry-run")[0]["people"] == "1"
    assert vendor.rows("members", "anonymise", "--inactive-since", "2026-04-15") == [
        {"customer": "anna", "people": "1"}
    ]
    assert vendor.rows("members", "anonymise", "--inactive-since", "2026-04-15") == []
    assert sum(r["member"].startswith("anonymous-") for r in vendor.rows("members", "list", "--customer", "anna")) == 1
    assert "whom_to_anonymise" in vendor("members", "anonymise", "anna").err


@pytest.mark.parametrize("once_per_site", [False, True])
def test_a_chain_is_one_pool(new_vendor: NewVendor, once_per_site: bool) -> None:
    vendor = studio(new_vendor, quantity="5")
    vendor.customers("anna", "site/1", "site2")
    for site in ("site/1", "site2"):
        vendor.ok("customers", "join", site, "--chain", "anna", *(["--once-per-site"] if once_per_site else []))
    vendor.activity(
        ("site/1", "m1", "training", "2026-05-02T10:00:00Z"), ("site2", "m1", "training", "2026-05-03T10:00:00Z")
    )
    vendor.load("members", "customer,member,status,name\nsite/1,m1,added,Meier\nsite2,m1,activated,Meier\n")
    wanted = ["site%2F1/m1", "site2/m1"] if once_per_site else ["m1"]
    assert [row["member"] for row in vendor.people("active", "2026-05", "anna")] == wanted
    assert [row["member"] for row in vendor.people("clients", "2026-05", "anna")] == wanted
    assert vendor.rows("members", "set", "site2", "m2", "added")[0]["after"] == str(len(wanted) + 1)
    listed = {row["customer"]: row["chain"] for row in vendor.rows("customers", "list")}
    assert listed == {"anna": "", "site/1": "anna", "site2": "anna"}
    clean(vendor)


def test_what_may_not_join_or_leave_a_chain(new_vendor: NewVendor) -> None:
    vendor = studio(new_vendor)
    vendor.customers("anna", "bert", "carl")

    def join(*arguments: str) -> str:
        return vendor("customers", "join", *arguments).err.partition(" ")[0]

    assert join("anna", "--chain", "bert") == "site_has_subscriptions"
    assert join("bert", "--chain", "bert") == "chain_of_itself"
    vendor.ok("customers", "join", "bert", "--chain", "anna")
    vendor.ok("customers", "join", "bert", "--chain", "anna")
    assert join("carl", "--chain", "anna", "--once-per-site") == "chain_counts_otherwise"
    assert join("carl", "--chain", "bert") == "site_of_chain"
    assert join("bert", "--chain", "carl") == "site_of_chain"
    assert join("anna", "--chain", "carl") == "site_has_sites"
    row = "subscription,customer,plan,start\nbert,bert,counted,2026-05-01\n"
    subscribed = vendor(
        "import", "subscriptions", str(vendor.file("bert.csv", row)), "--rejects", str(vendor.folder / "r")
    )
    assert "site_of_chain" in subscribed.err
    vendor.ok("customers", "leave", "bert")
    assert "no_site_of_chain" in vendor("customers", "leave", "bert").err
    vendor.activity(("bert", "m1", "training", "2026-05-02T10:00:00Z"))
    assert vendor.count("active", "2026-05", "bert") == 1
    clean(vendor)
