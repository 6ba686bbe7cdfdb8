"""Loading the examples: catalog, customers, members, subscriptions, activity, and every bill up to now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from headcount.core.catalog_file import read_catalog
from headcount.examples.folder import folder, own_repository
from headcount.examples.history import Crowd, history
from headcount.gateways.files import open_text
from headcount.gateways.rows import Chunk, read_delimited
from headcount.gateways.toml import read_toml
from headcount.services import activity, catalog, people, repositories, subscriptions
from headcount.services.clock import system_now
from headcount.services.context import Context, open_context
from headcount.services.imports import Outcome
from headcount.services.organizations import advance

ACTOR = "system:examples"
CLOCK_BEGINS = datetime(2026, 1, 1, tzinfo=UTC)

NUTRITION = [Crowd("anna", 50, 18), Crowd("beate", 38, 55), Crowd("carlos", 120, 48), Crowd("dora", 9, 80)]
NUTRITION_KINDS = ["information", "measurements", "recommendations", "food_plan", "login", "note_read"]


@dataclass(frozen=True, slots=True)
class Example:
    """A folder of files, and activity that is generated or read from a repository."""

    key: str
    activity: Callable[[Context], Iterable[tuple[int, Outcome]]] | None = None


def _nutrition(context: Context) -> Iterator[tuple[int, Outcome]]:
    chunks = history(NUTRITION, NUTRITION_KINDS, system_now())
    return activity.import_activity(context, chunks, create_customers=False, dry_run=False)


def _committers(context: Context) -> Iterator[tuple[int, Outcome]]:
    """The commits of Headcount's own repository; a small made-up history where there is none."""
    repository = own_repository()
    if repository is not None:
        return repositories.import_repositories(
            context, [f"headcount={repository}"], create_customers=False, dry_run=False
        )
    chunks = history([Crowd("headcount", 7, 45, "m")], ["commit"], system_now())
    return activity.import_activity(context, chunks, create_customers=False, dry_run=False)


EXAMPLES = (
    Example("nutrition", _nutrition),
    Example("studio"),
    Example("care"),
    Example("publisher"),
    Example("committers", _committers),
)


def load_example(example: Example) -> None:
    """Everything of one example, up to now. Loading it again adds what time has added, and doubles nothing."""
    files = folder() / example.key
    catalog.apply_catalog(read_catalog(read_toml(files / "catalog.toml").content), ACTOR, CLOCK_BEGINS)
    context = open_context(example.key, ACTOR)
    _import(
        context, files / "customers.csv", people.import_customers, people.CUSTOMER_COLUMNS, people.CUSTOMER_OPTIONAL
    )
    _import(context, files / "members.csv", people.import_members, people.MEMBER_COLUMNS, people.MEMBER_OPTIONAL)
    _import(context, files / "subscriptions.csv", subscriptions.import_subscriptions, subscriptions.COLUMNS,
            subscriptions.OPTIONAL)  # fmt: skip
    if example.activity:
        _expect_none_refused(example.activity(context))
    for step in advance(context, max(system_now(), context.now)):
        assert not step.failures, step.failures


Import = Callable[..., Iterator[tuple[int, Outcome]]]


def _import(
    context: Context, file: Path, service: Import, required: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    if file.exists():
        with open_text(file) as text:
            chunks: Iterator[Chunk] = read_delimited(text, required, optional)
            _expect_none_refused(service(context, chunks, dry_run=False))


def _expect_none_refused(outcomes: Iterable[tuple[int, Outcome]]) -> None:
    for _, outcome in outcomes:
        assert not outcome.rejects, outcome.rejects
