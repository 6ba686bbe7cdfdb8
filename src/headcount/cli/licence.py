"""`headcount claim`, `licence` and `events`: who may count, what a licence became, what happened."""

from __future__ import annotations

import click

from headcount.cli.output import format_option, language, print_dry_run, print_rows
from headcount.cli.session import context, dry_run_option, organization_option, with_database
from headcount.core.money import parse_price

REFUSED = 1


@click.command()
@click.argument("customer")
@click.argument("member")
@organization_option
@click.option("--kind", required=True, help="The kind of activity as which the claim is recorded.")
@click.option("--key", default="", help="Your name for this claim: asked again with it, the answer is the same.")
@click.option("--accept-up-to", default="", help="The most that raising the licence may cost now, net.")
@format_option
@with_database
def claim(
    customer: str, member: str, organization: str | None, kind: str, key: str, accept_up_to: str, output: str
) -> None:
    """Ask whether MEMBER of CUSTOMER may count now, and record it in the same step. Exit status 1: they may not."""
    from headcount.language import sentence
    from headcount.services import claims

    accepted = parse_price(accept_up_to, "accept_up_to") if accept_up_to else None
    wish = claims.Claim(customer, member, kind, key, accepted)
    answer = claims.claim(context(organization), wish)
    refusal = answer.refusal
    rows: list[tuple[object, ...]]
    if refusal is None:
        rows = [(answer.outcome, one.meter, one.used, one.limit, None, None, None) for one in answer.meters]
    else:
        told = [refusal.numbers.get(name) for name in ("meter", "used", "limit", "resets_at", "next_size", "next_now")]
        rows = [("refused", *told)]
    print_rows(("answer", "meter", "used", "limit", "resets_at", "next_size", "next_now"), rows, output)
    if refusal is not None:
        click.echo(f"{refusal.code}: {sentence(refusal, language())}", err=True)
        raise click.exceptions.Exit(REFUSED)


@click.group()
def licence() -> None:
    """Lower a licence on request, or undo a raise that it made by itself."""


@licence.command()
@click.argument("subscription")
@click.argument("size", type=click.IntRange(min=0))
@organization_option
@click.option("--charge", default="", help="Which charge, where several have a limit.")
@with_database
def request(subscription: str, size: int, organization: str | None, charge: str) -> None:
    """Ask for SIZE people from the next period on. Nothing changes until it is approved."""
    from headcount.services import licence_requests

    click.echo(licence_requests.request_reset(context(organization), subscription, size, charge))


@licence.command("requests")
@organization_option
@format_option
@with_database
def list_requests(organization: str | None, output: str) -> None:
    """The requests that wait for a decision."""
    from headcount.services import licence_requests

    where = context(organization)
    found = [
        (one.id, one.customer, one.subscription, one.charge, one.size,
         one.requested_at.astimezone(where.place).isoformat(), one.actor)
        for one in licence_requests.requests(where)
    ]  # fmt: skip
    print_rows(("id", "customer", "subscription", "charge", "size", "requested_at", "actor"), found, output)


@licence.command()
@click.argument("request_id")
@organization_option
@dry_run_option
@format_option
@with_database
def approve(request_id: str, organization: str | None, dry_run: bool, output: str) -> None:
    """Lower the licence from the next billing period on; refused while more people count."""
    from headcount.services import licence_requests

    _print_lowered(licence_requests.approve(context(organization), request_id, dry_run=dry_run), output)
    if dry_run:
        print_dry_run()


@licence.command()
@click.argument("request_id")
@organization_option
@with_database
def decline(request_id: str, organization: str | None) -> None:
    """Leave the licence as it is."""
    from headcount.services import licence_requests

    licence_requests.decline(context(organization), request_id)


@licence.command()
@click.argument("subscription")
@organization_option
@dry_run_option
@format_option
@with_database
def undo(subscription: str, organization: str | None, dry_run: bool, output: str) -> None:
    """Take back the last raise, as if it had not happened; only for some hours, and once fewer people count."""
    from headcount.services import licence_requests

    _print_lowered(licence_requests.undo_raise(context(organization), subscription, dry_run=dry_run), output)
    if dry_run:
        print_dry_run()


def _print_lowered(lowered: object, output: str) -> None:
    names = ("subscription", "charge", "before", "to", "effective_on")
    print_rows(names, [[getattr(lowered, name) for name in names]], output)


@click.command()
@organization_option
@click.option("--after", default="", help="The id of the last event you have seen.")
@click.option("--kind", "kinds", multiple=True, help="Only these kinds.")
@click.option("--customer", default="", help="Only this customer.")
@click.option("--most", default=1000, show_default=True, type=click.IntRange(1, 1000), help="At most so many.")
@format_option
@with_database
def events(organization: str | None, after: str, kinds: tuple[str, ...], customer: str, most: int, output: str) -> None:
    """What happened, oldest first: limits near, reached, exceeded; licences raised; claims refused; access revoked."""
    import json

    from headcount.services.events import read_events

    where = context(organization)
    found = read_events(where, after=after, kinds=kinds, customer=customer, most=most)
    rows = [
        (one.id, one.recorded_at.astimezone(where.place).isoformat(), one.kind, one.customer, one.member,
         json.dumps(one.details, ensure_ascii=False) if output != "json" else one.details)
        for one in found
    ]  # fmt: skip
    print_rows(("id", "at", "kind", "customer", "member", "details"), rows, output)
