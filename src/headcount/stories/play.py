"""A story is played: step by step through the services, in the database that Django talks to now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import Error as DatabaseError

from headcount.core.errors import Refusal, Refused
from headcount.services.catalog import apply_catalog
from headcount.stories.people_actions import make_customers
from headcount.stories.reading import read_story
from headcount.stories.stage import Stage
from headcount.stories.values import (
    ACTOR,
    NOT_REACHED,
    NOTHING,
    Compared,
    Document,
    Finding,
    Note,
    Played,
    PlayedStep,
    Step,
    Story,
    StoryRefused,
)

_BEGINNING = datetime.min.replace(tzinfo=UTC)


def play_file(path: Path) -> Played:
    """What came of a story file, in an empty database. Never raises: what is wrong is part of the result."""
    try:
        return play(read_story(path))
    except StoryRefused as refused:
        return Played(str(path), problems=refused.problems)


def play(story: Story) -> Played:
    steps = [_play_catalog(story)] if story.refused is not None else list(_play_steps(story))
    return Played(story.file, story.title, story.section, tuple(steps))


def _play_catalog(story: Story) -> PlayedStep:
    """The catalog that must be refused; nothing else happens."""
    assert story.refused is not None
    refusals = [problem.refusal for problem in story.catalog_problems] or _refusals_of_applying(story)
    note = Note("catalog_refused" if refusals else "catalog_taken", {"count": len(refusals)})
    compared = list(story.refused.compare(refusals))
    return PlayedStep(0, _BEGINNING, (note, *map(_refused_note, refusals)), _findings(story, 0, compared))


def _refusals_of_applying(story: Story) -> list[Refusal]:
    assert story.catalog is not None
    try:
        apply_catalog(story.catalog, ACTOR)
    except Refused as refused:
        return list(story.document.placed(refused).refusals)
    return []


def _play_steps(story: Story) -> Iterator[PlayedStep]:
    assert story.catalog is not None
    stage = Stage(story.catalog, story.terms, story.overrides)
    has_ended = False
    for step in story.steps:
        if has_ended:
            yield _not_reached(story, step)
            continue
        played = _Performance(story, stage, step).play()
        has_ended = bool(played.refusals)
        yield played


@dataclass(slots=True)
class _Performance:
    """One step on the stage."""

    story: Story
    stage: Stage
    step: Step

    def play(self) -> PlayedStep:
        self.stage.begin_step()
        events: list[Note | Document] = []
        try:
            events += self._begin()
            self._act(events)
            if self.step.bills and self.stage.is_unbilled:
                # What became due is billed at once: the clock stands still, and the run finds the difference.
                events += self.stage.run(self.step.at)
            compared, refusals = self._compare()
        except DatabaseError as problem:
            compared, refusals = [], [Refusal("database_failed", numbers={"problem": str(problem).strip()})]
        except Refused as refused:  # by an expectation: it names something that is not there
            compared, refusals = [], list(refused.refusals)
        local = self.step.at.astimezone(self.story.terms.place)
        findings = _findings(self.story, self.step.number, [*_unexpected(refusals), *compared])
        if refusals and not compared:
            findings += _not_reached(self.story, self.step).findings
        return PlayedStep(self.step.number, local, tuple(events), findings, tuple(refusals))

    def _begin(self) -> list[Document]:
        """The first step makes the organization, with its clock there; later ones move the clock."""
        if self.step.number > 1:
            return self.stage.move_clock(self.step.at)
        assert self.story.catalog is not None
        self.stage.apply(self.story.catalog, self.step.at)
        return []

    def _act(self, events: list[Note | Document]) -> None:
        """A refusal ends the actions of the step; what was done before it stays."""
        try:
            for action in self.step.actions:
                self.stage.is_unbilled |= action.changes_something
                make_customers(self.stage, action.customers)
                events += action.perform(self.stage)
        except Refused as refused:
            self.stage.refusals += refused.refusals
            if self.step.refused is not None:
                events += map(_refused_note, refused.refusals)

    def _compare(self) -> tuple[list[Compared], list[Refusal]]:
        """What was compared, and the refusals that nobody expected: after them nothing else is compared."""
        if self.step.refused is None and self.stage.refusals:
            return [], self.stage.refusals
        refused = [] if self.step.refused is None else list(self.step.refused.compare(self.stage.refusals))
        return refused + [one for each in self.step.expectations for one in each.compare(self.stage)], []


def _refused_note(refusal: Refusal) -> Note:
    return Note("refused", {"refusal": refusal})


def _unexpected(refusals: Sequence[Refusal]) -> list[Compared]:
    """Each kind once: a batch may refuse a thousand rows for the same reason."""
    return [Compared("refused", NOTHING, text) for text in dict.fromkeys(map(_in_short, refusals))]


def _in_short(refusal: Refusal) -> str:
    return f"{refusal.code} ({refusal.field})" if refusal.field else refusal.code


def _findings(story: Story, step: int, compared: Sequence[Compared]) -> tuple[Finding, ...]:
    place = f"step[{step}].expect" if step else "expect"
    return tuple(
        Finding(step, story.document.line_of(f"{place}.{one.what}"), one.what, one.expected, one.actual, one.holds)
        for one in compared
    )


def _not_reached(story: Story, step: Step) -> PlayedStep:
    """The expectations of a step that the story did not come to, each by its word: there is nothing to compare."""
    place = f"step[{step.number}].expect"
    words = [one.removeprefix(f"{place}.") for one in story.document.lines if one.startswith(f"{place}.")]
    findings = tuple(
        Finding(step.number, story.document.line_of(f"{place}.{word}"), word, "…", NOT_REACHED, holds=False)
        for word in words
        if "." not in word and "[" not in word
    )
    local = step.at.astimezone(story.terms.place)
    return PlayedStep(step.number, local, (Note("not_reached"),), findings)
