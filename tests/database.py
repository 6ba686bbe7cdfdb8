"""A PostgreSQL of one's own, in a short temporary folder, migrated, and gone at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_database() -> Iterator[None]:
    """The environment is as it was afterwards."""
    from headcount.cli.session import database_session

    home = tempfile.mkdtemp(prefix="hc-", dir="/tmp")
    Path(home).chmod(0o711)  # as root, PostgreSQL runs under another account and must get through
    before = dict(os.environ)
    for variable in ("DATABASE_URL", "HEADCOUNT_APP_DATABASE_URL", "HEADCOUNT_ORGANIZATION"):
        os.environ.pop(variable, None)
    os.environ |= {"HEADCOUNT_HOME": home, "HEADCOUNT_LANGUAGE": "en"}
    try:
        with database_session():
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(home, ignore_errors=True)
