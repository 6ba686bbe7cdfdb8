"""Organizations: the directory that everybody may see, and the terms that only their own transactions see."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import connection

from headcount.core.catalog import OrganizationTerms
from headcount.core.catalog_file import read_organization
from headcount.core.catalog_writing import write_organization
from headcount.core.document import Table
from headcount.storage.models import Organization


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    id: int
    public_id: str
    key: str
    mode: str
    terms: OrganizationTerms


def directory() -> list[DirectoryEntry]:
    """Every organization, by key. The only query that does without one being set."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, public_id, key, mode, terms::text FROM organization_directory()")
        return [
            DirectoryEntry(id, public_id, key, mode, _terms(json.loads(terms)))
            for id, public_id, key, mode, terms in cursor.fetchall()
        ]


def _terms(stored: Mapping[str, object]) -> OrganizationTerms:
    return read_organization(Table(stored))


@dataclass(frozen=True, slots=True)
class StoredOrganization:
    """`clock_at` is None for a live organization."""

    id: int
    terms: OrganizationTerms
    kinds: tuple[str, ...]
    clock_at: datetime | None


def load(organization_id: int) -> StoredOrganization:
    with connection.cursor() as cursor:
        cursor.execute("SELECT terms::text, kinds::text, clock_at FROM organization WHERE id = %s", [organization_id])
        return stored_organization(organization_id, *cursor.fetchone())


def stored_organization(id: int, terms: str, kinds: str, clock_at: datetime | None) -> StoredOrganization:
    """From the JSON of a row."""
    return StoredOrganization(id, _read_terms(terms), tuple(json.loads(kinds)), clock_at)


@lru_cache(maxsize=256)
def _read_terms(text: str) -> OrganizationTerms:
    """Every request over HTTP asks for them, and they hardly ever change."""
    return _terms(json.loads(text))


def next_id() -> int:
    """An id before there is a row, because row-level security lets only its own organization insert it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('organization_id_seq')")
        number: int = cursor.fetchone()[0]
        return number


def insert(
    organization_id: int,
    terms: OrganizationTerms,
    kinds: Sequence[str],
    clock_at: datetime | None,
    recorded_at: datetime,
) -> None:
    Organization(
        id=organization_id,
        key=terms.key,
        mode=terms.mode,
        clock_at=clock_at,
        time_zone=terms.time_zone,
        terms=write_organization(terms),
        kinds=list(kinds),
        recorded_at=recorded_at,
    ).save(force_insert=True)


def update(organization_id: int, terms: OrganizationTerms, kinds: Sequence[str]) -> None:
    Organization.objects.filter(id=organization_id).update(
        terms=write_organization(terms), kinds=list(kinds), time_zone=terms.time_zone
    )


def move_clock(organization_id: int, to: datetime) -> None:
    Organization.objects.filter(id=organization_id).update(clock_at=to)


def purge(organization_id: int) -> None:
    """Removes a test organization without a trace. The database refuses it for a live one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT purge_organization(%s)", [organization_id])
