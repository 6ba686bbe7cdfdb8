"""A vendor who uses Headcount through its command line, in this process."""

from __future__ import annotations

import csv
import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

ORGANIZATION = """
[organization]
key = "{key}"
name = "Vendor GmbH"
mode = "{mode}"
time_zone = "{time_zone}"
currency = "{currency}"
tax_number = "29/815/08154"
address = {{ street = "Ahornweg 5", postal_code = "10115", city = "Berlin", country = "DE" }}
tax = {{ {tax} }}
"""


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out)))


def run(*arguments: str) -> Result:
    """One command line, as a terminal would see it."""
    from headcount.cli.main import main

    out, err = io.StringIO(), io.StringIO()
    status = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main(arguments)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 0
    return Result(status, out.getvalue(), err.getvalue())


class Vendor:
    """One organization. Calling it runs a command for it; `rows` reads what the command prints as CSV."""

    def __init__(self, key: str, folder: Path) -> None:
        self.key, self.folder = key, folder

    def found(
        self, catalog: str, time_zone: str, mode: str, tax: str = 'treatment = "none"', currency: str = "EUR",
        clock: str = "",
    ) -> None:  # fmt: skip
        self.head = ORGANIZATION.format(key=self.key, time_zone=time_zone, mode=mode, tax=tax, currency=currency)
        self.ok("catalog", "apply", str(self.file("catalog.toml", self.head + catalog)),
                *(["--clock", clock] if clock else []))  # fmt: skip

    def file(self, name: str, text: str | bytes) -> Path:
        path = self.folder / f"{self.key}-{name}"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def __call__(self, *arguments: str) -> Result:
        return run(*arguments, "--organization", self.key)

    def ok(self, *arguments: str) -> Result:
        """A command that must succeed."""
        result = self(*arguments)
        assert result.status == 0, result.err
        return result

    def rows(self, *arguments: str) -> list[dict[str, str]]:
        return self.ok(*arguments, "--format", "csv").rows

    def load(self, what: str, text: str, *options: str) -> Result:
        """`headcount import`; fails the test if a row is refused."""
        return self.ok("import", what, str(self.file(f"{what}.csv", text)), *options)

    def customers(self, *keys: str) -> None:
        rows = "".join(f"{key},{key.title()},Lindenweg 1,50674,Köln,DE\n" for key in keys)
        self.load("customers", "customer,name,street,postal_code,city,country\n" + rows)

    def activity(self, *happened: tuple[str, str, str, str]) -> list[dict[str, str]]:
        """(customer, member, kind, occurred_at); ids are made of them."""
        lines = [f"{'-'.join(row)},{','.join(row)}\n" for row in happened]
        text = "id,customer,member,kind,occurred_at\n" + "".join(lines)
        return self.load("activity", text, "--format", "csv").rows

    def count(self, meter: str, window: str, customer: str) -> int:
        found = self.rows("count", "--meter", meter, "--window", window, "--customer", customer)
        return int(found[0]["count"]) if found else 0

    def people(self, meter: str, window: str, customer: str) -> list[dict[str, str]]:
        return self.rows("explain", "--meter", meter, "--window", window, "--customer", customer)

    def bill(self, until: str) -> list[dict[str, str]]:
        return self.rows("bill", "--until", until)

    def lines(self) -> list[tuple[str, str, str]]:
        """(text, period, net) of every line of every invoice."""
        return [(row["text"], row["period"], row["net"]) for row in self.rows("invoices", "--lines")]
