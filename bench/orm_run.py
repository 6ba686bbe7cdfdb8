"""The same run as one would write it with Django's ORM: the same tables, documents and locked range of numbers.

It does less than the product: every subscription gets its lines at the price of the month, and nobody asks what was
billed before. It works as the owner, whom row-level security does not bind, and leaves no entry in the journal.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import TYPE_CHECKING

from django.db import transaction

from bench.contracts import CURRENCY, FIRST, SECOND, Contracts
from headcount.core.calendar import Period
from headcount.core.money import major, share_minor
from headcount.core.tax import Totals, totals
from headcount.storage import catalog, organizations
from headcount.storage import models as rows
from headcount.storage.transaction import organization_transaction

if TYPE_CHECKING:
    from decimal import Decimal

    from django.db.models import QuerySet

    from headcount.core.catalog import Charge

BATCH = 500
RANGE = f"RE-{FIRST.year}"
NOW = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
MONTH = Period(FIRST, SECOND)


def one_at_a_time(contracts: Contracts, since: int, how_many: int) -> float:
    """Seconds for a transaction a document, its rows saved one by one."""
    run = _Run(contracts)
    ids = run.ids[since : since + how_many]
    begin = perf_counter()
    for subscription_id in ids:
        with transaction.atomic(using="owner"):
            subscription = run.subscriptions.get(id=subscription_id)
            (number,) = run.numbers(1)
            document, lines = run.document(subscription, number)
            document.save(using="owner")
            for line in lines:
                line.invoice = document
                line.save(using="owner")
            subscription.customer.billed_until = FIRST
            subscription.customer.save(using="owner", update_fields=["billed_until"])
    return perf_counter() - begin


def in_bulk(contracts: Contracts, since: int, how_many: int) -> float:
    """Seconds for a transaction for each 500 documents, their rows created in bulk."""
    run = _Run(contracts)
    ids = run.ids[since : since + how_many]
    begin = perf_counter()
    for place in range(0, len(ids), BATCH):
        with transaction.atomic(using="owner"):
            batch = list(run.subscriptions.filter(id__in=ids[place : place + BATCH]).order_by("id"))
            numbers = run.numbers(len(batch))
            made = [run.document(subscription, number) for subscription, number in zip(batch, numbers, strict=True)]
            rows.Invoice.objects.using("owner").bulk_create(document for document, _ in made)
            for document, lines in made:
                for line in lines:
                    line.invoice = document
            rows.BilledLine.objects.using("owner").bulk_create(line for _, lines in made for line in lines)
            customers = rows.Customer.objects.using("owner")
            customers.filter(id__in=[one.customer_id for one in batch]).update(billed_until=FIRST)
    return perf_counter() - begin


class _Run:
    """What both ways share: what is due, the next numbers, and a document that is not stored yet."""

    def __init__(self, contracts: Contracts) -> None:
        self._id = contracts.organization_id
        with organization_transaction(self._id):
            self._seller = organizations.load(self._id).terms
            self._plans = catalog.load(self._id).versions
        self.ids = list(self.subscriptions.order_by("id").values_list("id", flat=True))
        rows.NumberRange.objects.using("owner").get_or_create(organization_id=self._id, key=RANGE, defaults={"last": 0})

    @property
    def subscriptions(self) -> QuerySet[rows.Subscription]:
        mine = rows.Subscription.objects.using("owner").filter(organization_id=self._id)
        return mine.select_related("customer__details").prefetch_related("changes")

    def numbers(self, how_many: int) -> range:
        found = rows.NumberRange.objects.using("owner").select_for_update()
        row = found.get(organization_id=self._id, key=RANGE)
        row.last += how_many
        row.save(using="owner")
        return range(row.last - how_many + 1, row.last + 1)

    def document(self, subscription: rows.Subscription, number: int) -> tuple[rows.Invoice, list[rows.BilledLine]]:
        agreed = max(subscription.changes.all(), key=lambda change: change.number).quantities
        charges = self._plans[subscription.plan_version_id].charges
        priced = [(charge, agreed.get(charge.key, 0), charge.price(agreed.get(charge.key, 0))) for charge in charges]
        rate = self._seller.tax.rate
        lines = [self._line(subscription, charge, quantity, price, rate) for charge, quantity, price in priced]
        total = totals(sum(line.amount_minor for line in lines), rate)
        text = self._text(subscription, f"{RANGE}-{number:06d}", priced, total)
        document = rows.Invoice(
            organization_id=self._id,
            recorded_at=NOW,
            customer_id=subscription.customer_id,
            number_range=RANGE,
            number_in_range=number,
            number=f"{RANGE}-{number:06d}",
            billing_date=FIRST,
            issued_on=FIRST,
            due_on=FIRST + timedelta(days=self._seller.payment_days),
            currency=CURRENCY,
            net_minor=total.net_minor,
            tax_minor=total.tax_minor,
            gross_minor=total.gross_minor,
            snapshot=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            actor="bench",
            request_id="orm",
        )
        return document, lines

    def _line(
        self, subscription: rows.Subscription, charge: Charge, quantity: int, price: Decimal, rate: Decimal
    ) -> rows.BilledLine:
        position = 1 + [one.key for one in self._plans[subscription.plan_version_id].charges].index(charge.key)
        return rows.BilledLine(
            organization_id=self._id,
            recorded_at=NOW,
            subscription_id=subscription.pk,
            plan_version_id=subscription.plan_version_id,
            charge=charge.key,
            period_start=MONTH.start,
            period_end=MONTH.end,
            quantity=quantity,
            price=price,
            currency=CURRENCY,
            span_start=MONTH.start,
            span_end=MONTH.end,
            times=1,
            amount_minor=share_minor(price, CURRENCY, 1, 1),
            kind="invoiced",
            tax_rate=rate,
            position=position,
        )

    def _text(
        self, subscription: rows.Subscription, number: str, priced: list[tuple[Charge, int, Decimal]], total: Totals
    ) -> str:
        """As much as the product's snapshot says, in the same form."""
        seller, buyer = self._seller, subscription.customer.details
        language = buyer.language or seller.language
        plan = self._plans[subscription.plan_version_id].name.in_language(language)
        named = ("name", "street", "postal_code", "city", "country", "vat_id")
        lines = [
            {
                "position": position,
                "subscription": subscription.key,
                "plan": plan,
                "charge": charge.key,
                "text": f"{f'{quantity} × ' if quantity else ''}{charge.name.in_language(language)}",
                "period": str(MONTH),
                "meter": "",
                "window": "",
                "units": "1",
                "unit_price": f"{price:f}",
                "net": f"{price:f}",
            }
            for position, (charge, quantity, price) in enumerate(priced, 1)
        ]
        net, tax, gross = (
            f"{major(amount, CURRENCY):f}" for amount in (total.net_minor, total.tax_minor, total.gross_minor)
        )
        value = {
            "number": number,
            "issued_on": str(FIRST),
            "billing_date": str(FIRST),
            "language": language,
            "currency": CURRENCY,
            "seller": asdict(seller.address)
            | {"name": seller.name, "tax_number": seller.tax_number, "vat_id": seller.vat_id},
            "buyer": {name: getattr(buyer, name) for name in named} | {"customer": subscription.customer.key},
            "lines": lines,
            "net": net,
            "tax": {"rate": f"{total.rate.normalize():f}", "amount": tax, "reason": ""},
            "gross": gross,
        }
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
