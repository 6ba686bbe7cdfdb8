"""Refusals: every "no" of Headcount is a value with a code, a place and the numbers behind it; never a sentence."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why something was not done.

    `code` names the rule, `field` the input that broke it (a column, or a path such as `plan[2].tiers[0].price`),
    `line` the line of the file if there is one, and `numbers` what a sentence about it needs to say.
    """

    code: str
    field: str = ""
    line: int | None = None
    numbers: dict[str, object] = dataclasses.field(default_factory=dict)

    def under(self, prefix: str) -> Refusal:
        """The same refusal, seen from the table that holds the field."""
        separator = "" if not self.field or self.field.startswith("[") else "."
        return dataclasses.replace(self, field=f"{prefix}{separator}{self.field}")

    def on_line(self, line: int | None) -> Refusal:
        return dataclasses.replace(self, line=line)


class Refused(Exception):
    """Nothing was done, for these reasons (all that were found, not the first only)."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(", ".join(f"{r.code} at {r.field or '-'} {r.numbers}" for r in refusals))
        self.refusals = refusals

    def __reduce__(self) -> tuple[type[Refused], tuple[Refusal, ...]]:
        """So that it can come from another process."""
        return Refused, self.refusals


def refuse(code: str, field: str = "", **numbers: object) -> Refused:
    """`raise refuse("unknown_customer", "customer", given="anna")`."""
    return Refused(Refusal(code, field, numbers=numbers))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that `word` was probably meant to be, or an empty string."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), "")
