"""`headcount import`: customers, members, subscriptions, payments and activity from files; activity from git."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from headcount.cli.output import FORMATS, PARTLY, format_option, print_rows, progress, write_rejects
from headcount.cli.session import context, dry_run_option, organization_option, with_database
from headcount.core.activity import COLUMNS

if TYPE_CHECKING:
    from headcount.gateways.files import TextFile
    from headcount.gateways.rows import Chunk
    from headcount.services.context import Context
    from headcount.services.imports import Outcome

    Outcomes = Iterator[tuple[int, Outcome]]

file_argument = click.argument("file", type=click.Path(path_type=Path))
rejects_option = click.option(
    "--rejects",
    type=click.Path(path_type=Path),
    help="Where refused rows are listed.  [default: FILE.rejects.csv in the current folder]",
)
create_option = click.option("--create-customers", is_flag=True, help="Make customers that are not known yet.")


@click.group("import")
def import_() -> None:
    """Bring in customers, members, subscriptions, payments and activity.

    Files are CSV with a header, or newline-delimited JSON for activity, plain or gzip. Importing a file again changes
    nothing. A row that is refused never stops the others: it is listed with line, field and reason in a file of
    rejects, and the exit status is 3.
    """


@import_.command()
@file_argument
@organization_option
@dry_run_option
@rejects_option
@format_option
@with_database
def customers(file: Path, organization: str | None, dry_run: bool, rejects: Path | None, output: str) -> None:
    """Columns: customer; optional: name, email, street, postal_code, city, country, vat_id, language."""
    from headcount.services import people

    columns = people.CUSTOMER_COLUMNS, people.CUSTOMER_OPTIONAL
    _import_rows(file, context(organization), columns, people.import_customers, rejects, output, dry_run=dry_run)


@import_.command()
@file_argument
@organization_option
@dry_run_option
@rejects_option
@format_option
@with_database
def members(file: Path, organization: str | None, dry_run: bool, rejects: Path | None, output: str) -> None:
    """Columns: customer, member; optional: status, since, name, email, role. One row a status.

    Statuses are added, invited, activated and inactive. `since` is a date or an instant with its offset; without it
    the status holds from now on.
    """
    from headcount.services import people

    columns = people.MEMBER_COLUMNS, people.MEMBER_OPTIONAL
    _import_rows(file, context(organization), columns, people.import_members, rejects, output, dry_run=dry_run)


@import_.command()
@file_argument
@organization_option
@dry_run_option
@rejects_option
@format_option
@with_database
def subscriptions(file: Path, organization: str | None, dry_run: bool, rejects: Path | None, output: str) -> None:
    """Columns: subscription, customer, plan, start; optional: quantity, end.

    `quantity` is a number, "unlimited", or several as "clients=20 coaches=2"; `end` is the first day without it.
    """
    from headcount.services import subscriptions as service

    columns = service.COLUMNS, service.OPTIONAL
    _import_rows(file, context(organization), columns, service.import_subscriptions, rejects, output, dry_run=dry_run)


@import_.command()
@file_argument
@organization_option
@dry_run_option
@rejects_option
@format_option
@with_database
def payments(file: Path, organization: str | None, dry_run: bool, rejects: Path | None, output: str) -> None:
    """Columns: id, amount, received_on; optional: customer, currency, method, reference, invoice.

    `id` is the bank's or yours: the same row again changes nothing, and another one with its id is refused. Whose it
    is may be left to the number of an invoice in the reference; see `headcount payments list --unmatched`.
    """
    from headcount.services import received_payments as service

    columns = service.COLUMNS, service.OPTIONAL
    _import_rows(file, context(organization), columns, service.import_payments, rejects, output, dry_run=dry_run)


@import_.command()
@file_argument
@organization_option
@create_option
@dry_run_option
@rejects_option
@format_option
@with_database
def activity(
    file: Path,
    organization: str | None,
    create_customers: bool,
    dry_run: bool,
    rejects: Path | None,
    output: str,
) -> None:
    """Columns: id, customer, member, kind, occurred_at (ISO 8601 with offset), in CSV or as JSON lines.

    A person not known yet is registered by their first activity.
    """
    from headcount.gateways.files import open_text
    from headcount.services.activity import import_activity

    where = context(organization)
    with open_text(file) as text:
        outcomes = import_activity(where, _activity_rows(text), create_customers=create_customers, dry_run=dry_run)
        _finish(_watched(outcomes, str(file.name), text.size), rejects or _rejects_of(file), output)


@import_.command()
@click.argument("repositories", nargs=-1, required=True, metavar="PATH...")
@organization_option
@create_option
@dry_run_option
@rejects_option
@format_option
@with_database
def git(
    repositories: Sequence[str],
    organization: str | None,
    create_customers: bool,
    dry_run: bool,
    rejects: Path | None,
    output: str,
) -> None:
    """The commits of git repositories as activity of kind "commit": repository = customer, author = member.

    A repository is called by its folder, or as you say with NAME=PATH.
    """
    from headcount.services.repositories import import_repositories

    where = context(organization)
    with progress("git") as bar:
        outcomes = import_repositories(where, repositories, create_customers=create_customers, dry_run=dry_run)
        counted = _total(outcomes, lambda position, outcome: bar(position, note=str(outcome.done["counted"])))
    _finish(counted, rejects or Path("git.rejects.csv"), output)


def _activity_rows(text: TextFile) -> Iterator[Chunk]:
    from headcount.gateways.rows import is_json_lines, read_delimited, read_json_lines

    return read_json_lines(text) if is_json_lines(text.path.name) else read_delimited(text, COLUMNS)


def _import_rows(
    file: Path,
    where: Context,
    columns: tuple[Sequence[str], Sequence[str]],
    service: Callable[..., Outcomes],
    rejects: Path | None,
    output: str,
    *,
    dry_run: bool,
) -> None:
    from headcount.gateways.files import open_text
    from headcount.gateways.rows import read_delimited

    with open_text(file) as text:
        outcomes = service(where, read_delimited(text, *columns), dry_run=dry_run)
        _finish(_watched(outcomes, file.name, text.size), rejects or _rejects_of(file), output)


def _rejects_of(file: Path) -> Path:
    return Path(f"{file.name}.rejects.csv")


def _watched(outcomes: Outcomes, title: str, size: int) -> Outcome:
    with progress(title) as bar:
        return _total(outcomes, lambda position, _: bar(position, total=size))


def _total(outcomes: Outcomes, watch: Callable[[int, Outcome], None]) -> Outcome:
    from headcount.services.imports import Outcome

    total = Outcome()
    for position, outcome in outcomes:
        total.add(outcome)
        watch(position, total)
    return total


def _finish(total: Outcome, rejects: Path, output: str) -> None:
    """Says what became of the rows; ends with status 3 if some were refused."""
    assert output in FORMATS
    print_rows(tuple(total.done), [tuple(total.done.values())], output)
    if total.rejects:
        write_rejects(rejects, total.rejects)
        raise SystemExit(PARTLY)
