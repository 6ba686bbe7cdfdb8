"""A story as text, laid out as people write it: a catalog in tables, a line for each action and expectation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import tomlkit

from headcount.core.catalog import Catalog, quantity_text
from headcount.core.catalog_writing import write_catalog
from headcount.core.rating import UNLIMITED, Quantity
from headcount.gateways.toml import write_toml
from headcount.stories.values import Document, Played

WIDTH = 110
Fields = dict[str, object]


@dataclass(slots=True)
class DraftStep:
    """A step to be written. `at` is local. `expect` is written below the actions, `why` as comments above the step."""

    at: date | datetime
    actions: Fields = field(default_factory=dict)
    expect: Fields = field(default_factory=dict)
    why: Sequence[str] = ()
    bills: bool = True


@dataclass(slots=True)
class StoryDraft:
    title: str
    catalog: Catalog
    steps: list[DraftStep]
    why: Sequence[str] = ()
    why_catalog: Sequence[str] = ()


def write_story(draft: StoryDraft) -> str:
    tables = write_catalog(draft.catalog)
    organization = tables["organization"]
    assert isinstance(organization, dict)
    del organization["mode"]  # a story is always played in a test organization
    parts = [
        [*_comments(draft.why), f"title = {_value(draft.title)}"],
        [*_comments(draft.why_catalog), write_toml(tables).rstrip()],
        *(_step(step) for step in draft.steps),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _comments(why: Sequence[str]) -> list[str]:
    return [f"# {line}".rstrip() for line in why]


def _step(step: DraftStep) -> list[str]:
    lines = [*_comments(step.why), "[[step]]", f"at = {_value(step.at)}"]
    lines += [f"{word} = {_entries(value)}" for word, value in step.actions.items()]
    lines += ["bill = false"] if step.actions and not step.bills else []
    return lines + [f"expect.{word} = {_entries(value)}" for word, value in step.expect.items()]


def _entries(value: object, depth: int = 0) -> str:
    """A value on one line, or, where that gets too long, a list with an entry a line."""
    short = _value(value)
    if len(short) <= WIDTH - depth or not isinstance(value, list):
        return short
    return _broken(value, depth)


def _broken(entries: list[object], depth: int) -> str:
    margin = " " * depth
    if not any(isinstance(entry, Mapping) for entry in entries):
        return "[\n" + "".join(f"{margin}  {line}\n" for line in _packed(entries)) + f"{margin}]"
    rows = "".join(f"{margin}  {_row(entry, depth + 2)},\n" for entry in entries)
    return f"[\n{rows}{margin}]"


def _packed(entries: list[object]) -> list[str]:
    """As many entries on a line as fit."""
    lines = [""]
    for entry in map(_value, entries):
        if lines[-1] and len(lines[-1]) + len(entry) > WIDTH:
            lines.append("")
        lines[-1] += f" {entry}," if lines[-1] else f"{entry},"
    return lines


def _row(entry: object, depth: int) -> str:
    """One entry; if it is long, with the entries of its lists below it."""
    short = _value(entry)
    if len(short) <= WIDTH - depth or not isinstance(entry, Mapping):
        return short
    parts = (
        f"{_key(key)} = {_broken(part, depth) if isinstance(part, list) and part else _value(part)}"
        for key, part in entry.items()
    )
    return "{ " + ", ".join(parts) + " }"


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Mapping():
            return "{ " + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(_value(part) for part in value) + "]"
        case datetime():
            return value.isoformat(timespec="microseconds" if value.microsecond else "seconds")
        case date() | int():
            return str(value)
        case _:
            return tomlkit.string(str(value)).as_string()


def _key(key: object) -> str:
    return tomlkit.key(str(key)).as_string()


def written_quantity(quantities: Mapping[str, Quantity]) -> object:
    """What is bought in advance, as a story writes it: `10`, `"unlimited"`, or a table where there are several."""
    amounts = {key: quantity_text(one) if one is UNLIMITED else one for key, one in quantities.items()}
    return next(iter(amounts.values())) if len(amounts) == 1 else amounts


def written_invoices(played: Played) -> list[list[Fields]]:
    """The documents of each step as an expectation."""
    return [[written_invoice(event) for event in step.events if isinstance(event, Document)] for step in played.steps]


def written_invoice(document: Document) -> Fields:
    lines = [{"text": line.text, "period": line.period, "net": line.net} for line in document.lines]
    return {"customer": document.customer, "date": document.date, "net": document.net, "lines": lines}
