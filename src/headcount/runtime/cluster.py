"""The folder PostgreSQL lives in: where it is, how it comes into being, how the server in it starts and stops.

<home>/postgres/            or a link to a folder of this kind below /var/lib/headcount
    data/                   what initdb makes
    socket/                 the only way in
    postgres.log
"""

import contextlib
import hashlib
import shutil
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from psycopg import pq
from psycopg.conninfo import make_conninfo

from headcount.runtime.account import Account, account_for_new_data, owner_of, shared_folder
from headcount.runtime.binaries import Binaries
from headcount.runtime.errors import RuntimeRefusal
from headcount.runtime.files import sync_folder, write_atomically
from headcount.runtime.settings import CONF, PORT, configuration, socket_folder
from headcount.runtime.stale import disown_the_dead

SUPERUSER = "postgres"
WITHOUT_LIMIT = "604800"  # a week: recovery after a crash takes as long as it takes, and must not be cut short
ATTEMPTS = 20  # the backends of a killed server need a moment to notice and let go
SECONDS_BETWEEN_ATTEMPTS = 0.3


@dataclass(frozen=True, slots=True)
class Cluster:
    folder: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def conninfo(self, user: str, password: str, database: str) -> str:
        host = str(socket_folder(self.folder))
        return make_conninfo(host=host, port=PORT, user=user, password=password, dbname=database)

    def initialise(self, binaries: Binaries, password: str) -> None:
        """Makes the data folder, in a place aside, so that it is there as a whole or not at all."""
        if self.data.exists():
            return
        self._sweep()
        with tempfile.TemporaryDirectory(prefix="new-", dir=self.folder) as name:
            place = Path(name)
            self.account.own(place)
            write_atomically(place / "password", password)
            self._initdb(binaries, place)
            conf = place / "data" / "postgresql.conf"
            write_atomically(conf, conf.read_text(encoding="utf-8") + f"\ninclude_if_exists = '{CONF}'\n")
            (place / "data").rename(self.data)
        sync_folder(self.folder)
        self._sweep()  # an initdb whose starter was killed may have gone on writing after the first time

    def _sweep(self) -> None:
        """Removes what interrupted attempts left behind."""
        for leftover in self.folder.glob("new-*"):
            shutil.rmtree(leftover, ignore_errors=True)

    def _initdb(self, binaries: Binaries, place: Path) -> None:
        self._run(
            binaries.program("initdb"),
            f"--pgdata={place / 'data'}",
            f"--pwfile={place / 'password'}",
            f"--username={SUPERUSER}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums",
        )

    def ensure_running(self, binaries: Binaries) -> None:
        """Uses the server that runs, waits for one that starts or stops, and else starts it."""
        if self._answers():
            return
        self._configure()
        for attempt in range(1, ATTEMPTS + 1):
            self._disown_the_dead()
            try:
                self._pg_ctl(binaries, "start", f"--log={self.log}")
            except RuntimeRefusal:
                if self._answers():
                    return
                if attempt == ATTEMPTS:
                    raise
                time.sleep(SECONDS_BETWEEN_ATTEMPTS)
            else:
                return

    def stop(self, binaries: Binaries) -> None:
        """Ends sessions and writes everything out. Nothing to stop, or one that was killed, is no failure."""
        if self._ping() != pq.Ping.NO_RESPONSE:
            self._pg_ctl(binaries, "stop", "--mode=fast")

    def _configure(self) -> None:
        sockets = socket_folder(self.folder)
        self._prepare_sockets(sockets)
        write_atomically(self.data / CONF, configuration(sockets))

    def _disown_the_dead(self) -> None:
        disown_the_dead(self.data / "postmaster.pid")
        disown_the_dead(socket_folder(self.folder) / f".s.PGSQL.{PORT}.lock")

    def _prepare_sockets(self, sockets: Path) -> None:
        """In /tmp anybody could have been there first, and would then be who we tell our passwords."""
        with contextlib.suppress(FileExistsError):
            sockets.mkdir(0o700)
            self.account.own(sockets)
        found = sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.account.uid or found.st_mode & 0o077:
            raise RuntimeRefusal("socket_folder_of_another", folder=sockets)

    def _answers(self) -> bool:
        """Whether a server accepts connections; waits while one is there that does not yet, or no longer."""
        while (state := self._ping()) == pq.Ping.REJECT:
            time.sleep(0.1)
        return state == pq.Ping.OK

    def _ping(self) -> pq.Ping:
        return pq.Ping(pq.PGconn.ping(self.conninfo(SUPERUSER, "", "postgres").encode()))

    def _pg_ctl(self, binaries: Binaries, *action: str) -> None:
        program = binaries.program("pg_ctl")
        self._run(program, *action, f"--pgdata={self.data}", "--wait", f"--timeout={WITHOUT_LIMIT}", "--silent")

    def _run(self, program: Path, *arguments: str) -> None:
        result = self.account.run(program, *arguments)
        if result.returncode:
            raise RuntimeRefusal("postgres_failed", program=program.name, output=result.stdout, log=self.log)


def locate(home: Path) -> Cluster:
    """The cluster of this home; its folder is made when there is none, where PostgreSQL's account can reach it."""
    place = home / "postgres"
    if place.is_symlink() and not place.exists():
        raise RuntimeRefusal("data_folder_missing", link=place, folder=place.readlink())
    if not place.exists():
        account = account_for_new_data()
        if account.can_reach(home):
            _make_folder(home, account, "new-postgres-").rename(place)
        else:
            digest = hashlib.sha256(bytes(home)).hexdigest()[:16]
            place.symlink_to(_make_folder(shared_folder(), account, f"{digest}-"))
    folder = place.resolve()
    return Cluster(folder, owner_of(folder))


def _make_folder(parent: Path, account: Account, prefix: str) -> Path:
    """Empty, and the account's before anyone sees it.

    The random rest of its name keeps it apart from what a deleted home of the same path left behind.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    account.own(folder)
    return folder
