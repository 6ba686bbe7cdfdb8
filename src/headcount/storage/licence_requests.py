"""Requests to lower a licence, and what staff decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from headcount.storage import models as rows


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """Somebody wants `size` people of a charge from the next period on."""

    id: str
    customer: str
    subscription: str
    charge: str
    size: int
    requested_at: datetime
    actor: str


def insert(
    organization_id: int, subscription_id: int, charge: str, size: int, recorded_at: datetime, actor: str
) -> str:
    row = rows.LicenceRequest.objects.create(
        organization_id=organization_id,
        subscription_id=subscription_id,
        charge=charge,
        quantity=size,
        recorded_at=recorded_at,
        actor=actor,
    )
    return row.public_id


def waiting(subscription_id: int, charge: str) -> str | None:
    """The id of the open request about a charge, if there is one."""
    found = rows.LicenceRequest.objects.filter(subscription_id=subscription_id, charge=charge, decision="")
    return found.values_list("public_id", flat=True).first()


def find_open(public_id: str) -> OpenRequest | None:
    return next(iter(_open(public_id=public_id)), None)


def every_open() -> list[OpenRequest]:
    return _open()


def _open(**conditions: object) -> list[OpenRequest]:
    found = (
        rows.LicenceRequest.objects.filter(decision="", **conditions)
        .select_related("subscription__customer")
        .order_by("id")
    )
    return [
        OpenRequest(
            id=row.public_id,
            customer=row.subscription.customer.key,
            subscription=row.subscription.key,
            charge=row.charge,
            size=row.quantity,
            requested_at=row.recorded_at.astimezone(UTC),
            actor=row.actor,
        )
        for row in found
    ]


def decide(public_id: str, decision: str, at: datetime, actor: str) -> None:
    rows.LicenceRequest.objects.filter(public_id=public_id, decision="").update(
        decision=decision, decided_at=at, decided_by=actor
    )
