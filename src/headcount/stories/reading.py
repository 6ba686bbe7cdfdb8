"""A story file becomes a value. Everything that is wrong with it is collected, each with file, line and key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from headcount.core.catalog import Catalog
from headcount.core.catalog_file import read_catalog
from headcount.core.document import Table
from headcount.core.errors import Refusal, Refused, nearest
from headcount.gateways.toml import TomlFile, read_toml
from headcount.stories.actions import read_actions
from headcount.stories.catalogs import ORGANIZATION, catalog_of_file, with_organization
from headcount.stories.expectations import read_expectations
from headcount.stories.expected_refusals import ExpectedRefusals, read_refused
from headcount.stories.fields import given, instant
from headcount.stories.values import Problem, Step, Story, StoryRefused, Terms

WORDS = ("title", "section", "catalog", "step", "expect")
"""The keys of a story; every other one belongs to its catalog."""

_NEVER = datetime.max.replace(tzinfo=UTC)


def read_story(path: Path) -> Story:
    """Raises `StoryRefused` with every problem of the file and of its catalog."""
    file = str(path)
    try:
        document = read_toml(path)
    except Refused as refused:
        raise StoryRefused(*(Problem(file, refusal) for refusal in refused.refusals)) from None
    top = Table(document.content)
    title, section = top.text("title"), top.text("section", "")
    overrides = _overrides(document.content)
    catalog, problems = _catalog(path, document, top, overrides)
    terms = _terms(catalog, path.parent)
    refused_catalog = _expected_of_catalog(top)
    steps = _steps(top, terms)
    _check_order(top, steps, terms)
    if refused_catalog is None and not any(step.expects for step in steps):
        top.note("story_expects_nothing", "")
    wrong = [Problem(file, refusal.on_line(document.line_of(refusal.field))) for refusal in top.refusals]
    if refused_catalog is None:
        wrong += problems
    if wrong:
        raise StoryRefused(*sorted(wrong, key=lambda one: (one.file != file, one.refusal.line or 0)))
    return Story(
        file, title, section, catalog, problems, document, terms, overrides, tuple(steps), refused_catalog
    )  # fmt: skip


def section_of(path: Path) -> str:
    """The section that a file names, or an empty text; whether the rest can be read is another question."""
    try:
        return str(read_toml(path).content.get("section", ""))
    except Refused:
        return ""


def _overrides(content: Mapping[str, object]) -> Mapping[str, object]:
    own = content.get("organization", {})
    return own if isinstance(own, Mapping) else {}


def _catalog(
    path: Path, document: TomlFile, top: Table, overrides: Mapping[str, object]
) -> tuple[Catalog | None, tuple[Problem, ...]]:
    """The catalog of a file, or of the tables in the story; or what is wrong with it."""
    own = {key: value for key, value in document.content.items() if key not in WORDS}
    name = top.text("catalog", "")
    if not name:
        try:
            return read_catalog(with_organization(own, overrides)), ()
        except Refused as refused:
            found = [_with_words(refusal) for refusal in document.placed(refused).refusals]
            return None, tuple(Problem(str(path), refusal) for refusal in found)
    for key in own.keys() - {"organization"}:
        top.note("catalog_and_tables", key, catalog=name)
    try:
        return catalog_of_file(path.parent / name, overrides), ()
    except Refused as refused:
        return None, tuple(_of_file(path, document, name, refusal) for refusal in refused.refusals)


def _with_words(refusal: Refusal) -> Refusal:
    """A key that no catalog has may be a misspelt word of stories."""
    if refusal.code == "unknown_field" and "." not in refusal.field:
        meant = nearest(refusal.field, WORDS) or refusal.numbers.get("nearest", "")
        return replace(refusal, numbers={**refusal.numbers, "nearest": meant})
    return refusal


def _of_file(path: Path, document: TomlFile, name: str, refusal: Refusal) -> Problem:
    """What is wrong with the organization may stand in the story, which overrides the catalog's file."""
    if refusal.code == "no_such_file":
        return Problem(str(path), Refusal("no_such_file", "catalog", document.line_of("catalog"), {"file": name}))
    if refusal.field in document.lines:
        return Problem(str(path), refusal.on_line(document.line_of(refusal.field)))
    return Problem(str(path.parent / name), refusal)


def _terms(catalog: Catalog | None, folder: Path) -> Terms:
    if catalog is None:
        return Terms(ZoneInfo(str(ORGANIZATION["time_zone"])), str(ORGANIZATION["currency"]), folder)
    return Terms(ZoneInfo(catalog.organization.time_zone), catalog.organization.currency, folder)


def _expected_of_catalog(top: Table) -> ExpectedRefusals | None:
    if "expect" not in top:
        return None
    expect = top.table("expect")
    refused = read_refused(expect)
    expect.no_more()
    if "step" in top:
        top.note("steps_after_refusal", "step")
    return refused


def _steps(top: Table, terms: Terms) -> list[Step]:
    content = top.get("step", ())
    tables = top.tables("step")
    return [_step(table, number, _words(content, number), terms) for number, table in enumerate(tables, 1)]


def _words(content: object, number: int) -> list[str]:
    """The keys of an entry in the order of the file, which is the order in which things happen."""
    entry = content[number - 1] if isinstance(content, list) else {}
    return list(entry) if isinstance(entry, Mapping) else []


def _step(table: Table, number: int, words: list[str], terms: Terms) -> Step:
    at = table.parsed("at", lambda value, field: instant(value, field, terms), _NEVER)
    actions = read_actions(table, words, terms)
    expect = table.table("expect", {})
    refused = read_refused(expect) if given(expect, "refused") else None
    expectations = read_expectations(expect, _words([table.get("expect", {})], 1), terms)
    bills = table.flag("bill", default=True)
    expect.no_more()
    table.no_more()
    return Step(number, at, actions, expectations, refused, bills)


def _check_order(top: Table, steps: list[Step], terms: Terms) -> None:
    known = [step for step in steps if step.at != _NEVER]
    for before, step in pairwise(known):
        if step.at < before.at:
            given, earlier = (one.at.astimezone(terms.place).isoformat(timespec="minutes") for one in (step, before))
            top.note("steps_out_of_order", f"step[{step.number}].at", given=given, before=earlier)
