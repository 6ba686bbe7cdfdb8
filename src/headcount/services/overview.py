"""What the pages of the console show. Read only; a handful of queries a page, however many customers there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from headcount.core.calendar import Period, first_instant, zone
from headcount.core.catalog import MONTH, ActivityMeter, Meter, OrganizationTerms
from headcount.core.money import Money
from headcount.core.rating import Quantity
from headcount.core.subscriptions import Subscription
from headcount.services.accounts import instants
from headcount.services.clock import business_now
from headcount.services.context import Context
from headcount.services.counts import Explanation, StatusMember, count_up_to_now, explain, spans
from headcount.services.customers import customer_id
from headcount.services.paging import Page, page_of
from headcount.services.windows import looked_at, parse_window, shown_window, window_text
from headcount.storage import catalog, counts, customers, organizations
from headcount.storage import overview as rows
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.catalog import StoredCatalog
from headcount.storage.counts import PresentMember
from headcount.storage.customers import CustomerRecord
from headcount.storage.overview import InvoiceHead
from headcount.storage.transaction import organization_transaction

CUSTOMERS_A_PAGE = 100
INVOICES_A_PAGE = 100
ORGANIZATIONS_A_PAGE = 50
NEWEST_INVOICES = 12
PEOPLE_A_PAGE = 200


@dataclass(frozen=True, slots=True)
class OrganizationSummary:
    """`now` is the local time on the organization's clock; `net` what was invoiced in the year of `now`, before tax."""

    terms: OrganizationTerms
    now: datetime
    customers: int
    invoices: int
    net: tuple[Money, ...]


def organization_summaries(number: int) -> Page[OrganizationSummary]:
    """A page of the organizations, each read in a transaction of its own, as no other sees its rows."""
    known = organizations.directory()

    def read(offset: int, most: int) -> list[OrganizationSummary]:
        return [_summary(entry.id) for entry in known[offset : offset + most]]

    return page_of(len(known), number, ORGANIZATIONS_A_PAGE, read)


def _summary(organization_id: int) -> OrganizationSummary:
    with organization_transaction(organization_id):
        stored = organizations.load(organization_id)
        now = business_now(stored).astimezone(zone(stored.terms.time_zone))
        figures = rows.figures(date(now.year, 1, 1), date(now.year + 1, 1, 1))
    net = tuple(Money(amount, currency) for currency, amount in figures.net_minor.items())
    return OrganizationSummary(stored.terms, now, figures.customers, figures.invoices, net)


@dataclass(frozen=True, slots=True)
class Count:
    """One meter of a customer in one window, against the limit at the end of the window, or now.

    `has_limit`: something was bought in advance; then `limit` None is unlimited.
    """

    meter: Meter
    window: Period
    count: int | Decimal
    has_limit: bool
    limit: Quantity

    @property
    def over(self) -> int | Decimal:
        return 0 if self.limit is None else max(0, self.count - self.limit)

    @property
    def is_empty(self) -> bool:
        return not self.count and not self.has_limit


@dataclass(frozen=True, slots=True)
class CustomerRow:
    key: str
    name: str
    counts: tuple[Count, ...]
    subscriptions: tuple[Subscription, ...]
    latest_invoice: InvoiceHead | None


@dataclass(frozen=True, slots=True)
class CustomersPage:
    """`first_year`: the one in which the first subscription started."""

    page: Page[CustomerRow]
    meters: tuple[Meter, ...]
    first_year: int


def customers_page(context: Context, month: Period, search: str, number: int) -> CustomersPage:
    """Customers by key with their counts in a month and the subscriptions that run in it."""
    with organization_transaction(context.organization_id):
        stored = catalog.load(context.organization_id)

        def read(offset: int, most: int) -> list[CustomerRow]:
            found = rows.customer_names(search, offset, most)
            return _customer_rows(context, stored, month, found)

        page = page_of(rows.count_customers(search), number, CUSTOMERS_A_PAGE, read)
        first_year = (rows.first_start() or context.today).year
    return CustomersPage(page, stored.catalog.meters, first_year)


def _customer_rows(
    context: Context, stored: StoredCatalog, month: Period, named: Sequence[rows.CustomerName]
) -> list[CustomerRow]:
    pools = [one.id for one in named]
    read = _Counts(context, stored, pools, [month])
    latest = rows.latest_invoices(pools)
    running = {pool: [s for s in found if _runs_in(s, month)] for pool, found in _by_customer(stored, pools).items()}
    return [
        CustomerRow(
            one.key, one.name, read.shown(one.id, running[one.id])[0], tuple(running[one.id]), latest.get(one.id)
        )
        for one in named
    ]


def _by_customer(stored: StoredCatalog, pools: Sequence[int]) -> dict[int, list[Subscription]]:
    found: dict[int, list[Subscription]] = {pool: [] for pool in pools}
    for subscription in stored_subscriptions.load(stored.versions, customer_id__in=pools):
        found[subscription.customer].append(subscription)
    return found


def _runs_in(subscription: Subscription, window: Period) -> bool:
    end_on = subscription.end_on or date.max
    return subscription.start_on < min(window.end, end_on) and end_on > window.start


class _Counts:
    """The counts of some customers in some windows, with what all of them need loaded once."""

    def __init__(
        self, context: Context, stored: StoredCatalog, pools: Sequence[int], windows: Sequence[Period]
    ) -> None:
        self._context, self._stored, self._windows = context, stored, windows
        self._usage = rows.usage(pools, [window.start for window in windows])
        self._active = {
            (meter.key, window): self._from_evidence(meter, window, pools)
            for meter in stored.catalog.meters
            if isinstance(meter, ActivityMeter) and meter.window != MONTH
            for window in {shown_window(meter, month, context.today) for month in windows}
        }
        self._people = spans(context, stored, stored.catalog.meters, pools)
        self._limits = rows.limits(pools, [_instant_of_limit(context, window) for window in windows])

    def shown(self, pool: int, subscriptions: Iterable[Subscription]) -> list[tuple[Count, ...]]:
        """For each window the same meters: those that counted, have a limit, or belong to a subscription."""
        sold = {charge.meter for subscription in subscriptions for charge in subscription.plan.charges}
        by_meter = [
            [self._count(pool, meter, place) for place in range(len(self._windows))]
            for meter in self._stored.catalog.meters
        ]
        kept = [found for found in by_meter if found[0].meter.key in sold or not all(one.is_empty for one in found)]
        return [tuple(found[place] for found in kept) for place in range(len(self._windows))]

    def _count(self, pool: int, meter: Meter, place: int) -> Count:
        limit = (pool, self._stored.meter_ids[meter.key], place)
        window = shown_window(meter, self._windows[place], self._context.today)
        number = self._number(pool, meter, window)
        return Count(meter, window, number, limit in self._limits, self._limits.get(limit))

    def _number(self, pool: int, meter: Meter, window: Period) -> int | Decimal:
        if not isinstance(meter, ActivityMeter):
            counted = count_up_to_now(self._context, meter, self._people[meter.key].get(pool, {}), window)
            return counted[-1].quantity if counted else 0
        if meter.window == MONTH:
            return self._usage.get((pool, self._stored.meter_ids[meter.key], window.start), 0)
        return self._active[meter.key, window].get(pool, 0)

    def _from_evidence(self, meter: ActivityMeter, window: Period, pools: Sequence[int]) -> dict[int, int]:
        days = looked_at(meter, window_text(window), self._context.today)
        return counts.active_by_pool(pools, meter.kinds, *instants(self._context, days))


def _instant_of_limit(context: Context, window: Period) -> datetime:
    """The last moment of a window, or now while it runs."""
    last = first_instant(window.end, context.place).astimezone(UTC) - timedelta(microseconds=1)
    return min(last, context.now)


@dataclass(frozen=True, slots=True)
class CustomerView:
    """`history`: for each meter its counts, oldest first. `invoices`: the newest of `invoice_count`."""

    record: CustomerRecord
    history: tuple[tuple[Count, ...], ...]
    subscriptions: tuple[Subscription, ...]
    invoices: tuple[InvoiceHead, ...]
    invoice_count: int


def customer_view(context: Context, key: str, months: Sequence[Period]) -> CustomerView:
    """One customer. Refused: `unknown_customer`."""
    with organization_transaction(context.organization_id):
        pool = customer_id(key)
        stored = catalog.load(context.organization_id)
        subscriptions = tuple(_by_customer(stored, [pool])[pool])
        by_month = _Counts(context, stored, [pool], months).shown(pool, subscriptions)
        return CustomerView(
            record=customers.records([pool])[pool],
            history=tuple(zip(*by_month, strict=True)),
            subscriptions=subscriptions,
            invoices=tuple(rows.invoice_heads(pool, 0, NEWEST_INVOICES)),
            invoice_count=rows.count_invoices(pool),
        )


@dataclass(frozen=True, slots=True)
class PeopleView:
    """The people behind a count: the list is as long as `count.count`. `names`: of those on the page who have one.

    `window_days`: where every day was looked at, how many; then each person has a number of days.
    """

    customer: CustomerRecord
    count: Count
    window_days: int | None
    page: Page[PresentMember] | Page[StatusMember]
    names: Mapping[str, str]


def people_view(
    context: Context, meter_key: str, customer: str, window: str, number: int, subscription: str | None = None
) -> PeopleView:
    """A page of the people who count. Refused like `explain`, and an unknown form of window."""
    found = explain(context, meter_key, customer, window, subscription)
    period = parse_window(window)
    page = _people_page(found, number)
    with organization_transaction(context.organization_id):
        pool = customer_id(customer)
        limits = rows.limits([pool], [_instant_of_limit(context, period)])
        limit = (pool, rows.meter_id(meter_key), 0)
        return PeopleView(
            customer=customers.records([pool])[pool],
            count=Count(found.meter, period, found.count, limit in limits, limits.get(limit)),
            window_days=found.window_days,
            page=page,
            names=rows.member_names(pool, [person.member for person in page.rows]),
        )


def _people_page(found: Explanation, number: int) -> Page[PresentMember] | Page[StatusMember]:
    if isinstance(found.meter, ActivityMeter):
        active = found.active
        return page_of(len(active), number, PEOPLE_A_PAGE, lambda offset, most: active[offset : offset + most])
    members = found.by_status
    return page_of(len(members), number, PEOPLE_A_PAGE, lambda offset, most: members[offset : offset + most])


def invoices_page(context: Context, customer: str | None, number: int) -> Page[InvoiceHead]:
    """Documents, newest first; of one customer or of all. Refused: `unknown_customer`."""
    with organization_transaction(context.organization_id):
        of_whom = customer_id(customer) if customer is not None else None

        def read(offset: int, most: int) -> list[InvoiceHead]:
            return rows.invoice_heads(of_whom, offset, most)

        return page_of(rows.count_invoices(of_whom), number, INVOICES_A_PAGE, read)
