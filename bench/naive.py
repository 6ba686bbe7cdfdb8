"""The naive way: a row an event, unique ids, the indexes one would add, COUNT(DISTINCT) when asked."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path
from time import perf_counter

import psycopg

BATCH = 1_000

TABLE = """
CREATE TABLE naive_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id text NOT NULL UNIQUE,
    customer text NOT NULL,
    member text NOT NULL,
    kind text NOT NULL,
    occurred_at timestamptz NOT NULL
);
CREATE INDEX ON naive_event (customer, occurred_at);
CREATE INDEX ON naive_event (member);
"""
INSERT = """
INSERT INTO naive_event (event_id, customer, member, kind, occurred_at)
VALUES (%s, %s, %s, %s, %s) ON CONFLICT (event_id) DO NOTHING
"""
COUNT = """
SELECT count(DISTINCT member) FROM naive_event
WHERE customer = %s AND occurred_at >= '2026-01-01Z' AND occurred_at < '2026-02-01Z'
"""


def load(owner: str, path: Path, how_many: int) -> float:
    """Seconds for the first `how_many` events, a transaction for each thousand, no row-level security."""
    with psycopg.connect(owner) as connection, path.open(encoding="utf-8") as file:
        connection.execute(TABLE)
        connection.commit()
        events = csv.reader(file)
        next(events)
        begin = perf_counter()
        rows = islice(events, how_many)
        while batch := list(islice(rows, BATCH)):
            with connection.cursor() as cursor:
                cursor.executemany(INSERT, batch)
            connection.commit()
        return perf_counter() - begin


def count(owner: str, customer: str) -> float:
    """Seconds for one count of one month."""
    with psycopg.connect(owner) as connection:
        begin = perf_counter()
        connection.execute(COUNT, [customer]).fetchone()
        return perf_counter() - begin
