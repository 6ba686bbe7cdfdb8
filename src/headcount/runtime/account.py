"""Whom PostgreSQL runs as: ourselves, or, since it refuses root, a service account root changes into."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from headcount.runtime.errors import RuntimeRefusal
from headcount.runtime.home import create

SERVICE_ACCOUNTS = ("headcount", "postgres")
SHARED_FOLDER = Path("/var/lib/headcount")


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Runs a program as this account, out of reach of a Ctrl-C that is meant for us.

        Its environment is bare: a PGPORT or PGDATA of the user's must not lead PostgreSQL astray.
        """
        return subprocess.run(
            command,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
            start_new_session=True,
            user=None if self.is_ours else self.uid,
            group=None if self.is_ours else self.gid,
            extra_groups=None if self.is_ours else [],
        )

    def can_reach(self, path: Path) -> bool:
        """Asks the kernel, which knows of every rule, and not the permission bits."""
        return self.run("test", "-x", path).returncode == 0

    def own(self, path: Path) -> None:
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)


def owner_of(folder: Path) -> Account:
    """The account to run as on data that exists: its owner, whom root can become and others have to be."""
    owner = folder.stat()
    if os.geteuid() not in (0, owner.st_uid):
        raise RuntimeRefusal("data_folder_of_another", folder=folder, owner=_name(owner.st_uid))
    return Account(owner.st_uid, owner.st_gid)


def account_for_new_data() -> Account:
    if os.geteuid() == 0:
        return _service_account()
    return Account(os.geteuid(), os.getegid())


def shared_folder() -> Path:
    """Where root keeps what the service account could not reach elsewhere."""
    create(SHARED_FOLDER, 0o755)
    return SHARED_FOLDER


def _service_account() -> Account:
    for name in SERVICE_ACCOUNTS:
        if account := _find(name):
            return account
    return _create(SERVICE_ACCOUNTS[0])


def _create(name: str) -> Account:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd:
        options = ("--system", "--user-group", "--no-create-home", "--home-dir", str(SHARED_FOLDER))
        subprocess.run([useradd, *options, "--shell", "/usr/sbin/nologin", name], check=False)
    account = _find(name)
    if not account:
        raise RuntimeRefusal("no_service_account", name=name)
    return account


def _find(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
