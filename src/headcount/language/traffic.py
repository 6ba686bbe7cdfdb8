"""Sentences about made-up traffic."""

TRAFFIC = {
    "not_an_address": (
        "“{given}” is no address of a server, such as http://localhost:8000.",
        "„{given}“ ist keine Adresse eines Servers wie http://localhost:8000.",
    ),
    "no_server": (
        "No Headcount answers at {given}. `headcount up` starts one.",
        "Unter {given} antwortet kein Headcount. `headcount up` startet es.",
    ),
    "another_database": (
        "The server at {given} works with another database than this command.",
        "Der Server unter {given} arbeitet mit einer anderen Datenbank als dieser Befehl.",
    ),
    "count_differs": (
        "{customer} in {window}: {sent} count by what was acknowledged, {counted} are counted.",
        "{customer} in {window}: nach dem Bestätigten zählen {sent}, gezählt sind {counted}.",
    ),
}
