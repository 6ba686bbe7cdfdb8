"""Fields of a story read into values: times, amounts, quantities, people. Amounts and counts become the text that the
comparison uses. Wrong ones are refused with their place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

from headcount.core.calendar import Period, first_instant, parse_date
from headcount.core.catalog import quantity_text
from headcount.core.document import Table
from headcount.core.errors import refuse
from headcount.core.money import exponent, parse_decimal
from headcount.core.rating import parse_quantity
from headcount.stories.values import Terms

MOST_PEOPLE = 10_000
Parse = Callable[[object, str, Terms], str]
"""A field of an expectation as the text it is compared by."""


def given(table: Table, key: str) -> bool:
    """Whether an optional field is there. From now on the table knows the key, and suggests it for a misspelt one."""
    table.get(key, None)
    return key in table


def one_or_more(table: Table, key: str) -> list[Table]:
    """A table, or a list of tables."""
    value = table.get(key, ())
    return [Table(value, table.at(key), table.refusals)] if isinstance(value, Mapping) else table.tables(key)


def instant(value: object, field: str, terms: Terms) -> datetime:
    """A date is 00:00 local; a time without an offset is local, and of two that read alike the first. UTC."""
    if isinstance(value, datetime):
        local = value if value.tzinfo else value.replace(tzinfo=terms.place)
        return local.astimezone(UTC)
    if isinstance(value, date):
        return first_instant(parse_date(value, field), terms.place).astimezone(UTC)
    raise refuse("not_a_time_of_a_story", field, given=repr(value))


def instant_field(table: Table, key: str, terms: Terms) -> datetime | None:
    return table.parsed(key, lambda value, field: instant(value, field, terms), None, None)


def day_field(table: Table, key: str) -> date | None:
    return table.parsed(key, parse_date, None, None)


def quantity(value: object, field: str) -> str:
    """`10`, `"unlimited"` or `{ clients = 20, coaches = 2 }` as the services take it: `clients=20 coaches=2`."""
    if isinstance(value, Mapping):
        parts = [f"{key}={quantity_text(parse_quantity(part, f'{field}.{key}'))}" for key, part in value.items()]
        return " ".join(parts)
    return quantity_text(parse_quantity(value, field))


def quantity_field(table: Table) -> str:
    """`limit` and `quantity` are two words for what is bought in advance; one of them may be given."""
    if given(table, "limit") and given(table, "quantity"):
        table.note("limit_and_quantity", "quantity")
    return table.parsed("limit", quantity, "", None) or table.parsed("quantity", quantity, "", None)


def members_field(table: Table, key: str = "members") -> tuple[str, ...]:
    """Keys, or how many people to make up, called `member-1` and so on after `prefix`."""
    prefix = table.text("prefix", "member")
    value = table.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        if 0 < value <= MOST_PEOPLE:
            return tuple(f"{prefix}-{number}" for number in range(1, value + 1))
        table.note("not_a_number_of_people", key, given=value, most=MOST_PEOPLE)
        return ()
    return () if value is None else table.texts(key)


def named(members: Sequence[str]) -> str:
    """Some people as a timeline names them."""
    shown = ", ".join(members[:5])
    return shown if len(members) <= 5 else f"{len(members)} ({members[0]} … {members[-1]})"


def word(value: object, field: str, _terms: Terms) -> str:
    if not isinstance(value, str) or not value.strip():
        raise refuse("not_a_text", field, given=repr(value))
    return value.strip()


def amount(value: object, field: str, terms: Terms) -> str:
    """`"25.00"`, with exactly the digits of the currency."""
    digits = exponent(terms.currency)
    text = str(parse_decimal(value, field))
    if len(str(value).partition(".")[2]) != digits:
        raise refuse("digits_of_the_currency", field, given=str(value), currency=terms.currency, digits=digits)
    return text


def decimal(value: object, field: str, _terms: Terms) -> str:
    """A number of units, a unit price, or a count: a whole number, or the text of another one."""
    return plain(parse_decimal(value, field))


def plain(value: Decimal) -> str:
    """2.50 is 2.5, and 12.00 is 12: of numbers that are no amounts only the value is compared."""
    return f"{value.normalize():f}"


def limit(value: object, field: str, _terms: Terms) -> str:
    """A whole number, or `"unlimited"`."""
    return quantity_text(parse_quantity(value, field))


def day(value: object, field: str, _terms: Terms) -> str:
    return str(parse_date(value, field))


def day_or_none(value: object, field: str, terms: Terms) -> str:
    """A day, or `"none"`."""
    return "none" if value == "none" else day(value, field, terms)


def period(value: object, field: str, _terms: Terms) -> str:
    """`"2024-04-15/2024-05-15"`, half-open."""
    start, _, end = str(value).partition("/")
    return str(Period(parse_date(start, field), parse_date(end, field)))


def local_time(value: object, field: str, terms: Terms) -> str:
    """A time, or `"none"`."""
    return time_text(None if value == "none" else instant(value, field, terms), terms)


def time_text(at: datetime | None, terms: Terms) -> str:
    return at.astimezone(terms.place).isoformat(timespec="seconds") if at else "none"


def quantities(value: object, field: str, _terms: Terms) -> str:
    return " ".join(sorted(quantity(value, field).split()))


def _parsed(parse: Parse, terms: Terms, value: object, field: str) -> str:
    return parse(value, field, terms)


def named_fields(table: Table, known: Mapping[str, Parse], terms: Terms) -> dict[str, str]:
    """The fields that an expectation names, each as text."""
    found = {}
    for key, parse in known.items():
        if given(table, key):
            found[key] = table.parsed(key, partial(_parsed, parse, terms), "")
    return found


def named_amounts(table: Table, key: str, parse: Parse, terms: Terms) -> dict[str, str]:
    """A table with an amount for each customer: `{ anna = "31.00" }`."""
    value = table.get(key)
    if not isinstance(value, Mapping):
        table.note("not_a_table", key, given=repr(value))
        return {}
    return named_fields(Table(value, table.at(key), table.refusals), dict.fromkeys(value, parse), terms)
