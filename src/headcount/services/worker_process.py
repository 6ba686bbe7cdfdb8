"""The process of a worker of the run. It imports what needs Django once that is set up."""

from __future__ import annotations

import signal
from contextlib import suppress
from multiprocessing.connection import Connection


def work(pipe: Connection) -> None:
    """Does one task after the other, until the pipe ends: so none outlives the run."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the run, which closes the pipe
    import django

    django.setup()
    from headcount.services.collecting import collecting_rarely
    from headcount.services.run_workers import billed

    with collecting_rarely(), suppress(EOFError, BrokenPipeError, ConnectionResetError):
        context = pipe.recv()
        while True:
            task = pipe.recv()
            try:
                answer = billed(context, task, pipe.recv)
            except (EOFError, BrokenPipeError, ConnectionResetError):
                raise
            except Exception as problem:  # noqa: BLE001 - whatever it is, the run has to know
                pipe.send(problem)
            else:
                pipe.send(answer)
