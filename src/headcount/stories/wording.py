"""What happens in a story as sentences: code -> (English, German). The values of a note fill the gaps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from headcount.core.errors import Refusal
from headcount.documents.labels import date_text
from headcount.language import sentence
from headcount.stories.values import Note

NOTES: Mapping[str, tuple[str, str]] = {
    "customer": ("{customer} is a customer: {details}", "{customer} ist Kunde: {details}"),
    "people": ("{members} of {customer}: {status}", "{members} von {customer}: {status}"),
    "people_since": (
        "{members} of {customer}: {status} since {since}",
        "{members} von {customer}: {status} seit {since}",
    ),
    "asked": (
        "{member} of {customer} asks to be {status}: {before} become {after} ({meter})",
        "{member} von {customer} möchte {status} sein: aus {before} werden {after} ({meter})",
    ),
    "merged": ("{member} of {customer} is {into}", "{member} von {customer} ist {into}"),
    "joined": ("{site} joins the chain of {chain}", "{site} tritt der Kette von {chain} bei"),
    "left": ("{site} leaves its chain", "{site} verlässt die Kette"),
    "activity": ("{kind} with {members} of {customer}", "{kind} mit {members} von {customer}"),
    "activity_done": (
        "activity: {kept} kept, {counted} counted, {repeated} repeated",
        "Aktivität: {kept} übernommen, {counted} gezählt, {repeated} wiederholt",
    ),
    "counts": ("{customer} has {count} in {window} ({meter})", "{customer} hat {count} im Zeitraum {window} ({meter})"),
    "subscribed": (
        "{customer} subscribes to {plan} from {start}, quantity {quantity} ({subscription})",
        "{customer} abonniert {plan} ab {start}, Menge {quantity} ({subscription})",
    ),
    "seats_assign": ("{members} get a seat of {subscription}", "{members}: Platz von {subscription}"),
    "seats_invite": (
        "{members} are invited to {subscription} for {days} days",
        "{members}: zu {subscription} eingeladen, {days} Tage lang",
    ),
    "seats_resend": (
        "the invitation of {members} to {subscription} is sent again",
        "{members}: Einladung zu {subscription} erneut verschickt",
    ),
    "seats_redeem": (
        "{members} redeem the invitation to {subscription}",
        "{members}: Einladung zu {subscription} angenommen",
    ),
    "seats_remove": ("{members} lose the seat of {subscription}", "{members}: kein Platz mehr von {subscription}"),
    "changed": ("{subscription} changes to {quantity} from {date}", "{subscription} wechselt auf {quantity} ab {date}"),
    "cancelled": (
        "{subscription} is cancelled, {end} is the first day without it",
        "{subscription} ist gekündigt, {end} ist der erste Tag ohne",
    ),
    "previewed": (
        "preview: {subscription} at {quantity} would bill {net} {currency}",
        "Vorschau: {subscription} mit {quantity} ergäbe {net} {currency}",
    ),
    "previewed_line": ("  {text}   {period}   {net}", "  {text}   {period}   {net} "),
    "claimed": (
        "{member} of {customer} may count: {outcome}, {counts}",
        "{member} von {customer} darf zählen: {outcome}, {counts}",
    ),
    "withdrawn": (
        "{id} is withdrawn: {found} found, {uncounted} counts go down",
        "{id} ist zurückgezogen: {found} gefunden, {uncounted} Zählungen sinken",
    ),
    "reset_requested": ("{subscription} asks for {size}", "{subscription} beantragt {size}"),
    "reset_declined": ("{subscription} stays as it is", "{subscription} bleibt, wie es ist"),
    "lowered": ("{subscription} goes down to {to} on {date}", "{subscription} geht am {date} auf {to} zurück"),
    "raise_undone": (
        "the raise of {subscription} is undone, {to} since {date}",
        "die Erhöhung von {subscription} ist zurückgenommen, {to} seit {date}",
    ),
    "paid": (
        "{customer} pays {amount}, {settles} settles invoices ({payment})",
        "{customer} zahlt {amount}, {settles} gleicht Rechnungen aus ({payment})",
    ),
    "paid_by_nobody": (
        "{amount} came, nobody knows of whom ({payment})",
        "{amount} kam, niemand weiß von wem ({payment})",
    ),
    "assigned": (
        "{payment} is one of {customer}: {amount}, {settles} settles invoices",
        "{payment} gehört zu {customer}: {amount}, {settles} gleicht Rechnungen aus",
    ),
    "payment_back": ("{payment} came back: {amount}, {reason}", "{payment} kam zurück: {amount}, {reason}"),
    "refunded": ("{amount} is paid back to {customer}", "{amount} geht zurück an {customer}"),
    "applied": ("the catalog {file} is applied: {changes}", "der Katalog {file} gilt: {changes}"),
    "applied_nothing": ("the catalog {file} changes nothing", "der Katalog {file} ändert nichts"),
    "refused": ("refused: {refusal}", "abgelehnt: {refusal}"),
    "catalog_refused": ("the catalog is refused:", "der Katalog wird abgelehnt:"),
    "catalog_taken": ("the catalog is accepted", "der Katalog wird angenommen"),
    "not_reached": ("not reached", "nicht erreicht"),
    "why_began": ("the period {start} to {end} began", "der Zeitraum {start} bis {end} begann"),
    "why_ended": ("the period {start} to {end} ended", "der Zeitraum {start} bis {end} endete"),
    "why_days": ("the days from {start} to {end}", "die Tage von {start} bis {end}"),
    "why_taken_back": (
        "was billed for {start} to {end}, and is taken back",
        "war für {start} bis {end} berechnet und entfällt",
    ),
    "why_instead": ("holds instead from {start} on", "gilt stattdessen ab {start}"),
}


def words(note: Note, language: str) -> str:
    values = {key: _word(value, language) for key, value in note.values.items()}
    return NOTES[note.code][language == "de"].format_map(values)


def _word(value: object, language: str) -> object:
    """Dates and refusals in the reader's language."""
    if isinstance(value, Refusal):
        return f"{value.code}: {sentence(value, language)}"
    if isinstance(value, date) and not isinstance(value, datetime):
        return date_text(value, language)
    return value
