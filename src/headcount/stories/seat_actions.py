"""What is done with the seats of a subscription."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from headcount.core.document import Table
from headcount.core.errors import refuse
from headcount.core.seats import MOST_VALID_DAYS
from headcount.services import seats as service
from headcount.stories.contract_actions import OfSubscription, of_subscription
from headcount.stories.fields import given, members_field, named
from headcount.stories.stage import Stage
from headcount.stories.values import Note, Terms

DEEDS = ("assign", "invite", "resend", "redeem", "remove")


@dataclass(frozen=True, slots=True)
class Seats:
    """Users of a subscription are assigned, invited, invited again, redeem their code, or are removed, one by one.

    `days`: how long an invitation is valid. `invitation`: which of the codes sent to a user; 0: the newest.
    """

    changes_something: ClassVar[bool] = True
    of: OfSubscription
    deed: str
    members: tuple[str, ...]
    days: int
    invitation: int
    customers: tuple[str, ...] = ()

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> Seats:
        of, told = of_subscription(table), [deed for deed in DEEDS if given(table, deed)]
        if len(told) != 1:
            table.note("which_seat_action", "", choices=", ".join(DEEDS))
        deed = told[0] if told else DEEDS[0]
        days = table.parsed("days", _number, 0, 14)
        return cls(of, deed, members_field(table, deed), days, table.parsed("invitation", _number, 0, None))

    def perform(self, stage: Stage) -> Iterator[Note]:
        key = self.of.key(stage)
        for member in self.members:
            self._do(stage, key, member)
        yield Note(f"seats_{self.deed}", {"subscription": key, "members": named(self.members), "days": self.days})

    def _do(self, stage: Stage, key: str, member: str) -> None:
        context = stage.context()
        match self.deed:
            case "assign":
                service.assign(context, key, member)
            case "invite":
                stage.sent(key, member, service.invite(context, key, member, self.days).code)
            case "resend":
                stage.sent(key, member, service.resend(context, key, member).code)
            case "redeem":
                service.redeem(context, self._code(stage, key, member))
            case _:
                service.remove(context, key, member)

    def _code(self, stage: Stage, key: str, member: str) -> str:
        codes = stage.codes.get((key, member), [])
        if not codes or self.invitation > len(codes):
            raise refuse("no_code_before", "redeem", given=member, invitation=self.invitation or 1)
        return codes[self.invitation - 1]


def _number(value: object, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MOST_VALID_DAYS:
        raise refuse("not_a_validity", field, given=repr(value), most=MOST_VALID_DAYS)
    return value
