"""The catalog of a story: a file or tables of its own, read as `headcount catalog apply` reads them, with an
organization that is made up where the story says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from headcount.core.catalog import Catalog
from headcount.core.catalog_file import read_catalog
from headcount.core.errors import Refused
from headcount.gateways.toml import read_toml

ORGANIZATION: Mapping[str, object] = {
    "key": "story",
    "name": "Story GmbH",
    "time_zone": "Europe/Berlin",
    "currency": "EUR",
    "tax_number": "29/815/08154",
    "address": {"street": "Ahornweg 5", "postal_code": "10115", "city": "Berlin", "country": "DE"},
    "tax": {"treatment": "none"},
}
"""Complete, so that invoices can be issued."""


def with_organization(content: Mapping[str, object], overrides: Mapping[str, object]) -> dict[str, object]:
    """The tables of a catalog for `read_catalog`; stories are played in a test organization, whatever a file says."""
    own = content.get("organization", {})
    if not isinstance(own, Mapping):
        return dict(content)
    given = {**own, **overrides}
    return {**content, "organization": {**ORGANIZATION, **given, "mode": "test"}}


def catalog_of_file(file: Path, overrides: Mapping[str, object]) -> Catalog:
    """Refused: what `headcount catalog apply` refuses, with its lines."""
    document = read_toml(file)
    try:
        return read_catalog(with_organization(document.content, overrides))
    except Refused as refused:
        raise document.placed(refused) from None
