"""A story that was played, as people read it: what happened, and each expectation beside what came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from headcount.documents.labels import date_text
from headcount.language import sentence
from headcount.stories.values import NOT_REACHED, Document, Finding, Note, Played, PlayedStep
from headcount.stories.wording import words

_WORDS = {
    "what": ("what", "was"),
    "expected": ("expected", "erwartet"),
    "actual": ("actual", "tatsächlich"),
    "holds": ("holds", "trifft zu"),
    "differs": ("does not hold", "trifft nicht zu"),
    "refused": ("cannot be played", "nicht spielbar"),
    "not_reached": (NOT_REACHED, "nicht erreicht"),
    "catalog": ("Catalog", "Katalog"),
}


MOST_REFUSALS = 12


class Timeline:
    """Prints stories in a language."""

    def __init__(self, console: Console, language: str) -> None:
        self._console, self._language = console, language

    def in_short(self, played: Played) -> None:
        """One line."""
        mark, style = ("✓", "green") if played.holds else ("✗", "bold red")
        wrong = sum(not finding.holds for finding in played.findings)
        result = self._word("refused" if played.problems else "holds" if played.holds else "differs")
        number = f" ({wrong}/{len(played.findings)})" if wrong else f" ({len(played.findings)})"
        line = Text.assemble((f"{mark} ", style), played.file, "  ", (played.title, "dim"), "  ", (result, style))
        self._print(line if played.problems else line.append(number, style))

    def whole(self, played: Played) -> None:
        heading = f"{played.section}  {played.title}" if played.section else played.title
        self._print(
            Text.assemble("\n", (heading or played.file, "bold"), "  ", (played.file if heading else "", "dim"))
        )
        for step in played.steps:
            self._step(step)

    def _step(self, step: PlayedStep) -> None:
        self._print(Text.assemble("\n", (self._when(step), "bold cyan")))
        for event in step.events:
            for line in self._event(event):
                self._print(Padding(line, (0, 0, 0, 2), expand=False))
        texts = [f"{refusal.code}: {sentence(refusal, self._language)}" for refusal in step.refusals]
        for text in list(dict.fromkeys(texts))[:MOST_REFUSALS]:
            self._print(Padding(Text(text, "bold red"), (0, 0, 0, 2), expand=False))
        if step.findings:
            self._print(Padding(self._table(step.findings), (0, 0, 0, 4), expand=False))

    def _when(self, step: PlayedStep) -> str:
        if step.number == 0:
            return self._word("catalog")
        day = date_text(step.at.date(), self._language)
        return day if _is_midnight(step.at) else f"{day} {step.at:%H:%M}"

    def _event(self, event: Note | Document) -> Iterator[RenderableType]:
        if isinstance(event, Note):
            yield Text(words(event, self._language))
            return
        day = date_text(event.date, self._language)
        yield Text(f"{event.number}  {event.customer}  {day}  {event.net} {event.currency} ({event.gross})", "green")
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        for _ in range(2):
            table.add_column()
        table.add_column(justify="right")
        table.add_column(style="dim")
        for line in event.lines:
            table.add_row(line.text, line.period, line.net, words(line.why, self._language))
        yield Padding(table, (0, 0, 0, 2), expand=False)

    def _table(self, findings: Sequence[Finding]) -> RenderableType:
        """Only what differs is loud."""
        table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
        for column in ("what", "expected", "actual"):
            table.add_column(self._word(column), overflow="fold")
        table.add_column("")
        for one in findings:
            style = "dim" if one.holds else "bold red"
            actual = self._word("not_reached") if one.actual == NOT_REACHED else one.actual
            table.add_row(one.what, one.expected, actual, "✓" if one.holds else "✗", style=style)
        return Group(table)

    def _word(self, code: str) -> str:
        return _WORDS[code][self._language == "de"]

    def _print(self, what: RenderableType) -> None:
        self._console.print(what, markup=False, highlight=False)


def _is_midnight(at: datetime) -> bool:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second) == timedelta(0)
