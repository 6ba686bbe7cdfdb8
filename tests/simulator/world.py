"""The organization of a seed, as far as moves need to know it; everything else they read through the services."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from headcount.core.catalog import Plan
from headcount.core.subscriptions import Subscription
from headcount.gateways.rows import Chunk
from headcount.services.billing import Step, bill
from headcount.services.catalog import apply_catalog
from headcount.services.context import Context, new_request_id, open_context
from headcount.services.imports import Outcome
from headcount.services.invoices import StoredInvoice, list_invoices
from headcount.services.organizations import advance
from headcount.services.people import import_customers
from headcount.services.subscriptions import list_subscriptions
from headcount.storage import organizations
from headcount.storage.transaction import organization_transaction
from headcount.stories.stage import taken
from tests.simulator.catalogs import Table, any_catalog, catalog_of

ACTOR = "simulator"
KEY = "simulated"
COMPLETE = ("", "Lindenweg 1", "50674", "Köln", "DE", "", "")
INCOMPLETE = ("", "Lindenweg 1", "50674", "", "DE", "", "")
"""What a customer's row says after key and name; without a city no invoice may be issued."""
MEMBERS = ("ann", "ben", "cem", "dia", "eve", "flo")
Row = tuple[str, ...]


class Difference(Exception):
    """A check found what must not be."""


@dataclass(frozen=True)
class Deed:
    """One move, decided: to do it again must change nothing, or `is_done` must tell that it was done.

    `refusals`: codes with which it may be refused. `may_crash`: False where the move looks at what it did itself.
    """

    text: str
    act: Callable[[Context], object]
    is_done: Callable[[Context], bool] = lambda _: False
    refusals: frozenset[str] = frozenset()
    may_crash: bool = True


@dataclass
class World:
    """`is_daily`: time never passes without a run, and nothing crashes: what others are compared with."""

    tables: Table
    customers: tuple[str, ...]
    number: int = 0
    is_daily: bool = False
    rows: list[Row] = field(default_factory=list)
    _context: Context | None = None

    def context(self) -> Context:
        """As the clock stood at the last look at it, for one more request."""
        if self._context is None:
            self._context = open_context(KEY, ACTOR)
        return replace(self._context, request_id=new_request_id())

    def look_at_the_clock(self) -> None:
        self._context = None

    def subscriptions(self) -> list[Subscription]:
        return [one for one, _ in list_subscriptions(self.context())]

    def subscription(self, key: str) -> Subscription:
        return next(one for one in self.subscriptions() if one.key == key)

    def plans(self) -> dict[str, Plan]:
        return {plan.key: plan for plan in catalog_of(self.tables).plans}

    def invoices(self) -> list[StoredInvoice]:
        return list_invoices(self.context())

    @property
    def reviews(self) -> bool:
        return bool(self.tables["organization"]["review_days"])

    def pass_time(self, to: datetime) -> None:
        """The clock moves; only a daily world bills on the way."""
        context = self.context()
        if self.is_daily:
            list(advance(context, to))
        else:
            with organization_transaction(context.organization_id):
                organizations.move_clock(context.organization_id, to)


def found(random: Random, *, is_daily: bool) -> World:
    """A new organization in an empty database, at the beginning of its time."""
    tables = any_catalog(random, KEY)
    start = datetime(2025, 10, 1, 8, tzinfo=UTC) + timedelta(days=random.randint(0, 120), hours=random.randint(0, 15))
    apply_catalog(catalog_of(tables), ACTOR, start)
    world = World(tables, tuple(f"c{number}" for number in range(1, random.randint(3, 6))), is_daily=is_daily)
    rows = [(key, key.upper(), *COMPLETE) for key in world.customers]
    take(import_customers(world.context(), chunks(rows), dry_run=False))
    return world


def chunks(rows: Sequence[Row]) -> list[Chunk]:
    return [Chunk(rows=list(enumerate(rows, 1)), position=len(rows))]


def take(outcomes: Iterable[tuple[int, Outcome]]) -> Outcome:
    return taken(iter(outcomes))


def run(context: Context, days_ahead: int = 0) -> list[Step]:
    return list(bill(context, context.today + timedelta(days=days_ahead), dry_run=False))
