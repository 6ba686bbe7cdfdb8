"""What a story expects to be refused, or warned of: both are codes with numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from headcount.core.document import Table
from headcount.core.errors import Refusal
from headcount.stories.values import ANYTHING, NOTHING, Compared

KEYS = ("code", "field", "line")
"""What every refusal has; besides, the numbers of the refusal can be named."""

Named = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExpectedRefusals:
    """A list is complete and in order; a single one says what each refusal of the step must be."""

    key: str
    expected: tuple[tuple[str, Named], ...]
    is_list: bool

    def compare(self, refusals: Sequence[Refusal]) -> Iterator[Compared]:
        if not self.is_list:
            path, named = self.expected[0]
            yield from _compare(path, named, _common(refusals))
            return
        if not self.expected and not refusals:
            yield Compared(self.key, NOTHING, NOTHING)
        for number in range(max(len(self.expected), len(refusals))):
            path, named = self.expected[number] if number < len(self.expected) else (f"{self.key}[{number + 1}]", {})
            yield from _compare(path, named, _common(refusals[number : number + 1]))


def read_refused(table: Table, key: str = "refused") -> ExpectedRefusals:
    value = table.get(key)
    if isinstance(value, str):
        return ExpectedRefusals(key, ((key, {"code": value}),), is_list=False)
    if isinstance(value, Mapping):
        return ExpectedRefusals(key, ((key, _named(table, key, value)),), is_list=False)
    if isinstance(value, list):
        found = [_entry(table, key, number, entry) for number, entry in enumerate(value, 1)]
        return ExpectedRefusals(key, tuple(found), is_list=True)
    table.note("not_a_refusal", key, given=repr(value))
    return ExpectedRefusals(key, (), is_list=True)


def _entry(table: Table, key: str, number: int, value: object) -> tuple[str, Named]:
    path = f"{key}[{number}]"
    if isinstance(value, str):
        return path, {"code": value}
    return path, _named(table, path, value)


def _named(table: Table, path: str, value: object) -> Named:
    content = value if isinstance(value, Mapping) else {}
    named = Table(value, table.at(path), table.refusals)
    if "code" in named or not isinstance(value, Mapping):
        named.text("code", "")
    if not content and isinstance(value, Mapping):
        named.note("names_nothing", "")
    return {str(key): str(part) for key, part in content.items()}


def _common(refusals: Sequence[Refusal]) -> Named:
    """What these refusals have in common, and where they differ all there is."""
    sides: dict[str, list[str]] = {}
    for refusal in refusals:
        for key, value in {**refusal.numbers, **_place(refusal)}.items():
            sides.setdefault(key, []).append(str(value))
    return {key: ", ".join(dict.fromkeys(values)) for key, values in sides.items()}


def _place(refusal: Refusal) -> dict[str, object]:
    return {"code": refusal.code, "field": refusal.field or NOTHING, "line": refusal.line or NOTHING}


def _compare(path: str, expected: Named, actual: Named) -> Iterator[Compared]:
    if not actual:
        yield Compared(path, expected.get("code") or " ".join(expected.values()) or ANYTHING, NOTHING)
        return
    if not expected:
        yield Compared(path, NOTHING, actual["code"])
        return
    for key, wanted in expected.items():
        yield Compared(f"{path}.{key}" if len(expected) > 1 else path, wanted, actual.get(key, NOTHING))
