"""Seats on the command line: given, invited to, redeemed, removed, listed (SPEC 1.10, 2.5)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.seat_catalog import SEATS
from tests.vendor import Vendor, run

NewVendor = Callable[..., Vendor]


@pytest.fixture
def team(new_vendor: NewVendor) -> Vendor:
    """At most three users since 1 May 2026."""
    vendor = new_vendor(SEATS, mode="test", clock="2026-05-01")
    vendor.customers("acme")
    vendor.ok("subscription", "add", "acme", "--customer", "acme", "--plan", "counted")
    return vendor


def holders(vendor: Vendor) -> list[tuple[str, str]]:
    return [(row["member"], row["status"]) for row in vendor.rows("seats", "list", "acme")]


def test_who_has_a_seat_since_when_and_until_when(team: Vendor) -> None:
    (assigned,) = team.rows("seats", "assign", "acme", "ida")
    (invitation,) = team.rows("seats", "invite", "acme", "jon", "--days", "14", "--email", "jon@example.org")
    assert assigned["since"] == "2026-05-01T02:00:00+02:00"
    assert invitation["expires_at"] == "2026-05-15T00:00:00+02:00"
    listed = team.rows("seats", "list", "acme")
    assert [(row["member"], row["status"], row["until"]) for row in listed] == [
        ("ida", "activated", ""),
        ("jon", "invited", "2026-05-15T00:00:00+02:00"),
    ]
    (redeemed,) = team.rows("seats", "redeem", invitation["code"])
    assert (redeemed["subscription"], redeemed["member"], redeemed["status"]) == ("acme", "jon", "activated")
    assert "code_used" in team("seats", "redeem", invitation["code"]).err
    team.ok("seats", "remove", "acme", "ida")
    assert holders(team) == [("jon", "activated")]


def test_a_code_is_told_once_and_kept_nowhere(team: Vendor) -> None:
    (invitation,) = team.rows("seats", "invite", "acme", "jon", "--days", "14")
    told = [team.ok(*words).out for words in (("seats", "list", "acme"), ("journal",), ("events",))]
    assert not any(invitation["code"] in text for text in told)


def test_a_dry_run_changes_nothing_and_tells_no_code(team: Vendor) -> None:
    for words in (("assign", "acme", "ida"), ("invite", "acme", "ida", "--days", "3")):
        result = team.ok("seats", *words, "--dry-run", "--format", "json")
        assert json.loads(result.out)[0].get("code", "") == ""
        assert holders(team) == []
    team.ok("seats", "assign", "acme", "ida")
    team.ok("seats", "remove", "acme", "ida", "--dry-run")
    assert holders(team) == [("ida", "activated")]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("assign", "nobody", "ida"), "unknown_subscription"),
        (("assign", "acme", " "), "empty_field"),
        (("assign", "acme", "x" * 201), "too_long"),
        (("invite", "acme", "kim", "--days", "0"), "not_a_validity"),
        (("invite", "acme", "ida", "--days", "3"), "has_seat"),
        (("invite", "acme", "jon", "--days", "3"), "invitation_open"),
        (("resend", "acme", "ida"), "no_open_invitation"),
        (("redeem", "made-up"), "unknown_code"),
        (("remove", "acme", "kim"), "no_seat"),
        (("assign", "acme", "zoe"), "member_inactive"),
        (("assign", "flat", "ida"), "no_seats"),
        (("list", "flat"), "no_seats"),
        (("list", "nobody"), "unknown_subscription"),
        (("assign", "later", "ida"), "before_start"),
    ],
)
def test_what_is_refused(team: Vendor, words: tuple[str, ...], code: str) -> None:
    team.ok("subscription", "add", "flat", "--customer", "acme", "--plan", "flat")
    team.ok("subscription", "add", "later", "--customer", "acme", "--plan", "counted", "--start", "2026-06-01")
    team.load("members", "customer,member,status\nacme,zoe,inactive\n")
    team.ok("seats", "assign", "acme", "ida")
    team.ok("seats", "invite", "acme", "jon", "--days", "14")
    result = team("seats", *words)
    assert (result.status, result.out) == (1, "")
    assert code in result.err


def test_the_same_again_changes_nothing(team: Vendor) -> None:
    team.ok("seats", "assign", "acme", "ida")
    before = len(team.rows("journal"))
    (again,) = team.rows("seats", "assign", "acme", "ida")
    assert again["since"] == "2026-05-01T02:00:00+02:00"
    assert len(team.rows("journal")) == before


def test_the_fourth_of_three_is_refused_and_the_third_is_told(team: Vendor) -> None:
    for member in ("ida", "jon", "kim"):
        team.ok("seats", "assign", "acme", member)
    assert "limit_reached" in team("seats", "assign", "acme", "lea").err
    assert "limit_reached" in team("seats", "invite", "acme", "lea", "--days", "3").err
    assert [row["kind"] for row in team.rows("events")] == ["limit.near", "limit.reached", "claim.refused"]
    (limit,) = team.rows("limits")
    assert (limit["count"], limit["limit"], limit["over"]) == ("3", "3", "0")


def test_a_licence_of_seats_extends_itself(team: Vendor) -> None:
    team.ok("subscription", "add", "growing", "--customer", "acme", "--plan", "growing", "--quantity", "2")
    for member in ("ida", "jon", "kim"):
        team.ok("seats", "assign", "growing", member)
    (raised,) = [row for row in team.rows("events") if row["kind"] == "licence.raised"]
    assert '"to": 4' in raised["details"]


def test_the_people_behind_a_line_are_those_of_its_subscription(team: Vendor) -> None:
    team.ok("subscription", "add", "south", "--customer", "acme", "--plan", "counted")
    for subscription, member in (("acme", "ida"), ("acme", "jon"), ("south", "ida")):
        team.ok("seats", "assign", subscription, member)
    team.bill("2026-06-01")
    assert [line[0] for line in team.lines()] == ["2 users: 2 activated", "1 user: 1 activated"]
    people = team.people("users", "2026-05", "acme")
    assert [(row["subscription"], row["member"]) for row in people] == [
        ("acme", "ida"),
        ("acme", "jon"),
        ("south", "ida"),
    ]
    assert team.count("users", "2026-05", "acme") == 3
    of_one = team.rows("explain", "--meter", "users", "--customer", "acme", "--subscription", "south")
    assert [row["member"] for row in of_one] == ["ida"]
    assert team("audit").status == 0


def test_seats_end_with_their_subscription(team: Vendor) -> None:
    team.ok("seats", "assign", "acme", "ida")
    team.ok("subscription", "cancel", "acme", "--on", "2026-05-11")
    team.bill("2026-05-12")
    assert team.count("users", "2026-05-10", "acme") == 1
    assert team.count("users", "2026-05-11", "acme") == 0
    assert holders(team) == []
    assert "already_ended" in team("seats", "assign", "acme", "jon").err


def test_what_happened_to_seats_is_recorded_as_a_story(team: Vendor, tmp_path: Path) -> None:
    team.ok("seats", "assign", "acme", "ida")
    team.ok("seats", "invite", "acme", "jon", "--days", "14")
    team.ok("organization", "clock", "--to", "2026-05-03")
    (again,) = team.rows("seats", "resend", "acme", "jon")
    team.ok("seats", "redeem", again["code"])
    team.ok("seats", "remove", "acme", "ida")
    team.ok("organization", "clock", "--to", "2026-06-02")
    path = tmp_path / "recorded.toml"
    team.ok("story", "record", str(path))
    text = path.read_text()
    for told in ('assign = ["ida"]', 'invite = ["jon"], days = 14', 'resend = ["jon"]', 'redeem = ["jon"]',
                 'remove = ["ida"]'):  # fmt: skip
        assert told in text, text
    assert again["code"] not in text
    played = run("story", "run", str(path))
    assert played.status == 0, played.out + played.err
