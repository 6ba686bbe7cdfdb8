"""The same, with seats of subscriptions: given, invited to, sent again, redeemed, and freed by staff or by time."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from headcount.services import seats
from tests.services.live_machine import LiveMachine, agree, done, people, picks, said
from tests.services.live_sold import Sold

days_valid = st.sampled_from([1, 2, 14])


def has_seats(machine: LiveMachine) -> bool:
    return any("users" in one.policies for one in machine.model.sold.values())


class LiveSeatMachine(LiveMachine):
    @precondition(has_seats)
    @rule(pick=picks, asked=st.lists(people, min_size=1, max_size=3))
    def assign(self, pick: int, asked: list[str]) -> None:
        one = self.chosen(pick, "users")
        for member in asked:
            self._assign(one, member)

    def _assign(self, one: Sold, member: str) -> None:
        agree(done(lambda: seats.assign(self.context, one.key, member)), self.model.assign(one, member))

    @precondition(has_seats)
    @rule(pick=picks, member=people, days=days_valid)
    def invite(self, pick: int, member: str, days: int) -> None:
        one = self.chosen(pick, "users")
        answer = said(lambda: seats.invite(self.context, one.key, member, days))
        self._sent(answer, self.model.invite(one, member, days))

    @precondition(has_seats)
    @rule(pick=picks, member=people)
    def resend(self, pick: int, member: str) -> None:
        """Which of two invitations of one person is sent again is left open."""
        one = self.chosen(pick, "users")
        if len(self.model.holding(one, self.model.person(one.customer, member))) < 2:
            answer = said(lambda: seats.resend(self.context, one.key, member))
            self._sent(answer, self.model.resend(one, member))

    def _sent(self, answer: object, expected: str) -> None:
        if isinstance(answer, seats.Invitation):
            agree("done", expected)
            code = self.model.codes[-1]
            code.text = answer.code
            assert answer.expires_at == code.until
        else:
            agree(answer, expected)

    @precondition(lambda self: self.model.codes)
    @rule(pick=picks)
    def redeem(self, pick: int) -> None:
        code = self.model.codes[pick % len(self.model.codes)]
        agree(done(lambda: seats.redeem(self.context, code.text)), self.model.redeem(code))

    @precondition(has_seats)
    @rule(pick=picks, member=people)
    def remove(self, pick: int, member: str) -> None:
        one: Sold = self.chosen(pick, "users")
        agree(done(lambda: seats.remove(self.context, one.key, member)), self.model.remove(one, member))
