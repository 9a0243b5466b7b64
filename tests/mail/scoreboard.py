"""Measures mails of every size and shape and prints the worst of each measure beside its target.

python tests/mail/scoreboard.py write FOLDER      makes the mails, each whole and its HTML apart
python tests/mail/scoreboard.py judge FOLDER      measures them; FOLDER/browser.json holds what `mails.mjs` found

Ends with 1 if a target is missed; what could not be measured for want of a program is said to be skipped.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from email.parser import BytesHeaderParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from mail import measures
from mail.matrix import Made, made
from mail.measures import Measure

LIMITS: dict[str, tuple[str, float]] = {
    "bytes of the HTML part, encoded": ("<", 100_000),
    "bytes of the whole mail": ("<", 100_000),
    "columns of the text, links aside": ("<=", 72),
    "octets of a line, verbatim headers aside": ("<=", 78),
    "SpamAssassin score": ("<=", 0),
    "px wide at 320": ("<=", 320),
    "px wide at 320, without <style>": ("<=", 320),
    "px of the smallest text": (">=", 16),
    "px of the lowest link": (">=", 24),
}
"""What is not named here counts faults, and there must be none."""

OUTSIDE = {
    "spamassassin": ("SpamAssassin score", "SpamAssassin rules missing or wrong"),
    "mshow": ("headers that mblaze reads otherwise", "parts that mblaze does not show"),
}
IN_CHROMIUM = (
    "features that a client lacks", "faults of the HTML", "axe, light", "axe, dark", "axe, inverted",
    "axe, inverted, hues kept", "axe, without <style>", "px wide at 320", "px wide at 320, without <style>",
    "px of the smallest text", "px of the lowest link",
)  # fmt: skip
_BAD_RULES = re.compile(r"LIST_PARTIAL\w*|MPART_ALT_DIFF\w*|MIME_QP_LONG_LINE|BASE64_LENGTH\w*|MISSING_\w+")

Found = dict[str, dict[str, Measure]]
"""By measure, by mail."""


def worst(name: str, by_mail: Mapping[str, Measure]) -> tuple[str, Measure, bool]:
    """The mail that is nearest to the limit of a measure or beyond it, and whether that is good."""
    sign, limit = LIMITS.get(name, ("<=", 0))
    choose = min if sign == ">=" else max
    mail = choose(by_mail, key=lambda one: by_mail[one][0])
    value = by_mail[mail][0]
    good = {"<": value < limit, "<=": value <= limit, ">=": value >= limit}[sign]
    return mail, by_mail[mail], good


def faults(found: Found) -> list[str]:
    """Every measure of every mail that misses its target."""
    return [
        f"{mail}: {name}: {value[0]:g} ({value[1]})"
        for name, by_mail in found.items()
        for mail, value in by_mail.items()
        if not worst(name, {mail: value})[2]
    ]


def in_python(mails: list[Made]) -> Found:
    """What needs no tool beside Python."""
    found: Found = defaultdict(dict)
    for mail in mails:
        for name, value in measures.measure(mail).items():
            found[name][mail.name] = value
    return found


def with_spamassassin(files: list[Path]) -> dict[str, tuple[Measure, Measure]]:
    """By the name of the mail: its score without network and training, and the rules about form that fired or, for a
    list, did not. One process judges all, since it takes longer to start than to judge.
    """
    done = subprocess.run(["spamassassin", "-L", "-t", *map(str, files)], capture_output=True, check=False).stdout
    judged = {}
    for one in re.split(rb"^(?=X-Spam-Checker-Version: )", done, flags=re.MULTILINE)[1:]:
        headers = BytesHeaderParser().parsebytes(one)
        judged[headers["Message-ID"]] = " ".join(str(headers["X-Spam-Status"]).split())
    return {
        file.stem: _verdict(judged.get(Made(file.stem, file.read_bytes()).parsed["Message-ID"], "")) for file in files
    }


def _verdict(status: str) -> tuple[Measure, Measure]:
    score = re.search(r"score=(-?[\d.]+)", status)
    wrong = _BAD_RULES.findall(status) + ["no MAILING_LIST_MULTI"] * ("MAILING_LIST_MULTI" not in status)
    return (float(score[1]) + 0 if score else 99, status[:120]), (len(wrong), " ".join(wrong))


def with_mblaze(files: list[Path]) -> dict[str, tuple[Measure, Measure]]:
    """By the name of the mail: what `_shown` finds."""
    return {file.stem: _shown(file) for file in files}


def _shown(file: Path) -> tuple[Measure, Measure]:
    """The headers as `mhdr` reads them, against Python; and the parts that `mshow` names and shows."""

    def run(*command: str) -> str:
        return subprocess.run([*command, str(file)], capture_output=True, check=True).stdout.decode()

    mail = Made(file.stem, file.read_bytes())
    names = sorted(line.partition(":")[0].lower() for line in run("mhdr").splitlines() if line)
    ours = sorted(name.lower() for name in mail.parsed.keys())  # noqa: SIM118
    subject = run("mhdr", "-d", "-h", "subject").strip()
    wrong = sorted(set(names) ^ set(ours)) + (["subject"] if subject != mail.parsed["Subject"] else [])
    shown, types = run("mshow").split(), re.findall(r"\S+/\S+", run("mshow", "-t").split("\n", 1)[1])
    lost = [] if types == ["multipart/alternative", "text/plain", "text/html"] else [f"parts {types}"]
    if not set(mail.part("plain").split()) <= set(shown):
        lost.append("words of the text")
    return (len(wrong), " ".join(wrong)), (len(lost), "; ".join(lost))


def judge(folder: Path) -> int:
    """Measure, and print the table."""
    mails = list(made())
    found = in_python(mails)
    files = [folder / f"{mail.name}.eml" for mail in mails]
    judges = {"spamassassin": with_spamassassin, "mshow": with_mblaze}
    for tool, (first, second) in OUTSIDE.items():
        if shutil.which(tool):
            for name, (one, other) in judges[tool](files).items():
                found[first][name], found[second][name] = one, other
    browser = folder / "browser.json"
    if browser.exists():
        for mail_name, values in json.loads(browser.read_text("utf-8")).items():
            for name, (value, detail) in values.items():
                found[name][mail_name] = (value, detail)
    wanted = [*measures.names(), *(name for pair in OUTSIDE.values() for name in pair), *IN_CHROMIUM]
    return _print(found, wanted, len(mails))


def _print(found: Found, wanted: list[str], count: int) -> int:
    print(f"{count} mails\n{'':4} {'measure':42} {'target':>10} {'worst':>9}  mail")
    for name in wanted:
        sign, limit = LIMITS.get(name, ("<=", 0))
        target = "" if limit == float("inf") else f"{sign} {limit:,.0f}"
        if not found.get(name):
            print(f"{'--':4} {name:42} {target:>10} {'not run':>9}")
            continue
        mail, (value, _), good = worst(name, found[name])
        print(f"{'ok' if good else 'NO':4} {name:42} {target:>10} {value:>9,g}  {mail}")
    wrong = faults(found)
    print("\n".join(wrong[:60]))
    missing = [name for name in wanted if not found.get(name)]
    if missing:
        print("check-mail: skipped: SpamAssassin, mblaze or Chromium is missing, see the table")
    return bool(wrong)


def write(folder: Path) -> int:
    """Write all mails, whole and their HTML apart."""
    for one in made():
        (folder / f"{one.name}.eml").write_bytes(one.raw)
        (folder / f"{one.name}.html").write_text(one.part("html"), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit({"write": write, "judge": judge}[sys.argv[1]](Path(sys.argv[2])))
