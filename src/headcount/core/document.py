"""Reading a document of tables (TOML, JSON) without stopping at the first mistake.

A `Table` hands out typed fields; what is wrong is noted as a refusal with the path of the field and replaced by a
harmless value, so that the next mistake is found too. `finish` raises everything that was noted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from headcount.core.errors import Refusal, Refused, nearest

T = TypeVar("T")
REQUIRED = object()


class Table:
    """One table of a document, at `path`; `refusals` is shared by all tables of the document."""

    def __init__(self, content: object, path: str = "", refusals: list[Refusal] | None = None) -> None:
        self.path = path
        self.refusals = refusals if refusals is not None else []
        self._read: set[str] = set()
        self._is_unsure = False
        self._content: Mapping[str, object] = content if isinstance(content, Mapping) else {}
        if not isinstance(content, Mapping):
            self.note("not_a_table", "", given=repr(content))

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def note(self, code: str, key: str, **numbers: object) -> None:
        self.refusals.append(Refusal(code, self.at(key), numbers=numbers))

    def at(self, key: str) -> str:
        """The path of a field, as messages print it: `plan[2].tiers`."""
        return ".".join(part for part in (self.path, key) if part)

    def get(self, key: str, default: object = REQUIRED) -> object:
        """The raw value. Without a default a missing field is noted."""
        self._read.add(key)
        if self._content.get(key) is not None:
            return self._content[key]
        if default is REQUIRED and not self._is_unsure:
            self.note("missing_field", key)
        return None if default is REQUIRED else default

    def parsed(self, key: str, parse: Callable[[object, str], T], instead: T, default: object = REQUIRED) -> T:
        """A field through one of the core's parse functions; `instead` stands in for what was refused."""
        value = self.get(key, default)
        if value is None:
            return instead
        try:
            return parse(value, self.at(key))
        except Refused as refused:
            self.refusals += refused.refusals
            return instead

    def text(self, key: str, default: object = REQUIRED) -> str:
        value = self.get(key, default)
        if isinstance(value, str) and (value.strip() or default == ""):
            return value.strip()
        if value is not None:
            self.note("not_a_text", key, given=repr(value))
        return ""

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.get(key, default)
        if not isinstance(value, bool):
            self.note("not_true_or_false", key, given=repr(value))
        return value is True

    def choice(self, key: str, choices: Collection[str], default: object = REQUIRED) -> str:
        value = self.text(key, default)
        if value and value not in choices:
            self._is_unsure = True
            self.note("not_a_choice", key, given=value, choices=", ".join(choices), nearest=nearest(value, choices))
        return value

    def texts(self, key: str, default: object = REQUIRED) -> tuple[str, ...]:
        value = self.get(key, default)
        if isinstance(value, Sequence) and not isinstance(value, str) and all(_is_word(word) for word in value):
            return tuple(value)
        if value is not None:
            self.note("not_a_list_of_texts", key, given=repr(value))
        return ()

    def table(self, key: str, default: object = REQUIRED) -> Table:
        value = self.get(key, default)
        return Table({} if value is None else value, self.at(key), self.refusals)

    def tables(self, key: str) -> list[Table]:
        """A list of tables, empty if the key is missing; the first is number 1 in messages."""
        value = self.get(key, ())
        if isinstance(value, str) or not isinstance(value, Sequence):
            self.note("not_a_list_of_tables", key, given=repr(value))
            return []
        return [Table(content, f"{self.at(key)}[{number}]", self.refusals) for number, content in enumerate(value, 1)]

    def no_more(self) -> None:
        """Notes every key that nobody asked for, with the known key that was probably meant.

        After a wrong choice nothing is noted: which keys belong here depends on the choice.
        """
        if self._is_unsure:
            return
        for key in self._content:
            if key not in self._read:
                self.note("unknown_field", str(key), nearest=nearest(str(key), self._read))

    def finish(self) -> None:
        if self.refusals:
            raise Refused(*self.refusals)


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
