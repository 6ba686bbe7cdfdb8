"""The tour of README.md is what a terminal shows, to the letter."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.vendor import run

ROOT = Path(__file__).resolve().parents[2]
SESSION = re.compile(r"```console\n(.*?)```", re.DOTALL)


def tour() -> list[tuple[str, str]]:
    """(command, what it printed), in order."""
    sessions = "\n".join(SESSION.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    parts = re.split(r"^\$ ", sessions, flags=re.MULTILINE)[1:]
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts]


def plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def test_the_tour_of_the_readme(database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    commands = tour()
    assert len(commands) > 10
    for command, printed in commands:
        program, *words = shlex.split(command)
        if program == "export":
            name, _, value = words[0].partition("=")
            monkeypatch.setenv(name, value)
            continue
        assert program == "./headcount"
        result = run(*words)
        assert plain(result.out + result.err) == plain(printed), command
