"""Members, what they are called, and the statuses appended to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from headcount.core.members import StatusChange, StatusSpan, spans, together
from headcount.storage import models as rows

MemberKey = tuple[int, str]
"""(customer id, key of the member)"""


@dataclass(frozen=True, slots=True)
class NewStatus:
    member_id: int
    customer_id: int
    status: str
    from_at: datetime


_IDS = """
SELECT customer_id, key, coalesce(into_id, member.id)
FROM unnest(%s::bigint[], %s::text[]) AS wanted (customer_id, key) JOIN member USING (customer_id, key)
LEFT JOIN member_alias ON member_alias.member_id = member.id
"""


def ids(keys: Collection[MemberKey]) -> dict[MemberKey, int]:
    """Id of the members that exist; of a merged one, the id of the one they were merged into."""
    columns = [customer for customer, _ in keys], [key for _, key in keys]
    with connection.cursor() as cursor:
        cursor.execute(_IDS, columns)
        return {(customer, key): id for customer, key, id in cursor}


@dataclass(frozen=True, slots=True)
class History:
    """The statuses of one person, whose records may be several: record -> what was said of it."""

    pool_id: int
    member_id: int
    key: str
    role: str
    records: Mapping[int, Sequence[StatusChange]]

    @property
    def spans(self) -> list[StatusSpan]:
        return together([spans(changes) for changes in self.records.values()])


_HISTORIES = """
SELECT said.customer_id, person.id, person.key, person.role, said.member_id, from_at, said.id, status
FROM member_status AS said LEFT JOIN member_alias ON member_alias.member_id = said.member_id
JOIN member AS person ON person.id = coalesce(into_id, said.member_id)
WHERE said.customer_id = ANY(%(pools)s) AND (%(people)s::bigint[] IS NULL OR person.id = ANY(%(people)s))
"""


def histories(pools: Collection[int], people: Collection[int] | None = None) -> Iterator[History]:
    """Of everybody in some pools, or of some of their people. Who never had a status is left out."""
    keys: dict[tuple[int, int], tuple[str, str]] = {}
    records: dict[tuple[int, int], dict[int, list[StatusChange]]] = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        cursor.execute(_HISTORIES, {"pools": list(pools), "people": None if people is None else list(people)})
        for pool, person, key, role, record, at, recorded, status in cursor:
            keys[pool, person] = key, role
            records[pool, person][record].append(StatusChange(at.astimezone(UTC), recorded, status))
    for (pool, person), (key, role) in keys.items():
        yield History(pool, person, key, role, records[pool, person])


def roles(pools: Collection[int]) -> dict[int, str]:
    """Id -> role of those in some pools who have one."""
    found = rows.Member.objects.filter(customer_id__in=pools).exclude(role="")
    return dict(found.values_list("id", "role"))


def set_roles(wanted: Mapping[int, str]) -> None:
    rows.Member.objects.bulk_update([rows.Member(id=id, role=role) for id, role in sorted(wanted.items())], ["role"])


def have_status(member_ids: Collection[int]) -> set[int]:
    """Those of whom a status was ever said."""
    return set(rows.MemberStatus.objects.filter(member_id__in=member_ids).values_list("member_id", flat=True))


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


@dataclass(frozen=True, slots=True)
class Registered:
    """A person and what names them. `marketing`: whether they may be written to after they have left."""

    id: int
    key: str
    name: str
    email: str
    marketing: bool
    anonymised_at: datetime | None


_REGISTERED = """
SELECT member.id, key, coalesce(name, ''), coalesce(email, ''), coalesce(marketing, false), anonymised_at
FROM member LEFT JOIN member_details ON member_details.member_id = member.id
WHERE customer_id = %s AND starts_with(key, %s) AND NOT EXISTS (SELECT FROM member_alias WHERE member_id = member.id)
ORDER BY key COLLATE "C"
"""


def registered(pool_id: int, prefix: str) -> list[Registered]:
    """The people of a pool whose keys begin with `prefix`, without the records merged into others."""
    with connection.cursor() as cursor:
        cursor.execute(_REGISTERED, [pool_id, prefix])
        return [Registered(*row) for row in cursor]


def save_marketing(organization_id: int, member_id: int, recorded_at: datetime, *, marketing: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO member_details (organization_id, member_id, name, email, marketing, recorded_at)"
            " VALUES (%s, %s, '', '', %s, %s) ON CONFLICT (member_id) DO UPDATE"
            " SET marketing = excluded.marketing, recorded_at = excluded.recorded_at",
            [organization_id, member_id, marketing, recorded_at],
        )
