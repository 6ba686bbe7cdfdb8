"""Any catalog that can be sold, with everything in it that a file can say (Hypothesis)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from headcount.core.calendar import Interval
from headcount.core.catalog import (
    AT_ONCE,
    AT_RENEWAL,
    BILLING_PERIOD,
    BUNDLE,
    COLLECTIONS,
    IN_ADVANCE,
    IN_ARREARS,
    INVITATIONS,
    LANGUAGES,
    NEXT_PERIOD,
    SEPARATE,
    WINDOWS,
    ActivityMeter,
    Address,
    Catalog,
    Charge,
    Meter,
    Noun,
    Offer,
    OrganizationTerms,
    Plan,
    Product,
    SeatMeter,
    StatusMeter,
    TaxRule,
    Text,
    known_kinds,
)
from headcount.core.catalog_file import MODES
from headcount.core.counting import READINGS
from headcount.core.limits import BLOCK, EXTEND, WARN
from headcount.core.members import STATUSES
from headcount.core.proration import IN_MONTHS, RULES
from headcount.core.rating import (
    MOST,
    Blocks,
    Bracket,
    Brackets,
    Flat,
    Graduated,
    PerUnit,
    Tier,
    Volume,
)
from headcount.core.tax import DOMESTIC, NONE
from headcount.core.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Sequence

words = st.text("abcdefghäöüß ÅΩ0123456789'\"\\#[]{}=,", min_size=1, max_size=12).map(str.strip).filter(bool)
keys = st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,3}){0,2}", fullmatch=True)
texts = st.builds(Text, words, words) | words.map(lambda word: Text(word, word))
prices = st.builds(lambda digits, places: Decimal(digits).scaleb(-places), st.integers(0, 10**9), st.integers(0, 12))
sizes = st.integers(1, 999) | st.integers(1, MOST - 1)
ends = st.lists(sizes, max_size=4, unique=True).map(sorted)


@st.composite
def tier_ends(draw: st.DrawFn) -> list[int | None]:
    """Rising, and sometimes without an end."""
    rising: list[int | None] = [*draw(ends)]
    return [*rising, None] if draw(st.booleans()) or not rising else rising


@st.composite
def tiers(draw: st.DrawFn) -> tuple[Tier, ...]:
    return tuple(Tier(end, draw(prices), draw(prices | st.just(Decimal(0)))) for end in draw(tier_ends()))


@st.composite
def bracket_models(draw: st.DrawFn) -> Brackets:
    return Brackets(tuple(Bracket(end, draw(prices)) for end in draw(tier_ends())))


tiered_models = st.builds(Volume, tiers()) | st.builds(Graduated, tiers())
block_models = st.builds(Blocks, sizes, prices.map(PerUnit) | tiered_models)
models = st.one_of(prices.map(Flat), prices.map(PerUnit), bracket_models(), tiered_models, block_models)
taxes = st.builds(TaxRule, st.just(DOMESTIC), st.decimals(0, 100, places=2), st.just(Text("", ""))) | st.builds(
    TaxRule, st.just(NONE), st.just(Decimal(0)), texts | st.just(Text("", ""))
)
maybe_empty = words | st.just("")
organizations = st.builds(
    OrganizationTerms,
    key=keys,
    name=words,
    mode=st.sampled_from(MODES),
    time_zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    language=st.sampled_from(LANGUAGES),
    address=st.builds(Address, maybe_empty, maybe_empty, maybe_empty, st.sampled_from(["", "DE", "IN"])),
    tax_number=maybe_empty,
    vat_id=maybe_empty,
    tax=taxes,
    invoice_prefix=st.from_regex(r"[A-Za-z0-9]{1,4}", fullmatch=True),
    payment_days=st.integers(0, 3_660),
    review_days=st.integers(0, 3_660),
    reopen_days=st.integers(0, 3_660),
)
nouns = st.builds(Noun, texts, texts)
kinds = st.lists(keys, min_size=1, max_size=3, unique=True)
windows = st.sampled_from(WINDOWS) | st.integers(1, 3660).map("{} days".format)
readings = st.sampled_from(READINGS)
meters = (
    st.builds(ActivityMeter, keys, texts, nouns, kinds.map(lambda kinds: tuple(sorted(kinds))), windows)
    | st.builds(
        StatusMeter,
        keys,
        texts,
        nouns,
        st.lists(st.sampled_from(STATUSES), min_size=1, unique=True).map(tuple),
        readings,
    )
    | st.builds(SeatMeter, keys, texts, nouns, readings, st.sampled_from(INVITATIONS), st.booleans())
)


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    """What fits together by SPEC 3.1."""
    period, longer = draw(
        st.sampled_from(
            [
                (Interval(1, "month"), [Interval(1, "month"), Interval(5, "month"), Interval(2, "year")]),
                (Interval(6, "month"), [Interval(6, "month"), Interval(18, "month"), Interval(1, "year")]),
                (Interval(1, "year"), [Interval(12, "month"), Interval(1, "year"), Interval(3, "year")]),
                (Interval(1, "day"), [Interval(1, "day"), Interval(30, "day"), Interval(1, "week")]),
                (Interval(2, "week"), [Interval(14, "day"), Interval(2, "week"), Interval(52, "week")]),
            ]
        )
    )
    shorter = [Interval(1, "month" if period.family == "months" else "day"), period]
    return Terms(
        period,
        draw(st.none() | st.integers(1, 31)) if period.family == "months" else None,
        duration=draw(st.none() | st.sampled_from(longer)),
        renewal=draw(st.none() | st.sampled_from(longer + shorter)),
        notice=draw(st.none() | st.builds(Interval, st.integers(1, 90), st.sampled_from(["day", "week", "month"]))),
    )


@st.composite
def charges(draw: st.DrawFn, key: str, basis: str, meter: str) -> Charge:
    bounds = sorted(draw(st.lists(prices, min_size=2, max_size=2)))
    limits = [BLOCK, WARN, EXTEND] if basis == "committed" and meter else [BLOCK]
    at_limit = draw(st.sampled_from(limits))
    extends = at_limit == EXTEND
    return Charge(
        key,
        draw(texts),
        basis,
        meter,
        draw(models),
        IN_ARREARS if basis == "counted" else draw(st.sampled_from([IN_ADVANCE, IN_ARREARS])),
        minimum=draw(st.sampled_from([None, bounds[0]])),
        maximum=draw(st.sampled_from([None, bounds[1]])),
        maximum_members=draw(st.none() | st.integers(0, 999)),
        at_limit=at_limit,
        extended=draw(st.sampled_from([AT_ONCE, NEXT_PERIOD])) if extends else AT_ONCE,
        undo_hours=draw(st.integers(0, 99)) if extends else 24,
    )


@st.composite
def plans(draw: st.DrawFn, meters: Sequence[Meter], products: Sequence[Product], agreed: Sequence[Terms]) -> Plan:
    named = draw(st.lists(keys.filter(lambda key: key != "base"), max_size=3, unique=True))
    free = [meter.key for meter in meters]
    limits = ["", *(m.key for m in meters if not (isinstance(m, ActivityMeter) and m.window == BILLING_PERIOD))]
    sold: list[Charge] = []
    for key in named:
        is_counted: bool = draw(st.booleans())
        if free and is_counted:
            sold.append(draw(charges(key, "counted", free.pop())))
        else:
            sold.append(draw(charges(key, "committed", draw(st.sampled_from(limits)))))
    fee = draw(prices | st.just(Decimal(0)))
    base = [Charge("base", Text("Base fee", "Grundgebühr"), "committed", "", Flat(fee))] if fee else []
    chosen = draw(st.sampled_from(agreed))
    return Plan(
        draw(keys),
        draw(st.sampled_from(products)).key,
        draw(texts),
        chosen,
        (*base, *sold),
        draw(st.sampled_from([rule for rule in RULES if rule not in IN_MONTHS or _in_months(chosen)])),
        draw(st.sampled_from(COLLECTIONS)),
        draw(st.sampled_from([AT_RENEWAL, AT_ONCE])),
    )


def _in_months(agreed: Terms) -> bool:
    return agreed.billing_period.family == "months"


@st.composite
def offers(draw: st.DrawFn, plans: Sequence[Plan]) -> Offer:
    kind = draw(st.sampled_from([BUNDLE, SEPARATE]))
    ending = [plan for plan in plans if plan.terms.duration and plan.terms.renewal is None]
    trials = draw(st.lists(st.sampled_from(ending), max_size=2)) if ending else []
    steps = [draw(side_by_side(plan, plans, kind)) for plan in [*trials, draw(st.sampled_from(plans))]]
    return Offer(draw(keys), draw(texts), kind, tuple(steps))


@st.composite
def side_by_side(draw: st.DrawFn, plan: Plan, plans: Sequence[Plan], kind: str) -> tuple[str, ...]:
    equal = [
        other.key
        for other in plans
        if other.key != plan.key and other.terms == plan.terms and (kind == SEPARATE or not _limits(other))
    ]
    is_bundle_of_limited = kind == BUNDLE and _limits(plan)
    return (plan.key, *([] if is_bundle_of_limited else draw(st.permutations(equal))))


def _limits(plan: Plan) -> bool:
    return any(charge.meter and charge.maximum_members is not None for charge in plan.charges)


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    some_meters = draw(st.lists(meters, max_size=3, unique_by=lambda meter: meter.key))
    products = draw(st.lists(st.builds(Product, keys, texts), max_size=2, unique_by=lambda product: product.key))
    agreed = draw(st.lists(terms(), min_size=1, max_size=2))
    plan = plans(some_meters, products, agreed)
    sold = draw(st.lists(plan, max_size=3, unique_by=lambda p: p.key)) if products else []
    offered = draw(st.lists(offers(sold), max_size=2, unique_by=lambda offer: offer.key)) if sold else []
    known = known_kinds(some_meters, draw(kinds))
    organization = draw(organizations)
    return Catalog(organization, known, tuple(some_meters), tuple(products), tuple(sold), tuple(offered))
