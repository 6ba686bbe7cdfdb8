"""What was expected beside what came: only the fields that a story names, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from headcount.stories.values import ANYTHING, NOTHING, Compared

Named = Mapping[str, str]


def compared(what: str, expected: Named, actual: Named) -> Iterator[Compared]:
    """One entry for each field that was named; what does not exist at all is one entry, which never holds."""
    if not actual:
        yield Compared(what, _summary(expected) or ANYTHING, NOTHING)
        return
    if not expected:
        yield Compared(what, NOTHING, _summary(actual))
        return
    for key, wanted in expected.items():
        yield Compared(f"{what}.{key}", wanted, actual.get(key, NOTHING))


def compared_lists(what: str, expected: Sequence[Named], actual: Sequence[Named]) -> Iterator[Compared]:
    """Complete lists, side by side: nothing may be missing and nothing may be left over."""
    if not expected and not actual:
        yield Compared(what, NOTHING, NOTHING)
    for number in range(max(len(expected), len(actual))):
        wanted = expected[number] if number < len(expected) else {}
        came = actual[number] if number < len(actual) else {}
        yield from compared(f"{what}[{number + 1}]", wanted, came)


def _summary(named: Named) -> str:
    """What tells one from another, or all there is."""
    telling = [value for key, value in named.items() if key in ("customer", "text", "date", "net")]
    return " ".join(telling or (f"{key} {value}" for key, value in named.items()))


def compared_by_customer(what: str, expected: Named, actual: Named) -> Iterator[Compared]:
    """A complete table with an amount for each customer."""
    if not expected and not actual:
        yield Compared(what, NOTHING, NOTHING)
    for customer in dict.fromkeys([*expected, *actual]):
        yield Compared(f"{what}.{customer}", expected.get(customer, NOTHING), actual.get(customer, NOTHING))
