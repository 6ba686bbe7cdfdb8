"""What is done with one person, or with a site of a chain: asked for, merged, joined, left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from headcount.core.document import Table
from headcount.services import chains, members
from headcount.stories.people_actions import StatusOfPeople
from headcount.stories.stage import Stage
from headcount.stories.values import Action, Note, Terms


@dataclass(frozen=True, slots=True)
class Ask:
    """A status asked for, a person at a time: who is one too many is refused, or raises the licence."""

    changes_something: ClassVar[bool] = True
    wanted: StatusOfPeople

    @classmethod
    def read(cls, table: Table, terms: Terms) -> Action:
        return cls(StatusOfPeople.read(table, terms))

    @property
    def customers(self) -> tuple[str, ...]:
        return (self.wanted.customer,)

    def perform(self, stage: Stage) -> Iterator[Note]:
        for customer, member, status, since, _, _, role in self.wanted.rows():
            wish = members.Wish(customer, member, status, since, role=role)
            for one in members.set_status(stage.context(), wish):
                if one.before != one.after:
                    values = {"customer": customer, "member": member, "status": status, "meter": one.meter}
                    yield Note("asked", {**values, "before": one.before, "after": one.after})


@dataclass(frozen=True, slots=True)
class Merge:
    """Two records of one person."""

    changes_something: ClassVar[bool] = True
    customer: str
    member: str
    into: str

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> Action:
        return cls(table.text("customer"), table.text("member"), table.text("into"))

    @property
    def customers(self) -> tuple[str, ...]:
        return (self.customer,)

    def perform(self, stage: Stage) -> Iterator[Note]:
        members.merge(stage.context(), self.customer, self.member, self.into)
        yield Note("merged", {"customer": self.customer, "member": self.member, "into": self.into})


@dataclass(frozen=True, slots=True)
class Join:
    """A site joins a chain."""

    changes_something: ClassVar[bool] = True
    site: str
    chain: str
    once_per_site: bool

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> Action:
        return cls(table.text("site"), table.text("chain"), table.flag("once_per_site"))

    @property
    def customers(self) -> tuple[str, ...]:
        return (self.site, self.chain)

    def perform(self, stage: Stage) -> Iterator[Note]:
        chains.join(stage.context(), self.site, self.chain, once_per_site=self.once_per_site)
        yield Note("joined", {"site": self.site, "chain": self.chain})


@dataclass(frozen=True, slots=True)
class Leave:
    """A site counts for itself again."""

    changes_something: ClassVar[bool] = True
    site: str

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> Action:
        return cls(table.text("site"))

    @property
    def customers(self) -> tuple[str, ...]:
        return (self.site,)

    def perform(self, stage: Stage) -> Iterator[Note]:
        chains.leave(stage.context(), self.site)
        yield Note("left", {"site": self.site})
