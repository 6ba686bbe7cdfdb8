"""One server for all commands of a home: the first one in starts it, the last one out stops it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from headcount.runtime.binaries import choose
from headcount.runtime.cluster import SUPERUSER, Cluster, locate
from headcount.runtime.errors import RuntimeRefusal
from headcount.runtime.home import home
from headcount.runtime.locks import exclusive, opened, share, try_exclusive
from headcount.runtime.roles import DATABASE, OWNER, ensure_owner
from headcount.runtime.secret import secret, secrets_file


@contextmanager
def server() -> Iterator[str]:
    """The owner's login to a server that runs at least as long as this context."""
    folder = home()
    with opened(folder / "postgres.lock") as users:
        with exclusive(folder / "start.lock"):
            share(users)
            cluster = locate(folder)
            binaries = choose(cluster.account, cluster.data)
        try:
            with exclusive(folder / "start.lock"):
                cluster.initialise(binaries, secret(SUPERUSER))
                cluster.ensure_running(binaries)
                owner = _owner_login(cluster)
            yield owner
        finally:
            with exclusive(folder / "start.lock"):
                if try_exclusive(users):
                    cluster.stop(binaries)


def _owner_login(cluster: Cluster) -> str:
    password = secret(OWNER)
    try:
        ensure_owner(cluster.conninfo(SUPERUSER, secret(SUPERUSER), "postgres"), password)
    except psycopg.OperationalError as error:
        raise RuntimeRefusal("password_unknown", secrets=secrets_file(home())) from error
    return cluster.conninfo(OWNER, password, DATABASE)
