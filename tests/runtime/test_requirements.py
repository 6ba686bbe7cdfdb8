"""What is installed is what pyproject.toml says, and nothing in it is left to chance."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith(("#", "-")))


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_run_pins_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["build-system"]["requires"]
    both = pins("run") | pins("build")
    for requirement in wanted:
        name, version = requirement.partition(";")[0].strip().split("==")
        assert both[canonical(name.partition("[")[0])] == version


@pytest.mark.parametrize("name", ["run", "build", "dev"])
def test_the_pins_are_what_is_installed(name: str) -> None:
    for package, version in pins(name).items():
        assert distribution(package).version == version
