"""Members, what they are called, and the statuses appended to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from headcount.storage import models as rows

MemberKey = tuple[int, str]
"""(customer id, key of the member)"""


@dataclass(frozen=True, slots=True)
class NewStatus:
    member_id: int
    customer_id: int
    status: str
    from_at: datetime


def ids(keys: Collection[MemberKey]) -> dict[MemberKey, int]:
    """Id of the members that exist."""
    found = rows.Member.objects.filter(customer_id__in={c for c, _ in keys}, key__in={key for _, key in keys})
    return {(customer, key): id for customer, key, id in found.values_list("customer_id", "key", "id")}


def insert(organization_id: int, keys: Iterable[MemberKey], recorded_at: datetime) -> None:
    """Registers people. One whom another transaction registered first is left as they are."""
    made = [
        rows.Member(organization_id=organization_id, customer_id=customer, key=key, recorded_at=recorded_at)
        for customer, key in sorted(keys)
    ]
    rows.Member.objects.bulk_create(made, ignore_conflicts=True, batch_size=5_000)


def names(member_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Id -> (name, e-mail) of those who have one."""
    found = rows.MemberDetails.objects.filter(member_id__in=member_ids)
    return {id: (name, email) for id, name, email in found.values_list("member_id", "name", "email")}


def save_names(organization_id: int, named: Mapping[int, tuple[str, str]], recorded_at: datetime) -> None:
    details = [
        rows.MemberDetails(
            member_id=id, organization_id=organization_id, name=name, email=email, recorded_at=recorded_at
        )
        for id, (name, email) in sorted(named.items())
    ]
    rows.MemberDetails.objects.bulk_create(
        details, update_conflicts=True, unique_fields=["member"], update_fields=["name", "email", "recorded_at"]
    )


def statuses_at(member_ids: Collection[int]) -> dict[tuple[int, datetime], str]:
    """(member, instant) -> the status that was last recorded for that instant."""
    found = rows.MemberStatus.objects.filter(member_id__in=member_ids).order_by("id")
    return {(id, at.astimezone(UTC)): status for id, at, status in found.values_list("member_id", "from_at", "status")}


def append_statuses(
    organization_id: int, new: Sequence[NewStatus], recorded_at: datetime, actor: str, request_id: str
) -> None:
    rows.MemberStatus.objects.bulk_create(
        [
            rows.MemberStatus(
                organization_id=organization_id,
                customer_id=status.customer_id,
                member_id=status.member_id,
                status=status.status,
                from_at=status.from_at,
                recorded_at=recorded_at,
                actor=actor,
                request_id=request_id,
            )
            for status in new
        ],
        batch_size=5_000,
    )
