"""Keys for HTTP: made, listed, revoked, and what a request may do that shows one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from headcount.core.activity import check_text
from headcount.core.errors import nearest, refuse
from headcount.services.context import Context, context_in, write_journal
from headcount.storage import api_keys
from headcount.storage.api_keys import StoredKey
from headcount.storage.journal import digest
from headcount.storage.transaction import hold_catalog, organization_transaction

__all__ = ["SCOPES", "NewKey", "StoredKey", "context_of_key", "create_key", "keys", "revoke_key"]

SCOPES = ("activity", "claims", "counts", "people")
BEGINNING = "hc_"
RANDOM_BYTES = 32
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class NewKey:
    """`key` is told this once; afterwards only its hash is known."""

    id: str
    key: str


def create_key(context: Context, name: str, scopes: Sequence[str]) -> NewKey:
    """Refused: `empty_field`, `too_long`, `not_a_choice` for a scope, `key_name_taken`."""
    _check(name, scopes)
    key = BEGINNING + secrets.token_urlsafe(RANDOM_BYTES)
    asked = tuple(scope for scope in SCOPES if scope in scopes)
    with organization_transaction(context.organization_id):
        hold_catalog(context.organization_id)  # two of one name at once would both find it free
        if any(known.name == name and known.revoked_at is None for known in api_keys.known()):
            raise refuse("key_name_taken", "name", given=name)
        id = api_keys.insert(context.organization_id, name, digest(key), asked, context.actor, context.now)
        write_journal(context, "api_key.created", {"key": id, "scopes": asked})
    return NewKey(id, key)


def _check(name: str, scopes: Sequence[str]) -> None:
    if not name.strip():
        raise refuse("empty_field", "name")
    if len(name) > LONGEST_NAME:
        raise refuse("too_long", "name", most=LONGEST_NAME, given=len(name))
    check_text((name,), ("name",))
    if not scopes:
        raise refuse("empty_field", "scope")
    for scope in scopes:
        if scope not in SCOPES:
            choices = ", ".join(SCOPES)
            raise refuse("not_a_choice", "scope", given=scope, choices=choices, nearest=nearest(scope, SCOPES))


def keys(context: Context) -> list[StoredKey]:
    """Every key there ever was, oldest first."""
    with organization_transaction(context.organization_id):
        return api_keys.known()


def revoke_key(context: Context, name: str) -> str:
    """From the next request on it opens nothing. Returns its id. Refused: `unknown_api_key`."""
    with organization_transaction(context.organization_id):
        valid = {known.name: known.id for known in api_keys.known() if known.revoked_at is None}
        if name not in valid:
            raise refuse("unknown_api_key", "name", given=name, nearest=nearest(name, valid))
        api_keys.revoke(valid[name], context.now)
        write_journal(context, "api_key.revoked", {"key": valid[name]})
    return valid[name]


def context_of_key(key: str, scope: str, request_id: str) -> Context:
    """The context of a request that shows a key. Refused: `not_authenticated`, `scope_missing`."""
    owner = api_keys.owner(digest(key)) if key.startswith(BEGINNING) else None
    if owner is None:
        raise refuse("not_authenticated", "Authorization")
    if scope not in owner.scopes:
        raise refuse("scope_missing", "Authorization", scope=scope, scopes=", ".join(sorted(owner.scopes)))
    return context_in(owner.organization, f"key:{owner.key}", request_id)
