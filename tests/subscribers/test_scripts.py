"""Addresses in every script, from the form to the mail: domains always, what is before the @ where relays do."""

from __future__ import annotations

import re
from html import unescape

import pytest

from mail.relay import Relay, running
from regwatch.mail.setup import transport_of
from regwatch.service.mail_service import MailService
from subscribers.desk import House, link

REFUSAL = "the part before the @ has letters that the mail server does not take: use plain a to z"


@pytest.fixture
def taking(house: House) -> House:
    """A house whose mail server is known to take SMTPUTF8."""
    house.__dict__["settings"] = house.settings.model_copy(update={"smtputf8": True})
    return house


def test_a_domain_in_another_script_is_kept_and_written_to_in_its_ascii_form(house: House) -> None:
    page = house.sign_up(" Ana@Bücher.Example ")
    assert page.status_code == 200
    (mail,) = house.mails()
    assert mail.recipient == "Ana@xn--bcher-kva.example"
    assert b"\r\nTo: Ana@xn--bcher-kva.example\r\n" in mail.raw
    assert mail.raw.isascii()


def test_letters_before_the_at_sign_are_refused_on_the_form_in_one_sentence(house: House) -> None:
    page = house.sign_up("jörg@reader.example")
    assert page.status_code == 422
    assert REFUSAL in unescape(page.text)
    assert house.mails() == []


def test_letters_before_the_at_sign_are_taken_where_the_mail_server_takes_them(taking: House) -> None:
    person = taking.join("Jörg@xn--bcher-kva.example")
    assert person.address == "Jörg@xn--bcher-kva.example"
    taking.news()
    (mail,) = taking.compose_next()
    assert "\r\nTo: Jörg@xn--bcher-kva.example\r\n".encode() in mail.raw
    with running(Relay(smtputf8=True)) as relay:
        settings = taking.settings.model_copy(
            update={"smtp_host": "127.0.0.1", "smtp_port": relay.port, "smtp_tls": "none"}
        )
        assert MailService(settings, taking.database, taking.clock, transport_of(settings)).send().accepted == 2
    assert relay.to == ["Jörg@xn--bcher-kva.example"] * 2
    assert taking.ask("POST", link(mail, "u")).status_code == 200
    assert taking.person("Jörg@xn--bcher-kva.example").standing == "ended"


def test_who_signs_up_twice_in_another_script_is_one_person(taking: House) -> None:
    taking.join("Jörg@reader.example")
    taking.sign_up("Jo\u0308rg@READER.example")
    assert len({mail.subscriber for mail in taking.mails()}) == 1


def test_the_form_leaves_the_judgement_to_us(house: House) -> None:
    page = house.ask("GET", "/subscribe").text
    assert re.search(r"<form[^>]*novalidate", page), "browsers refuse letters beyond ASCII by themselves"
