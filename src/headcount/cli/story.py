"""`headcount story`: contracts as executable documents."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from headcount.cli.output import PARTLY, errors, format_option, language, print_refusals, print_rows, progress
from headcount.cli.session import context, organization_option, set_up_django, with_database
from headcount.core.errors import refuse

if TYPE_CHECKING:
    from headcount.stories.values import Played

COLUMNS = ("file", "step", "line", "what", "expected", "actual", "holds")
REFUSED = 1


@click.group()
def story() -> None:
    """Stories: a catalog, dated steps and the expected results in one file, played through the real services.

    docs/reference/stories.md describes the file.
    """


@story.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--workers", type=click.IntRange(1), help="How many are played at once.  [default: one a core]")
@click.option("--section", help="Only the stories of this section and of those below it: 4 is also 4.3.")
@click.option("--quiet", is_flag=True, help="One line a story, also for those that do not hold.")
@format_option
def run(files: Sequence[Path], workers: int | None, section: str | None, quiet: bool, output: str) -> None:
    """Play each FILE in a throw-away database and say for each expectation whether it holds.

    One story is shown with everything that happened; of several, only those that do not hold. JSON and CSV have one
    row an expectation.

    Exit status: 0 everything holds; 3 some expectations do not; 1 a file cannot be played (the others were).
    """
    from headcount.runtime.database import database

    played: list[Played] = []
    with database(), progress("story") as bar:
        set_up_django()
        from headcount.stories.reading import section_of
        from headcount.stories.run import default_workers, play_files

        chosen = [file for file in files if section is None or _is_of(section, section_of(file))]
        for one in play_files(chosen, workers or default_workers(), set_up_django):
            played.append(one)
            bar(len(played), total=len(chosen), note=one.file)
            if output == "table":
                _show(one, is_whole=not quiet and (len(chosen) == 1 or not one.holds))
    if output != "table":
        print_rows(COLUMNS, [row for one in played for row in _rows(one)], output)
    _finish(played)


@story.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@organization_option
@click.option("--plan", help="Key of the plan.  [default: the first of the catalog]")
@with_database
def new(file: Path | None, organization: str | None, plan: str | None) -> None:
    """Write a first story about a plan to FILE, or print it. It holds at once, and its comments teach the format."""
    from headcount.stories.grounds import story_ground, story_nursery
    from headcount.stories.new import filled, new_story

    _check_absent(file)
    draft = new_story(context(organization), plan, language())
    with story_nursery() as place, story_ground(place, "new") as ground:
        text = filled(draft, ground)
    _write(text, file)


@story.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@organization_option
@with_database
def record(file: Path | None, organization: str | None) -> None:
    """Write what happened in a test organization as a story to FILE, or print it, with its invoices as expectations.

    People and customers go by their keys; names, addresses, the time of day of activity, what was refused and
    catalogs before the last one are not recorded. The story is played once: if it comes out differently, it is
    written all the same, with what differs on the side of errors (exit status 3).
    """
    from headcount.stories.grounds import story_ground, story_nursery
    from headcount.stories.record import recorded_story
    from headcount.stories.run import play_text
    from headcount.stories.writing import write_story

    _check_absent(file)
    text = write_story(recorded_story(context(organization), language()))
    with story_nursery() as place, story_ground(place, "record") as ground:
        played = play_text(text, ground)
    _write(text, file)
    if not played.holds:
        _tell_differences(played)
        raise SystemExit(PARTLY)


def _tell_differences(played: Played) -> None:
    """What of the history does not come out again when it is played."""
    for problem in played.problems:
        print_refusals([problem.refusal])
    for one in (finding for finding in played.findings if not finding.holds):
        line, expected, actual = (
            ("Zeile", "erwartet", "tatsächlich") if language() == "de" else ("line", "expected", "actual")
        )
        text = f"{line} {one.line}, {one.what}: {expected} {one.expected}, {actual} {one.actual}"
        errors().print(text, markup=False)


def _check_absent(file: Path | None) -> None:
    if file is not None and file.exists():
        raise refuse("file_is_there", "", file=str(file))


def _write(text: str, file: Path | None) -> None:
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")


def _is_of(wanted: str, section: str) -> bool:
    return section == wanted or section.startswith(f"{wanted}.")


def _show(played: Played, *, is_whole: bool) -> None:
    from rich.console import Console

    from headcount.stories.timeline import Timeline

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 200)
    timeline = Timeline(console, language())
    if is_whole and not played.problems:
        timeline.whole(played)
    timeline.in_short(played)


def _rows(played: Played) -> list[tuple[object, ...]]:
    return [
        (played.file, one.step, one.line, one.what, one.expected, one.actual, one.holds) for one in played.findings
    ]  # fmt: skip


def _finish(played: Sequence[Played]) -> None:
    for problem in (problem for one in played for problem in one.problems):
        print_refusals([problem.refusal], problem.file)
    holding, refused = sum(one.holds for one in played), sum(bool(one.problems) for one in played)
    errors().print(_summary(len(played), holding, refused), markup=False)
    if refused:
        raise SystemExit(REFUSED)
    if holding < len(played):
        raise SystemExit(PARTLY)


def _summary(stories: int, holding: int, refused: int) -> str:
    german = language() == "de"
    text = f"{holding} von {stories} Geschichten stimmen" if german else f"{holding} of {stories} stories hold"
    if refused:
        text += f", {refused} nicht spielbar" if german else f", {refused} cannot be played"
    return text
