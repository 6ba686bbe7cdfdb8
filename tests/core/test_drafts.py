"""Drafts: which documents there are, and what they are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from .build import bill, committed, per_unit, plan, subscribed

HUNDRED = plan(committed(per_unit("10.00")))


def test_one_invoice_a_purchase_order() -> None:
    sold = [
        replace(subscribed(HUNDRED, "2026-04-01", {"clients": 10}, number=number), purchase_order=order)
        for number, order in ((1, ""), (2, "PO 7"), (3, ""))
    ]
    made = bill(sold, "2026-04-01")
    assert [(draft.purchase_order, draft.net_minor) for draft in made] == [("", 20_000), ("PO 7", 10_000)]
    assert {draft.billing_date for draft in made} == {date(2026, 4, 1)}


def test_contracts_of_one_shape_have_documents_of_their_own() -> None:
    """What is found out once for all of a shape says on each document, and in the ledger, whose contract it is."""
    for number in (1, 2, 3):
        own = subscribed(HUNDRED, "2026-04-01", {"clients": 10}, number=number)
        april, may = bill(replace(own, purchase_order=f"PO {number}"), "2026-05-01")
        for draft in (april, may):
            assert (draft.purchase_order, draft.net_minor) == (f"PO {number}", 10_000)
            assert [line.subscription for line in draft.lines] == [number]
            assert [entry.coverage and entry.coverage.point.subscription for entry in draft.entries] == [number]
