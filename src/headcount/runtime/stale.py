"""The process number a killed server leaves behind, in its data folder and beside its socket."""

from contextlib import suppress
from pathlib import Path

from headcount.runtime.files import write_atomically

NO_PROCESS = str(2**31 - 1)  # no kernel counts that far


def disown_the_dead(pid_file: Path) -> None:
    """Lets the next server start where the last one was killed, or lost its power.

    PostgreSQL takes any process of that number for a server that runs. It may be one nobody has waited for, as in a
    container without an init, or a stranger who got the number since. Where the kernel says so, the number is
    replaced; the rest of the file stays, and with it PostgreSQL's own checks for what a dead server left running.
    """
    with suppress(FileNotFoundError, ValueError):
        pid, rest = pid_file.read_text(encoding="utf-8").split("\n", 1)
        if _is_no_server(int(pid)):
            write_atomically(pid_file, f"{NO_PROCESS}\n{rest}")


def _is_no_server(pid: int) -> bool:
    """True only if we know. Where there is no /proc, PostgreSQL has to decide."""
    name, _, state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")
    return state.startswith("Z") or not name.endswith("(postgres")
