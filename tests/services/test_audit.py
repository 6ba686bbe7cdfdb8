"""The audit finds nothing in sound books, and whatever single row is changed behind Headcount's back."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.cli.catalogs import NUTRITION
from tests.vendor import Vendor

if TYPE_CHECKING:
    from headcount.storage.models import Invoice

BY_USE = """
[[meter]]
key = "registered"
counts = "status"

[[plan]]
key = "by-use"
product = "follow-up"
billing_period = "3 months"
charge = [{ key = "clients", basis = "counted", meter = "active-clients", model = "per unit", price = "1.00",\
  minimum = "10.00" }]
"""
SEATS = """
[[meter]]
key = "users"
counts = "seats"

[[plan]]
key = "team"
product = "follow-up"
billing_period = "1 month"
charge = [{ key = "users", basis = "counted", meter = "users", model = "per unit", price = "1.00" }]
"""
DAY = date(2026, 4, 2)


@pytest.fixture(scope="module")
def vendor(database: None, tmp_path_factory: pytest.TempPathFactory) -> Vendor:
    """Somebody with a row in every table that is audited."""
    made = Vendor(f"audited-{os.getpid()}", tmp_path_factory.mktemp("audited"))
    made.found(NUTRITION + BY_USE + SEATS, "Europe/Berlin", "test", tax='treatment = "domestic", rate = "19"',
               clock="2026-01-01")  # fmt: skip
    made.customers("anna", "beate")
    for key, plan, quantity in (("a", "monthly", "10"), ("b", "monthly", "25"), ("c", "by-use", "")):
        customer = {"a": "anna", "b": "beate", "c": "anna"}[key]
        made.ok("subscription", "add", key, "--customer", customer, "--plan", plan, "--start", "2026-01-01",
                *(["--quantity", quantity] if quantity else []))  # fmt: skip
    made.bill("2026-01-10")
    made.ok("subscription", "change", "a", "--quantity", "25", "--on", "2026-01-11")
    made.bill("2026-03-31")
    made.load("activity", "id,customer,member,kind,occurred_at\n" + "".join(
        f"{customer}-{member}-{number},{customer},{member},{kind},{at}\n"
        for customer in ("anna", "beate")
        for member in ("m1", "m2", "m3")
        for number, kind, at in ((1, "food_plan", "2026-01-31T22:59:00Z"), (2, "measurements", "2026-01-31T23:01:00Z"),
                                 (3, "login", "2026-02-02T12:00:00Z"), (4, "food_plan", "2026-02-03T12:00:00Z"))
    ) + '"a ""quoted"", \\. é",anna,m4,food_plan,2026-02-05T12:00:00Z\n')  # fmt: skip
    made.bill("2026-04-02")
    made.ok("claim", "beate", "m7", "--kind", "food_plan")
    made.load("activity", "id,customer,member,kind,occurred_at\n" + "".join(
        f"{id},anna,{member},food_plan,2026-04-01T12:00:00Z\n"
        for id, member in (("mistaken", "m8"), ("as-m9", "m9"), ("as-m10", "m10"))
    ))  # fmt: skip
    made.ok("activity", "withdraw", "mistaken", "--customer", "anna")
    made.ok("members", "merge", "anna", "m10", "--into", "m9")
    made.ok("subscription", "add", "d", "--customer", "beate", "--plan", "team")
    made.ok("seats", "assign", "d", "m7")
    made.bill("2026-04-02")
    Ledger(made.key).issue_everything()
    return made


class Ledger:
    """Rows of what no command of this vendor makes: documents by hand, credits, payments."""

    def __init__(self, organization: str) -> None:
        from headcount.cli.session import context

        self.context = context(organization)
        self.own = {"organization_id": self.context.organization_id, "recorded_at": self.context.now}
        self.by = {**self.own, "actor": "test", "request_id": "test"}

    def issue_everything(self) -> None:
        from headcount.storage import models as rows
        from headcount.storage.transaction import organization_transaction

        with organization_transaction(self.context.organization_id):
            billed = rows.BilledLine.objects.filter(subscription__key="b").order_by("id")[0]
            another = rows.BilledLine.objects.filter(subscription__key="a").order_by("id")[0]
            original = billed.invoice
            assert original
            self.customer = original.customer_id
            adjusted = rows.Adjustment.objects.create(
                customer_id=self.customer, text="Set-up", units=1, unit_price=10, amount_minor=1000, currency="EUR",
                **self.by)  # fmt: skip
            credit = rows.PromotionalCredit.objects.create(
                customer_id=self.customer, text="Welcome", amount_minor=400, currency="EUR",
                valid_from=DAY, **self.by)  # fmt: skip
            invoice = self.issue("invoice", None, [
                {"kind": "manual", "amount_minor": 1000, "times": 1, "adjustment_id": adjusted.pk},
                {"kind": "concession", "amount_minor": -50, "reverses_id": another.pk},
                {"kind": "promotion", "amount_minor": -400, "credit_id": credit.pk},
            ])  # fmt: skip
            taken_back = {
                name: getattr(billed, name)
                for name in ("subscription_id", "plan_version_id", "charge", "period_start", "period_end", "quantity",
                             "price", "span_start", "span_end")
            }  # fmt: skip
            note = self.issue("credit_note", original, [
                {"kind": "correction", "amount_minor": -billed.amount_minor, "times": -1, "reverses_id": billed.pk,
                 **taken_back},
                {"kind": "moved", "amount_minor": 100},
                {"kind": "moved", "amount_minor": -100},
            ])  # fmt: skip
            self.pay(invoice, note)
            rows.Customer.objects.filter(id=self.customer).update(due_on=self.context.today)  # what was taken back

    def issue(self, kind: str, original: Invoice | None, entries: list[dict[str, object]]) -> Invoice:
        from headcount.core.tax import totals
        from headcount.services.context import write_journal
        from headcount.storage import models as rows
        from headcount.storage import sequences
        from headcount.storage.journal import canonical, digest

        (number_in_range,) = sequences.take(self.context.organization_id, "CN-2026", 1)
        number, sign = f"CN-2026-{number_in_range:06d}", 1 if kind == "invoice" else -1
        amounts = [int(str(entry["amount_minor"])) for entry in entries]
        total = totals(sum(amounts), Decimal(19))
        printed = [f"{Decimal(sign * amount) / 100:.2f}" for amount in amounts]
        text = canonical({
            "number": number, "kind": kind, "original": original.number if original else "", "currency": "EUR",
            "billing_date": str(DAY), "issued_on": str(DAY), "due_on": str(DAY + timedelta(14)),
            "lines": [{"net": amount} for amount in printed],
            "net": f"{Decimal(sign * total.net_minor) / 100:.2f}",
            "tax": {"rate": "19", "amount": f"{Decimal(sign * total.tax_minor) / 100:.2f}"},
            "gross": f"{Decimal(sign * total.gross_minor) / 100:.2f}",
        })  # fmt: skip
        invoice = rows.Invoice.objects.create(
            customer_id=self.customer, kind=kind, original=original, number_range="CN-2026",
            number_in_range=number_in_range, number=number, billing_date=DAY, issued_on=DAY,
            due_on=DAY + timedelta(14), currency="EUR", net_minor=total.net_minor, tax_minor=total.tax_minor,
            gross_minor=total.gross_minor, snapshot=text, sha256=digest(text), **self.by)  # fmt: skip
        for position, entry in enumerate(entries, 1):
            rows.BilledLine.objects.create(currency="EUR", tax_rate=19, invoice=invoice, position=position,
                                           **entry, **self.own)  # fmt: skip
        told = [number, self.customer, total.net_minor, total.tax_minor, digest(text)]
        write_journal(self.context, "invoices.finalised", {"documents": [told]})
        return invoice

    def pay(self, invoice: Invoice, note: Invoice) -> None:
        from headcount.storage import models as rows

        numbers = count(1)

        def received(amount_minor: int, customer: int | None, **more: object) -> rows.Payment:
            return rows.Payment.objects.create(
                key=f"p{next(numbers)}", customer_id=customer, received_on=DAY, currency="EUR",
                amount_minor=amount_minor, method="transfer", **more, **self.by)  # fmt: skip

        first, unknown = received(500, self.customer), received(300, None)
        received(-500, self.customer, reverses=first)
        rows.PaymentOwner.objects.create(payment=unknown, customer_id=self.customer, **self.by)
        for amount_minor, source in (
            (500, {"payment": first}), (-500, {"payment": first}), (300, {"payment": unknown}),
            (200, {"credit_note": note}),
        ):  # fmt: skip
            rows.Allocation.objects.create(invoice=invoice, amount_minor=amount_minor, **source, **self.by)


def test_sound_books_agree_and_every_check_looked_at_rows(vendor: Vendor) -> None:
    result = vendor("audit", "--format", "json")
    assert result.status == 0, result.out
    made = json.loads(result.out)
    assert [(one["check"], one["differences"], one["findings"]) for one in made] == [
        (name, 0, [])
        for name in (
            "evidence",
            "counts",
            "limits",
            "seats",
            "ledger",
            "due",
            "documents",
            "numbers",
            "journal",
            "payments",
        )
    ]
    assert all(one["rows"] > 0 for one in made)
    assert vendor.ok("audit").out.endswith("All agrees.\n")


ROWS = {
    "first_id": "(SELECT min(id) FROM {table} WHERE {mine})",
    "first": "id = (SELECT min(id) FROM {table} WHERE {mine})",
    "anna": "(SELECT id FROM customer WHERE key = 'anna' AND {mine})",
    "anna_member": "(SELECT id FROM member WHERE key = 'm9' AND {mine})",
    "beate": "(SELECT id FROM customer WHERE key = 'beate' AND {mine})",
    "january": "window_start = '2026-01-01' AND pool_id = (SELECT id FROM customer WHERE key = 'anna' AND {mine})",
    "told": "number = (SELECT min(number) FROM journal WHERE action = 'invoices.finalised' AND {mine})",
    "last": "number = (SELECT max(number) FROM journal WHERE {mine})",
    "by_hand": "number = 'CN-2026-000001'",
    "paid": "(SELECT id FROM payment WHERE amount_minor = 500 AND {mine})",
    "dearer": "definition = replace(definition::text, '25.00', '26.00')::jsonb",
    "text": 'snapshot = replace(snapshot, \'"net":"-4.00"\', \'"net":"-5.00"\')',
    "less": "net_minor = net_minor - 1, gross_minor = gross_minor - 1",
    "same": "kind = 'manual', times = 1, adjustment_id = (SELECT id FROM adjustment WHERE {mine})",
    "logins": "definition = jsonb_set(definition, '{{kinds}}', '[\"login\"]')",
    "cent": "details = jsonb_set(details, '{{documents,0,2}}', '1')",
    "otto": "replace(snapshot, 'Anna', 'Otto')",
    "digest_of_otto": "encode(sha256(convert_to(replace(snapshot, 'Anna', 'Otto'), 'UTF8')), 'hex')",
}
# table: what | what is changed | in which row | what is found, and in which table
CORRUPTIONS = """
activity: first of a person lost | DELETE | source_id = 'anna-m1-1' | presence_surplus presence
activity: second of a person lost | DELETE | source_id = 'anna-m1-3' | evidence_count activity
activity: moved over midnight | occurred_at = '2026-01-31T23:00:00Z' | source_id = 'anna-m1-1' | usage_count usage
activity: of another kind | kind = 'login' | source_id = 'anna-m2-1' | presence_surplus presence
activity: of another member | member_id = 0 | source_id = 'anna-m3-3' | evidence_of_nobody activity
activity: one id twice | source_id = 'anna-m1-4' | source_id = 'anna-m3-3' | id_twice activity
member: of another customer | key = 'x', customer_id = {beate} | {first} | evidence_of_nobody activity
presence: person missing | DELETE | first_id = 'anna-m1-1' | presence_missing presence
presence: person too many | member_id = 0 | first_id = 'anna-m1-1' | presence_surplus presence
presence: other moment | first_at = first_at + interval '1 s' | first_id = 'anna-m1-1' | presence_first presence
presence: other activity | first_id = 'x' | first_id = 'anna-m1-1' | presence_first presence
presence: other kind | first_kind = 'measurements' | first_id = 'anna-m1-1' | presence_first presence
presence: other window | window_start = '2025-12-01' | first_id = 'anna-m1-1' | usage_list usage
usage: one too many | count = count + 1 | {january} | usage_count usage
usage: row missing | DELETE | {january} | usage_count usage
meter: counts another kind | {logins} | true | presence_surplus presence
limit_grant: missing | DELETE | {first} | limit_missing limit_grant
limit_grant: more people | quantity = quantity + 1 | {first} | limit_surplus limit_grant
limit_grant: another time | from_at = from_at + interval '1 second' | {first} | limit_missing limit_grant
limit_grant: of no subscription | subscription_id = 0 | {first} | limit_surplus limit_grant
subscription_change: another quantity | quantities = '{{"clients": 75}}' | {first} | limit_missing limit_grant
plan_version: another price | {dearer} | true | entry_price billed_line
billed_line: missing | DELETE | {first} | document_net invoice
customer: looked at too late | due_on = '2027-01-01' | key = 'beate' | not_billed billed_line
billed_line: another amount | amount_minor = amount_minor + 1 | {first} | entry_amount billed_line
billed_line: another price | price = price + 0.000000000001 | {first} | entry_price billed_line
billed_line: another quantity | quantity = 75 | {first} | entry_price billed_line
billed_line: fewer days | span_end = span_end - 1 | {first} | entry_amount billed_line
billed_line: twice | times = 2 | {first} | entry_amount billed_line
billed_line: another currency | currency = 'USD' | {first} | entry_currency billed_line
billed_line: another charge | charge = 'x' | {first} | entry_price billed_line
billed_line: of no document | invoice_id = 0 | {first} | entry_document billed_line
billed_line: of no subscription | subscription_id = 0 | {first} | entry_plan billed_line
billed_line: of no line | position = 9 | {first} | entry_position billed_line
billed_line: another tax rate | tax_rate = 7 | {first} | document_tax invoice
billed_line: corrects too much | times = -2 | kind = 'correction' | days_given_back billed_line
billed_line: concedes too much | amount_minor = -2501 | kind = 'concession' | conceded_too_much billed_line
billed_line: corrects nothing | reverses_id = 0 | kind = 'correction' | reversed_another billed_line
billed_line: corrects another | reverses_id = {first_id} | kind = 'correction' | reversed_another billed_line
billed_line: another adjustment | adjustment_id = 0 | kind = 'manual' | adjustment_amount billed_line
billed_line: another credit | credit_id = 0 | kind = 'promotion' | promotion_overused billed_line
billed_line: same adjustment twice | {same} | kind = 'promotion' | adjustment_twice billed_line
billed_line: moved away | amount_minor = 99 | kind = 'moved' AND amount_minor = 100 | moved_open billed_line
adjustment: another amount | amount_minor = 999 | true | adjustment_amount billed_line
promotional_credit: smaller | amount_minor = 399 | true | promotion_overused billed_line
promotional_credit: other currency | currency = 'USD' | true | entry_currency billed_line
invoice: another net | net_minor = net_minor + 1, gross_minor = gross_minor + 1 | {first} | document_net invoice
invoice: another tax | tax_minor = tax_minor + 1, gross_minor = gross_minor + 1 | {first} | document_tax invoice
invoice: another text | snapshot = {otto} | {first} | snapshot_digest invoice
invoice: no text | snapshot = 'x' | {first} | snapshot_broken invoice
invoice: text and digest | snapshot = {otto}, sha256 = {digest_of_otto} | {first} | journal_document invoice
invoice: text with spaces | snapshot = snapshot || ' ' | {first} | snapshot_not_canonical invoice
invoice: text with another sum | {text} | {by_hand} | snapshot_lines invoice
invoice: another digest | sha256 = repeat('0', 64) | {first} | snapshot_digest invoice
invoice: another day | issued_on = issued_on + 1 | {first} | snapshot_differs invoice
invoice: another billing date | billing_date = billing_date + 1 | {first} | snapshot_differs invoice
invoice: due later | due_on = due_on + 1 | {by_hand} | snapshot_differs invoice
invoice: another customer | customer_id = 0 | {first} | journal_document invoice
invoice: number skipped | number_in_range = 999, number = 'RE-2026-000999' | {first} | number_gap invoice
invoice: another number | number = 'RE-2026-000999' | {first} | number_text invoice
invoice: another currency | currency = 'USD' | {first} | entry_currency billed_line
invoice: corrects nothing | original_id = NULL | kind = 'credit_note' | snapshot_differs invoice
invoice: corrects a credit note | original_id = id | kind = 'credit_note' | original_unknown invoice
invoice: credited too much | {less} | kind = 'credit_note' | original_exceeded invoice
number_range: further | last = last + 1 | {first} | number_last number_range
number_range: missing | DELETE | {first} | number_last number_range
claim: of another key | key = 'another' | true | claim_lost claim
withdrawal: missing | DELETE | true | presence_missing presence
withdrawal: of another id | source_id = 'anna-m1-1' | true | presence_surplus presence
member_alias: missing | DELETE | true | presence_missing presence
seat_event: of another customer's | member_id = {anna_member} | true | seat_of_another seat_event
journal: another number in details | {cent} | {told} | journal_document invoice
journal: another actor | actor = 'x' | {first} | journal_hash journal
journal: another time | recorded_at = recorded_at + interval '1 microsecond' | {first} | journal_hash journal
journal: another hash | hash = repeat('0', 64) | {first} | journal_link journal
journal: another hash before | previous_hash = repeat('1', 64) | {first} | journal_link journal
journal: an entry taken out | DELETE | number = 3 | journal_gap journal
journal: the last taken out | DELETE | {last} | journal_head journal_head
journal_head: another hash | hash = repeat('0', 64) | true | journal_head journal_head
journal_head: missing | DELETE | true | journal_head journal_head
payment: smaller | amount_minor = 299 | amount_minor = 300 | payment_overused allocation
payment: another currency | currency = 'USD' | amount_minor = 300 | allocation_currency allocation
payment: taken back in part | amount_minor = -499 | amount_minor = -500 | payment_reversal payment
payment: of another | customer_id = {anna} | amount_minor = 500 | allocation_of_another allocation
payment_owner: missing | DELETE | true | allocation_of_another allocation
payment_owner: too many | payment_id = {paid} | true | payment_owner payment_owner
allocation: of a payment larger | amount_minor = 301 | amount_minor = 300 | payment_overused allocation
allocation: of a credit note larger | amount_minor = 99999 | amount_minor = 200 | credit_overused allocation
allocation: above the invoice | amount_minor = 99999 | amount_minor = 200 | invoice_overpaid allocation
allocation: not taken back | DELETE | amount_minor = -500 | payment_overused allocation
allocation: to a credit note | invoice_id = credit_note_id | amount_minor = 200 | allocation_kind allocation
"""


def corruptions() -> list[Any]:
    lines = [re.split(" [|] ", line) for line in CORRUPTIONS.strip().splitlines()]
    return [
        pytest.param(what.split(":")[0], change, which, *found.split(), id=what) for what, change, which, found in lines
    ]


@contextmanager
def corrupted(organization: str, table: str, change: str, which: str) -> Iterator[None]:
    """One statement of the owner of the database, past every trigger; afterwards the table is as it was."""
    with psycopg.connect(os.environ["HEADCOUNT_OWNER_URL"], autocommit=True) as owner:
        row = owner.execute("SELECT id FROM organization WHERE key = %s", [organization]).fetchone()
        assert row
        mine = f"organization_id = {row[0]}"
        named = {name: text.format(table=table, mine=mine) for name, text in ROWS.items()}
        action = f"DELETE FROM {table}" if change == "DELETE" else f"UPDATE {table} SET {change}"
        text = f"{action} WHERE {which} AND {mine}".format(**named)
        owner.execute(f"CREATE TEMPORARY TABLE kept AS SELECT * FROM {table} WHERE {mine}")
        with owner.transaction():
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            assert owner.execute(text).rowcount > 0, text
        try:
            yield
        finally:
            with owner.transaction():
                owner.execute(f"DELETE FROM {table} WHERE {mine}")
                owner.execute(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM kept")
                owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.parametrize(("table", "change", "which", "code", "found_in"), corruptions())
def test_a_changed_row_is_found(vendor: Vendor, table: str, change: str, which: str, code: str, found_in: str) -> None:
    with corrupted(vendor.key, table, change, which):
        result = vendor("audit", "--format", "csv")
    found = [(row["code"], row["table"]) for row in result.rows if row["code"]]
    assert (code, found_in) in found, result.out
    assert result.status == 1 or code == "id_twice"


def test_books_are_as_they_were_after_every_corruption(vendor: Vendor) -> None:
    vendor.ok("audit")


def test_a_finding_is_a_sentence_in_both_languages(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    with corrupted(vendor.key, "usage", "count = count + 1", "window_start = '2026-01-01'"):
        english = vendor("audit").out
        monkeypatch.setenv("HEADCOUNT_LANGUAGE", "de")
        german = vendor("audit").out
    assert (
        "counts: usage_count (usage): By evidence 3 people count, and 4 are stored (meter=active-clients customer="
        in english
    )
    assert "6 differences." in english
    assert "Laut Belegen zählen 3 Personen, gespeichert sind 4" in german
    assert "6 Abweichungen." in german


def test_every_code_has_a_sentence_and_every_corruption_a_code() -> None:
    from headcount.language.audit import AUDIT

    folder = Path(__file__).parents[2] / "src" / "headcount" / "services" / "audit"
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    assert {code for code in AUDIT if f'"{code}"' not in source} == set()
    provoked = {parameters.values[3] for parameters in corruptions()}
    assert set(AUDIT) - provoked == {"document_gross"}, "the database itself refuses it"


def test_an_audit_sees_one_moment_and_may_only_read(vendor: Vendor) -> None:
    from django.db import DatabaseError, connection, transaction

    from headcount.cli.session import context
    from headcount.storage.audit import size
    from headcount.storage.transaction import frozen_view

    with frozen_view(context(vendor.key).organization_id):
        before = size("usage")
        with corrupted(vendor.key, "usage", "DELETE", "true"):
            assert size("usage") == before > 0
        with pytest.raises(DatabaseError, match="read-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE usage SET count = 0")


def test_a_month_has_the_activity_that_the_clock_showed_in_it(new_vendor: object) -> None:
    """St. John's went back over midnight on 1 November 2009: 00:00 came twice, and 23:30 too, after the first."""
    vendor: Vendor = new_vendor(NUTRITION, "America/St_Johns", "test", clock="2026-01-01")  # type: ignore[operator]
    vendor.customers("anna")
    vendor.activity(
        ("anna", "m1", "food_plan", "2009-11-01T02:30:30Z"),  # 1 November 00:00:30, before
        ("anna", "m2", "food_plan", "2009-11-01T03:00:00Z"),  # 31 October 23:30, again
        ("anna", "m3", "food_plan", "2009-11-01T03:30:00Z"),  # 1 November 00:00, again
    )
    assert vendor.count("active-clients", "2009-10", "anna") == 1
    assert vendor.count("active-clients", "2009-11", "anna") == 2
    vendor.ok("audit")
