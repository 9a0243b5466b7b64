"""`regwatch subscriber` and `regwatch bounce`, typed on a real database: what they do, say, and refuse."""

from __future__ import annotations

import io
import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli.console import Desk
from regwatch.secret_key import read_key
from regwatch.store.subscriber_tables import Subscriber, Suppression
from regwatch.subscribers import lifecycle

ANA, BEN, CAT = "ana@example.org", "ben@example.org", "cat@example.org"
CABO, LUTE = "cabozantinib-net", "lutetium-net"
WATCHLIST = f"""
topics:
  - id: {CABO}
    title: Cabozantinib for neuroendocrine tumours
    treatment: {{inn: cabozantinib}}
    indication: {{name: neuroendocrine tumours, terms: [NETs]}}
  - id: {LUTE}
    title: Lutetium for neuroendocrine tumours
    treatment: {{inn: lutetium oxodotreotide}}
    indication: {{name: neuroendocrine tumours, terms: [NETs]}}
sources:
  - id: news
    adapter: feed
    topics: [{CABO}, {LUTE}]
    url: http://127.0.0.1:9/feed.xml
    publisher: Nobody
digest:
  recipients:
    - {{address: dan@example.org, topics: [{CABO}]}}
"""


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(tmp_path, capsys, monkeypatch)
    (tmp_path / "sources.yaml").write_text(WATCHLIST)
    monkeypatch.setenv("REGWATCH_ALLOW_PRIVATE_ADDRESSES", "true")
    return made


def kept(desk: Desk, address: str) -> dict[str, Any]:
    return dict(json.loads(desk.types("subscriber", "show", address)))


def followed(desk: Desk, address: str) -> list[str]:
    return [f"{one['topic']} {one['cadence']}" for one in kept(desk, address)["subscriptions"] if not one["ended_at"]]


def added(desk: Desk, address: str = ANA, *more: str) -> None:
    desk.types("subscriber", "add", address, "--consent", *more)


def test_a_new_operator_finds_nobody_and_is_told_how_to_add_somebody(desk: Desk) -> None:
    assert "regwatch subscriber add" in desk.types("subscriber", "list")


def test_whoever_is_added_gets_all_topics_and_their_consent_is_kept(desk: Desk) -> None:
    said = desk.types("subscriber", "add", " Ana@Example.ORG ", "--consent")
    assert said == f"Ana@example.org is told of news from now on: {CABO} {LUTE} (daily)\n"
    person = kept(desk, "ANA@example.org")
    assert (person["subscriber"]["standing"], person["consents"][0]["method"]) == ("active", "operator")
    assert "my health" in person["consents"][0]["text"]
    assert person["consents"][0]["confirmed_at"]
    assert followed(desk, "ana@EXAMPLE.org") == [f"{CABO} daily", f"{LUTE} daily"]


def test_whoever_is_added_may_choose(desk: Desk) -> None:
    added(desk, ANA, "--topic", LUTE, "--cadence", "weekly", "--zone", "Asia/Kathmandu", "--at", "09:15")
    person = kept(desk, ANA)["subscriber"]
    assert (person["zone"], person["at"]) == ("Asia/Kathmandu", "09:15")
    assert followed(desk, ANA) == [f"{LUTE} weekly"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((ANA,), "say so with --consent"),
        (("ana@example", "--consent"), "this is not a mail address"),
        (("", "--consent"), "is not a mail address"),
        (("Ana <ana@example.org>", "--consent"), "is not a mail address"),
        (("än@example.org", "--consent"), "before the @"),
        ((ANA, "--topic", "cabo", "--consent"), f"no topic is called 'cabo'; there are: {CABO}, {LUTE}"),
        ((ANA, "--zone", "London", "--consent"), "'London' is not a time zone"),
        ((ANA, "--at", "8", "--consent"), "write the time of day as 08:30"),
        ((ANA, "--at", "23:00", "--consent"), "from 07:00 to 20:59"),
    ],
)
def test_what_cannot_be_added_is_said_in_one_sentence(desk: Desk, words: tuple[str, ...], says: str) -> None:
    refused = desk.is_refused("subscriber", "add", *words)
    assert says in refused
    assert len(refused.splitlines()) == 1


def test_how_often_is_one_of_three(desk: Desk) -> None:
    code, _, said = desk.tries("subscriber", "add", ANA, "--consent", "--cadence", "hourly")
    assert code == 2
    assert "'immediately', 'daily', 'weekly'" in said


def test_nobody_is_added_twice_and_their_choices_are_not_replaced(desk: Desk) -> None:
    added(desk, ANA, "--topic", CABO)
    assert "regwatch subscriber change" in desk.is_refused("subscriber", "add", "ANA@example.org", "--consent")
    assert followed(desk, ANA) == [f"{CABO} daily"]


def test_who_had_left_can_be_added_again(desk: Desk) -> None:
    added(desk)
    desk.types("subscriber", "pause", ANA)
    desk.types("subscriber", "stop", ANA)
    added(desk, ANA, "--topic", LUTE)
    assert "paused" not in desk.types("subscriber", "list")
    assert followed(desk, ANA) == [f"{LUTE} daily"]
    assert [bool(one["withdrawn_at"]) for one in kept(desk, ANA)["consents"]] == [True, False]


def csv(desk: Desk, text: str | bytes) -> str:
    (desk.folder / "people.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return "people.csv"


@pytest.mark.parametrize(
    "text",
    [
        f"address,topics,cadence,zone,at\n{ANA},{CABO} {LUTE},weekly,Europe/Paris,09:00\n{BEN},,,,\n",
        f"\ufeffaddress,topics,cadence,zone,at\r\n{ANA},{CABO} {LUTE},weekly,Europe/Paris,09:00\r\n{BEN}\r\n",
        f"Address;Topics;Cadence;Zone;At\n{ANA};{CABO} {LUTE};weekly;Europe/Paris;09:00\n\n{BEN};;;;\n\n",
        f'zone,at,cadence,address,topics\nEurope/Paris,09:00,weekly,"{ANA}","{CABO}  {LUTE}"\n,,,{BEN},',
    ],
    ids=["plain", "from Windows", "with semicolons", "in another order"],
)  # fmt: skip
def test_a_file_of_people_is_taken_as_spreadsheets_write_it(desk: Desk, text: str) -> None:
    assert desk.types("subscriber", "import", csv(desk, text), "--consent") == "added 2 of 2\n"
    assert followed(desk, ANA) == [f"{CABO} weekly", f"{LUTE} weekly"]
    assert kept(desk, ANA)["subscriber"]["at"] == "09:00"
    assert followed(desk, BEN) == [f"{CABO} daily", f"{LUTE} daily"]


def test_who_is_known_stays_as_they_are_whatever_the_file_says(desk: Desk) -> None:
    added(desk, ANA, "--topic", CABO)
    added(desk, BEN)
    desk.types("subscriber", "stop", BEN)
    file = csv(desk, f"address,topics\n{ANA.upper()},{LUTE}\n{BEN},\n{CAT},\n")
    said = desk.types("subscriber", "import", file, "--consent")
    assert said == "added 1 of 3; 2 known already stay as they are\n"
    assert followed(desk, ANA) == [f"{CABO} daily"]
    assert kept(desk, BEN)["subscriber"]["standing"] == "ended"
    assert "added 0 of 3" in desk.types("subscriber", "import", file, "--consent")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "people.csv:1: the first line must name the columns: address, topics, cadence, zone, at"),
        (f"{ANA}\n", f"of which only address must be there; it holds '{ANA}'"),
        ("name,mail\nAna,a@b.org\n", "it holds 'name', 'mail'"),
        ("address,address\n", "people.csv:1: "),
        ("address,topics\n", "people.csv names nobody"),
        (f"address,topics\n{ANA},\nben@,\n", "people.csv:3: this is not a mail address"),
        (f"address,topics\n\n\n{ANA},cabo\n", "people.csv:4: no topic is called 'cabo'; there are: "),
        (f"address,cadence\n{ANA},often\n", "people.csv:2: 'often' is not how often: write immediately, daily, weekly"),
        (f"address,zone\n{ANA},Paris\n", "people.csv:2: 'Paris' is not a time zone"),
        (f"address,at\n{ANA},02:30\n", "people.csv:2: choose a time from 07:00"),
        (f"address\n{ANA}\n{BEN}\nANA@example.org\n", "people.csv:4: this address stands in line 2 already"),
        (f"address,topics\n{ANA},{CABO},{LUTE}\n", "people.csv:2: there are more cells than columns"),
        (f'address,topics\n"{ANA},\n', "people.csv:2: this is not CSV"),
        (f"address\n{ANA}\0\n".encode(), "people.csv:2: "),
        ("address\nänna@example.org\n".encode("latin-1"), "people.csv is not written in UTF-8"),
    ],
)  # fmt: skip
def test_a_file_with_a_mistake_adds_nobody_and_names_the_line(desk: Desk, text: str | bytes, says: str) -> None:
    assert says in desk.is_refused("subscriber", "import", csv(desk, text), "--consent")


def test_every_mistake_in_a_file_is_named_at_once(desk: Desk) -> None:
    text = "address\n" + "".join(f"nobody{number}\n" for number in range(30))
    lines = desk.is_refused("subscriber", "import", csv(desk, text), "--consent").splitlines()
    assert lines[0].startswith("regwatch: people.csv:2: ")
    assert (len(lines), lines[-1]) == (21, "regwatch: and 10 more")


def test_a_file_is_imported_only_with_consent_and_only_if_it_is_there(desk: Desk) -> None:
    assert "--consent" in desk.is_refused("subscriber", "import", csv(desk, f"address\n{ANA}\n"))
    assert "No such file" in desk.is_refused("subscriber", "import", "nowhere.csv", "--consent")
    assert "cannot be read" in desk.is_refused("subscriber", "import", ".", "--consent")


def refuse(desk: Desk, address: str) -> None:
    database = desk.database
    with database.session() as session:
        key = read_key(desk.folder / "var")
        lifecycle.suppress(session, key, address, "marked as spam", datetime(2026, 1, 1, tzinfo=UTC))
    database.close()


def test_an_address_that_must_not_be_written_to_is_refused_until_it_is_allowed(desk: Desk) -> None:
    refuse(desk, ANA)
    file = csv(desk, f"address\n{BEN}\n{ANA}\n")
    assert "regwatch subscriber allow` first" in desk.is_refused("subscriber", "add", ANA, "--consent")
    assert "regwatch subscriber allow` first" in desk.is_refused("subscriber", "import", file, "--consent")
    assert "marked as spam" in desk.types("subscriber", "allow", ANA.upper())
    assert "is not refused" in desk.is_refused("subscriber", "allow", ANA)
    assert "is not a mail address" in desk.is_refused("subscriber", "allow", "ana")
    added(desk)


def test_a_change_on_request_changes_what_is_asked_and_is_kept_as_a_consent(desk: Desk) -> None:
    added(desk, ANA, "--topic", CABO, "--cadence", "weekly", "--at", "09:00")
    assert (
        desk.types("subscriber", "change", ANA, "--zone", "Europe/Paris", "--discreet") == f"changed: {CABO} (weekly)\n"
    )
    desk.types("subscriber", "change", ANA, "--topic", LUTE, "--topic", CABO, "--no-alerts", "--quiet", "")
    desk.types("subscriber", "change", ANA, "--cadence", "immediately", "--monthly")
    person = kept(desk, ANA)
    chosen = {name: person["subscriber"][name] for name in ("zone", "at", "quiet", "alerts", "discreet", "monthly")}
    assert chosen == {
        "zone": "Europe/Paris", "at": "09:00", "quiet": "", "alerts": False, "discreet": True, "monthly": True
    }  # fmt: skip
    assert followed(desk, ANA) == [f"{CABO} immediately", f"{LUTE} immediately"]
    assert [one["method"] for one in person["consents"]] == ["operator", *["operator, on request"] * 3]
    desk.types("subscriber", "change", ANA, "--topic", LUTE)
    assert followed(desk, ANA) == [f"{LUTE} immediately"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--topic", "cabo"), f"no topic is called 'cabo'; there are: {CABO}, {LUTE}"),
        (("--zone", "Mars/Base"), "is not a time zone"),
        (("--at", "06:59"), "from 07:00"),
        (("--quiet", "late"), "quiet hours as 22-7"),
    ],
)
def test_a_change_that_is_wrong_changes_nothing(desk: Desk, words: tuple[str, ...], says: str) -> None:
    added(desk)
    assert says in desk.is_refused("subscriber", "change", ANA, *words)


def test_what_somebody_gets_can_be_stopped_in_part_or_whole(desk: Desk) -> None:
    added(desk)
    assert f"they do not follow 'cabo', but: {CABO}, {LUTE}" in desk.is_refused(
        "subscriber", "stop", ANA, "--topic", "cabo"
    )
    desk.types("subscriber", "stop", ANA, "--topic", CABO)
    assert followed(desk, ANA) == [f"{LUTE} daily"]
    desk.types("subscriber", "stop", ANA)
    person = kept(desk, ANA)["subscriber"]
    assert (person["standing"], person["reason"]) == ("ended", "stopped by the operator on request")
    listed = desk.types("subscriber", "list")
    assert "ended" in listed
    assert "stopped by the operator on request" in listed
    for command in ("stop", "change", "pause", "resume"):
        assert "gets no mail (stopped by the operator" in desk.is_refused("subscriber", command, ANA)


@pytest.mark.parametrize("command", ["show", "export", "erase", "pause", "resume", "stop", "change", "channel"])
def test_nobody_is_mistaken_for_somebody(desk: Desk, command: str) -> None:
    added(desk)
    assert "nobody has this address" in desk.is_refused("subscriber", command, BEN)


def test_a_pause_is_seen_in_the_list_and_ends(desk: Desk) -> None:
    added(desk)
    assert "paused" in desk.types("subscriber", "pause", ANA)
    assert "paused" in desk.types("subscriber", "list")
    desk.types("subscriber", "resume", ANA)
    assert "paused" not in desk.types("subscriber", "list")


def test_all_that_is_kept_goes_into_a_file_that_others_cannot_read(desk: Desk) -> None:
    added(desk)
    desk.types("subscriber", "export", ANA, "--out", "ana.json")
    file = desk.folder / "ana.json"
    assert json.loads(file.read_text())["subscriber"]["address"] == ANA
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "is there already" in desk.is_refused("subscriber", "export", ANA, "--out", "ana.json")
    assert "cannot be written" in desk.is_refused("subscriber", "export", ANA, "--out", "nowhere/ana.json")


def test_whoever_is_erased_is_gone_and_may_be_refused_for_good(desk: Desk) -> None:
    for address in (ANA, BEN):
        added(desk, address)
    assert desk.types("subscriber", "erase", ANA) == "erased\n"
    desk.types("subscriber", "erase", BEN, "--never-again")
    assert [line for line in desk.dump() if "ana@" in line or "ben@" in line] == []
    added(desk, ANA)
    assert "allow" in desk.is_refused("subscriber", "add", BEN, "--consent")


def test_whoever_is_erased_and_still_named_in_the_watchlist_is_not_brought_back(desk: Desk) -> None:
    desk.types("digest", "send")
    assert "dan@example.org  configured" in desk.types("subscriber", "list")
    assert "sources.yaml still names them" in desk.types("subscriber", "erase", "dan@example.org")
    desk.types("digest", "send")
    assert [line for line in desk.dump() if "dan@" in line] == []


def test_a_reader_of_the_watchlist_is_changed_there_and_stopped_here(desk: Desk) -> None:
    desk.types("digest", "send")
    assert "sources.yaml" in desk.is_refused("subscriber", "change", "dan@example.org", "--cadence", "weekly")
    assert f"but: {CABO}" in desk.is_refused("subscriber", "stop", "dan@example.org", "--topic", LUTE)
    desk.types("subscriber", "stop", "dan@example.org", "--topic", CABO)
    assert CABO not in desk.types("subscriber", "list")


SECRET = "json://user:S3cret@127.0.0.1:9/T0ken"


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # imported by Apprise itself
def test_a_channel_is_added_listed_and_removed_and_its_address_is_shown_nowhere(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    added(desk)
    monkeypatch.setattr("sys.stdin", io.StringIO(SECRET + "\n"))
    assert "by mail only" in desk.types("subscriber", "channel", ANA)
    said = desk.types("subscriber", "channel", ANA, "-")
    said += desk.types("subscriber", "channel", ANA, SECRET + "2", "--topic", CABO)
    said += desk.types("subscriber", "channel", ANA) + desk.types("subscriber", "show", ANA)
    refusals = [
        desk.is_refused("subscriber", "channel", ANA, SECRET),
        desk.is_refused("subscriber", "channel", ANA, "nonsense://S3cret@T0ken"),
        desk.is_refused("subscriber", "channel", ANA, f"{SECRET},{SECRET}3"),
        desk.is_refused("subscriber", "channel", ANA, f"{SECRET}4", "--topic", "cabo"),
        desk.is_refused("subscriber", "channel", ANA, "--remove", "9"),
    ]
    for line, says in zip(refusals, ("already", "not an address", "not an address", "no topic", "9"), strict=True):
        assert says in line
    heard = said + "".join(refusals) + caplog.text
    assert "S3cret" not in heard
    assert "T0ken" not in heard
    assert "json://..." in desk.types("subscriber", "channel", ANA)
    assert CABO not in desk.types("subscriber", "channel", ANA, "--remove", "2")
    assert "S3cret" in "".join(desk.dump()), "it is kept, of course"
    desk.types("subscriber", "erase", ANA)
    assert "S3cret" not in "".join(desk.dump())


class Pipe:
    """Standard input with bytes in it."""

    def __init__(self, raw: bytes) -> None:
        self.buffer = io.BytesIO(raw)


def test_a_mail_that_came_back_is_taken_from_a_pipe_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "REGWATCH_BOUNCE_ADDRESS is not set" in desk.is_refused("bounce")
    monkeypatch.setenv("REGWATCH_BOUNCE_ADDRESS", "bounce@charity.example")
    for raw in (b"", b"Subject: Hello\r\n\r\nthere", b"\xff\x00\x80", b"Content-Type: multipart/report\r\n\r\n"):
        monkeypatch.setattr("sys.stdin", Pipe(raw))
        assert "no report about a mail of ours" in desk.is_refused("bounce")


def test_while_the_database_is_damaged_mail_that_came_back_waits_at_the_mail_server(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGWATCH_BOUNCE_ADDRESS", "bounce@charity.example")
    monkeypatch.setenv("REGWATCH_DATABASE", f"sqlite:///{desk.folder / 'damaged.db'}")
    (desk.folder / "damaged.db").write_bytes(b"this is no database" * 100)
    monkeypatch.setattr("sys.stdin", Pipe(b""))
    code, _, said = desk.tries("bounce")
    assert (code, said.count("\n")) == (75, 1)
    assert "cannot be used" in said


def test_what_is_refused_is_in_no_table_but_as_a_hash(desk: Desk) -> None:
    added(desk)
    desk.types("subscriber", "erase", ANA, "--never-again")
    database = desk.database
    with database.session() as session:
        assert session.get(Suppression, read_key(desk.folder / "var").address(ANA)) is not None
        assert session.get_one(Subscriber, 1).address == ""
    database.close()
