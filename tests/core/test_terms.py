"""Terms: where periods begin, where a contract may end, and until when it can be cancelled, date by date."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count, islice, pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.calendar import Interval, Period, boundary, local_date
from headcount.core.terms import (
    Terms,
    end_by_notice,
    last_day_to_cancel,
    natural_end,
    possible_ends,
    refusals,
    term_of,
)

from .build import cases, day, few, interval, many, span, terms

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE_DAY = timedelta(days=1)


UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}
WORDS = {"for": "duration", "then": "renewal", "notice": "notice"}


def agreed(written: str) -> Terms:
    """`every 3m, for 12m, then 6m, notice 2w, day 31`; without `every` it is billed by the month."""
    named = dict(part.split() for part in written.split(","))
    billing_day = named.pop("day", None)
    every, *lengths = (
        (WORDS.get(word, word), f"{length[:-1]} {UNITS[length[-1]]}")
        for word, length in ({"every": "1m"} | named).items()
    )
    return terms(every[1], billing_day=int(billing_day) if billing_day else None, **dict(lengths))


# what it is | start | interval | number | where that period begins
BOUNDARIES = """
    31 January, a short February | 2026-01-31 | 1 month | 1 | 2026-02-28
    31 January, two months on | 2026-01-31 | 1 month | 2 | 2026-03-31
    31 January, a 30-day April | 2026-01-31 | 1 month | 3 | 2026-04-30
    31 January, four months on | 2026-01-31 | 1 month | 4 | 2026-05-31
    31 January, a year later | 2026-01-31 | 1 month | 12 | 2027-01-31
    31 January, the February after next | 2026-01-31 | 1 month | 25 | 2028-02-29
    31 January, into a leap February | 2027-01-31 | 1 month | 13 | 2028-02-29
    31 January of a leap year | 2024-01-31 | 1 month | 1 | 2024-02-29
    30 January, a short February | 2026-01-30 | 1 month | 1 | 2026-02-28
    30 January, a leap February | 2024-01-30 | 1 month | 1 | 2024-02-29
    30 January, back to the 30th | 2026-01-30 | 1 month | 2 | 2026-03-30
    29 January, a short February | 2026-01-29 | 1 month | 1 | 2026-02-28
    29 January, a leap February keeps it | 2024-01-29 | 1 month | 1 | 2024-02-29
    29 January, back to the 29th | 2026-01-29 | 1 month | 2 | 2026-03-29
    28 January is never clipped | 2026-01-28 | 1 month | 1 | 2026-02-28
    28 February stays the 28th | 2026-02-28 | 1 month | 1 | 2026-03-28
    28 February is no end of month | 2026-02-28 | 1 month | 2 | 2026-04-28
    28 February, a leap year does not move it | 2023-02-28 | 12 months | 1 | 2024-02-28
    29 February, a month later | 2024-02-29 | 1 month | 1 | 2024-03-29
    29 February, a year later | 2024-02-29 | 12 months | 1 | 2025-02-28
    29 February, two years later | 2024-02-29 | 1 year | 2 | 2026-02-28
    29 February, three years later | 2024-02-29 | 1 year | 3 | 2027-02-28
    29 February comes back after four years | 2024-02-29 | 48 months | 1 | 2028-02-29
    29 February, four times a year | 2024-02-29 | 1 year | 4 | 2028-02-29
    29 February, half a year later | 2024-02-29 | 6 months | 1 | 2024-08-29
    29 February, a quarter earlier than its year | 2024-02-29 | 3 months | 3 | 2024-11-29
    29 February 2096, no leap day in 2100 | 2096-02-29 | 1 year | 4 | 2100-02-28
    29 February 2096, back in 2104 | 2096-02-29 | 1 year | 8 | 2104-02-29
    31 March, a 30-day month | 2026-03-31 | 1 month | 1 | 2026-04-30
    31 March, a quarter | 2026-03-31 | 3 months | 1 | 2026-06-30
    31 March, two quarters | 2026-03-31 | 3 months | 2 | 2026-09-30
    31 March, four quarters | 2026-03-31 | 3 months | 4 | 2027-03-31
    31 May, a 30-day June | 2026-05-31 | 1 month | 1 | 2026-06-30
    31 May, nine months to February | 2026-05-31 | 3 months | 3 | 2027-02-28
    31 July and 31 August follow each other | 2026-07-31 | 1 month | 1 | 2026-08-31
    31 August, a 30-day September | 2026-08-31 | 1 month | 1 | 2026-09-30
    31 August, half a year to February | 2026-08-31 | 6 months | 1 | 2027-02-28
    31 August, half a year to a leap February | 2027-08-31 | 6 months | 1 | 2028-02-29
    31 August, a year in halves | 2026-08-31 | 6 months | 2 | 2027-08-31
    31 October, over the turn of the year | 2026-10-31 | 3 months | 1 | 2027-01-31
    31 October, four months to February | 2026-10-31 | 1 month | 4 | 2027-02-28
    30 November, a quarter to February | 2026-11-30 | 3 months | 1 | 2027-02-28
    30 November, a quarter to a leap February | 2027-11-30 | 3 months | 1 | 2028-02-29
    30 November, back to the 30th | 2026-11-30 | 3 months | 2 | 2027-05-30
    31 December, next month is next year | 2026-12-31 | 1 month | 1 | 2027-01-31
    31 December, two months to February | 2026-12-31 | 2 months | 1 | 2027-02-28
    31 December, four months to April | 2026-12-31 | 2 months | 2 | 2027-04-30
    31 December, two years of months | 2026-12-31 | 1 month | 24 | 2028-12-31
    1 January, twelve months are a year | 2026-01-01 | 12 months | 1 | 2027-01-01
    1 January, the first never moves | 2026-01-01 | 1 month | 5 | 2026-06-01
    1 May 2024, second quarter | 2024-05-01 | 3 months | 1 | 2024-08-01
    1 May 2024, fourth quarter of the contract | 2024-05-01 | 3 months | 3 | 2025-02-01
    15 January, a year | 2026-01-15 | 12 months | 1 | 2027-01-15
    15 December, over the turn of the year | 2026-12-15 | 1 month | 1 | 2027-01-15
    23 December 2020, a month | 2020-12-23 | 1 month | 1 | 2021-01-23
    23 December 2020, two months | 2020-12-23 | 1 month | 2 | 2021-02-23
    number 0 is the start itself | 2026-01-31 | 1 month | 0 | 2026-01-31
    seven months, an odd interval | 2026-01-31 | 7 months | 1 | 2026-08-31
    seven months, thirteen of them | 2026-01-31 | 7 months | 13 | 2033-08-31
    five months into February | 2026-09-30 | 5 months | 1 | 2027-02-28
    ten years | 2026-01-31 | 10 years | 1 | 2036-01-31
    a hundred years, no leap day in 2124 missed | 2024-02-29 | 100 years | 1 | 2124-02-29
    a day over the end of a short February | 2026-02-28 | 1 day | 1 | 2026-03-01
    a day over the end of a leap February | 2024-02-28 | 1 day | 1 | 2024-02-29
    a day over the turn of the year | 2026-12-31 | 1 day | 1 | 2027-01-01
    30 days are no month | 2026-01-31 | 30 days | 1 | 2026-03-02
    30 days, twelve times | 2026-01-31 | 30 days | 12 | 2027-01-26
    90 days over a leap February | 2024-01-31 | 90 days | 1 | 2024-04-30
    365 days of a leap year | 2024-01-01 | 365 days | 1 | 2024-12-31
    366 days of a leap year | 2024-01-01 | 366 days | 1 | 2025-01-01
    a week over the end of February | 2026-02-26 | 1 week | 1 | 2026-03-05
    a week over a leap day | 2024-02-26 | 1 week | 1 | 2024-03-04
    two weeks, 26 times | 2026-01-01 | 2 weeks | 26 | 2026-12-31
    four weeks are no month | 2026-01-31 | 4 weeks | 1 | 2026-02-28
    52 weeks are a day less than a year | 2026-01-01 | 52 weeks | 1 | 2026-12-31
"""


@pytest.mark.parametrize(("start", "every", "number", "begins"), cases(BOUNDARIES))
def test_where_a_period_begins(start: str, every: str, number: str, begins: str) -> None:
    assert boundary(day(start), interval(every), int(number)) == day(begins)
    periods = terms(every).billing_periods(day(start))
    assert next(islice(periods, int(number), None)).start == day(begins)


# what it is | start | interval | billing day | where the first periods begin
BILLING_DAYS = """
    SPEC 4.10: from the 21st, on the 1st | 2026-01-21 | 1 month | 1 | 2026-01-01 2026-02-01 2026-03-01 2026-04-01
    start on the billing day | 2026-01-21 | 1 month | 21 | 2026-01-21 2026-02-21 2026-03-21 2026-04-21
    start the day before the billing day | 2026-01-20 | 1 month | 21 | 2025-12-21 2026-01-21 2026-02-21 2026-03-21
    start the day after the billing day | 2026-01-22 | 1 month | 21 | 2026-01-21 2026-02-21 2026-03-21 2026-04-21
    start on the 1st, on the 1st | 2026-02-01 | 1 month | 1 | 2026-02-01 2026-03-01 2026-04-01 2026-05-01
    start on the last day, on the 1st | 2026-01-31 | 1 month | 1 | 2026-01-01 2026-02-01 2026-03-01 2026-04-01
    on the 31st, from a 31st | 2026-01-31 | 1 month | 31 | 2026-01-31 2026-02-28 2026-03-31 2026-04-30
    on the 31st, from a short month | 2026-02-15 | 1 month | 31 | 2026-01-31 2026-02-28 2026-03-31 2026-04-30
    on the 31st, from 28 February | 2026-02-28 | 1 month | 31 | 2026-02-28 2026-03-31 2026-04-30 2026-05-31
    on the 31st, from 28 February 2024 | 2024-02-28 | 1 month | 31 | 2024-01-31 2024-02-29 2024-03-31 2024-04-30
    on the 31st, from the leap day | 2024-02-29 | 1 month | 31 | 2024-02-29 2024-03-31 2024-04-30 2024-05-31
    on the 31st, from 30 April | 2026-04-30 | 1 month | 31 | 2026-04-30 2026-05-31 2026-06-30 2026-07-31
    on the 30th, from 28 February | 2026-02-28 | 1 month | 30 | 2026-02-28 2026-03-30 2026-04-30 2026-05-30
    on the 30th, from 31 January | 2026-01-31 | 1 month | 30 | 2026-01-30 2026-02-28 2026-03-30 2026-04-30
    on the 30th, from 29 January | 2026-01-29 | 1 month | 30 | 2025-12-30 2026-01-30 2026-02-28 2026-03-30
    on the 29th, from February | 2026-02-10 | 1 month | 29 | 2026-01-29 2026-02-28 2026-03-29 2026-04-29
    on the 29th, from 28 February | 2026-02-28 | 1 month | 29 | 2026-02-28 2026-03-29 2026-04-29 2026-05-29
    on the 29th, from the leap day | 2024-02-29 | 1 month | 29 | 2024-02-29 2024-03-29 2024-04-29 2024-05-29
    on the 28th, from 27 February | 2026-02-27 | 1 month | 28 | 2026-01-28 2026-02-28 2026-03-28 2026-04-28
    on the 15th, over New Year | 2026-12-20 | 1 month | 15 | 2026-12-15 2027-01-15 2027-02-15 2027-03-15
    on the 15th, from the old year | 2026-01-10 | 1 month | 15 | 2025-12-15 2026-01-15 2026-02-15 2026-03-15
    quarters on the 1st | 2026-02-10 | 3 months | 1 | 2026-02-01 2026-05-01 2026-08-01 2026-11-01
    quarters on the 31st | 2026-01-31 | 3 months | 31 | 2026-01-31 2026-04-30 2026-07-31 2026-10-31
    quarters on the 31st, from November | 2026-11-15 | 3 months | 31 | 2026-10-31 2027-01-31 2027-04-30 2027-07-31
    half-years on the 30th | 2026-08-30 | 6 months | 30 | 2026-08-30 2027-02-28 2027-08-30 2028-02-29
    two months on the 31st | 2026-12-31 | 2 months | 31 | 2026-12-31 2027-02-28 2027-04-30 2027-06-30
    a year on the 29th, from a leap day | 2024-02-29 | 1 year | 29 | 2024-02-29 2025-02-28 2026-02-28 2027-02-28
    a year on the 1st | 2026-05-17 | 1 year | 1 | 2026-05-01 2027-05-01 2028-05-01 2029-05-01
    twelve months on the 31st | 2026-03-05 | 12 months | 31 | 2026-02-28 2027-02-28 2028-02-29 2029-02-28
"""


@pytest.mark.parametrize(("start", "every", "billing_day", "begins"), cases(BILLING_DAYS))
def test_where_periods_begin_on_fixed_days(start: str, every: str, billing_day: str, begins: str) -> None:
    fixed = terms(every, billing_day=int(billing_day))
    found = list(islice(fixed.billing_periods(day(start)), 4))
    assert [str(period.start) for period in found] == begins.split()
    assert day(start) in found[0]
    assert fixed.billing_period_of(day(start), day(start)) == found[0]


# what it is | start | terms | the first days without the contract that are possible
POSSIBLE_ENDS = """
    SPEC 4.2: a year, no renewal | 2024-05-01 | every 3m, for 12m | 2025-05-01
    SPEC 4.2: an interval of six months | 2024-05-01 | every 3m, then 6m | 2024-11-01 2025-05-01 2025-11-01 2026-05-01
    SPEC 4.2: monthly from 23 December | 2020-12-23 | for 1m, then 1m | 2021-01-23 2021-02-23 2021-03-23
    SPEC 4.1: twelve months from 15 January | 2026-01-15 | for 12m | 2027-01-15
    until revoked, with every billing period | 2026-01-31 | every 1m | 2026-02-28 2026-03-31 2026-04-30 2026-05-31
    until revoked, with every quarter | 2026-11-30 | every 3m | 2027-02-28 2027-05-30 2027-08-30
    until revoked, with every fixed billing day | 2026-01-21 | day 1 | 2026-02-01 2026-03-01 2026-04-01
    until revoked, fixed on the 31st | 2026-02-15 | day 31 | 2026-02-28 2026-03-31 2026-04-30 2026-05-31
    a year, then month by month | 2026-01-31 | for 12m, then 1m | 2027-01-31 2027-02-28 2027-03-31 2027-04-30
    yearly, from a leap day | 2024-02-29 | for 1y, then 1y | 2025-02-28 2026-02-28 2027-02-28 2028-02-29 2029-02-28
    two years, then quarters | 2024-08-31 | for 24m, then 3m | 2026-08-31 2026-11-30 2027-02-28 2027-05-31
    a year in months, renewed in years | 2026-03-31 | for 12m, then 1y | 2027-03-31 2028-03-31
    half-years, from 31 August | 2026-08-31 | for 6m, then 6m | 2027-02-28 2027-08-31 2028-02-29
    a renewal shorter than a period | 2026-01-31 | every 3m, for 6m, then 1m | 2026-07-31 2026-08-31 2026-09-30
    a month from 31 January | 2026-01-31 | for 1m | 2026-02-28
    a month from 31 January 2024 | 2024-01-31 | for 1m | 2024-02-29
    three years from a leap day | 2024-02-29 | every 1y, for 3y | 2027-02-28
    four years from a leap day | 2024-02-29 | every 1y, for 4y | 2028-02-29
    30 days | 2026-01-31 | every 30d, for 30d | 2026-03-02
    fourteen days, then weeks | 2026-02-20 | every 1w, for 14d, then 1w | 2026-03-06 2026-03-13 2026-03-20 2026-03-27
    weeks over a leap day, until revoked | 2024-02-22 | every 1w | 2024-02-29 2024-03-07 2024-03-14
    four weeks in days, then two weeks | 2026-12-14 | every 2w, for 28d, then 2w | 2027-01-11 2027-01-25 2027-02-08
    a billing day moves no end of a term | 2026-01-21 | day 1, for 12m, then 12m | 2027-01-21 2028-01-21
"""


@pytest.mark.parametrize(("start", "written", "ends"), cases(POSSIBLE_ENDS))
def test_where_a_contract_may_end(start: str, written: str, ends: str) -> None:
    found = list(islice(possible_ends(agreed(written), day(start)), len(ends.split())))
    assert [str(end) for end in found] == ends.split()


# what it is | first day without the contract | notice | last day to cancel
LAST_DAYS = """
    no notice, to the last day | 2024-11-01 | none | 2024-10-31
    no notice, after a leap February | 2024-03-01 | none | 2024-02-29
    one day | 2021-01-23 | 1 day | 2021-01-21
    one day before a short February is over | 2026-03-01 | 1 day | 2026-02-27
    one day before a leap February is over | 2024-03-01 | 1 day | 2024-02-28
    one day, at the turn of the year | 2027-01-01 | 1 day | 2026-12-30
    one day, last day is the 1st | 2026-05-02 | 1 day | 2026-04-30
    14 days | 2026-07-01 | 14 days | 2026-06-16
    14 days over a short February | 2026-03-11 | 14 days | 2026-02-24
    14 days over a leap February | 2024-03-11 | 14 days | 2024-02-25
    30 days before the end of a 31-day month | 2026-02-01 | 30 days | 2026-01-01
    30 days before the end of a 30-day month | 2026-05-01 | 30 days | 2026-03-31
    30 days over February | 2026-03-16 | 30 days | 2026-02-13
    30 days over a leap February | 2024-03-16 | 30 days | 2024-02-14
    90 days before the end of the year | 2027-01-01 | 90 days | 2026-10-02
    90 days over a leap February | 2024-05-01 | 90 days | 2024-01-31
    365 days over a leap day | 2025-01-01 | 365 days | 2024-01-01
    one week | 2026-05-01 | 1 week | 2026-04-23
    six weeks before the end of a quarter | 2026-10-01 | 6 weeks | 2026-08-19
    six weeks over a leap February | 2024-04-01 | 6 weeks | 2024-02-18
    one month before 31 January | 2026-02-01 | 1 month | 2025-12-31
    one month before 28 February: from the whole end of January | 2026-03-01 | 1 month | 2026-01-31
    one month before 29 February: from the whole end of January | 2024-03-01 | 1 month | 2024-01-31
    one month before 27 February | 2026-02-28 | 1 month | 2026-01-27
    one month before 28 February of a leap year | 2024-02-29 | 1 month | 2024-01-28
    one month before 30 January | 2026-01-31 | 1 month | 2025-12-30
    one month before 31 March: February has no 31st | 2026-04-01 | 1 month | 2026-02-28
    one month before 30 March | 2026-03-31 | 1 month | 2026-02-28
    one month before 29 March | 2026-03-30 | 1 month | 2026-02-28
    one month before 29 March of a leap year | 2024-03-30 | 1 month | 2024-02-29
    one month before 28 March | 2026-03-29 | 1 month | 2026-02-28
    one month before 30 April: 31 March counts | 2026-05-01 | 1 month | 2026-03-31
    one month before 29 April | 2026-04-30 | 1 month | 2026-03-29
    one month before 31 May: April has no 31st | 2026-06-01 | 1 month | 2026-04-30
    one month before 30 June: 31 May counts | 2026-07-01 | 1 month | 2026-05-31
    one month before 31 August | 2026-09-01 | 1 month | 2026-07-31
    one month before 31 December | 2027-01-01 | 1 month | 2026-11-30
    one month before 30 December | 2026-12-31 | 1 month | 2026-11-30
    one month before 14 January, over the turn of the year | 2027-01-15 | 1 month | 2026-12-14
    two months before 31 October | 2024-11-01 | 2 months | 2024-08-31
    two months before 30 April: the end of a short February | 2025-05-01 | 2 months | 2025-02-28
    two months before 30 April: the end of a leap February | 2024-05-01 | 2 months | 2024-02-29
    two months before 28 February | 2026-03-01 | 2 months | 2025-12-31
    two months before 31 December | 2027-01-01 | 2 months | 2026-10-31
    three months before New Year | 2027-01-01 | 3 months | 2026-09-30
    three months before 30 September: 30 June | 2026-10-01 | 3 months | 2026-06-30
    three months before 31 May: the end of February | 2026-06-01 | 3 months | 2026-02-28
    three months before 31 May: the end of a leap February | 2024-06-01 | 3 months | 2024-02-29
    three months before 28 February: 30 November | 2026-03-01 | 3 months | 2025-11-30
    three months before 30 June: 31 March counts | 2026-07-01 | 3 months | 2026-03-31
    six months before 28 February: 31 August counts | 2026-03-01 | 6 months | 2025-08-31
    six months before 29 February: 31 August counts | 2024-03-01 | 6 months | 2023-08-31
    six months before 31 August: the end of February | 2026-09-01 | 6 months | 2026-02-28
    six months before 31 December | 2027-01-01 | 6 months | 2026-06-30
    twelve months before 28 February: the leap day counts | 2025-03-01 | 12 months | 2024-02-29
    twelve months before 29 February: 28 February | 2024-03-01 | 12 months | 2023-02-28
    one year before 28 February after a leap year | 2025-03-01 | 1 year | 2024-02-29
    one year before 14 January | 2027-01-15 | 1 year | 2026-01-14
"""


@pytest.mark.parametrize(("end", "notice", "last"), cases(LAST_DAYS))
def test_the_last_day_to_cancel(end: str, notice: str, last: str) -> None:
    bound = terms() if notice == "none" else terms(notice=notice)
    assert last_day_to_cancel(bound, day(end)) == day(last)


# what it is | terms | start | received | first day without the contract
ENDS_BY_NOTICE = """
    SPEC 4.2: in time | every 3m, then 6m, notice 2m | 2024-05-01 | 2024-08-31 | 2024-11-01
    SPEC 4.2: a day late | every 3m, then 6m, notice 2m | 2024-05-01 | 2024-09-01 | 2025-05-01
    SPEC 4.2: on the first day | every 3m, then 6m, notice 2m | 2024-05-01 | 2024-05-01 | 2024-11-01
    SPEC 4.2: in time for the second end | every 3m, then 6m, notice 2m | 2024-05-01 | 2025-02-28 | 2025-05-01
    SPEC 4.2: a day late for the second end | every 3m, then 6m, notice 2m | 2024-05-01 | 2025-03-01 | 2025-11-01
    SPEC 4.2: month by month, in time | for 1m, then 1m, notice 1d | 2020-12-23 | 2021-01-21 | 2021-01-23
    SPEC 4.2: month by month, a day late | for 1m, then 1m, notice 1d | 2020-12-23 | 2021-01-22 | 2021-02-23
    SPEC 4.2: no renewal ends anyhow | every 3m, for 12m, notice 1m | 2024-05-01 | 2024-06-01 | 2025-05-01
    no renewal, too late changes nothing | every 3m, for 12m, notice 1m | 2024-05-01 | 2025-04-30 | 2025-05-01
    no notice, on the last day | every 1m | 2026-01-31 | 2026-02-27 | 2026-02-28
    no notice, on the first day of the next period | every 1m | 2026-01-31 | 2026-02-28 | 2026-03-31
    no notice, on the last day of a leap February | every 1m | 2024-01-31 | 2024-02-28 | 2024-02-29
    no notice, on the leap day | every 1m | 2024-01-31 | 2024-02-29 | 2024-03-31
    received before the start | every 1m | 2026-05-15 | 2026-05-01 | 2026-06-15
    a year bound, cancelled on day one | for 12m, then 1m, notice 1m | 2026-01-15 | 2026-01-15 | 2027-01-15
    a year bound, last day | for 12m, then 1m, notice 1m | 2026-01-15 | 2026-12-14 | 2027-01-15
    a year bound, a day late | for 12m, then 1m, notice 1m | 2026-01-15 | 2026-12-15 | 2027-02-15
    a year bound, years later | for 12m, then 1m, notice 1m | 2026-01-15 | 2028-12-15 | 2029-02-15
    three months before New Year, in time | every 1y, for 1y, then 1y, notice 3m | 2026-01-01 | 2026-09-30 | 2027-01-01
    three months before New Year, late | every 1y, for 1y, then 1y, notice 3m | 2026-01-01 | 2026-10-01 | 2028-01-01
    from a leap day, in time | every 1y, for 1y, then 1y, notice 1m | 2024-02-29 | 2025-01-27 | 2025-02-28
    from a leap day, late | every 1y, for 1y, then 1y, notice 1m | 2024-02-29 | 2025-01-28 | 2026-02-28
    from a leap day, in time for the next | every 1y, for 1y, then 1y, notice 1m | 2024-02-29 | 2028-01-28 | 2028-02-29
    from a leap day, late for the next | every 1y, for 1y, then 1y, notice 1m | 2024-02-29 | 2028-01-29 | 2029-02-28
    half-years from 31 August, in time | for 6m, then 6m, notice 1m | 2026-08-31 | 2027-01-27 | 2027-02-28
    half-years from 31 August, late | for 6m, then 6m, notice 1m | 2026-08-31 | 2027-01-28 | 2027-08-31
    from 31 January, notice of 14 days | notice 14d | 2026-01-31 | 2026-02-13 | 2026-02-28
    from 31 January, notice of 14 days, late | notice 14d | 2026-01-31 | 2026-02-14 | 2026-03-31
    notice longer than the period | notice 3m | 2026-01-15 | 2026-01-15 | 2026-05-15
    notice longer than the period, a day on | notice 3m | 2026-01-15 | 2026-02-15 | 2026-06-15
    fixed billing day, in time | day 1, notice 1m | 2026-01-21 | 2026-01-31 | 2026-03-01
    fixed billing day, a day late | day 1, notice 1m | 2026-01-21 | 2026-02-01 | 2026-04-01
    fixed on the 31st, in time | day 31, notice 1w | 2026-02-15 | 2026-02-20 | 2026-02-28
    fixed on the 31st, late | day 31, notice 1w | 2026-02-15 | 2026-02-21 | 2026-03-31
    weeks, in time | every 1w, notice 3d | 2024-02-22 | 2024-02-25 | 2024-02-29
    weeks, late, over the leap day | every 1w, notice 3d | 2024-02-22 | 2024-02-26 | 2024-03-07
    weeks, notice of a month | every 1w, notice 1m | 2026-01-01 | 2026-01-28 | 2026-03-05
    14 days then weeks, over New Year | every 1w, for 14d, then 1w, notice 1d | 2026-12-20 | 2027-01-01 | 2027-01-03
    28 February is in time for the end of March | notice 1m | 2026-02-01 | 2026-02-28 | 2026-04-01
    1 March is in time for the end of April only | notice 1m | 2026-02-01 | 2026-03-01 | 2026-05-01
"""


@pytest.mark.parametrize(("written", "start", "received", "ends"), cases(ENDS_BY_NOTICE))
def test_where_a_cancellation_ends_a_contract(written: str, start: str, received: str, ends: str) -> None:
    assert end_by_notice(agreed(written), day(start), day(received)) == day(ends)


def test_the_tables_hold_at_least_two_hundred_dates() -> None:
    """The last column of every table is dates that were worked out apart from the code."""
    tables = (BOUNDARIES, BILLING_DAYS, POSSIBLE_ENDS, LAST_DAYS, ENDS_BY_NOTICE)
    rows = [line for table in tables for line in table.strip().splitlines()]
    assert sum(len(line.rpartition("|")[2].split()) for line in rows) >= 200


def test_spec_4_1_twelve_months_end_a_day_before_their_date() -> None:
    year = terms(duration="12 months")
    assert natural_end(year, day("2026-01-15")) == day("2027-01-15")
    assert term_of(year, day("2026-01-15"), day("2026-05-01")).last_day == day("2027-01-14")


def test_spec_4_2_four_invoices_and_no_fifth() -> None:
    bought = terms("3 months", duration="12 months")
    end = natural_end(bought, day("2024-05-01"))
    assert end == day("2025-05-01")
    assert [str(p.start) for p in islice(bought.billing_periods(day("2024-05-01")), 9) if p.start < end] == [
        "2024-05-01",
        "2024-08-01",
        "2024-11-01",
        "2025-02-01",
    ]
    assert end - ONE_DAY == day("2025-04-30")


@pytest.mark.parametrize(
    ("received", "last_day"),
    [
        pytest.param("2021-01-21T23:59+01:00", "2021-01-22", id="received 21 Jan 23:59"),
        pytest.param("2021-01-21T22:59:59+00:00", "2021-01-22", id="the last second of 21 Jan"),
        pytest.param("2021-01-22T00:00+01:00", "2021-02-22", id="received 22 Jan 00:00"),
        pytest.param("2021-01-21T23:59+00:00", "2021-02-22", id="21 Jan 23:59 in London is 22 Jan in Berlin"),
    ],
)
def test_spec_4_2_a_cancellation_counts_on_its_local_day(received: str, last_day: str) -> None:
    monthly = terms(duration="1 month", renewal="1 month", notice="1 day")
    on = local_date(datetime.fromisoformat(received), ZoneInfo("Europe/Berlin"))
    assert end_by_notice(monthly, day("2020-12-23"), on) == day(last_day) + ONE_DAY


@pytest.mark.parametrize(
    ("bound", "end"),
    [
        pytest.param(terms(), None, id="until revoked"),
        pytest.param(terms(renewal="6 months"), None, id="until revoked, with an interval"),
        pytest.param(terms(duration="1 year", renewal="1 year"), None, id="renewed"),
        pytest.param(terms(duration="1 year"), "2025-02-28", id="a year from a leap day"),
        pytest.param(terms("1 week", duration="2 weeks"), "2024-03-14", id="two weeks from a leap day"),
    ],
)
def test_a_contract_ends_by_itself_only_if_it_is_not_renewed(bound: Terms, end: str | None) -> None:
    assert natural_end(bound, day("2024-02-29")) == (day(end) if end else None)


@pytest.mark.parametrize(
    ("written", "on", "term"),
    [
        pytest.param("every 1m", "2026-02-27", span("2026-01-31", "2026-02-28"), id="a month, last day"),
        pytest.param("every 1m", "2026-02-28", span("2026-02-28", "2026-03-31"), id="a month, first day"),
        pytest.param("day 1", "2026-01-31", span("2026-01-31", "2026-02-01"), id="fixed day: from the start"),
        pytest.param(
            "for 12m",
            "2026-05-01",
            span("2026-01-31", "2027-01-31"),
            id="a fixed duration",
        ),
        pytest.param(
            "for 12m",
            "2027-05-01",
            span("2026-01-31", "2027-01-31"),
            id="after a fixed duration: the last term",
        ),
        pytest.param(
            "for 12m, then 3m",
            "2027-05-01",
            span("2027-04-30", "2027-07-31"),
            id="a renewed term, clipped where it begins",
        ),
        pytest.param("then 1y", "2027-01-31", span("2027-01-31", "2028-01-31"), id="the second interval"),
    ],
)
def test_the_term_that_runs(written: str, on: str, term: Period) -> None:
    assert term_of(agreed(written), day("2026-01-31"), day(on)) == term


@pytest.mark.parametrize(
    "written",
    [
        "every 1m",
        "every 3m, for 1y, then 6m",
        "every 1y, for 36m, then 1y, notice 3m",
        "every 6m, then 1m",
        "then 6m",
        "every 1w, for 14d, then 1w, notice 1m",
        "every 14d, for 4w",
        "day 31, notice 2w",
    ],
)
def test_terms_that_fit_together(written: str) -> None:
    assert refusals(agreed(written)) == []


@pytest.mark.parametrize(
    ("written", "found"),
    [
        pytest.param(
            "for 30d",
            [("another_family", "duration", {"given": "30 days", "billing_period": "1 month"})],
            id="months are no days",
        ),
        pytest.param(
            "every 1w, then 1m",
            [("another_family", "renewal", {"given": "1 month", "billing_period": "1 week"})],
            id="a week divides no month",
        ),
        pytest.param(
            "every 4w, for 1y, then 1y",
            [
                ("another_family", "duration", {"given": "1 year", "billing_period": "4 weeks"}),
                ("another_family", "renewal", {"given": "1 year", "billing_period": "4 weeks"}),
            ],
            id="each field is named",
        ),
        pytest.param(
            "every 3m, for 10m",
            [("does_not_divide", "duration", {"given": "10 months", "billing_period": "3 months"})],
            id="a quarter does not divide ten months",
        ),
        pytest.param(
            "every 6m, for 3m",
            [("does_not_divide", "duration", {"given": "3 months", "billing_period": "6 months"})],
            id="a duration shorter than its billing period",
        ),
        pytest.param(
            "every 2w, for 21d",
            [("does_not_divide", "duration", {"given": "21 days", "billing_period": "2 weeks"})],
            id="two weeks do not divide 21 days",
        ),
        pytest.param(
            "every 4m, for 12m, then 6m",
            [("does_not_divide", "renewal", {"given": "6 months", "billing_period": "4 months"})],
            id="neither of 4 and 6 months divides the other",
        ),
        pytest.param(
            "every 1y, for 18m, then 5m",
            [
                ("does_not_divide", "duration", {"given": "18 months", "billing_period": "1 year"}),
                ("does_not_divide", "renewal", {"given": "5 months", "billing_period": "1 year"}),
            ],
            id="a year is twelve months",
        ),
        pytest.param(
            "every 2w, day 1",
            [("billing_day_needs_months", "billing_day", {"billing_period": "2 weeks"})],
            id="weeks have no day of the month",
        ),
        pytest.param(
            "every 30d, day 1, for 1m, then 45d",
            [
                ("another_family", "duration", {"given": "1 month", "billing_period": "30 days"}),
                ("does_not_divide", "renewal", {"given": "45 days", "billing_period": "30 days"}),
                ("billing_day_needs_months", "billing_day", {"billing_period": "30 days"}),
            ],
            id="everything at once",
        ),
    ],
)
def test_spec_3_1_terms_that_do_not_fit_together_name_their_field(
    written: str, found: list[tuple[str, str, dict[str, object]]]
) -> None:
    assert [(one.code, one.field, one.numbers) for one in refusals(agreed(written))] == found


# From here on the other side is worked out anew, one month and one day at a time.

days = st.dates(date(1996, 1, 1), date(2040, 12, 31))
in_months = st.builds(Interval, st.integers(1, 12), st.just("month")) | st.builds(
    Interval, st.integers(1, 2), st.just("year")
)
in_days = st.builds(Interval, st.integers(1, 40), st.just("day")) | st.builds(
    Interval, st.integers(1, 4), st.just("week")
)
notices = st.none() | in_months | in_days


@st.composite
def any_terms(draw: st.DrawFn) -> Terms:
    lengths = draw(st.sampled_from([in_months, in_days]))
    billing_day = draw(st.none() | st.integers(1, 31)) if lengths is in_months else None
    return Terms(draw(lengths), billing_day, draw(st.none() | lengths), draw(st.none() | lengths), draw(notices))


def month_by_month(start: date, months: int, wanted: int) -> date:
    """In the month that comes so many months later: the wanted day, or the last one there is."""
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    last = date(year, month, 28)
    while (last + ONE_DAY).month == month:
        last += ONE_DAY
    return date(year, month, min(wanted, last.day))


def later_by(start: date, length: Interval, times: int = 1) -> date:
    match length.unit:
        case "day":
            return start + times * length.count * ONE_DAY
        case "week":
            return start + times * length.count * 7 * ONE_DAY
        case "month":
            return month_by_month(start, times * length.count, start.day)
        case _:
            return month_by_month(start, times * length.count * 12, start.day)


def later_by_both(start: date, first: Interval, then: Interval, times: int) -> date:
    """One length once and another several times, clipped once at the end."""
    if first.unit in ("day", "week"):
        return later_by(later_by(start, first), then, times)
    months = first.count * (12 if first.unit == "year" else 1) + times * then.count * (12 if then.unit == "year" else 1)
    return month_by_month(start, months, start.day)


def is_billing_day(on: date, wanted: int) -> bool:
    return on.day == wanted or (on.day < wanted and (on + ONE_DAY).day == 1)


def ends_one_by_one(bound: Terms, start: date) -> Iterator[date]:
    if bound.duration and not bound.renewal:
        yield later_by(start, bound.duration)
        return
    began, step = start, bound.billing_period.count * (12 if bound.billing_period.unit == "year" else 1)
    while bound.billing_day and not is_billing_day(began, bound.billing_day):
        began -= ONE_DAY
    for number in count(1):
        if bound.duration and bound.renewal:
            yield later_by_both(start, bound.duration, bound.renewal, number - 1)
        elif bound.renewal:
            yield later_by(start, bound.renewal, number)
        elif bound.billing_day:
            yield month_by_month(began, number * step, bound.billing_day)
        else:
            yield later_by(start, bound.billing_period, number)


@many
@given(any_terms(), days)
def test_possible_ends_agree_with_working_them_out_one_by_one(bound: Terms, start: date) -> None:
    assert list(islice(possible_ends(bound, start), 8)) == list(islice(ends_one_by_one(bound, start), 8))


@few
@given(any_terms(), days)
def test_possible_ends_rise_and_never_drift(bound: Terms, start: date) -> None:
    ends = list(islice(possible_ends(bound, start), 12))
    assert all(one < following for one, following in pairwise([start, *ends]))
    if bound.billing_period.unit in ("month", "year"):
        by_billing_day = bound.billing_day and not (bound.duration or bound.renewal)
        anchor = bound.billing_day if by_billing_day and bound.billing_day else start.day
        assert all(is_billing_day(end, anchor) for end in ends)


@few
@given(days, in_months, st.integers(1, 31))
def test_periods_on_fixed_days_rise_adjoin_and_never_drift(start: date, every: Interval, billing_day: int) -> None:
    found = list(islice(Terms(every, billing_day).billing_periods(start), 12))
    assert found[0].start <= start < found[0].end
    assert all(one.end == following.start for one, following in pairwise(found))
    assert all(one.start < one.end and is_billing_day(one.start, billing_day) for one in found)


@few
@given(days, in_months, st.integers(1, 31), st.integers(0, 1200))
def test_a_day_is_in_the_fixed_period_that_holds_it(start: date, every: Interval, billing_day: int, later: int) -> None:
    fixed, on = Terms(every, billing_day), start + later * ONE_DAY
    holding = [one for one in islice(fixed.billing_periods(start), 45) if one.start <= on < one.end]
    assert holding == [fixed.billing_period_of(start, on)]


@many
@given(days, notices)
def test_the_last_day_to_cancel_is_the_latest_that_keeps_the_notice(end: date, notice: Interval | None) -> None:
    last_inclusive = end - ONE_DAY
    latest = last_inclusive + 5 * ONE_DAY
    while (later_by(latest, notice) if notice else latest) > last_inclusive:
        latest -= ONE_DAY
    assert last_day_to_cancel(Terms(Interval(1, "month"), notice=notice), end) == latest


@few
@given(any_terms(), days, st.integers(0, 800))
def test_a_cancellation_ends_a_contract_at_the_first_end_whose_notice_it_keeps(
    bound: Terms, start: date, waited: int
) -> None:
    received = start + waited * ONE_DAY
    kept = later_by(received, bound.notice) if bound.notice else received
    fixed = natural_end(bound, start)
    in_time = (end for end in ends_one_by_one(bound, start) if kept <= end - ONE_DAY)
    assert end_by_notice(bound, start, received) == (fixed or next(in_time))


@few
@given(any_terms(), days, st.integers(0, 800))
def test_terms_follow_each_other_without_a_gap(bound: Terms, start: date, later: int) -> None:
    on = start + later * ONE_DAY
    running = term_of(bound, start, on)
    last = natural_end(bound, start)
    assert on in running or (last is not None and running.end == last <= on)
    if running.start > start:
        assert term_of(bound, start, running.start - ONE_DAY).end == running.start
