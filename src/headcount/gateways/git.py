"""The history of a git repository as activity: the repository is a customer, its authors are the members."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from headcount.core.activity import Reject
from headcount.core.errors import Refusal, refuse
from headcount.gateways.rows import CHUNK, Chunk

KIND = "commit"
_SEPARATOR = "\x1f"
_FORMAT = _SEPARATOR.join(("%H", "%aE", "%aI", "%aN"))


@dataclass(slots=True)
class Repository:
    """`names` fills while commits are read: member key -> how the author signs."""

    customer: str
    path: Path
    names: dict[str, str] = field(default_factory=dict)

    def commits(self, chunk: int = CHUNK) -> Iterator[Chunk]:
        """Every commit that a branch or tag reaches, values in the order of the activity columns.

        Authors' clocks and offsets are as they are. Refused: `not_a_repository`, `git_missing`.
        """
        with _git(self.path, "log", "--all", "--reverse", f"--format={_FORMAT}") as process:
            assert process.stdout is not None
            lines = enumerate(process.stdout, 1)
            while batch := list(islice(lines, chunk)):
                yield self._chunk(batch)
            problem = process.stderr.read() if process.stderr else b""
        if process.returncode != 0:
            raise refuse("git_failed", "", path=str(self.path), problem=problem.decode(errors="replace").strip())

    def _chunk(self, batch: list[tuple[int, bytes]]) -> Chunk:
        found = Chunk(position=batch[-1][0])
        for number, line in batch:
            text = line.decode("utf-8", "surrogateescape").rstrip("\n")
            parts = text.split(_SEPARATOR)
            if len(parts) != 4:
                found.rejects.append(Reject(number, Refusal("broken_row", numbers={"problem": "git log"}), text))
                continue
            commit, email, authored, name = parts
            member = member_key(email)
            self.names[member] = _readable(name)
            found.rows.append((number, (commit, self.customer, member, KIND, authored)))
        return found


def repository(argument: str) -> Repository:
    """`PATH`, called by the name of its folder, or `NAME=PATH`. Refused: `not_a_repository`, `git_missing`."""
    name, _, place = argument.rpartition("=")
    path = Path(place).expanduser().resolve()
    if shutil.which("git") is None:
        raise refuse("git_missing", "")
    if not path.is_dir():
        raise refuse("not_a_repository", "", path=str(path))
    with _git(path, "rev-parse", "--git-dir") as process:
        process.communicate()
    if process.returncode != 0:
        raise refuse("not_a_repository", "", path=str(path))
    return Repository(name or path.name.removesuffix(".git"), path)


def member_key(email: str) -> str:
    """An author without their address: the same person in every repository, and nobody's e-mail in the evidence."""
    return "m_" + hashlib.sha256(email.strip().lower().encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _readable(name: str) -> str:
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(character for character in text if character.isprintable())[:200]


def _git(path: Path, *arguments: str) -> subprocess.Popen[bytes]:
    # safe.directory: a repository that belongs to another user is only read here, none of its code is run.
    command = ["git", "-c", "safe.directory=*", "-C", str(path), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
