"""A few seeds of the simulator; `make soak` plays a thousand. And that it sees, tells and shrinks what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from headcount.stories.grounds import Ground

SEEDS = 15


@pytest.fixture(scope="module")
def ground(database: None) -> Iterator[Ground]:
    from headcount.stories.grounds import story_ground, story_nursery

    with story_nursery() as place, story_ground(place, "simulator") as made:
        yield made


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_year_of_anything_leaves_no_difference(ground: Ground, seed: int, tmp_path: Path) -> None:
    from tests.simulator.seeds import play_seed

    result = play_seed(ground, seed, None)
    assert not result.problem, f"python -m tests.simulator --seeds {seed}"


def test_a_seed_is_played_the_same_again(ground: Ground) -> None:
    from tests.simulator.checks import billed_by_subscription
    from tests.simulator.scheduler import play

    played = []
    for _ in range(2):
        with ground.empty():
            told, world = play(1, range(1, 26))
            documents = [(one.number, one.customer, one.billing_date, one.net_minor) for one in world.invoices()]
            played.append((told, documents, billed_by_subscription(world)))
    assert played[0] == played[1]


def test_a_lost_move_is_found_made_small_and_told(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A customer of whom nothing is remembered as due is never billed: the simulator must see that."""
    from headcount.storage import customers
    from tests.simulator.seeds import play_seed

    def forget(*_: Any) -> None:
        return None

    monkeypatch.setattr(customers, "touch", forget)
    result = play_seed(ground, 1, tmp_path)
    assert "not billed of" in result.problem
    assert len(result.moves) <= 2
    text = Path(result.file).read_text(encoding="utf-8")
    assert text.startswith(f"# python -m tests.simulator --seeds 1 --moves {','.join(map(str, result.moves))}\n")
    assert "subscribe" in text
