"""What every row has: the organization it belongs to, and when it was recorded, by whom."""

from __future__ import annotations

import secrets
from functools import partial

from django.db import models


def public_id(prefix: str) -> str:
    """A name that outlives export and import: `cus_` and 32 hex digits."""
    return f"{prefix}_{secrets.token_hex(16)}"


def public_id_field(prefix: str) -> models.CharField[str, str]:
    """Unique in the database too, by migration: Django's own unique text would bring a second index."""
    return models.CharField(max_length=40, default=partial(public_id, prefix), editable=False)


class OrganizationRow(models.Model):
    """A row of one organization. `recorded_at` is the organization's clock, set by the service, not the database."""

    organization_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True
