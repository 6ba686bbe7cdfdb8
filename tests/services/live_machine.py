"""Anything that people, clients and staff do, in any order, against the model: after each step they must agree.

A difference is told by hypothesis as the shortest list of steps that shows it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count as numbers
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from headcount.core.catalog_file import read_catalog
from headcount.core.errors import Refused
from headcount.services import chains, licence_requests, members, seats, subscriptions
from headcount.services.audit import audit
from headcount.services.billing import bill
from headcount.services.catalog import apply_catalog
from headcount.services.claims import Claim, claim
from headcount.services.context import Context, open_context
from headcount.services.counts import count, explain
from headcount.services.events import MOST, read_events
from headcount.services.limits import limits
from headcount.services.organizations import advance, purge
from headcount.services.people import import_customers, import_members
from headcount.services.received_activity import receive_activity
from headcount.services.withdrawals import withdraw
from tests.services.live_catalog import CUSTOMERS, live_catalog
from tests.services.live_licences import LiveModel
from tests.services.live_sold import PLANS, Sold
from tests.simulator.world import COMPLETE, chunks, take

START = datetime(2026, 5, 20, 10, tzinfo=UTC)
MOST_SOLD = 5
KEYS = ("k1", "k2", "k3")
customers = st.sampled_from(["anna", "anna", "anna", "anna", "beate", "carl"])
people = st.sampled_from(["m1", "m2", "m3", "m4", "m5"])
kinds = st.sampled_from(["edit", "plan", "plan", "login"])
statuses = st.sampled_from(["added", "invited", "activated", "inactive"])
sizes = st.sampled_from([1, 1, 1, 2, 4])
picks = st.integers(0, 5)
"""Which of the subscriptions that fit."""
asked = st.lists(st.tuples(customers, people, kinds, st.sampled_from(["", "", *KEYS])), min_size=1, max_size=4)
ids = st.sampled_from([*KEYS, *(f"a{n}" for n in range(8))])
hours_ago = st.sampled_from([0, 0, 1, 30, 24 * 9, 24 * 10, 24 * 19, 24 * 20, 24 * 40, -20])
_organizations = numbers(1)


def said(act: Callable[[], object]) -> object:
    """What was answered, or the code of the refusal."""
    try:
        return act()
    except Refused as refused:
        return refused.refusals[0].code


def agree(found: object, expected: object, *about: object) -> None:
    assert found == expected, f"{about or ''} found {found!r}, and the model says {expected!r}"


def done(act: Callable[[], object]) -> object:
    """`done`, or the code of the refusal."""
    return said(lambda: act() and None) or "done"


class LiveMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.key = f"live-{next(_organizations)}"
        apply_catalog(read_catalog(live_catalog(self.key)), "test", START)
        self.model = LiveModel(START, CUSTOMERS)
        rows = [(key, key.upper(), *COMPLETE) for key in CUSTOMERS]
        take(import_customers(self.context, chunks(rows), dry_run=False))
        self.number = 0

    @property
    def context(self) -> Context:
        return open_context(self.key, "test")

    def chosen(self, pick: int, meter: str = "", *, raised: bool = False) -> Sold:
        found = [one for one in self.model.sold.values() if meter in ("", *one.policies) and (one.last or not raised)]
        return found[pick % len(found)]

    @initialize(plans=st.lists(st.sampled_from(sorted(PLANS)), min_size=1, max_size=3), size=sizes)
    def begin(self, plans: list[str], size: int) -> None:
        for plan in plans:
            self.subscribe("anna", plan, 0, size)

    # Activity

    @rule(asked=asked)
    def claim(self, asked: list[tuple[str, str, str, str]]) -> None:
        for one in asked:
            self._claim(*one)

    def _claim(self, customer: str, member: str, kind: str, key: str) -> None:
        def ask() -> str:
            answer = claim(self.context, Claim(customer, member, kind, key))
            if answer.refusal:
                return answer.refusal.code
            self._check_answer(customer, answer)
            return f"{answer.outcome} again" if answer.repeated else answer.outcome

        expected = self.model.claim(customer, member, kind, key)
        answer = said(ask)
        if (answer, expected) != ("limit_reached", "member_inactive"):  # which of two reasons is told is left open
            agree(answer, expected)

    def _check_answer(self, customer: str, answer: Any) -> None:
        pool = self.model.pool(customer)
        for one in () if answer.repeated else answer.meters:
            expected = len(self.model.people(one.meter, pool)), self.model.limit(pool, one.meter)
            agree((one.used, one.limit), expected, one.meter)

    @rule(rows=st.lists(st.tuples(ids, customers, people, kinds, hours_ago), min_size=1, max_size=6))
    def report(self, rows: list[tuple[str, str, str, str, int]]) -> None:
        model = self.model
        happened = [(*row[:4], (model.now - timedelta(hours=row[4]))) for row in rows]
        texts = [(id, customer, member, kind, at.isoformat()) for id, customer, member, kind, at in happened]
        received = receive_activity(self.context, list(enumerate(texts)), [], atomic=False, named=False)
        taken = [(model.pool(c), model.record(c, member), at, id, kind) for id, c, member, kind, at in happened]
        contents: dict[str, set[tuple[str, ...]]] = {}
        for text in texts:
            contents.setdefault(text[0], set()).add(text)
        good = [row for row in taken if len(contents[row[3]]) == 1]
        agree(len(received.refused), len(taken) - len(good))
        kept = len({*good} - model.evidence)
        model.report(good)
        agree(received.kept, kept)

    @rule(id=ids, customer=st.sampled_from(["", *CUSTOMERS]))
    def withdraw(self, id: str, customer: str) -> None:
        uncounted = withdraw(self.context, id, customer).uncounted
        agree(uncounted, self.model.withdraw(id, customer))

    # People

    @rule(customer=customers, member=people, into=people)
    def merge(self, customer: str, member: str, into: str) -> None:
        answer = said(lambda: members.merge(self.context, customer, member, into).windows)
        agree(answer, self.model.merge(customer, member, into))

    @rule(customer=customers, asked=st.lists(people, min_size=1, max_size=3), status=statuses)
    def set_status(self, customer: str, asked: list[str], status: str) -> None:
        for member in asked:
            self._set_status(customer, member, status)

    def _set_status(self, customer: str, member: str, status: str) -> None:
        answer = done(lambda: members.set_status(self.context, members.Wish(customer, member, status)))
        agree(answer, self.model.set_status(customer, member, status, asked=True))

    @rule(customer=customers, member=people, status=st.sampled_from(["activated", "inactive"]))
    def import_status(self, customer: str, member: str, status: str) -> None:
        rows = [(customer, member, status, "", "", "", "")]
        take(import_members(self.context, chunks(rows), dry_run=False))
        self.model.set_status(customer, member, status, asked=False)

    @rule(site=st.sampled_from(["carl", "carl", "beate"]), head=customers, per_site=st.booleans())
    def join(self, site: str, head: str, per_site: bool) -> None:
        answer = done(lambda: chains.join(self.context, site, head, once_per_site=per_site))
        agree(answer, self.model.join(site, head, per_site=per_site))

    @precondition(lambda self: self.model.chain)
    @rule(site=st.sampled_from(["carl", "carl", "beate"]))
    def leave(self, site: str) -> None:
        agree(done(lambda: chains.leave(self.context, site)), self.model.leave(site))

    # Contracts

    @precondition(lambda self: len(self.model.sold) < MOST_SOLD)
    @rule(customer=customers, plan=st.sampled_from(sorted(PLANS)), days=st.sampled_from([0, 0, 0, 1, 12]),
          size=sizes)  # fmt: skip
    def subscribe(self, customer: str, plan: str, days: int, size: int) -> None:
        self.number += 1
        key, start = f"s{self.number}", self.model.today + timedelta(days=days)
        wish = subscriptions.Wish(key, customer, plan, start, _quantity(plan, size))
        answer = done(lambda: subscriptions.subscribe(self.context, wish))
        agree(answer, self.model.subscribe(key, customer, plan, start, size))

    @precondition(lambda self: self.model.sold)
    @rule(pick=picks, size=sizes)
    def change(self, pick: int, size: int) -> None:
        one = self.chosen(pick)
        answer = done(lambda: subscriptions.change_quantity(self.context, one.key, _quantity(one.plan, size)))
        agree(answer, self.model.change(one, size))

    @precondition(lambda self: any(one.end is None for one in self.model.sold.values()))
    @rule(pick=picks, days=st.sampled_from([0, 1, 5, 30]))
    def cancel(self, pick: int, days: int) -> None:
        one, on = self.chosen(pick), self.model.today + timedelta(days=days)
        agree(done(lambda: subscriptions.cancel(self.context, one.key, on)), self.model.cancel(one, on))

    @precondition(lambda self: any(one.last for one in self.model.sold.values()))
    @rule(pick=picks)
    def undo_raise(self, pick: int) -> None:
        one = self.chosen(pick, raised=True)
        agree(done(lambda: licence_requests.undo_raise(self.context, one.key)), self.model.undo(one))

    @precondition(lambda self: self.model.sold)
    @rule(pick=picks, size=sizes)
    def request_reset(self, pick: int, size: int) -> None:
        one = self.chosen(pick)
        meter = min(one.policies)
        answer = done(lambda: licence_requests.request_reset(self.context, one.key, size, meter))
        agree(answer, self.model.request(one, meter, size))

    @precondition(lambda self: self.model.wishes)
    @rule()
    def approve(self) -> None:
        (meter, key), _ = next(iter(self.model.wishes.items()))
        request = next(one for one in licence_requests.requests(self.context) if one.subscription == key)
        answer = done(lambda: licence_requests.approve(self.context, request.id))
        agree(answer, self.model.approve(self.model.sold[key], meter))

    # Time

    @rule(hours=st.sampled_from([1, 2, 14, 23, 24, 25, 24 * 9, 24 * 11, 24 * 31]))
    def time_passes(self, hours: int) -> None:
        self.model.now += timedelta(hours=hours)
        list(advance(self.context, self.model.now))

    @rule()
    def run(self) -> None:
        list(bill(self.context, self.context.today, dry_run=False))

    @invariant()
    def agrees(self) -> None:
        self._counts()
        self._limits()

    def _counts(self) -> None:
        context, model = self.context, self.model
        expected = {key: people for key, people in model.active().items() if key[2]}
        month = f"{model.today:%Y-%m}"
        for meter in ("recent", "staff", "users"):
            window = str(model.today) if meter == "recent" else month
            expected |= {(meter, pool, window): model.people(meter, pool) for pool in CUSTOMERS}
        rows = [row for meter in ("clients", "busy") for row in count(context, meter, None, None)]
        rows += count(context, "recent", str(model.today), None)
        rows += [row for meter in ("staff", "users") for row in count(context, meter, month, None)]
        found = {(row.meter, row.customer, row.window): row.count for row in rows if row.count}
        agree(found, {key: len(people) for key, people in expected.items() if people})
        for meter, customer, window in found:
            listed = [_name(row) for row in explain(context, meter, customer, window).rows]
            agree(sorted(listed), sorted(expected[meter, customer, window]), meter, customer, window)

    def _limits(self) -> None:
        model = self.model
        expected = {
            (customer, meter): (len(model.people(meter, customer)), model.limit(customer, meter))
            for customer in CUSTOMERS
            for meter in ("clients", "busy", "recent", "staff", "users")
            if model.grants(customer, meter)
        }
        agree({(row.customer, row.meter): (row.count, row.limit) for row in limits(self.context)}, expected)
        for one in model.sold.values():
            if "users" in one.policies:
                seated = {seat.member: seat.status for seat in seats.list_seats(self.context, one.key)}
                agree(seated, model.seated(one), one.key)

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:  # else what has failed is to be told
                self._raises()
                self._audit()
        finally:
            purge(self.context)

    def _raises(self) -> None:
        """One event for each raise."""
        raised = [event for event in read_events(self.context, most=MOST) if event.kind == "licence.raised"]
        agree(len(raised), sum(self.model.raised.values()), "raises")

    def _audit(self) -> None:
        agree([one for check in audit(self.context) for one in check.findings if not one.is_remark], [], "audit")


def _name(row: Any) -> str:
    return f"{row.subscription}/{row.member}" if getattr(row, "subscription", "") else row.member


def _quantity(plan: str, size: int) -> str:
    return " ".join(f"{meter}={size}" for meter in PLANS[plan])
