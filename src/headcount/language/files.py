"""Sentences about files and the rows in them."""

FILES = {
    "no_such_file": ("There is no file {file}.", "Die Datei {file} gibt es nicht."),
    "file_not_readable": ("{file} cannot be read: {problem}.", "{file} ist nicht lesbar: {problem}."),
    "damaged_file": (
        "{file} is damaged after line {after} ({problem}); the lines before it were taken.",
        "{file} ist nach Zeile {after} beschädigt ({problem}); die Zeilen davor wurden übernommen.",
    ),
    "empty_file": (
        "The file has no header; its first line must name the columns {columns}.",
        "Die Datei hat keine Kopfzeile; ihre erste Zeile muss die Spalten {columns} nennen.",
    ),
    "missing_column": (
        "This column is missing; needed are {columns}.",
        "Diese Spalte fehlt; gebraucht werden {columns}.",
    ),
    "misspelt_column": ("There is no such column.", "Diese Spalte gibt es nicht."),
    "header_again": ("This is a second header.", "Das ist eine zweite Kopfzeile."),
    "wrong_number_of_fields": (
        "The row has {given} fields, the header {expected}.",
        "Die Zeile hat {given} Felder, die Kopfzeile {expected}.",
    ),
    "broken_row": ("The row cannot be read: {problem}.", "Die Zeile ist nicht lesbar: {problem}."),
    "not_json": (
        "This is not the JSON of an activity: {problem}.",
        "Das ist nicht das JSON einer Aktivität: {problem}.",
    ),
    "empty_field": ("The field is empty.", "Das Feld ist leer."),
    "too_long": ("The text is longer than {most} characters.", "Der Text ist länger als {most} Zeichen."),
    "not_utf8": ("The text is not UTF-8.", "Der Text ist kein UTF-8."),
    "control_character": ("The text holds control characters.", "Der Text enthält Steuerzeichen."),
    "unknown_kind": (
        "“{given}” is not a kind of activity that the catalog knows.",
        "„{given}“ ist keine Art von Aktivität, die der Katalog kennt.",
    ),
    "not_an_instant": (
        "“{given}” is not a date and time such as 2026-05-01T09:30:00+02:00.",
        "„{given}“ ist kein Zeitpunkt wie 2026-05-01T09:30:00+02:00.",
    ),
    "no_offset": (
        "“{given}” has no offset from UTC; add one, such as Z or +02:00.",
        "„{given}“ nennt keinen Abstand zu UTC; einen anfügen, etwa Z oder +02:00.",
    ),
    "impossible_offset": (
        "“{given}” has an offset that no place on earth has.",
        "„{given}“ hat einen Abstand zu UTC, den kein Ort der Erde hat.",
    ),
    "clock_is_wrong": (
        "“{given}” is before 1970 or more than a day ahead: the sender's clock is wrong.",
        "„{given}“ liegt vor 1970 oder über einen Tag voraus: die Uhr des Absenders geht falsch.",
    ),
    "id_conflict": (
        "The id “{given}” stands for different things in this batch.",
        "Die Kennung „{given}“ steht in diesem Stapel für Verschiedenes.",
    ),
    "not_a_date": ("“{given}” is not a date such as 2026-05-31.", "„{given}“ ist kein Datum wie 2026-05-31."),
    "not_a_month": ("“{given}” is not a month such as 2026-05.", "„{given}“ ist kein Monat wie 2026-05."),
    "git_missing": ("git is not installed.", "git ist nicht installiert."),
    "git_failed": ("git could not read {path}: {problem}", "git konnte {path} nicht lesen: {problem}"),
    "not_a_repository": ("{path} is not a git repository.", "{path} ist kein Git-Repository."),
}
