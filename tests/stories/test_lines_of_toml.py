"""Where things stand in a TOML file, also in inline tables, in lists, and below dotted keys."""

from __future__ import annotations

import pytest

from headcount.gateways.toml_lines import field_lines

TEXT = '''title = "x" # a comment
[[step]]
at = 2024-04-15
subscribe = { customer = "a]b", plan = 'x}' }
expect.invoices = [{ net = "2.33", lines = [ # ]
  { text = "10 \\" active", net = "-4.17" },
  { text = """two
lines""", net = "6.50" }, ] }]
expect.net = "1"
[[step]]
"at" = 2024-05-10T09:00:00
[[plan]]
[[plan.charge]]
key = "k"
[[plan.charge]]
tiers = [
  { up_to = 10 },
  { up_to = 20 },
]
[plan.more]
x.y = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("title", 1),
        ("step[1]", 2),
        ("step[1].subscribe.plan", 4),
        ("step[1].expect.invoices[1].net", 5),
        ("step[1].expect.invoices[1].lines[1].net", 6),
        ("step[1].expect.invoices[1].lines[2].text", 7),
        ("step[1].expect.invoices[1].lines[2].net", 8),
        ("step[1].expect.net", 9),
        ("step[2]", 10),
        ("step[2].at", 11),
        ("plan[1].charge[1].key", 14),
        ("plan[1].charge[2].tiers[2].up_to", 18),
        ("plan[1].more.x.y", 21),
    ],
)
def test_the_line_of_a_field(path: str, line: int) -> None:
    assert field_lines(TEXT)[path] == line
