"""The one place that reads a clock.

Business time is the organization's: real for a live one, moved by hand for a test one. System time is always real.
"""

from __future__ import annotations

from datetime import UTC, datetime

from headcount.storage.organizations import StoredOrganization


def system_now() -> datetime:
    return datetime.now(UTC)


def business_now(organization: StoredOrganization) -> datetime:
    return organization.clock_at or system_now()
