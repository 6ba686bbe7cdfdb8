"""Stories are played, each in a database of its own: one after another here, or side by side in workers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from headcount.core.errors import Refusal
from headcount.stories.grounds import Ground, story_ground, story_nursery
from headcount.stories.play import play_file
from headcount.stories.values import Played, Problem
from headcount.stories.workers import SetUp, play_side_by_side


def play_files(files: Sequence[Path], workers: int, set_up: SetUp) -> Iterator[Played]:
    """What came of each file, in order. One file, or one worker, is played in this process."""
    with story_nursery() as place:
        workers = min(workers, len(files))
        if workers > 1:
            yield from play_side_by_side(files, place, workers, set_up)
            return
        with story_ground(place, "0") as ground:
            for file in files:
                yield play_in_ground(file, ground)


def default_workers() -> int:
    return os.cpu_count() or 1


def play_in_ground(file: Path, ground: Ground) -> Played:
    """What came of one file. A mistake of Headcount is a problem of it too."""
    try:
        with ground.empty():
            return play_file(file)
    except Exception as problem:  # noqa: BLE001 - what one story meets must not hide what the others show
        numbers: dict[str, object] = {
            "problem": f"{type(problem).__name__}: {problem}",
            "where": _where(problem.__traceback__),
        }
        return Played(str(file), problems=(Problem(str(file), Refusal("story_broke", numbers=numbers)),))


def play_text(text: str, ground: Ground) -> Played:
    """A story that is not a file yet, and takes its catalog from itself."""
    with tempfile.TemporaryDirectory(prefix="headcount-story-") as folder:
        file = Path(folder, "story.toml")
        file.write_text(text, encoding="utf-8")
        return play_in_ground(file, ground)


def _where(trace: TracebackType | None) -> str:
    """The line in which it happened."""
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
