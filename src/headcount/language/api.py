"""Sentences about requests over HTTP and the keys for them."""

API = {
    "not_authenticated": (
        "Send a valid API key: Authorization: Bearer hc_… (headcount keys create makes one).",
        "Einen gültigen API-Schlüssel senden: Authorization: Bearer hc_… (headcount keys create macht einen).",
    ),
    "scope_missing": (
        "The key lacks the scope “{scope}”; it has {scopes}.",
        "Dem Schlüssel fehlt der Bereich „{scope}“; er hat {scopes}.",
    ),
    "key_name_taken": ("There is a key “{given}” already.", "Einen Schlüssel „{given}“ gibt es schon."),
    "unknown_api_key": (
        "No valid key is called “{given}”.",
        "Kein gültiger Schlüssel heißt „{given}“.",
    ),
    "no_such_address": ("There is nothing at {given}.", "Unter {given} gibt es nichts."),
    "method_not_allowed": (
        "{given} means nothing here; there is {allowed}.",
        "{given} bedeutet hier nichts; es gibt {allowed}.",
    ),
    "body_not_json": ("The body is no JSON: {problem}.", "Der Inhalt ist kein JSON: {problem}."),
    "broken_compression": ("The body is no whole gzip.", "Der Inhalt ist kein ganzes gzip."),
    "body_too_large": (
        "The body is larger than {most} bytes, as sent or unpacked. Send smaller batches.",
        "Der Inhalt ist gesendet oder entpackt größer als {most} Bytes. Kleinere Stapel senden.",
    ),
    "too_many": (
        "{given} at once are too many; at most {most} fit into a request.",
        "{given} auf einmal sind zu viele; höchstens {most} passen in eine Anfrage.",
    ),
    "unknown_content_type": (
        "“{given}” is not a content type that is taken here: {known}.",
        "„{given}“ ist kein Inhaltstyp, der hier angenommen wird: {known}.",
    ),
    "unknown_encoding": (
        "“{given}” is not an encoding that is taken here: gzip, or none.",
        "„{given}“ ist keine Kodierung, die hier angenommen wird: gzip oder keine.",
    ),
    "not_a_list": ("A list is expected, not {given}.", "Eine Liste wird erwartet, nicht {given}."),
    "batch_refused": (
        "{refused} of {received} were refused, so nothing was taken, as asked.",
        "{refused} von {received} wurden abgelehnt, also wurde wie gewünscht nichts angenommen.",
    ),
    "another_specversion": (
        "This is CloudEvents “{given}”; 1.0 is understood.",
        "Das ist CloudEvents „{given}“; verstanden wird 1.0.",
    ),
    "space_in_source": (
        "“{given}” is no source of CloudEvents: it holds a space.",
        "„{given}“ ist keine Quelle von CloudEvents: sie enthält ein Leerzeichen.",
    ),
    "unknown_parameter": ("There is no such parameter.", "Diesen Parameter gibt es nicht."),
    "not_a_number": ("“{given}” is not a whole number.", "„{given}“ ist keine ganze Zahl."),
    "not_between": (
        "{given} is not between {least} and {most}.",
        "{given} liegt nicht zwischen {least} und {most}.",
    ),
    "not_a_cursor": (
        "“{given}” does not come from an answer of this address; begin without it.",
        "„{given}“ stammt aus keiner Antwort dieser Adresse; ohne beginnen.",
    ),
    "window_or_day": (
        "Ask for a window or for a day, not for both.",
        "Nach einem Fenster oder einem Tag fragen, nicht nach beidem.",
    ),
    "unavailable": (
        "The database cannot be reached just now, and what was under way is undone. Send it again.",
        "Die Datenbank ist gerade nicht erreichbar, das Begonnene ist zurückgenommen. Noch einmal senden.",
    ),
    "internal_error": (
        "This is a mistake of Headcount, and its log says more: {request_id}.",
        "Das ist ein Fehler von Headcount, mehr steht im Protokoll: {request_id}.",
    ),
}
