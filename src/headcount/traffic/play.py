"""All connections at once, each request timed; then every count is read and compared."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import quote, urlencode

import msgspec

from headcount.core.errors import refuse
from headcount.traffic.asker import Asker
from headcount.traffic.scene import KINDS, METER, MONTHS, Scene
from headcount.traffic.script import Batch, Claim, Read, Script, Step, Withdrawal
from headcount.traffic.sent import Difference, Sent, differences

LINES = "application/x-ndjson"
KNOWN_ADDRESS, NO_ADDRESS = 200, 404
PULSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Wanted:
    """How long, or how many activities; exactly one of the two is there."""

    seconds: int | None
    activities: int | None
    connections: int
    batch: int
    seed: int


@dataclass(slots=True)
class Played:
    """`milliseconds`: of each request by its kind; `number`: how many things were in them."""

    seconds: float = 0
    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    number: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sent: Sent = field(default_factory=Sent)

    def add(self, other: Played) -> None:
        for kind, each in other.milliseconds.items():
            self.milliseconds[kind] += each
            self.number[kind] += other.number[kind]
        self.sent.add(other.sent)


def check_server(url: str) -> None:
    """Refused: `no_server`, `not_an_address`."""
    asker = Asker(url, "")
    status, _ = asker.ask("GET", "/v1/", tries=1)
    asker.close()
    if status != NO_ADDRESS:
        raise refuse("no_server", "url", given=url)


def play(url: str, scene: Scene, wanted: Wanted, tell: Callable[[float, float], None]) -> Played:
    """`tell`: how much is done, of how much. Refused: `another_database`, `no_server`."""
    first = Asker(url, scene.key)
    if first.ask("GET", f"/v1/customers/{next(iter(scene.limits))}/counts")[0] != KNOWN_ADDRESS:
        raise refuse("another_database", "url", given=url)
    first.close()
    pace = _Pace(wanted)
    with ThreadPoolExecutor(wanted.connections) as threads:
        running = [
            threads.submit(_play, Asker(url, scene.key), Script(scene, wanted.seed, number, wanted.batch), pace)
            for number in range(wanted.connections)
        ]
        while not all(one.done() for one in running):
            tell(*pace.so_far())
            pace.wait(PULSE_SECONDS)
    played = Played()
    for one in running:
        played.add(one.result())
    played.seconds = pace.seconds
    return played


class _Pace:
    """When it is enough."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted, self._begin, self._activities = wanted, perf_counter(), 0
        self._lock, self._ended = threading.Lock(), threading.Event()

    @property
    def seconds(self) -> float:
        return perf_counter() - self._begin

    def take_batch(self) -> bool:
        """Whether another batch may be sent."""
        with self._lock:
            if self.so_far()[0] >= self.so_far()[1]:
                return False
            self._activities += self._wanted.batch
            return True

    def so_far(self) -> tuple[float, float]:
        if self._wanted.activities is not None:
            return self._activities, self._wanted.activities
        return self.seconds, self._wanted.seconds or 0

    def wait(self, seconds: float) -> None:
        self._ended.wait(seconds)


def _play(asker: Asker, script: Script, pace: _Pace) -> Played:
    played = Played()
    for step in script.steps():
        if isinstance(step, Batch) and not pace.take_batch():
            break
        begin = perf_counter()
        kind, number = _sent(asker, step, played.sent)
        played.milliseconds[kind].append(1000 * (perf_counter() - begin))
        played.number[kind] += number
    asker.close()
    return played


def _sent(asker: Asker, step: Step, sent: Sent) -> tuple[str, int]:
    """Sends it and keeps what was acknowledged. Returns what it is and of how many things."""
    match step:
        case Batch(items):
            body = b"\n".join(
                msgspec.json.encode({"id": i.id, "customer": i.customer, "member": i.member, "kind": i.kind,
                                     "occurred_at": i.occurred_at}) for i in items)  # fmt: skip
            status, answer = asker.ask("POST", "/v1/activity", body, LINES)
            if status == KNOWN_ADDRESS and answer["refused"] == 0:
                sent.items |= {item.id: item for item in items}
            else:
                sent.surprises.append(f"activity: {status} {answer}")
            return "activity", len(items)
        case Claim(key, customer, member):
            asked = {"key": key, "customer": customer, "member": member, "kind": KINDS[0]}
            status, answer = asker.ask("POST", "/v1/claims", msgspec.json.encode(asked))
            if status != KNOWN_ADDRESS:
                sent.surprises.append(f"claim: {status} {answer}")
            elif answer["allowed"]:
                sent.allowed.add((customer, member))
            return "claim", 1
        case Withdrawal(id, customer):
            status, answer = asker.ask("DELETE", f"/v1/activity/{quote(id)}?{urlencode({'customer': customer})}")
            if status == KNOWN_ADDRESS:
                sent.withdrawn.add(id)
            else:
                sent.surprises.append(f"withdrawal: {status} {answer}")
            return "withdrawal", 1
        case Read(customer):
            asker.ask("GET", f"/v1/customers/{quote(customer)}/counts")
            return "counts", 1


def check(url: str, scene: Scene, sent: Sent) -> tuple[int, list[Difference]]:
    """How many counts were read, and those that are another number than what was sent and acknowledged."""
    asker = Asker(url, scene.key)
    counted = dict(_counted(asker, scene))
    asker.close()
    return len(counted), list(differences(sent.counts(), counted, scene.limits))


def _counted(asker: Asker, scene: Scene) -> Iterator[tuple[tuple[str, str], int]]:
    for customer in scene.limits:
        for month in MONTHS:
            _, answer = asker.ask("GET", f"/v1/customers/{quote(customer)}/counts?window={month}")
            yield (customer, month), next(one["count"] for one in answer["counts"] if one["meter"] == METER)
