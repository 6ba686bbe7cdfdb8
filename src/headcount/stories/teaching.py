"""The comments of a story that was made by `headcount story new`: what the format means, beside an example of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_COMMENTS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "story": (
        (
            "A story: a catalog, dated steps, and what must come of them.",
            "  headcount story run FILE",
            "plays it in a database of its own and says for each expectation whether it holds.",
            "Everything that a story can say: docs/reference/stories.md",
        ),
        (
            "Eine Geschichte: ein Katalog, datierte Schritte und was daraus werden muss.",
            "  headcount story run DATEI",
            "spielt sie in einer eigenen Datenbank und sagt zu jeder Erwartung, ob sie zutrifft.",
            "Alles, was eine Geschichte sagen kann: docs/reference/stories.md",
        ),
    ),
    "catalog": (
        (
            'What is sold: the same tables as for "headcount catalog apply".',
            'Instead of them, catalog = "FILE" takes a file beside this one.',
        ),
        (
            'Was verkauft wird: dieselben Tabellen wie für "headcount catalog apply".',
            'Statt ihrer nimmt catalog = "DATEI" eine Datei neben dieser.',
        ),
    ),
    "subscribe": (
        (
            "Each step moves the clock to its time, then does what it says, then bills what became due.",
            "A date is 00:00 local. Customers are made as they are named. expect.invoices lists every document",
            "since the step before, each compared on the fields that it names.",
        ),
        (
            "Jeder Schritt stellt die Uhr auf seine Zeit, tut dann, was er sagt, und rechnet ab, was fällig wurde.",
            "Ein Datum ist 00:00 Ortszeit. Kunden entstehen, indem sie genannt werden. expect.invoices nennt jeden",
            "Beleg seit dem Schritt davor, jeder verglichen in den Feldern, die genannt sind.",
        ),
    ),
    "people": (
        ('People who count: three of them made up, or by name: members = ["ida", "jon"].',),
        ('Personen, die zählen: drei erfundene, oder mit Namen: members = ["ida", "jon"].',),
    ),
    "clock": (
        ("A step that only moves the clock. Periods are half-open: this is the first day of the second one.",),
        ("Ein Schritt, der nur die Uhr stellt. Zeiträume sind halboffen: das ist der erste Tag des zweiten.",),
    ),
    "change": (
        ("A change. To see an amount before: preview = { … } and expect.net.",),
        ("Eine Änderung. Den Betrag vorher sehen: preview = { … } und expect.net.",),
    ),
    "recorded": (
        (
            "Recorded from the history of a test organization.",
            "Not recorded: names and addresses, the time of day of activity, previews, what was refused,",
            "and catalogs before the last one.",
        ),
        (
            "Aufgezeichnet aus der Geschichte einer Testorganisation.",
            "Nicht aufgezeichnet: Namen und Adressen, die Tageszeit von Aktivität, Vorschauen, Abgelehntes",
            "und Kataloge vor dem letzten.",
        ),
    ),
    "after": (
        ("The next period.",),
        ("Der nächste Zeitraum.",),
    ),
}


def comments(of: str, language: str) -> Sequence[str]:
    return _COMMENTS[of][language == "de"]
