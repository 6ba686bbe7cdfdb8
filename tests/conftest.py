"""A real database for every test that asks for one, and vendors that use Headcount as people do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.database import own_database
from tests.vendor import Vendor

settings.register_profile("default", deadline=None)
settings.register_profile("soak", deadline=None, max_examples=2_000)
settings.register_profile(
    "mutants",
    deadline=None,
    max_examples=20,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # that a property fails is enough, however long its example
    suppress_health_check=[HealthCheck.too_slow],  # depends on the machine, and would count as found
)
MUTANTS = bool(os.environ.get("HEADCOUNT_MUTANTS"))
settings.load_profile("mutants" if MUTANTS else "soak" if os.environ.get("HEADCOUNT_SOAK") else "default")

REAL_ACTIVITY = Path(__file__).resolve().parents[2] / "shared" / "data" / "commits.csv.gz"
_numbers = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A mutant is found soonest by the tests of its own module, and by examples sooner than by properties."""
    if MUTANTS:
        module = os.environ.get("MUTANT_UNDER_TEST", "").rpartition(".")[0].rpartition(".")[2]
        items.sort(key=lambda item: (item.path.stem != f"test_{module}", _is_property(item), item.nodeid))


def _is_property(item: pytest.Item) -> bool:
    return getattr(getattr(item, "obj", None), "is_hypothesis_test", False)


@pytest.fixture(scope="session")
def database() -> Iterator[None]:
    """A cluster of its own for the whole run."""
    with own_database():
        yield


@pytest.fixture
def new_vendor(database: None, tmp_path: Path) -> Callable[..., Vendor]:
    """Makes vendors: organizations that nobody else uses."""

    def make(catalog: str = "", time_zone: str = "Europe/Berlin", mode: str = "live", **options: str) -> Vendor:
        vendor = Vendor(f"vendor-{os.getpid()}-{next(_numbers)}", tmp_path)
        vendor.found(catalog, time_zone, mode, **options)
        return vendor

    return make


@pytest.fixture
def real_activity() -> Path:
    """37,037 commits of four public repositories; they lie beside the project and are not part of it."""
    if not REAL_ACTIVITY.exists():
        pytest.skip(f"the real activity is not there: {REAL_ACTIVITY.name}")
    return REAL_ACTIVITY
