"""Every story of the specification and of the examples holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from headcount.stories.values import Played

ROOT = Path(__file__).resolve().parents[2]
FILES = [*sorted((ROOT / "tests/stories/spec").glob("*.toml")), *sorted(ROOT.glob("examples/*/stories/*.toml"))]


def differences(played: Played) -> list[str]:
    found = [f"{one.file}:{one.refusal.line} {one.refusal.code} {one.refusal.field}" for one in played.problems]
    return found + [
        f"line {one.line}, {one.what}: expected {one.expected}, actual {one.actual}"
        for one in played.findings
        if not one.holds
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_story_holds(play: Callable[[Path], Played], path: Path) -> None:
    played = play(path)
    assert differences(played) == []
    assert played.findings
