"""How PostgreSQL is set up: for a small machine that may lose power, but never a row."""

import hashlib
import re
import sys
from pathlib import Path

PORT = 5432
CONF = "headcount.conf"
LONGEST_SOCKET_PATH = 103 if sys.platform == "darwin" else 107
SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "max_connections": 100,
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_checkpoints": "off",
}


def configuration(sockets: Path) -> str:
    """Our settings. Written anew at each start; own ones go into ALTER SYSTEM, which wins over these."""
    lines = ["# Written by Headcount at every start. To change a setting for good, use ALTER SYSTEM."]
    lines += [f"{name} = '{value}'" for name, value in SETTINGS.items()]
    lines += [f"unix_socket_directories = '{sockets}'"]
    return "\n".join(lines) + "\n"


def socket_folder(cluster: Path) -> Path:
    """Inside the cluster's folder, unless that makes too long a path, or one libpq would split at a comma.

    The short folder's name follows from the cluster's, so that every process comes to the same one. It lies in /tmp
    and not where TMPDIR points, as that differs from shell to shell.
    """
    preferred = cluster / "socket"
    longest = preferred / f".s.PGSQL.{PORT}"
    if len(bytes(longest)) <= LONGEST_SOCKET_PATH and re.fullmatch(r"[\w./+-]+", str(preferred), re.ASCII):
        return preferred
    digest = hashlib.sha256(bytes(cluster)).hexdigest()[:16]
    return Path("/tmp", f"headcount-{digest}")  # noqa: S108 - is checked to be ours before use
