"""The invoice run beside the ways of Django's ORM, over equal contracts in equal tables.

Every run of the product is a process of its own, so that its memory can be read; it is measured from its first step to
its last, without the start of Python. The documents of each run are checked before a figure is given.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from time import perf_counter

from bench.contracts import FIRST, SECOND, THIRD, Contracts, fill
from bench.sample import Sample

REPEATS = 3
SMALL, LARGE = 10_000, 1_000_000
ONE_BY_ONE, IN_BULK = 2_000, 10_000
"""How many documents the ORM makes in each repeat."""

RATE = "documents/s"
_numbers = count(1)


@dataclass(frozen=True)
class Timed:
    """`peak_mib`: the most memory of the run's process; `worker_mib`: of the largest process that it started, or 0."""

    seconds: float
    peak_mib: float
    worker_mib: float


def measure(subscriptions: int, *, large: bool) -> Iterator[Sample]:
    """Everything, in the order it is printed."""
    from bench import orm_run  # Django models: only once Django is set up

    one_by_one = _by_orm("the ORM, an object at a time", orm_run.one_at_a_time, ONE_BY_ONE)
    in_bulk = _by_orm(f"the ORM, bulk_create by {orm_run.BATCH}", orm_run.in_bulk, IN_BULK)
    small = list(_small())
    months = list(_months(subscriptions))
    yield from [*one_by_one, *in_bulk, *small, *months]
    rate = months[0].figure
    yield Sample("Headcount: run, times an object at a time", subscriptions, rate / one_by_one[-1].figure, "x")
    yield Sample("Headcount: run, times bulk_create", subscriptions, rate / in_bulk[-1].figure, "x")
    if large:
        yield from _run(_fill(LARGE), FIRST, "run")


def _fill(how_many: int) -> Contracts:
    return fill(f"bench-run-{next(_numbers)}", how_many)


def _by_orm(what: str, way: Callable[[Contracts, int, int], float], how_many: int) -> list[Sample]:
    """Parts of one organization, each a repeat; the median comes last."""
    contracts = _fill(REPEATS * how_many)
    rates = [how_many / way(contracts, part * how_many, how_many) for part in range(REPEATS)]
    contracts.check(FIRST)
    return _with_median(what, how_many, rates)


def _with_median(what: str, size: int, rates: Iterable[float]) -> list[Sample]:
    raw = [Sample(what, size, rate, RATE, is_raw=True) for rate in rates]
    return [*raw, Sample(f"{what}, median", size, statistics.median(one.figure for one in raw), RATE)]


def _small() -> Iterator[Sample]:
    """A smaller run, for the spread of its speed and for its memory."""
    runs = [list(_run(_fill(SMALL), FIRST, "run")) for _ in range(REPEATS)]
    yield from _with_median("Headcount: run", SMALL, (rate.figure for rate, *_ in runs))
    yield from runs[0][1:]


def _months(how_many: int) -> Iterator[Sample]:
    """Three months of one organization. Before the third a tenth of the subscriptions is changed."""
    contracts = _fill(how_many)
    yield from _run(contracts, FIRST, "run")
    again = _in_a_process(contracts, FIRST)
    contracts.check(FIRST)
    yield Sample("Headcount: the same run again, nothing to do", how_many, again.seconds, "s")
    plain, *_ = _run(contracts, SECOND, "run a month later")
    contracts.change_a_tenth()
    changed, *_ = _run(contracts, THIRD, "run after changes of a tenth", is_changed=True)
    yield from (plain, changed)
    yield Sample("Headcount: changes of a tenth, times without", how_many, changed.figure / plain.figure, "x")


def _run(contracts: Contracts, day: date, what: str, *, is_changed: bool = False) -> Iterator[Sample]:
    """The rate first, then the memory."""
    timed = _in_a_process(contracts, day)
    contracts.check(day, is_changed=is_changed)
    size = contracts.how_many
    yield Sample(f"Headcount: {what}", size, size / timed.seconds, RATE)
    yield Sample(f"Headcount: {what}, peak memory", size, timed.peak_mib, "MiB")
    if timed.worker_mib:
        yield Sample(f"Headcount: {what}, peak memory of its largest worker", size, timed.worker_mib, "MiB")


def _in_a_process(contracts: Contracts, day: date) -> Timed:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(_bill, contracts.key, day).result()


def _bill(key: str, day: date) -> Timed:
    from headcount.cli.session import set_up_django

    set_up_django()
    from headcount.services.billing import bill
    from headcount.services.context import open_context

    context = open_context(key, "bench")
    begin = perf_counter()
    for _ in bill(context, day, dry_run=False, workers=os.cpu_count() or 1):
        pass
    seconds = perf_counter() - begin
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak_kib = int(status.partition("VmHWM:")[2].split()[0])
    worker_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return Timed(seconds, peak_kib / 1024, worker_kib / 1024)
