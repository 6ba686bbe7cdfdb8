"""The ledger: entries that cover days, and entries that are amounts only."""

from __future__ import annotations

from decimal import Decimal

from headcount.core.coverage import Coverage, PricePoint
from headcount.core.ledger import MANUAL, Booked, Entry, coverages, invoiced

from .build import span

APRIL = span("2026-04-01", "2026-05-01")


def covered(subscription: int) -> Coverage:
    return Coverage(PricePoint(subscription, 1, "clients", APRIL, 10, Decimal("25.00"), "EUR"), APRIL)


def test_only_what_covers_days_says_which_days_were_charged() -> None:
    entries = [invoiced(covered(1)), Entry(MANUAL, 500), invoiced(covered(2))]
    booked = [Booked(id, 1, id, Decimal(19), entry) for id, entry in enumerate(entries, 1)]
    assert coverages(booked) == [covered(1), covered(2)]


def test_an_entry_of_another_contract_of_the_same_shape() -> None:
    assert invoiced(covered(1)).stamped(2) == invoiced(covered(2))
    assert Entry(MANUAL, 500).stamped(2) == Entry(MANUAL, 500)
