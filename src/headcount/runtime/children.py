"""The processes `headcount up` looks after."""

import ctypes
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import cast

from headcount.runtime.errors import RuntimeRefusal

Child = subprocess.Popen[bytes]

SECONDS_TO_STOP = 10
_PR_SET_PDEATHSIG = 1


@contextmanager
def running(commands: Sequence[Sequence[str]], environment: Mapping[str, str]) -> Iterator[list[Child]]:
    """The commands as processes, stopped at the end whatever happens."""
    children: list[Child] = []
    try:
        for command in commands:
            children.append(_start(command, environment))  # noqa: PERF401 - each must be known once it runs
        yield children
    finally:
        _stop(children)


def check(children: Sequence[Child]) -> None:
    """Refuses to go on when one has ended: half of Headcount is worse than none."""
    for child in children:
        if (status := child.poll()) is not None:
            raise RuntimeRefusal("child_ended", command=shlex.join(cast("list[str]", child.args)), status=status)


def _start(command: Sequence[str], environment: Mapping[str, str]) -> Child:
    """In a session of its own, so that Ctrl-C reaches only us, who know the order to stop in."""
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_ending_with(os.getpid()),  # noqa: PLW1509 - we have no threads
    )


def _ending_with(parent: int) -> Callable[[], None] | None:
    """On Linux a child is told to stop when we are killed, and so leaves nothing behind that holds the port."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def end_with_parent() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it was faster than we
            os._exit(1)

    return end_with_parent


def _stop(children: Sequence[Child]) -> None:
    for child in children:
        child.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for child in children:
        try:
            child.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        finally:
            _kill_session(child)


def _kill_session(child: Child) -> None:
    """Whatever it started goes too, as a killed web server leaves its workers behind."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # gone, or, on a Mac, as good as gone
        return
    child.wait()
