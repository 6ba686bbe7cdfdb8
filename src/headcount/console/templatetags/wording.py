"""How pages write numbers, money, days and names in the language of the reader."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from headcount.console.picture import gauge
from headcount.core import subscriptions
from headcount.core.calendar import Period, month_of, month_text, week_of, week_text
from headcount.core.catalog import Meter, Text
from headcount.core.money import Money, major
from headcount.core.subscriptions import CANCEL, Subscription
from headcount.documents.labels import STATUS_WORDS, date_text
from headcount.services.overview import Count
from headcount.services.windows import window_text

register = template.Library()

_TO_GERMAN = str.maketrans({",": ".", ".": ",", "-": "−"})
_TO_ENGLISH = str.maketrans({"-": "−"})


def _language() -> str:
    return get_language() or "en"


@register.filter
def number(value: int | Decimal) -> str:
    """`1.234,50` or `1,234.50`, with all digits that the value has, and a minus that is read aloud."""
    return f"{Decimal(value):,f}".translate(_TO_GERMAN if _language() == "de" else _TO_ENGLISH)


@register.filter
def money(amount_minor: int, currency: str) -> str:
    return f"{number(major(amount_minor, currency))} {currency}"


@register.filter
def sum_of_money(amount: Money) -> str:
    return money(amount.amount_minor, amount.currency)


@register.filter
def day(value: date) -> str:
    return date_text(value, _language())


@register.filter
def day_before(value: date) -> date:
    """The last day of what ends at the beginning of `value`."""
    return value - timedelta(days=1)


@register.filter
def moment(value: datetime, place: ZoneInfo) -> str:
    """Local time, to the minute."""
    local = value.astimezone(place)
    return f"{date_text(local.date(), _language())} {local:%H:%M}"


@register.filter
def iso(value: datetime, place: ZoneInfo) -> str:
    return value.astimezone(place).isoformat()


@register.filter
def month(value: Period) -> str:
    """`May 2026`, `Mai 2026`."""
    return f"{MONTHS[value.start.month]} {value.start.year}"


@register.filter
def short_month(value: Period) -> str:
    return date_format(value.start, "M") if _language() == "en" else str(MONTHS_3[value.start.month]).capitalize()


@register.filter
def month_key(value: Period) -> str:
    """As addresses write it: `2026-05`."""
    return month_text(value)


@register.filter
def window_key(value: Period) -> str:
    """Any window as addresses write it: `2026-05`, `2026-W18`, `2026-05-31`."""
    return window_text(value)


@register.filter
def window(value: Period) -> str:
    """A month by its name, another window by its first and last day."""
    if value == month_of(value.start):
        return month(value)
    if value.days == 1:
        return day(value.start)
    return f"{week_text(value)}, {period(value)}" if value == week_of(value.start) else period(value)


@register.filter
def short_window(value: Period) -> str:
    """The same where there is little room: a week by its number alone."""
    return week_text(value) if value == week_of(value.start) else window(value)


@register.filter
def period(value: Period) -> str:
    """First and last day, both inclusive, as paper prints it."""
    return f"{day(value.start)} – {day(value.last_day)}"


@register.filter
def text(value: Text) -> str:
    return value.in_language(_language())


@register.filter
def people(meter: Meter, count: int | Decimal) -> str:
    """`active client` or `active clients`."""
    return meter.noun.for_count(count).in_language(_language())


@register.filter
def status(value: str) -> str:
    return STATUS_WORDS[value][_language()]


@register.filter
def quantity(value: int | None) -> str:
    return gettext("unlimited") if value is None else number(value)


@register.filter
def committed(subscription: Subscription, today: date) -> list[dict[str, object]]:
    """What was bought in advance: by charge the quantity of today, and the next one with its day if one is agreed."""
    running = max(today, subscription.start_on)
    return [
        {
            "name": charge.name,
            "quantity": subscription.quantity_on(charge.key, running),
            "next": _next_quantity(subscription, charge.key, running),
        }
        for charge in subscription.plan.committed
        if charge.meter
    ]


def _next_quantity(subscription: Subscription, charge: str, today: date) -> dict[str, object] | None:
    upcoming = sorted(
        (change.effective_on, change.number, dict(change.quantities)[charge])
        for change in subscription.changes
        if change.effective_on > today and charge in dict(change.quantities)
    )
    return {"on": upcoming[0][0], "quantity": upcoming[0][2]} if upcoming else None


@register.filter
def state(subscription: Subscription, today: date) -> str:
    """`future`, `ended`, `ending` (cancelled), `fixed` or `running`, on the day that the organization's clock shows."""
    end_on = subscription.end_on
    if end_on is not None and end_on <= today:
        return "ended"
    if subscription.start_on > today:
        return "future"
    if end_on is None:
        return "running"
    return "ending" if any(change.kind == CANCEL for change in subscription.changes) else "fixed"


@register.filter
def cancel_by(subscription: Subscription, today: date) -> date | None:
    """The last day to cancel for the next end that the terms allow."""
    return subscriptions.cancel_by(subscription, today)


@register.inclusion_tag("console/_gauge.html")
def count_gauge(count: Count) -> dict[str, object]:
    """A count against its limit: the number, a line, and what is over in words."""
    return {"count": count, "gauge": gauge(count)}
