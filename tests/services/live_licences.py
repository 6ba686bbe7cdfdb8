"""The model's subscriptions, chains and seats: agreed, changed, given and taken."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from tests.services.live_model import Model
from tests.services.live_sold import DAYS, PLACE, PLANS, UNDO, Code, Sold, next_period


class LiveModel(Model):
    def subscribe(self, key: str, customer: str, plan: str, start: date, size: int) -> str:
        if customer in self.chain:
            return "site_of_chain"
        days = [start + timedelta(days=n) for n in range(DAYS)]
        paid = {meter: dict.fromkeys(days, size) for meter in PLANS[plan]}
        limit = {meter: dict.fromkeys(days, size) for meter in PLANS[plan]}
        self.sold[key] = Sold(key, customer, plan, start, paid, limit)
        return "done"

    def _not_running(self, one: Sold, day: date) -> str:
        if day < one.start:
            return "before_start"
        return "" if one.is_running(day) else "already_ended"

    def change(self, one: Sold, size: int) -> str:
        """More at once, less from the next period on."""
        if refused := self._not_running(one, self.today):
            return refused
        for meter in one.policies:
            less = size < one.paid[meter][self.today]
            on = next_period(one.start, self.today) if less else self.today
            one.agree(one.paid[meter], self.today, on, size)
            one.agree(one.limit[meter], self.today, on, size)
        one.last = None
        return "done"

    def cancel(self, one: Sold, on: date) -> str:
        if refused := self._not_running(one, on):
            return refused
        one.end, one.last = on, None
        return "done"

    def _fits(self, one: Sold, meter: str, size: int) -> bool:
        """Whether all who count have room if one licence is so large; of seats, those of the subscription."""
        only = one if meter == "users" else None
        used = len(self.seated(one)) if only else len(self.people(meter, one.customer))
        others = sum(had for other, had in self.grants(one.customer, meter, only) if other is not one)
        return used <= others + size

    def undo(self, one: Sold) -> str:
        if refused := self._not_running(one, self.today):
            return refused
        last = one.last
        if last is None or self.now > last.at + UNDO:
            return "nothing_to_undo"
        if not self._fits(one, last.meter, last.before):
            return "count_above"
        for day in one.limit[last.meter]:
            one.paid[last.meter][day] = last.paid[day]
            if day >= self.today:
                one.limit[last.meter][day] = last.limit[day]
        one.last = None
        return "done"

    def request(self, one: Sold, meter: str, size: int) -> str:
        if refused := self._not_running(one, self.today):
            return refused
        if refused := self._not_lower(one, meter, size):
            return refused
        if (meter, one.key) in self.wishes:
            return "request_open"
        self.wishes[meter, one.key] = size
        return "done"

    def _not_lower(self, one: Sold, meter: str, size: int) -> str:
        if size >= one.limit[meter][self.today]:
            return "not_lower"
        return "" if self._fits(one, meter, size) else "count_above"

    def approve(self, one: Sold, meter: str) -> str:
        size = self.wishes[meter, one.key]
        if refused := self._not_running(one, self.today) or self._not_lower(one, meter, size):
            return refused
        on = next_period(one.start, self.today)
        one.agree(one.paid[meter], self.today, on, size)
        one.agree(one.limit[meter], self.today, on, size)
        one.last = None
        del self.wishes[meter, one.key]
        return "done"

    # Chains

    def join(self, site: str, head: str, *, per_site: bool) -> str:
        if site == head:
            return "chain_of_itself"
        if self.chain.get(site) not in (None, head) or head in self.chain:
            return "site_of_chain"
        if site in self.chain.values():
            return "site_has_sites"
        if any(one.customer == site and (one.end is None or one.end > self.today) for one in self.sold.values()):
            return "site_has_subscriptions"
        if head in self.chain.values() and self.per_site[head] != per_site:
            return "chain_counts_otherwise"
        self.chain[site], self.per_site[head] = head, per_site
        return "done"

    def leave(self, site: str) -> str:
        return "done" if self.chain.pop(site, None) else "no_site_of_chain"

    # Seats

    def _no_room(self, one: Sold, user: str) -> str:
        others = set(self.seated(one)) - {user}
        return "" if self.make_room(one.customer, "users", len(others) + 1, one) else "limit_reached"

    def _take(self, one: Sold, record: str) -> str:
        """A place for the person of a record. Refused: no room; or inactive, and then no licence is raised."""
        user = self.person(one.customer, record)
        inactive = self.status.get((one.customer, user)) == "inactive"
        before = one.last, dict(one.paid["users"]), dict(one.limit["users"]), self.raised.copy()
        refused = self._no_room(one, user)
        if inactive and not refused:
            one.last, one.paid["users"], one.limit["users"], self.raised = before
            return "member_inactive"
        return refused

    def assign(self, one: Sold, member: str) -> str:
        if refused := self._not_running(one, self.today):
            return refused
        user = self.person(one.customer, member)
        if self.seated(one).get(user) == "activated":
            return "done"
        if refused := self._take(one, member):
            return refused
        self.registered.add((one.customer, member))
        one.seats[user] = ("activated", None)
        self._kill(one, user, "code_used")
        return "done"

    def invite(self, one: Sold, member: str, days: int) -> str:
        if refused := self._not_running(one, self.today):
            return refused
        user = self.person(one.customer, member)
        if held := self.seated(one).get(user):
            return "has_seat" if held == "activated" else "invitation_open"
        if refused := self._take(one, member):
            return refused
        self.registered.add((one.customer, member))
        self._invite(one, user, days)
        return "done"

    def _invite(self, one: Sold, record: str, days: int) -> None:
        until = datetime.combine(self.today + timedelta(days=days), time(), PLACE)
        self._kill(one, record, "code_replaced")
        one.seats[record] = ("invited", until)
        self.codes.append(Code("", one, record, until, days))

    def _kill(self, one: Sold, record: str, why: str) -> None:
        """What is said of codes that no longer work; the first reason here outdoes the others."""
        reasons = ("code_replaced", "code_used", "seat_removed", "")
        for code in self.codes:
            if (code.sold, code.record) == (one, record) and reasons.index(why) < reasons.index(code.dead):
                code.dead = why

    def resend(self, one: Sold, member: str) -> str:
        if refused := self._not_running(one, self.today):
            return refused
        user = self.person(one.customer, member)
        if self.seated(one).get(user) != "invited":
            return "no_open_invitation"
        (record,) = self.holding(one, user)
        days = [code.days for code in self.codes if (code.sold, code.record) == (one, record)][-1]
        self._invite(one, record, days)
        return "done"

    def holding(self, one: Sold, user: str) -> list[str]:
        return [record for record in self.records(one.customer, user) if self.seat(one, record)]

    def redeem(self, code: Code) -> str:
        one = code.sold
        if refused := self._not_running(one, self.today):
            return refused
        if code.dead:
            return code.dead
        if self.now >= code.until:
            return "invitation_expired"
        user = self.person(one.customer, code.record)
        if self.status.get((one.customer, user)) == "inactive":
            return "member_inactive"
        if refused := self._no_room(one, user):
            return refused
        one.seats[code.record] = ("activated", None)
        self._kill(one, code.record, "code_used")
        return "done"

    def remove(self, one: Sold, member: str) -> str:
        if refused := self._not_running(one, self.today):
            return refused
        holding = self.holding(one, self.person(one.customer, member))
        if not holding:
            return "no_seat"
        for record in holding:
            del one.seats[record]
            self._kill(one, record, "seat_removed")
        return "done"
