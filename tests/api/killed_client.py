"""A program whose connections ask at once. `python -m tests.api.killed_client PORT KEY PROGRAM`

Prints a line for each answer: the customer, the person, and what was said.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice

from tests.api.kills import BATCHES, CONNECTIONS, GROWING, RIVALS, Asking

Told = Iterator[tuple[str, str, str]]
Request = Callable[[Asking], Told]


def claims(program: str, customer: str, people: int) -> Iterator[Request]:
    def request(number: int) -> Request:
        def ask(asking: Asking) -> Told:
            person = f"p{number}"
            wish = {"customer": customer, "member": person, "kind": "edit", "key": f"{program}-{number}"}
            yield customer, person, asking.post("/v1/claims", wish)["outcome"]

        return ask

    return map(request, range(people))


def batches() -> Iterator[Request]:
    now = datetime.now(UTC).isoformat()

    def request(batch: int) -> Request:
        def ask(asking: Asking) -> Told:
            people = range(batch * 25, batch * 25 + 50)
            items = [
                {"id": f"{batch}-{n}", "customer": "batches", "member": f"p{n}", "kind": "edit", "occurred_at": now}
                for n in people
            ]
            answer = asking.post("/v1/activity", items)
            assert answer["refused"] == 0
            yield from (("batches", f"p{n}", "new") for n in people)

        return ask

    return map(request, range(BATCHES))


PROGRAMS: dict[str, Callable[[], Iterator[Request]]] = {
    "twin-1": lambda: claims("twin-1", "last", RIVALS),
    "twin-2": lambda: claims("twin-2", "last", RIVALS),
    "growing": lambda: claims("growing", "growing", GROWING),
    "batches": batches,
}


def main(port: str, key: str, program: str) -> None:
    requests = list(PROGRAMS[program]())

    def work(place: int) -> None:
        asking = Asking(int(port), key)
        for request in islice(requests, place, None, CONNECTIONS):
            for told in request(asking):
                print(*told, flush=True)

    with ThreadPoolExecutor(CONNECTIONS) as workers:
        list(workers.map(work, range(CONNECTIONS)))


if __name__ == "__main__":
    main(*sys.argv[1:4])
