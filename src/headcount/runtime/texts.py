"""What a refusal says: the message (what is wrong) and the advice (what to do), in each language."""

from typing import Final, NamedTuple


class Explanation(NamedTuple):
    message: str
    advice: str


TEXTS: Final[dict[str, dict[str, Explanation]]] = {
    "home_not_writable": {
        "en": Explanation(
            "The data folder {folder} cannot be written to.",
            "Run as its owner, or choose another folder with HEADCOUNT_HOME.",
        ),
        "de": Explanation(
            "In den Datenordner {folder} kann nicht geschrieben werden.",
            "Als dessen Eigentümer starten oder mit HEADCOUNT_HOME einen anderen Ordner wählen.",
        ),
    },
    "data_folder_missing": {
        "en": Explanation(
            "{link} points to {folder}, which is gone.",
            "Bring that folder back. To start with an empty database instead, delete {link}.",
        ),
        "de": Explanation(
            "{link} verweist auf {folder}; diesen Ordner gibt es nicht mehr.",
            "Den Ordner wiederherstellen. Für einen Neuanfang mit leerer Datenbank {link} löschen.",
        ),
    },
    "data_folder_of_another": {
        "en": Explanation(
            "The database in {folder} belongs to the user {owner}.",
            "Run as {owner} or as root, or choose another folder with HEADCOUNT_HOME.",
        ),
        "de": Explanation(
            "Die Datenbank in {folder} gehört dem Benutzer {owner}.",
            "Als {owner} oder als root starten oder mit HEADCOUNT_HOME einen anderen Ordner wählen.",
        ),
    },
    "binaries_missing": {
        "en": Explanation(
            "No PostgreSQL server from version {oldest} on was found.",
            "Install one (Debian: apt-get install postgresql), name its bin folder in HEADCOUNT_POSTGRES, "
            "or set DATABASE_URL to a database that runs elsewhere.",
        ),
        "de": Explanation(
            "Es wurde kein PostgreSQL-Server ab Version {oldest} gefunden.",
            "Einen installieren (Debian: apt-get install postgresql), seinen bin-Ordner in HEADCOUNT_POSTGRES "
            "nennen oder DATABASE_URL auf eine andernorts laufende Datenbank setzen.",
        ),
    },
    "binaries_of_other_version": {
        "en": Explanation(
            "The data in {folder} was made by PostgreSQL {wanted}; found: {found}.",
            "Install PostgreSQL {wanted} (Debian: apt-get install postgresql-{wanted}), "
            "or name its bin folder in HEADCOUNT_POSTGRES.",
        ),
        "de": Explanation(
            "Die Daten in {folder} stammen von PostgreSQL {wanted}; vorhanden: {found}.",
            "PostgreSQL {wanted} installieren (Debian: apt-get install postgresql-{wanted}) "
            "oder seinen bin-Ordner in HEADCOUNT_POSTGRES nennen.",
        ),
    },
    "no_service_account": {
        "en": Explanation(
            "PostgreSQL does not run as root, and the user “{name}” could not be created.",
            "Create it (useradd --system {name}), run Headcount as an ordinary user, or set DATABASE_URL.",
        ),
        "de": Explanation(
            "PostgreSQL läuft nicht als root, und der Benutzer „{name}“ ließ sich nicht anlegen.",
            "Ihn anlegen (useradd --system {name}), Headcount als gewöhnlicher Benutzer starten "
            "oder DATABASE_URL setzen.",
        ),
    },
    "postgres_failed": {
        "en": Explanation("PostgreSQL's {program} failed:\n{output}", "The server's log: {log}"),
        "de": Explanation("{program} von PostgreSQL ist gescheitert:\n{output}", "Das Protokoll des Servers: {log}"),
    },
    "socket_folder_of_another": {
        "en": Explanation(
            "The folder {folder} is not ours alone.",
            "Remove it if you know whose it is, or choose a shorter path with HEADCOUNT_HOME.",
        ),
        "de": Explanation(
            "Der Ordner {folder} gehört nicht uns allein.",
            "Ihn entfernen, wenn bekannt ist, von wem er stammt, oder mit HEADCOUNT_HOME einen kürzeren Pfad wählen.",
        ),
    },
    "password_unknown": {
        "en": Explanation(
            "The database server refuses the password in {secrets}.",
            "Bring back the secrets.json that was made together with this database.",
        ),
        "de": Explanation(
            "Der Datenbankserver weist das Kennwort aus {secrets} zurück.",
            "Die secrets.json wiederherstellen, die zu dieser Datenbank gehört.",
        ),
    },
    "database_unreachable": {
        "en": Explanation("The database cannot be reached: {reason}", "Check {variable} and that the server runs."),
        "de": Explanation("Die Datenbank ist nicht erreichbar: {reason}", "{variable} prüfen und ob der Server läuft."),
    },
    "may_not_create_role": {
        "en": Explanation(
            "The user of DATABASE_URL may not create the application's role.",
            "Have an administrator of the database run\n\n{sql}\n\n"
            "and set HEADCOUNT_APP_DATABASE_URL to a login of that role.",
        ),
        "de": Explanation(
            "Der Benutzer aus DATABASE_URL darf die Rolle der Anwendung nicht anlegen.",
            "Jemanden mit Verwaltungsrechten in der Datenbank ausführen lassen:\n\n{sql}\n\n"
            "und HEADCOUNT_APP_DATABASE_URL auf eine Anmeldung dieser Rolle setzen.",
        ),
    },
    "role_too_powerful": {
        "en": Explanation(
            "The application's role “{role}” is not bound by row-level security, or may create tables.",
            "Have an administrator of the database run\n\n{sql}",
        ),
        "de": Explanation(
            "Die Rolle der Anwendung „{role}“ ist nicht an die Zeilensicherheit gebunden oder darf Tabellen anlegen.",
            "Jemanden mit Verwaltungsrechten in der Datenbank ausführen lassen:\n\n{sql}",
        ),
    },
    "may_not_create_database": {
        "en": Explanation(
            "The user “{role}” of DATABASE_URL may not create databases; each story is played in one of its own.",
            "Have an administrator of the database run\n\n{sql}\n\n"
            "or play stories without DATABASE_URL, in the PostgreSQL that Headcount starts for itself.",
        ),
        "de": Explanation(
            "Der Benutzer „{role}“ aus DATABASE_URL darf keine Datenbanken anlegen; "
            "jede Geschichte spielt in einer eigenen.",
            "Jemanden mit Verwaltungsrechten in der Datenbank ausführen lassen:\n\n{sql}\n\n"
            "oder Geschichten ohne DATABASE_URL spielen, im PostgreSQL, das Headcount selbst startet.",
        ),
    },
    "home_in_use": {
        "en": Explanation(
            "The data folder {folder} is in use by process {pid}.",
            "Stop it (kill {pid}), or choose another folder with HEADCOUNT_HOME.",
        ),
        "de": Explanation(
            "Der Datenordner {folder} wird von Prozess {pid} benutzt.",
            "Ihn beenden (kill {pid}) oder mit HEADCOUNT_HOME einen anderen Ordner wählen.",
        ),
    },
    "port_in_use": {
        "en": Explanation(
            "Port {port} is already taken by another program.",
            "Choose another one with --port {other}, or stop that program (lsof -i :{port} names it).",
        ),
        "de": Explanation(
            "Port {port} ist bereits von einem anderen Programm belegt.",
            "Mit --port {other} einen anderen wählen oder das Programm beenden (lsof -i :{port} nennt es).",
        ),
    },
    "port_forbidden": {
        "en": Explanation(
            "Port {port} may not be opened by this user.", "Choose a port from 1024 on, as in --port {other}."
        ),
        "de": Explanation(
            "Port {port} darf dieser Benutzer nicht öffnen.",
            "Einen Port ab 1024 wählen, etwa --port {other}.",
        ),
    },
    "child_ended": {
        "en": Explanation(
            "{command} ended by itself with status {status}; everything else was stopped.",
            "What it wrote above says why.",
        ),
        "de": Explanation(
            "{command} hat sich selbst mit Status {status} beendet; alles andere wurde angehalten.",
            "Der Grund steht in dessen Ausgabe weiter oben.",
        ),
    },
}
