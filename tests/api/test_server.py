"""The same over a real web server, on a real port: what only a server can get wrong."""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor

from tests.api.practice import Api, count_of, item
from tests.api.server import ask, connect


def test_packed_lines_from_several_connections(api: Api, port: int) -> None:
    def send(sender: int) -> int:
        connection, counted = connect(port), 0
        for batch in range(5):
            numbers = range(batch * 100, batch * 100 + 300)  # most of them come again, from every sender
            lines = "\n".join(
                json.dumps(item(f"{n}", f"m{n % 250}")) for n in (numbers if sender % 2 else numbers[::-1])
            )
            status, answer = ask(
                connection, api.key, "POST", "/v1/activity", gzip.compress(lines.encode()),
                Content_Type="application/x-ndjson", Content_Encoding="gzip",
            )  # fmt: skip
            assert (status, answer["received"], answer["refused"]) == (200, 300, 0)
            counted += answer["counted"]
        return counted

    with ThreadPoolExecutor(4) as senders:
        assert sum(senders.map(send, range(4))) == 250
    assert count_of(api)["count"] == 250


def test_what_only_a_server_can_get_wrong(api: Api, port: int) -> None:
    connection = connect(port)
    as_json = {"Content_Type": "application/json"}
    body = json.dumps([item("a/b", "ada"), item("2", "bob")]).encode()
    assert ask(connection, api.key, "POST", "/v1/activity", iter([body[:20], body[20:]]), **as_json)[1]["kept"] == 2
    assert ask(connection, api.key, "DELETE", "/v1/activity/a%2Fb?customer=anna")[1]["uncounted"] == 1
    assert ask(connection, api.key, "HEAD", "/v1/customers/anna/counts") == (200, None)
    assert ask(connection, api.key, "GET", "/v1/customers/an%00na/counts")[0] == 422
    assert ask(connection, api.key, "GET", "/v1/customers/anna/counts")[1]["counts"][0]["count"] == 1
    too_large = connect(port)
    assert ask(too_large, api.key, "POST", "/v1/activity", gzip.compress(b" " * 20_000_000),
                Content_Encoding="gzip", **as_json)[0] == 413  # fmt: skip
    assert ask(too_large, api.key, "GET", "/v1/customers/anna/counts")[0] == 200
