"""Where the example files lie: in the repository, or inside the installed package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[2]


def folder() -> Path:
    packaged = _PACKAGE / "data"
    return packaged if packaged.is_dir() else _CHECKOUT / "examples"


def own_repository() -> Path | None:
    """The repository of Headcount itself, if this is a checkout."""
    return _CHECKOUT if (_CHECKOUT / ".git").exists() and (_CHECKOUT / "examples").is_dir() else None
