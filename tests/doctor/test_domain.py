"""How the mail looks to those who receive it: each record that is missing or wrong is named with its remedy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from doctor.zone import Zone
from regwatch.doctor.diagnosis import Diagnosis, Grade
from regwatch.doctor.domain import aligned, of_domain
from regwatch.settings import Settings

GOOD = Zone(
    txt={
        "charity.example": ["some-verification=1", "v=spf1 include:relay.example -all"],
        "_dmarc.charity.example": ["v=DMARC1; p=none; rua=mailto:dmarc@charity.example"],
    },
    hosts={"smtp.relay.example": ["8.8.4.4"], "out.relay.example": ["8.8.4.4"]},
    ptr={"8.8.4.4": ["out.relay.example"]},
)


def settings(folder: Path, **more: Any) -> Settings:
    good: dict[str, Any] = {
        "home": folder, "smtp_host": "smtp.relay.example", "mail_from": "regwatch <news@charity.example>",
        "reply_to": "ana@charity.example", "base_url": "https://news.charity.example",
        "bounce_address": "bounce@charity.example", "bounce_maildir": folder,
    }  # fmt: skip
    return Settings(**{**good, **more})


def lines(folder: Path, zone: Zone, **more: Any) -> dict[str, Diagnosis]:
    return {line.about: line for line in of_domain(settings(folder, **more), zone)}


def test_what_is_as_it_should_be_is_ok(tmp_path: Path) -> None:
    found = lines(tmp_path, GOOD)
    assert {about: line.grade for about, line in found.items()} == dict.fromkeys(
        ("Reply-To", "links", "bounces", "SPF", "DMARC", "PTR"), Grade.OK
    )
    assert "v=spf1 include:relay.example -all" in found["SPF"].seen


@pytest.mark.parametrize(("more", "about", "grade", "says"), [
    ({"reply_to": None}, "Reply-To", Grade.FAIL, "not set"),
    ({"reply_to": "noreply@charity.example"}, "Reply-To", Grade.FAIL, "nobody reads"),
    ({"reply_to": "Charity <do-not-reply@charity.example>"}, "Reply-To", Grade.FAIL, "nobody reads"),
    ({"reply_to": "no_reply@charity.example"}, "Reply-To", Grade.FAIL, "nobody reads"),
    ({"reply_to": "norbert@charity.example"}, "Reply-To", Grade.OK, "norbert"),
    ({"base_url": None}, "links", Grade.WARN, "not set"),
    ({"base_url": "http://news.charity.example"}, "links", Grade.FAIL, "not https"),
    ({"bounce_address": ""}, "bounces", Grade.WARN, "not set"),
    ({"bounce_maildir": None}, "bounces", Grade.WARN, "does not read"),
    ({"bounce_maildir": None, "imap_host": "imap.charity.example"}, "bounces", Grade.OK, "bounce@"),
    ({"smtp_host": "nowhere.example"}, "PTR", Grade.FAIL, "has no address"),
    ({"smtp_host": "127.0.0.1"}, "PTR", Grade.OK, "this machine's own"),
    ({"smtp_host": "10.0.0.5"}, "PTR", Grade.OK, "your own network"),
])  # fmt: skip
def test_each_setting_is_judged(tmp_path: Path, more: dict[str, Any], about: str, grade: Grade, says: str) -> None:
    line = lines(tmp_path, GOOD, **more)[about]
    assert (line.grade, says in line.seen) == (grade, True), line
    assert bool(line.remedy) == (grade is not Grade.OK)


@pytest.mark.parametrize(("records", "grade", "says"), [
    ([], Grade.FAIL, "no record"),
    (["v=spf10 -all"], Grade.FAIL, "no record"),
    (["v=spf1 -all", "v=spf1 a -all"], Grade.FAIL, "2 records"),
    (["v=spf1 a +all"], Grade.FAIL, "v=spf1 a +all"),
    (["V=SPF1 ALL"], Grade.FAIL, "V=SPF1 ALL"),
    (["v=spf1 a mx"], Grade.WARN, "v=spf1 a mx"),
    (["v=spf1 redirect=_spf.relay.example"], Grade.OK, "redirect"),
    (["v=spf1 a ?all"], Grade.OK, "?all"),
    (["v=spf1 \x1b[31m" + "a " * 9000 + "-all"], Grade.OK, "v=spf1"),
])  # fmt: skip
def test_spf(tmp_path: Path, records: list[str], grade: Grade, says: str) -> None:
    line = lines(tmp_path, replace(GOOD, txt={**GOOD.txt, "charity.example": records}))["SPF"]
    assert (line.grade, says in line.seen) == (grade, True), line
    assert len(line.seen) < 400
    assert line.seen.isprintable(), "what the DNS says is not ours"


def test_spf_is_asked_at_the_domain_of_the_envelope(tmp_path: Path) -> None:
    zone = replace(GOOD, txt={**GOOD.txt, "bounces.example": ["v=spf1 -all"]})
    line = lines(tmp_path, zone, bounce_address="b@bounces.example")["SPF"]
    assert (line.grade, "charity.example only if" in line.remedy) == (Grade.WARN, True)


@pytest.mark.parametrize(("txt", "grade", "says"), [
    ({}, Grade.FAIL, "has no record"),
    ({"_dmarc.charity.example": ["v=DMARC1; p=none; rua=mailto:a@b.example"] * 2}, Grade.FAIL, "2 records"),
    ({"_dmarc.charity.example": ["v=DMARC1; rua=mailto:a@b.example"]}, Grade.FAIL, "v=DMARC1"),
    ({"_dmarc.charity.example": ["v=DMARC1; p=perhaps"]}, Grade.FAIL, "perhaps"),
    ({"_dmarc.charity.example": ["v=DMARC1;p=reject"]}, Grade.WARN, "p=reject"),
    ({"_dmarc.charity.example": ["x", "v=DMARC1; p = quarantine ; rua = mailto:a@b.example"]}, Grade.OK, "quarantine"),
])  # fmt: skip
def test_dmarc(tmp_path: Path, txt: dict[str, list[str]], grade: Grade, says: str) -> None:
    line = lines(tmp_path, replace(GOOD, txt=txt))["DMARC"]
    assert (line.grade, says in line.seen) == (grade, True), line


def test_dmarc_of_a_parent_domain_counts(tmp_path: Path) -> None:
    line = lines(tmp_path, GOOD, mail_from="regwatch@mail.news.charity.example")["DMARC"]
    assert (line.grade, "_dmarc.charity.example" in line.seen) == (Grade.OK, True)


@pytest.mark.parametrize(("hosts", "ptr", "says"), [
    ({"smtp.relay.example": ["8.8.4.4"]}, {}, "no name leads to it"),
    ({"smtp.relay.example": ["8.8.4.4"], "a.example": ["8.8.8.8"]}, {"8.8.4.4": ["a.example"]}, "does not lead back"),
])  # fmt: skip
def test_ptr(tmp_path: Path, hosts: dict[str, list[str]], ptr: dict[str, list[str]], says: str) -> None:
    line = lines(tmp_path, replace(GOOD, hosts=hosts, ptr=ptr))["PTR"]
    assert (line.grade, says in line.seen) == (Grade.WARN, True), line


def test_a_dns_that_does_not_answer_is_no_failure_of_the_mail(tmp_path: Path) -> None:
    silent = frozenset({"charity.example", "_dmarc.charity.example", "smtp.relay.example"})
    found = lines(tmp_path, replace(GOOD, silent=silent))
    assert {found[about].grade for about in ("SPF", "DMARC", "PTR")} == {Grade.WARN}
    assert "timed out" in found["SPF"].seen


@pytest.mark.parametrize(("one", "other", "alike"), [
    ("charity.example", "Charity.Example.", True),
    ("mail.charity.example", "charity.example", True),
    ("charity.example", "news.charity.example", True),
    ("othercharity.example", "charity.example", False),
    ("relay.example", "charity.example", False),
])  # fmt: skip
def test_alignment(one: str, other: str, alike: bool) -> None:
    assert aligned(one, other) is alike
