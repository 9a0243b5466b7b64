"""The index of the mail folder: the newest mails, each read once, however many lie there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from regwatch.mail import maildrop

MAIL = (
    "From: regwatch <r@example.org>\nTo: you@example.org\nSubject: {}\nDate: Mon, 20 Jan 2025 16:00:00 +0000\n\nText\n"
)


def folder_of(path: Path, count: int) -> Path:
    for number in range(1, count + 1):
        (path / f"2025-01-20-{number:06d}.eml").write_text(MAIL.format(f"News {number}"))
    return path


@pytest.mark.parametrize(
    ("count", "shown", "told"), [(3, 3, ""), (201, 200, "1 earlier mail lies"), (1300, 200, "1,100 earlier mails lie")]
)
def test_the_newest_mails_are_listed_and_the_others_counted(tmp_path: Path, count: int, shown: int, told: str) -> None:
    page = maildrop.write_index(folder_of(tmp_path, count)).read_text()
    assert page.count("the mail itself") == shown
    assert f"News {count}<" in page
    assert ("earlier mail" in page) == bool(told)
    assert told in page


def test_a_mail_that_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    assert "News 2" in maildrop.write_index(folder_of(tmp_path, 2)).read_text()
    again = tmp_path / "2025-01-20-000002.eml"
    again.write_text(MAIL.format("A correction"))
    os.utime(again, ns=(1, 1))
    page = maildrop.write_index(tmp_path).read_text()
    assert "A correction" in page
    assert "News 2" not in page


def test_a_mail_that_was_read_is_not_read_again(tmp_path: Path) -> None:
    maildrop.write_index(folder_of(tmp_path, 30))
    read = maildrop._line.cache_info().misses
    maildrop.write_index(tmp_path)
    assert maildrop._line.cache_info().misses == read
