"""The evidence itself."""

from __future__ import annotations

from collections.abc import Iterator

from headcount.services.audit.books import Books, Finding, finding
from headcount.storage import audit

_OF_NOBODY = """
SELECT pool_id, activity.member_id, count(*) FROM activity
LEFT JOIN member ON member.member_id = activity.member_id AND member.customer_id = pool_id
WHERE member.member_id IS NULL GROUP BY ALL ORDER BY ALL
"""
_CLAIMS_LOST = """
SELECT pool_id, source_id FROM claim ANTI JOIN activity USING (pool_id, source_id, kind, occurred_at) ORDER BY ALL
"""
_TWICE = "SELECT pool_id, source_id, count(*) FROM activity GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL"


def evidence(books: Books) -> Iterator[Finding]:
    """Nothing was lost: there is as much evidence as the journal says was kept and claims were granted, each of them
    among it, and all of it is of people who exist.

    One id with two contents of the same customer is allowed, since it may come in two batches (SPEC 1.6): a remark.
    """
    claims = books.engine.copy("claim", audit.CLAIM_COLUMNS, audit.CLAIM)
    kept, found = audit.activities_kept() + claims, books.evidence
    books.looked_at += found + claims + books.engine.copy("member", audit.MEMBER_COLUMNS, audit.MEMBER)
    if kept != found:
        yield finding("evidence_count", "activity", "organization", kept, found)
    for pool, source_id in books.engine.rows(_CLAIMS_LOST):
        yield finding("claim_lost", "claim", books.place(customer=pool, id=source_id), source_id, None)
    for pool, member, number in books.engine.rows(_OF_NOBODY):
        yield finding("evidence_of_nobody", "activity", books.place(customer=pool, member=member), None, number)
    for pool, source_id, number in books.engine.rows(_TWICE):
        yield finding("id_twice", "activity", books.place(customer=pool, id=source_id), 1, number)
