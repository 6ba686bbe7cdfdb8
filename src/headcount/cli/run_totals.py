"""What a run came to, beside the one before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from headcount.cli.output import errors, language
from headcount.core.money import major

if TYPE_CHECKING:
    from headcount.services.runs import LastRun, Totals


def print_totals(totals: Totals, last: LastRun | None) -> None:
    """One line a currency; nothing for a run without documents."""
    german = language() == "de"
    for currency, now in sorted(totals.items()):
        before = last.totals.get(currency) if last else None
        text = _text(now, currency, german=german)
        if last and before:
            change = major(now["net_minor"] - before["net_minor"], currency)
            word = "letzter Lauf" if german else "last run"
            text += f"  ({word} {last.until}: {_text(before, currency, german=german)}; {change:+})"
        errors().print(text, markup=False)


def _text(totals: Mapping[str, int], currency: str, *, german: bool) -> str:
    net, gross = major(totals["net_minor"], currency), major(totals["gross_minor"], currency)
    number = totals["documents"]
    if german:
        word = "Beleg" if number == 1 else "Belege"
        return f"{number} {word}, {net} {currency} netto, {gross} brutto"
    word = "document" if number == 1 else "documents"
    return f"{number} {word}, {net} {currency} net, {gross} gross"
