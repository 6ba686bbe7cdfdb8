"""Whether something has happened at all."""

from __future__ import annotations

from django.db import connection

from headcount.core.catalog_difference import History


def history() -> History:
    """What the organization that is set has already done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM activity), EXISTS (SELECT FROM invoice)")
        return History(*cursor.fetchone())
