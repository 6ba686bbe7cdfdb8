"""Documents made at once by many, and runs beside everything else: no number twice, no gap, nothing doubled or lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING

import pytest

from headcount.core.errors import Refused
from tests.services.test_races import finish, start
from tests.vendor import Vendor

if TYPE_CHECKING:
    from headcount.core.lines import Line

pytestmark = pytest.mark.both_postgres
NewVendor = Callable[..., Vendor]

TAX = 'treatment = "domestic", rate = "19"'
HOSTING = """
[[meter]]
key = "committers"
counts = "activity"
kinds = ["commit"]

[[product]]
key = "hosting"

[[plan]]
key = "hosting"
product = "hosting"
billing_period = "1 month"
base_fee = "9.99"
decrease = "at once"
charge = [
  { key = "seats", basis = "committed", model = "per unit", price = "7.77" },
  { key = "committers", basis = "counted", meter = "committers", model = "per unit", price = "1.01" },
]
"""
HEAD = "subscription,customer,plan,start,quantity\n"
THREADS = 16


def at_once(tasks: list[Callable[[], str]]) -> list[str]:
    """What each task gives, done by threads with a connection each; of a refused one its code."""
    from django.db import connections

    def done(task: Callable[[], str]) -> str:
        try:
            return task()
        except Refused as refused:
            return refused.refusals[0].code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(done, tasks))


def test_200_documents_at_once_have_consecutive_numbers_and_the_refused_and_undone_take_none(
    new_vendor: NewVendor,
) -> None:
    from headcount.services.adjustments import invoice_at_once
    from headcount.services.context import open_context
    from headcount.services.corrections import cancel_invoice

    vendor = new_vendor(HOSTING, mode="test", clock="2026-05-01", tax=TAX)
    names = [f"c{number:02d}" for number in range(60)]
    vendor.customers(*names)
    vendor.load("customers", "customer,name,country\nplain,Plain,DE\n")  # no street: no invoice above 250.00
    vendor.load("subscriptions", HEAD + "".join(f"{name},{name},hosting,2026-05-01,1\n" for name in names))
    assert len(vendor.bill("2026-05-01")) == 60
    context = open_context(vendor.key, "test")

    def invoice(customer: str, *, dry_run: bool = False) -> Callable[[], str]:
        line = ["Setup; 1; 250.00"]
        return lambda: invoice_at_once(context, customer, line, "", dry_run=dry_run).number

    def cancel(number: int) -> Callable[[], str]:
        original = f"RE-2026-{number:06d}"
        return lambda: cancel_invoice(context, original, "", for_good=number % 2 == 0, dry_run=False).number

    made = [*(invoice(names[n % 60]) for n in range(140)), *(cancel(n) for n in range(1, 61))]
    undone = [invoice(names[n], dry_run=True) for n in range(30)]
    refused = [*(invoice("plain") for _ in range(30)), *(cancel(n) for n in range(1, 31))]
    tasks = [*made, *undone, *refused]
    Random(200).shuffle(tasks)
    answers = at_once(tasks)
    assert answers.count("missing_on_invoice") == 30
    assert answers.count("already_corrected") == 30  # of two who cancel one invoice exactly one is first
    documents = vendor.rows("invoices")
    assert [row["number"] for row in documents] == [f"RE-2026-{n:06d}" for n in range(1, 261)]
    assert sorted(row["original"] for row in documents if row["kind"] == "cancellation") == [
        f"RE-2026-{n:06d}" for n in range(1, 61)
    ]
    issued = {row["number"] for row in documents[60:]}
    assert issued <= set(answers)
    assert [row["customer"] for row in vendor.bill("2026-05-01")] == names[::2]  # cancelled, and not for good
    assert missing(vendor) == []
    vendor.ok("audit")


def test_runs_in_processes_at_once_bill_everything_once(new_vendor: NewVendor) -> None:
    vendor = new_vendor(HOSTING, mode="test", clock="2026-08-01", tax=TAX)
    names = [f"c{number:02d}" for number in range(30)]
    vendor.customers(*names)
    vendor.load("subscriptions", HEAD + "".join(f"{name},{name},hosting,2026-08-{n % 9 + 1:02d},3\n"
                                                for n, name in enumerate(names)))  # fmt: skip
    run = ("bill", "--organization", vendor.key, "--until", "2026-10-31", "--workers")
    finish(start(*run, "2"), start(*run, "1"), start(*run, "2"))
    documents = vendor.rows("invoices")
    assert [row["number"] for row in documents] == [f"RE-2026-{n:06d}" for n in range(1, 91)]
    assert len({(row["customer"], row["billing_date"]) for row in documents}) == 90
    assert missing(vendor, "2026-10-31") == []
    vendor.ok("audit")


def test_a_run_beside_changes_activity_and_payments_doubles_and_loses_nothing(new_vendor: NewVendor) -> None:
    from headcount.services.context import open_context
    from headcount.services.subscriptions import change_quantity

    vendor = new_vendor(HOSTING, tax=TAX)
    names = [f"c{number:02d}" for number in range(24)]
    vendor.customers(*names)
    vendor.load("subscriptions", HEAD + "".join(f"{name},{name},hosting,2026-08-{n + 1:02d},5\n"
                                                for n, name in enumerate(names)))  # fmt: skip
    commits = [
        f"{n},c{n % 24:02d},m{n % 97},commit,2026-{8 + n % 3:02d}-{25 + n % 4}T12:00:00Z\n" for n in range(9_000)
    ]
    paid = [f"p{n},c{n % 24:02d},{1 + n % 90}.00,2026-11-{n % 20 + 1:02d}\n" for n in range(240)]
    activity = vendor.file("race.csv", "id,customer,member,kind,occurred_at\n" + "".join(commits))
    payments = vendor.file("paid.csv", "id,customer,amount,received_on\n" + "".join(paid))
    context, random = open_context(vendor.key, "test"), Random(7)

    def change() -> str:
        change_quantity(context, random.choice(names), str(random.randint(0, 12)))
        return ""

    where = ("--organization", vendor.key)
    beside = [
        start("bill", *where),
        start("import", "activity", str(activity), *where),
        start("import", "payments", str(payments), *where),
        start("bill", *where, "--workers", "2"),
    ]
    assert set(at_once([change] * 160)) == {""}
    finish(*beside)
    vendor.ok("bill")
    assert missing(vendor) == []
    documents = vendor.rows("invoices")
    assert [int(row["number"][-6:]) for row in documents] == list(range(1, len(documents) + 1))
    owed = sum(cents(row["gross"]) for row in documents)
    received = sum(cents(row["amount"]) for row in vendor.rows("payments", "list"))
    assert received == sum(100 * (1 + n % 90) for n in range(240))
    assert sum(cents(row["open"]) for row in vendor.rows("receivables")) == owed - received
    assert vendor.rows("bill") == []
    vendor.ok("audit")


def cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def missing(vendor: Vendor, until: str = "") -> list[Line]:
    """Expected minus billed of all, as if nothing were closed."""
    from datetime import date

    from headcount.core import drafts
    from headcount.services.accounts import load_accounts
    from headcount.services.context import open_context
    from headcount.storage import catalog, customers
    from headcount.storage.transaction import organization_transaction

    context = open_context(vendor.key, "test")
    day = date.fromisoformat(until) if until else context.today
    with organization_transaction(context.organization_id):
        stored = catalog.load(context.organization_id)
        payer_ids = list(customers.all_ids().values())
        accounts = load_accounts(context, stored, payer_ids, day, closed=False).accounts
        return [one for account in accounts for one in drafts.open_lines(account, stored.meters, day)]
