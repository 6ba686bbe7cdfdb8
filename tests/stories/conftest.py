"""A database for stories, in this process, and files to play in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from headcount.stories.values import Played
from tests.cli.catalogs import one_fee

CARE = one_fee("30.00")


@pytest.fixture(scope="session")
def play(database: None) -> Iterator[Callable[[Path], Played]]:
    """What came of a story file. One database for all, emptied before each."""
    from headcount.stories.grounds import story_ground, story_nursery
    from headcount.stories.run import play_in_ground

    with story_nursery() as place, story_ground(place, "test") as ground:
        yield lambda path: play_in_ground(path, ground)


@pytest.fixture
def story(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a story about a plan of 30.00 a month."""

    def write(steps: str, catalog: str = CARE, name: str = "story.toml") -> Path:
        path = tmp_path / name
        path.write_text(f'title = "A story"\n{catalog}\n{steps}', encoding="utf-8")
        return path

    return write
