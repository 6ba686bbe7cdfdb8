"""Passwords and keys nobody has to think up: made on first use, kept in the home."""

import json
import secrets
from pathlib import Path

from headcount.runtime.files import write_atomically
from headcount.runtime.home import home
from headcount.runtime.locks import exclusive


def secret(name: str) -> str:
    """The secret of that name. Two processes that ask for it first at the same time get the same one."""
    folder = home()
    with exclusive(folder / "secrets.lock"):
        known = _read(secrets_file(folder))
        if name not in known:
            known[name] = secrets.token_urlsafe(36)
            write_atomically(secrets_file(folder), json.dumps(known, indent=2) + "\n")
        return known[name]


def secrets_file(folder: Path) -> Path:
    return folder / "secrets.json"


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return known
