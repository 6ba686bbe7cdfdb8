"""The schema of the database: brought up to date by its owner, once, whoever comes first."""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from headcount.storage import partitions

_LOCK = 7000


def migrate() -> bool:
    """Whether anything had to be done. Two that come at once wait for each other."""
    if is_current():
        return False
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        partitions.make_ahead(cursor, datetime.now(UTC).date())
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    owner.close()
    return True


def is_current() -> bool:
    """Every migration is applied and the months ahead have their part of the evidence."""
    connection = connections["default"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        return not partitions.missing(cursor, datetime.now(UTC).date())


def disconnect() -> None:
    connections.close_all()
