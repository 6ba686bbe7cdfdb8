"""What a story is, and what came of playing it. Results are plain values, so that another process can send them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, Protocol

from headcount.core.errors import Refusal

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from headcount.core.catalog import Catalog
    from headcount.gateways.toml import TomlFile
    from headcount.stories.expected_refusals import ExpectedRefusals
    from headcount.stories.stage import Stage

ACTOR = "story"
"""Who does everything in a story."""

NOTHING = "–"
"""Where nothing was expected, or nothing came."""

ANYTHING = "…"
"""Where something was expected to be there, whatever it is."""

NOT_REACHED = "not reached"
"""What came of an expectation after the story had ended."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the fields of a story are read by: local times, the digits of amounts, and where other files lie."""

    place: ZoneInfo
    currency: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened, for the timeline: a code of `wording.NOTES` and what its sentence needs."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing that was expected. `what` is its path below `expect`; both sides are text."""

    what: str
    expected: str
    actual: str

    @property
    def holds(self) -> bool:
        return self.expected == self.actual


class Action(Protocol):
    """Something that is done in a step. `customers` are made if there are none of these names."""

    changes_something: ClassVar[bool]

    @property
    def customers(self) -> tuple[str, ...]: ...

    def perform(self, stage: Stage) -> Iterator[Note]: ...


class Expectation(Protocol):
    """Something that must be so at the end of a step."""

    def compare(self, stage: Stage) -> Iterator[Compared]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """`number` counts from 1; `at` is UTC. `refused`: what the step expects to be refused, if it does.

    `bills`: what its actions make due is billed at once, and does not wait for the next step.
    """

    number: int
    at: datetime
    actions: tuple[Action, ...]
    expectations: tuple[Expectation, ...]
    refused: ExpectedRefusals | None
    bills: bool

    @property
    def expects(self) -> bool:
        return bool(self.expectations) or self.refused is not None


@dataclass(frozen=True, slots=True)
class Story:
    """A story file that can be played. `refused`: what its catalog must be refused for, instead of steps."""

    file: str
    title: str
    section: str
    catalog: Catalog | None
    catalog_problems: tuple[Problem, ...]
    document: TomlFile
    terms: Terms
    overrides: Mapping[str, object]
    steps: tuple[Step, ...]
    refused: ExpectedRefusals | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file cannot be played: a refusal, and the file its line belongs to."""

    file: str
    refusal: Refusal


class StoryRefused(Exception):
    """Everything that is wrong with a story's files."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class DocumentLine:
    text: str
    period: str
    net: str
    why: Note


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice as the timeline shows it; amounts are text."""

    number: str
    customer: str
    date: date
    currency: str
    net: str
    gross: str
    lines: tuple[DocumentLine, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """An expectation beside what came. `step` 0: the catalog."""

    step: int
    line: int | None
    what: str
    expected: str
    actual: str
    holds: bool


@dataclass(frozen=True, slots=True)
class PlayedStep:
    """`at` is local. `refusals` are those that nobody expected: they ended the story."""

    number: int
    at: datetime
    events: tuple[Note | Document, ...]
    findings: tuple[Finding, ...]
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a file. `problems`: it could not be played."""

    file: str
    title: str = ""
    section: str = ""
    steps: tuple[PlayedStep, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def findings(self) -> list[Finding]:
        return [finding for step in self.steps for finding in step.findings]

    @property
    def holds(self) -> bool:
        return not self.problems and all(finding.holds for finding in self.findings)
