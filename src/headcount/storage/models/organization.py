"""The vendor, its invoice numbers and its journal."""

from __future__ import annotations

from django.db import models

from headcount.storage.models.base import OrganizationRow, public_id_field


class Organization(models.Model):
    """The tenant. `clock_at` is the clock of a test organization; a live one follows real time."""

    public_id = public_id_field("org")
    key = models.CharField(max_length=80, unique=True)
    mode = models.CharField(max_length=4, editable=False)
    clock_at = models.DateTimeField(null=True)
    time_zone = models.CharField(max_length=64)
    terms = models.JSONField()
    kinds = models.JSONField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "organization"
        constraints = [
            models.CheckConstraint(condition=models.Q(mode__in=["live", "test"]), name="organization_mode"),
            models.CheckConstraint(
                condition=models.Q(mode="live", clock_at=None) | models.Q(mode="test", clock_at__isnull=False),
                name="organization_clock_only_in_test_mode",
            ),
        ]


class NumberRange(models.Model):
    """The last number given in a range of invoice numbers; raised only by the transaction that uses it."""

    organization_id = models.BigIntegerField()
    key = models.CharField(max_length=40)
    last = models.BigIntegerField()

    class Meta:
        db_table = "number_range"
        constraints = [models.UniqueConstraint(fields=["organization_id", "key"], name="number_range_key")]


class JournalEntry(OrganizationRow):
    """Who did what, when. `hash` covers the entry and the hash before it; `details` holds ids and numbers, no names."""

    number = models.BigIntegerField()
    actor = models.CharField(max_length=120)
    request_id = models.CharField(max_length=64)
    action = models.CharField(max_length=60)
    details = models.JSONField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "journal"
        constraints = [models.UniqueConstraint(fields=["organization_id", "number"], name="journal_number")]


class JournalHead(models.Model):
    """Where the chain of an organization ends. Locked while an entry is added, so that the chain never forks."""

    organization_id = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "journal_head"
