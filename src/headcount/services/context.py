"""Who asks for what, for which organization, at which time on its clock: the first argument of every service."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from headcount.core.calendar import local_date, zone
from headcount.core.catalog import OrganizationTerms
from headcount.core.errors import nearest, refuse
from headcount.services.clock import business_now
from headcount.storage import journal, organizations
from headcount.storage.organizations import StoredOrganization
from headcount.storage.transaction import organization_transaction


@dataclass(frozen=True, slots=True)
class Context:
    """`now` is UTC on the organization's clock; `actor` and `request_id` go into the journal."""

    organization_id: int
    terms: OrganizationTerms
    now: datetime
    actor: str
    request_id: str

    @property
    def place(self) -> ZoneInfo:
        return zone(self.terms.time_zone)

    @property
    def today(self) -> date:
        """The local date on the organization's clock."""
        return local_date(self.now, self.place)


def open_context(organization: str, actor: str, request_id: str | None = None) -> Context:
    """The context of an organization, found by key or public id. Refused: `unknown_organization`."""
    known = organizations.directory()
    found = next((entry for entry in known if organization in (entry.key, entry.public_id)), None)
    if found is None:
        suggestion = nearest(organization, [entry.key for entry in known])
        raise refuse("unknown_organization", "organization", given=organization, nearest=suggestion)
    return context_of(found.id, actor, request_id)


def context_of(organization_id: int, actor: str, request_id: str | None = None) -> Context:
    """The context of an organization whose id is known already."""
    with organization_transaction(organization_id):
        stored = organizations.load(organization_id)
    return context_in(stored, actor, request_id)


def context_in(stored: StoredOrganization, actor: str, request_id: str | None = None) -> Context:
    """The context of an organization that was read already."""
    now = business_now(stored).astimezone(UTC)
    return Context(stored.id, stored.terms, now, actor, request_id or new_request_id())


def new_request_id() -> str:
    return secrets.token_hex(8)


def write_journal(context: Context, action: str, details: Mapping[str, object]) -> None:
    """The last thing a service does in its transaction. `details` are ids, keys of the catalog and numbers."""
    journal.append(context.organization_id, context.now, context.actor, context.request_id, action, details)
