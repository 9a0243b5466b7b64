"""The Drugs@FDA data file: every submission of one application, with what kind of action each was.

Gives     one submission record per approved submission, with class, priority and actions (new indication, accelerated
          approval, its confirmation); a claim only for the submission that the topic names (`fda_submission`)
Withheld  anything pending or refused; the disease: no table names it
Quirks    made on Tuesdays; keys are padded with blanks; the table of actions exists since January 2025; a submission
          can have several actions
"""

from __future__ import annotations

from datetime import timedelta

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.fda.drugsfda import STATUSES, TYPES, application, named_submission
from regwatch.adapters.fda.tables import Row, Tables
from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, WrongIdentity
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.vocabulary import Milestone, Mode

FILE = "https://www.fda.gov/media/89850/download"
ACTIONS = "Join_Submission_ActionTypes_Lookup"
NEW_INDICATION, ACCELERATED, CONFIRMED = "EFFICACY/INDICATION", "EFFICACY/ACCEL APP", "EFFICACY/COMP EFF"
WIDER = frozenset({NEW_INDICATION, ACCELERATED, CONFIRMED, "EFFICACY/PAT POPUL"})
"""Actions that can concern a topic: a new use, its accelerated approval, its confirmation, a further population."""
RECENT = timedelta(days=90)
_COLUMNS = ("SubmissionClassCodeID", "SubmissionType", "SubmissionNo", "SubmissionStatus", "SubmissionStatusDate",
            "ReviewPriority")  # fmt: skip


def request(source: Source) -> Request:
    """The file. Raises `ValueError` where the application's number is missing or malformed."""
    application(source)
    return Request(source.url or FILE, accept="application/zip, application/octet-stream, */*;q=0.5")


def read(document: Document) -> Reading:
    """The submissions of the configured application, the original before the supplements."""
    source = document.source
    wanted = application(source)
    kind, number = wanted[:-6], wanted[-6:]
    tables = Tables(document)
    known = {row["ApplType"] for row in tables.rows("Applications", ("ApplType",), ApplNo=number)}
    if known != {kind}:
        raise WrongIdentity(f"the data file has {', '.join(sorted(known)) or 'nothing'} under {number}, not {wanted}")
    lookup = tables.rows("SubmissionClass_Lookup", ("SubmissionClassCodeID", "SubmissionClassCode"))
    classes = {row["SubmissionClassCodeID"]: row["SubmissionClassCode"] for row in lookup}
    reading = Reading()
    actions = _actions(tables, number, reading)
    for row in tables.rows("Submissions", _COLUMNS, ApplNo=number):
        _add(row, wanted, classes, actions, document, reading)
    reading.records.sort(key=lambda record: (record.key.split("-")[0], int(record.key.split("-")[1])))
    return reading


def _actions(tables: Tables, number: str, reading: Reading) -> dict[str, list[str]]:
    """The actions of each submission as `EFFICACY/INDICATION`, by its key."""
    if not tables.has(ACTIONS):
        reading.odd("the data file has no table of actions", ACTIONS)
        return {}
    columns = ("ActionTypes_LookupID", "SupplCategoryLevel1Code", "SupplCategoryLevel2Code")
    words = {
        row["ActionTypes_LookupID"]: f"{row['SupplCategoryLevel1Code']}/{row['SupplCategoryLevel2Code']}"
        for row in tables.rows("ActionTypes_Lookup", columns)
    }
    found: dict[str, list[str]] = {}
    columns = ("ActionTypes_LookupID", "SubmissionType", "SubmissionNo")
    for row in tables.rows(ACTIONS, columns, ApplNo=number):
        key = f"{row['SubmissionType']}-{row['SubmissionNo']}"
        if row["ActionTypes_LookupID"] not in words:
            reading.odd("an action of an unknown type", f"{number} {key}: {row['ActionTypes_LookupID']}")
            continue
        found.setdefault(key, []).append(words[row["ActionTypes_LookupID"]])
    return {key: sorted(set(several)) for key, several in found.items()}


def _add(
    row: Row,
    number: str,
    classes: dict[str, str],
    actions: dict[str, list[str]],
    document: Document,
    reading: Reading,
) -> None:
    key, status = f"{row['SubmissionType']}-{row['SubmissionNo']}", row["SubmissionStatus"]
    label = f"{number} {key}: {status} {row['SubmissionStatusDate']}"
    if row["SubmissionType"] not in TYPES or not row["SubmissionNo"].isdecimal() or status not in STATUSES:
        reading.odd("a submission of an unknown type or status", label)
        return
    try:
        day = read_date(row["SubmissionStatusDate"].split(" ")[0])
    except BadDate:
        reading.odd("a submission without a date that can be read", label)
        return
    done = actions.get(key, [])
    claims = _claims(key, status, day, done, document.source, label)
    recent = document.fetched_at.date() - day.first <= RECENT
    if WIDER.intersection(done) and status == "AP" and not claims and recent:
        reading.odd("a new use was approved; the file does not say for which disease", f"{label} {', '.join(done)}")
    fields = (
        ("status", status),
        ("date", day.iso),
        ("class", classes.get(row["SubmissionClassCodeID"], "")),
        ("review priority", row["ReviewPriority"]),
        ("actions", ", ".join(done)),
    )
    title = f"{number} {key}: {TYPES[row['SubmissionType']]} {STATUSES[status]}"
    url = f"https://www.accessdata.fda.gov/scripts/cder/daf/index.cfm?event=overview.process&ApplNo={number[-6:]}"
    reading.add(Record("submission", key, title, url, published=day, fields=fields, claims=claims))


def _claims(
    key: str, status: str, day: PartialDate, actions: list[str], source: Source, label: str
) -> tuple[Claim, ...]:
    """An approval of the submission that stands for the topic; a tentative approval is none for patients."""
    if status != "AP" or key != named_submission(source):
        return ()
    milestone = Milestone.ACCELERATED_APPROVED if ACCELERATED in actions else Milestone.APPROVED
    said = f"{label} {', '.join(actions)}".strip()
    return (Claim("FDA", milestone, Mode.ANNOUNCED, said, f"fda.drugsatfda.{milestone}", day),)


ADAPTER = Adapter(
    name="fda_drugsatfda",
    authorities=("FDA",),
    publisher="US Food and Drug Administration",
    request=request,
    read=read,
    needs=("fda_application",),
    limits=Limits(least=1, most=2_000),
    minutes=2_880,
)
