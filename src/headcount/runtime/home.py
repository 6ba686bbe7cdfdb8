"""The one folder everything of an installation lies in."""

import os
from pathlib import Path

from headcount.runtime.errors import RuntimeRefusal


def home() -> Path:
    """The home folder, created when needed so that PostgreSQL's account can walk through but not look around."""
    folder = _chosen().absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        create(folder, 0o711)
    except OSError as error:
        raise RuntimeRefusal("home_not_writable", folder=folder) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise RuntimeRefusal("home_not_writable", folder=folder)
    return folder.resolve()


def create(folder: Path, mode: int) -> None:
    """Sets the mode whatever the umask is, and leaves a folder that exists already as it is."""
    try:
        folder.mkdir(mode)
    except FileExistsError:
        if not folder.is_dir():
            raise
    else:
        folder.chmod(mode)


def _chosen() -> Path:
    if chosen := os.environ.get("HEADCOUNT_HOME"):
        return Path(chosen).expanduser()
    if data := os.environ.get("XDG_DATA_HOME"):
        return Path(data, "headcount")
    return Path.home() / ".local" / "share" / "headcount"
