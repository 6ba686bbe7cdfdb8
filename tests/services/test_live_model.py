"""People, claims, activity, withdrawals, clock, grants and plan changes at random against a plain model."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

IS_LONG = bool(os.environ.get("HEADCOUNT_SOAK"))
EXAMPLES, STEPS = (1_000, 50) if IS_LONG else (10, 30)
# A failure is told as it was found: to make it smaller takes minutes, and is what the long way is for.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if IS_LONG else [])]


def test_whatever_is_done_the_model_agrees(database: None) -> None:
    from tests.services.live_seat_rules import LiveSeatMachine

    run_state_machine_as_test(
        LiveSeatMachine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            phases=PHASES,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
