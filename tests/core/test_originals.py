"""What was charged too much goes back to the documents that charged it, newest first (SPEC 5.2a)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from headcount.core.catalog import AT_ONCE
from headcount.core.drafts import CREDIT_NOTE, Account, Draft, drafts
from headcount.core.ledger import CONCESSION, CORRECTION, INVOICED, MOVED, PROMOTION, Entry
from headcount.core.money import percent_minor
from headcount.core.originals import less
from headcount.core.subscriptions import CANCEL, Change, Subscription
from headcount.core.tax import totals_of_note

from .build import METERS, account, as_originals, bill, brackets, committed, day, plan, subscribed

PACKAGES = plan(committed(brackets((10, "25.00"), (25, "39.00"))), decrease=AT_ONCE)
FREE = plan(committed(brackets((0, "0.00"), (10, "100.00"))), decrease=AT_ONCE)


def kinds(draft: Draft) -> list[tuple[str, int]]:
    return [(entry.kind, entry.amount_minor) for entry in draft.entries]


def test_spec_5_2a_a_change_is_one_sum_and_goes_back_with_both_of_its_lines() -> None:
    before = bill(subscribed(PACKAGES, "2026-04-15", {"clients": 25}), "2026-04-15")
    fewer = subscribed(PACKAGES, "2026-04-15", {"clients": 25}, ("2026-05-10", {"clients": 10}))
    (note,) = bill(fewer, "2026-05-10", before=before)
    assert (note.kind, note.net_minor, kinds(note)) == (CREDIT_NOTE, -233, [(CORRECTION, -650), (INVOICED, 417)])
    assert note.original
    assert note.original.number == "1"


@pytest.mark.parametrize(
    ("others", "also_minor"),
    [
        pytest.param([], 0, id="it charged nothing else"),
        pytest.param([subscribed(PACKAGES, "2026-05-10", {"clients": 25}, number=2)], 3900, id="it charged more"),
    ],
)
def test_what_the_newest_document_cannot_give_back_comes_from_the_one_before(
    others: list[Subscription], also_minor: int
) -> None:
    """What it charged for another contract is not given back before what an older one charged for this one."""
    raised = subscribed(PACKAGES, "2026-04-15", {"clients": 10}, ("2026-05-10", {"clients": 25}))
    before = bill([raised, *others], "2026-05-10")
    assert [draft.net_minor for draft in before] == [2500, 233 + also_minor]
    nothing = replace(FREE.charges[0], model=brackets((0, "0.00"), (10, "25.00"), (25, "39.00")))
    gone = replace(raised, plan=replace(PACKAGES, charges=(nothing,)))
    gone = replace(gone, changes=(*gone.changes, replace(gone.changes[1], number=3, quantities=(("clients", 0),))))
    newest, older = bill([gone, *others], "2026-05-10", before=before)
    assert newest.original
    assert older.original
    assert (newest.original.number, newest.net_minor) == ("2", -233)
    assert (older.original.number, older.net_minor) == ("1", -417)
    assert kinds(newest) == [(CORRECTION, -650), (MOVED, 417)]
    assert kinds(older) == [(MOVED, -417)]


def hundred(*, less: int = 0, regained: tuple[Entry, ...] = (), currency: str = "EUR") -> Account:
    """100.00 were billed in April, of which something was not paid in money; in May the customer had none."""
    before = bill(subscribed(FREE, "2026-04-01", {"clients": 10}), "2026-04-01", currency=currency)
    gone = subscribed(FREE, "2026-04-01", {"clients": 10}, ("2026-04-01", {"clients": 0}))
    found = account([gone], until="2026-04-02", before=before, billed_until="2026-04-01", currency=currency)
    (original,) = as_originals(before).values()
    return replace(found, originals={1: replace(original, left_minor=original.left_minor - less, regained=regained)})


def test_spec_3_10_promotional_credit_is_not_given_back_as_money_but_can_be_used_again() -> None:
    (note,) = drafts(hundred(less=2_000, regained=(Entry(PROMOTION, -2_000, credit=7),)), METERS, day("2026-04-02"))
    assert kinds(note) == [(CORRECTION, -10_000), (PROMOTION, 2_000)]
    assert note.net_minor == -8_000


def test_what_was_conceded_is_taken_off_what_goes_back() -> None:
    (note,) = drafts(hundred(less=1_000, regained=(Entry(CONCESSION, -1_000, reverses=3),)), METERS, day("2026-04-02"))
    assert kinds(note) == [(CORRECTION, -10_000), (CONCESSION, 1_000)]
    assert note.net_minor == -9_000


def test_what_is_not_given_back_is_printed_with_the_digits_of_the_currency() -> None:
    yen = hundred(less=20, regained=(Entry(PROMOTION, -20, credit=7),), currency="JPY")
    (note,) = drafts(yen, METERS, day("2026-04-02"))
    assert [str(line.unit_price) for line in note.lines] == ["100", "20"]


def test_a_note_goes_to_whoever_got_the_document_that_it_corrects() -> None:
    now = hundred()
    before = replace(now, originals={1: replace(now.originals[1], customer=2)})
    (note,) = drafts(before, METERS, day("2026-04-02"))
    assert (now.customer, note.customer) == (1, 2)


def test_what_one_note_took_back_the_next_one_cannot() -> None:
    (note,) = drafts(hundred(less=1_000, regained=(Entry(CONCESSION, -1_000, reverses=3),)), METERS, day("2026-04-02"))
    assert note.original
    left = less(note.original, note.lines)
    assert (left.left_minor, left.most_minor, [entry.amount_minor for entry in left.regained]) == (0, 0, [0])


def test_what_was_never_on_a_document_of_ours_is_a_note_without_an_original() -> None:
    (note,) = drafts(replace(hundred(), originals={}), METERS, day("2026-04-02"))
    assert (note.original, note.net_minor) == (None, -10_000)


def test_notes_give_back_the_tax_of_their_original_to_the_cent() -> None:
    left, rate, back = 6, Decimal(19), 0
    for part in (3, 3):
        back += totals_of_note(-part, left, rate).tax_minor
        left -= part
    assert -back == percent_minor(6, rate) == 1


def test_a_document_gives_back_first_what_it_charged_of_this() -> None:
    """An invoice that took days back and charged them anew for as much has charged nothing of that period."""
    raised = subscribed(PACKAGES, "2026-04-15", {"clients": 10}, ("2026-04-16", {"clients": 25}))
    (first, second, third) = bill(raised, "2026-05-15")
    own = replace(second, lines=(*second.lines, *third.lines))
    end = Change(3, CANCEL, day("2026-04-15"))
    ended = replace(raised, changes=(*raised.changes, end))
    notes = bill(ended, "2026-05-16", before=[first, own], ran="2026-05-15")
    assert {note.original.number if note.original else "" for note in notes} == {"1", "2"}
    assert sum(note.net_minor for note in notes) == -(first.net_minor + own.net_minor)
