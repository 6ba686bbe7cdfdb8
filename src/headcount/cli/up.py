"""`headcount up`: everything from one command; and what runs inside it."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import click

from headcount.cli.output import errors, language
from headcount.cli.session import set_up_django, with_database

if TYPE_CHECKING:
    from headcount.runtime.database import Logins

TICK_SECONDS = 60
SECRET_KEY_VARIABLE = "HEADCOUNT_SECRET_KEY"  # noqa: S105


@click.command()
@click.option("--port", default=8000, show_default=True, help="Where the pages are served, on this machine only.")
@click.option("--examples/--no-examples", default=True, show_default=True, help="Load the example organizations.")
def up(port: int, examples: bool) -> None:
    """Start everything: database, examples, worker, and pages on http://localhost:8000.

    The first time takes some seconds more. Ctrl-C stops all that was started, the database last. Data stays in
    HEADCOUNT_HOME. Started again it doubles nothing.
    """
    from headcount.runtime import serve
    from headcount.runtime.secret import secret

    def prepare(_logins: Logins) -> None:
        set_up_django()
        from headcount.storage import schema

        _say("database ready", "Datenbank bereit")
        schema.migrate()
        if examples:
            _load_examples()
        schema.disconnect()

    def ready(address: str) -> None:
        _say(f"Headcount is up: {address}  (Ctrl-C stops it)", f"Headcount läuft: {address}  (Strg-C beendet es)")

    commands = [serve.web_command(port), serve.worker_command()]
    serve.up(prepare, commands, port, {SECRET_KEY_VARIABLE: secret("django")}, ready)
    _say("stopped", "beendet")


def _say(english: str, german: str) -> None:
    errors().print(german if language() == "de" else english, markup=False)


def _load_examples() -> None:
    from headcount.examples.load import EXAMPLES, load_example

    for example in EXAMPLES:
        _say(f"loading the example {example.key}", f"lade das Beispiel {example.key}")
        load_example(example)


@click.command()
@with_database
def examples() -> None:
    """Load the example organizations, or bring them up to today."""
    _load_examples()


@click.command()
@with_database
def worker() -> None:
    """Do what falls due for live organizations, again and again, until it is told to stop. `up` starts one."""
    from headcount.services.tick import tick

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    done: dict[int, object] = {}
    while not stop.is_set():
        for line in tick(done):
            errors().print(line, markup=False)
        stop.wait(TICK_SECONDS)
