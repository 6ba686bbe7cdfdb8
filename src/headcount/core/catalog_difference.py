"""What a catalog file would change, as a list people can read, and what it may not change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from headcount.core.catalog import Catalog
from headcount.core.catalog_writing import write_catalog
from headcount.core.errors import Refusal

ADD, CHANGE, RETIRE, RETURN = "add", "change", "retire", "return"
KINDS = ("meter", "product", "plan", "offer")
ON_SALE = ("plan", "offer")
"""What can be taken off sale and put back."""
_LABELS = ("name", "people")
"""The fields of a meter that are words about it; everything else says what it counts, and that never changes."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing of the catalog that a file adds, changes, takes off sale, or puts back on sale."""

    action: str
    kind: str
    key: str
    fields: tuple[FieldChange, ...] = ()


def differences(stored: Catalog, retired: Mapping[str, Sequence[str]], wanted: Catalog) -> list[Difference]:
    """In the order of the file. Plans and offers that the file leaves out are retired; meters and products stay.

    `retired`: the keys of each kind that are off sale already.
    """
    before, after = write_catalog(stored), write_catalog(wanted)
    found = []
    changed = field_changes({"organization": before["organization"]}, {"organization": after["organization"]})
    changed += field_changes({"activity": before["activity"]}, {"activity": after["activity"]})
    if changed:
        found.append(Difference(CHANGE, "organization", wanted.organization.key, tuple(changed)))
    for kind in KINDS:
        found += _of_kind(kind, _by_key(before.get(kind, [])), _by_key(after.get(kind, [])), retired.get(kind, ()))
    return found


def _by_key(tables: object) -> dict[str, Mapping[str, object]]:
    assert isinstance(tables, list)
    return {table["key"]: table for table in tables}


def _of_kind(
    kind: str,
    before: Mapping[str, Mapping[str, object]],
    after: Mapping[str, Mapping[str, object]],
    retired: Sequence[str],
) -> Iterator[Difference]:
    for key, table in after.items():
        if key not in before:
            yield Difference(ADD, kind, key)
        elif changed := field_changes(before[key], table):
            yield Difference(CHANGE, kind, key, tuple(changed))
        if kind in ON_SALE and key in retired:
            yield Difference(RETURN, kind, key)
    if kind in ON_SALE:
        yield from (Difference(RETIRE, kind, key) for key in before if key not in after and key not in retired)


def field_changes(before: Mapping[str, object], after: Mapping[str, object]) -> list[FieldChange]:
    old, new = dict(_leaves("", before)), dict(_leaves("", after))
    paths = [*old, *(path for path in new if path not in old)]
    return [FieldChange(p, old.get(p, ""), new.get(p, "")) for p in paths if old.get(p, "") != new.get(p, "")]


def _leaves(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, inner)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for number, inner in enumerate(value, 1):
            yield from _leaves(f"{path}[{number}]", inner)
    elif isinstance(value, list):
        yield path, ", ".join(map(str, value))
    else:
        yield path, str(value)


@dataclass(frozen=True, slots=True)
class History:
    """What an organization has already done, and can therefore not redefine."""

    has_activity: bool
    has_invoices: bool


def refusals(found: Sequence[Difference], history: History) -> list[Refusal]:
    """Changes that would rewrite the past."""
    refused = []
    for difference in found:
        for change in difference.fields:
            numbers: dict[str, object] = {"key": difference.key, "before": change.before, "after": change.after}
            if code := _fixed(difference, change.field, history):
                refused.append(Refusal(code, f"{difference.kind}.{change.field}", numbers=numbers))
    return refused


def _fixed(difference: Difference, field: str, history: History) -> str:
    if difference.kind == "meter" and field.split(".", maxsplit=1)[0] not in _LABELS:
        return "meter_never_changes"
    if field == "organization.mode":
        return "mode_never_changes"
    if field == "organization.time_zone" and history.has_activity:
        return "time_zone_in_use"
    if field == "organization.currency" and history.has_invoices:
        return "currency_in_use"
    return ""
