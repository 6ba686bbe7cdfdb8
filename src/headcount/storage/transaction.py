"""The one place where a transaction of an organization is opened, and row-level security told whose it is."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def organization_transaction(organization_id: int) -> Iterator[None]:
    """Everything inside is done wholly or not at all, and sees the rows of this organization only."""
    with transaction.atomic(durable=True):
        _see(organization_id)
        yield


@contextmanager
def frozen_view(organization_id: int) -> Iterator[None]:
    """Everything inside sees the organization as it was at one moment, however long it takes, and writes nothing."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        _see(organization_id)
        yield


def _see(organization_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('headcount.organization_id', %s, true)", [str(organization_id)])


@contextmanager
def rehearsal(organization_id: int) -> Iterator[None]:
    """The same, but nothing of it stays: how a dry run goes the whole way without a write."""
    with organization_transaction(organization_id):
        yield
        transaction.set_rollback(True)


def part() -> AbstractContextManager[None]:
    """Inside a transaction of the caller: what is refused in here is undone, and the rest goes on."""
    return transaction.atomic()


def committed_or_not(organization_id: int, *, dry_run: bool) -> AbstractContextManager[None]:
    """A transaction, or a rehearsal of it."""
    return rehearsal(organization_id) if dry_run else organization_transaction(organization_id)


_CATALOG_LOCK, _PAYMENTS_LOCK, _RUN_LOCK = 7001, 7002, 7003


def share_catalog(organization_id: int) -> None:
    """Until the transaction ends the catalog stays as it is. Many may hold this at once."""
    _lock("pg_advisory_xact_lock_shared", _CATALOG_LOCK, organization_id)


def hold_catalog(organization_id: int) -> None:
    """Until the transaction ends nobody else counts by the catalog, nor changes it."""
    _lock("pg_advisory_xact_lock", _CATALOG_LOCK, organization_id)


def hold_payments(organization_id: int) -> None:
    """Until the transaction ends nobody else records, assigns or takes back payments. Taken before customers."""
    _lock("pg_advisory_xact_lock", _PAYMENTS_LOCK, organization_id)


@contextmanager
def one_run_at_a_time(organization_id: int) -> Iterator[None]:
    """Another run of the organization waits until this one ends, also if it is killed. Outside of transactions."""
    _lock("pg_advisory_lock", _RUN_LOCK, organization_id)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            _lock("pg_advisory_unlock", _RUN_LOCK, organization_id)


def _lock(function: str, lock: int, organization_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [lock, organization_id])
