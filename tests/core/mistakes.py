"""Mistakes in a catalog file, and what is said about them."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest

from headcount.core.catalog_file import read_catalog
from headcount.core.errors import Refused
from headcount.language import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from _pytest.mark.structures import ParameterSet

    from headcount.core.errors import Refusal


def refusals(toml: str) -> list[Refusal]:
    """Everything that is wrong with a catalog file, after it was said in both languages."""
    try:
        read_catalog(tomllib.loads(toml))
    except Refused as refused:
        found = list(refused.refusals)
    else:
        return []
    assert all(sentence(refusal, language) for refusal in found for language in ("en", "de"))
    return found


def mistakes(toml: str) -> list[tuple[str, str]]:
    """By code and place."""
    return [(refusal.code, refusal.field) for refusal in refusals(toml)]


def with_numbers(toml: str) -> list[str]:
    """As the cases of a test write them: code, place, numbers."""
    return [_written(refusal) for refusal in refusals(toml)]


def _written(refusal: Refusal) -> str:
    numbers = " | ".join(f"{name}={value}" for name, value in refusal.numbers.items())
    return f"{refusal.code} {refusal.field} {numbers}".rstrip()


def cases_of_mistakes(text: str, pieces: Mapping[str, str]) -> Iterator[ParameterSet]:
    """`name: what is replaced -> by what`, and below it, indented, each refusal that must come.

    `pieces`: long parts of the example, called by a name. A line break is written as `\\n`.
    """
    for entry in re.split(r"\n(?=\S)", text.strip()):
        change, *expected = entry.split("\n")
        name, _, replacement = change.partition(": ")
        old, new = replacement.split(" ->")
        refused = {line.strip() for line in expected}
        old, new = pieces.get(old, old).replace(r"\n", "\n"), new.strip().replace(r"\n", "\n")
        yield pytest.param(old, new, refused, id=name)


def codes(of_cases: list[ParameterSet]) -> set[str]:
    return {str(refusal).split()[0] for case in of_cases for refusal in case.values[2]}  # type: ignore[union-attr]


def replaced(toml: str, old: str, new: str) -> str:
    assert toml.count(old) == 1, "the example was changed: this must stand in it once"
    return toml.replace(old, new)
