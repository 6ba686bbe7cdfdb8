"""Claims under concurrency: never above a limit, one place a person, one raise; the count is the list (SPEC 2.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from headcount.core.errors import Refused
from tests.services.test_finalising_races import THREADS, at_once
from tests.vendor import Vendor

if TYPE_CHECKING:
    from headcount.services.claims import Answer

pytestmark = pytest.mark.both_postgres
NewVendor = Callable[..., Vendor]

CATALOG = """
[[meter]]
key = "clients"
people = "client | clients"
counts = "activity"
kinds = ["edit"]

[[meter]]
key = "recent"
counts = "activity"
kinds = ["edit"]
window = "90 days"

[[product]]
key = "practice"

[[plan]]
key = "practice"
product = "practice"
billing_period = "1 month"

[[plan.charge]]
key = "clients"
basis = "committed"
meter = "clients"
model = "brackets"
at_limit = "{policy}"
tiers = [{{ up_to = 10, price = "25.00" }}, {{ up_to = 25, price = "39.00" }}, {{ up_to = 40, price = "59.00" }}]
"""


@pytest.fixture
def practice(new_vendor: NewVendor) -> Callable[..., Vendor]:
    def make(policy: str = "block", size: str = "10") -> Vendor:
        vendor = new_vendor(CATALOG.format(policy=policy), mode="test", clock="2026-05-04")
        vendor.customers("anna")
        vendor.ok("subscription", "add", "s", "--customer", "anna", "--plan", "practice", "--start", "2026-05-01",
                  "--quantity", size)  # fmt: skip
        return vendor

    return make


def ask(vendor: Vendor, member: str, **wish: str) -> Answer:
    from headcount.services.claims import Claim, claim
    from headcount.services.context import open_context

    accept = Decimal(wish.pop("accept_up_to")) if "accept_up_to" in wish else None
    return claim(
        open_context(vendor.key, "test"), Claim("anna", member, "edit", wish.get("key", ""), accept_up_to=accept)
    )


def in_lock_step(vendor: Vendor, members: list[str]) -> list[str]:
    """What each of as many connections as there are members is told, all asking at the same moment."""
    barrier = Barrier(len(members))

    def one(member: str) -> Callable[[], str]:
        def asked() -> str:
            barrier.wait()
            answer = ask(vendor, member)
            return answer.refusal.code if answer.refusal else answer.outcome

        return asked

    assert len(members) <= THREADS
    return at_once([one(member) for member in members])


def counted(vendor: Vendor) -> tuple[int, int]:
    """The number, and the length of the list."""
    numbers = vendor.rows("count", "--meter", "clients")
    people = vendor.rows("explain", "--meter", "clients", "--customer", "anna")
    return (int(numbers[0]["count"]) if numbers else 0), len(people)


def test_twins_take_one_place(practice: Callable[..., Vendor]) -> None:
    """The same new person from 16 connections at once, again and again, up to the limit and beyond."""
    vendor = practice()
    for number in range(1, 13):
        said = Counter(in_lock_step(vendor, [f"person-{number}"] * THREADS))
        expected = {"new": 1, "already": THREADS - 1} if number <= 10 else {"limit_reached": THREADS}
        assert said == expected
        assert counted(vendor) == (min(number, 10),) * 2
    vendor.ok("audit")


def test_the_last_place_has_one_winner(practice: Callable[..., Vendor]) -> None:
    vendor = practice()
    for number in range(9):
        assert ask(vendor, f"early-{number}").outcome == "new"
    said = Counter(in_lock_step(vendor, [f"rival-{number}" for number in range(THREADS)]))
    assert said == {"new": 1, "limit_reached": THREADS - 1}
    assert counted(vendor) == (10, 10)
    assert Counter(in_lock_step(vendor, [f"early-{number}" for number in range(9)])) == {"already": 9}
    vendor.ok("audit")


def test_a_licence_is_raised_once(practice: Callable[..., Vendor]) -> None:
    vendor = practice("extend")
    said = Counter(in_lock_step(vendor, [f"person-{number}" for number in range(16)]))
    assert said == {"new": 16}
    assert len(vendor.rows("events", "--kind", "licence.raised")) == 1
    for group in range(3):
        in_lock_step(vendor, [f"more-{group}-{number}" for number in range(16)])
    assert counted(vendor) == (40, 40)
    assert len(vendor.rows("events", "--kind", "licence.raised")) == 2
    vendor.ok("audit")


def test_a_key_is_answered_once(practice: Callable[..., Vendor]) -> None:
    vendor = practice(size="25")
    first = ask(vendor, "ida", key="k1")
    again = ask(vendor, "ida", key="k1")
    assert (first.outcome, first.repeated, again.outcome, again.repeated) == ("new", False, "new", True)
    assert first.meters == again.meters
    with pytest.raises(Refused, match="key_reused"):
        ask(vendor, "otto", key="k1")

    def same() -> str:
        return str(ask(vendor, "eva", key="k2").meters)

    assert len(set(at_once([same] * 16))) == 1
    assert counted(vendor) == (2, 2)
    vendor.ok("audit")


def test_a_claim_that_was_withdrawn_is_no_yes_any_more(practice: Callable[..., Vendor]) -> None:
    vendor = practice()
    assert ask(vendor, "ida", key="k1").outcome == "new"
    vendor.ok("activity", "withdraw", "k1", "--customer", "anna")
    with pytest.raises(Refused, match="withdrawn"):
        ask(vendor, "ida", key="k1")
    assert counted(vendor) == (0, 0)


def test_a_refusal_leaves_nothing_behind(practice: Callable[..., Vendor]) -> None:
    vendor = practice()
    for number in range(10):
        ask(vendor, f"person-{number}")
    before = vendor.rows("members", "list", "--customer", "anna")
    answer = ask(vendor, "one-more")
    assert answer.refusal is not None
    assert {**answer.refusal.numbers, "resets_at": ""} == {
        "meter": "clients", "limit": 10, "used": 10, "resets_at": "", "next_size": 25, "next_now": "12.65",
        "next_price": "39.00", "currency": "EUR",
    }  # fmt: skip
    assert vendor.rows("members", "list", "--customer", "anna") == before
    vendor.ok("audit")


def test_the_price_is_agreed_to_first(practice: Callable[..., Vendor]) -> None:
    vendor = practice("extend")
    for number in range(10):
        ask(vendor, f"person-{number}")
    refused = ask(vendor, "one-more", accept_up_to="12.64")
    assert refused.refusal is not None
    assert refused.refusal.code == "price_not_accepted"
    assert counted(vendor) == (10, 10)
    assert ask(vendor, "one-more", accept_up_to="12.65").outcome == "new"
    assert counted(vendor) == (11, 11)


def test_nobody_slips_through_a_withdrawal(practice: Callable[..., Vendor]) -> None:
    """Claims, repeats and withdrawals of the same ids at once: in any order, what was withdrawn does not count."""
    from headcount.services.context import open_context
    from headcount.services.withdrawals import withdraw

    vendor = practice(size="40")

    def take_back(key: str) -> Callable[[], str]:
        return lambda: str(withdraw(open_context(vendor.key, "test"), key, "anna").uncounted)

    def claim(number: int) -> Callable[[], str]:
        return lambda: ask(vendor, f"person-{number}", key=f"k{number}").outcome

    tasks = [task for number in range(24) for task in (claim(number), take_back(f"k{number}"), claim(number))]
    at_once(tasks)
    assert counted(vendor) == (0, 0)
    vendor.ok("audit")
