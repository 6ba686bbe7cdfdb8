"""Keys for HTTP: kept as hashes, found by them through the one function that needs no organization."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from headcount.storage.models import ApiKey
from headcount.storage.organizations import StoredOrganization, stored_organization


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """`key` is the public id, which may be told to anybody."""

    key: str
    scopes: frozenset[str]
    organization: StoredOrganization


def owner(hash: str) -> KeyOwner | None:
    """Whose key has this hash, if it is not revoked: asked anew each time, so that a revocation holds at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key_id, scopes::text, organization_id, terms::text, kinds::text, clock_at FROM api_key_owner(%s)",
            [hash],
        )
        found = cursor.fetchone()
    if found is None:
        return None
    key, scopes, *organization = found
    return KeyOwner(key, frozenset(json.loads(scopes)), stored_organization(*organization))


@dataclass(frozen=True, slots=True)
class StoredKey:
    id: str
    name: str
    scopes: tuple[str, ...]
    actor: str
    recorded_at: datetime
    revoked_at: datetime | None


def insert(organization_id: int, name: str, hash: str, scopes: Sequence[str], actor: str, recorded_at: datetime) -> str:
    """Returns its public id."""
    row = ApiKey.objects.create(
        organization_id=organization_id,
        name=name,
        hash=hash,
        scopes=list(scopes),
        actor=actor,
        recorded_at=recorded_at,
    )
    return row.public_id


def known() -> list[StoredKey]:
    """Revoked ones too, oldest first."""
    return [
        StoredKey(row.public_id, row.name, tuple(row.scopes), row.actor, row.recorded_at, row.revoked_at)
        for row in ApiKey.objects.order_by("id")
    ]


def revoke(id: str, at: datetime) -> None:
    ApiKey.objects.filter(public_id=id).update(revoked_at=at)
