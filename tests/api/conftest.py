"""The vendor of these tests, and the program that asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.api.practice import Api, found, new_key
from tests.api.server import serving
from tests.vendor import Vendor


@pytest.fixture
def vendor(new_vendor: Callable[..., Vendor]) -> Vendor:
    return found(new_vendor)


@pytest.fixture
def api(vendor: Vendor) -> Api:
    return new_key(vendor)


@pytest.fixture(scope="module")
def port(database: None) -> Iterator[int]:
    """Where the web server listens."""
    with serving() as port:
        yield port
