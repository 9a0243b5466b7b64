"""A PDF is read in a process that can be ended, and says the same as one that is read here."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from golden.cases import cases
from regwatch.errors import EmptyBody, MissingPart, SourceTrouble, TooLarge
from regwatch.model import Document
from regwatch.reading import pdf, pdf_apart

DOCUMENT = next(case for case in cases() if case.page.suffix == ".pdf" and case.kind == "good").document()


@pytest.fixture(autouse=True)
def _apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_apart, "apart", True)


def test_it_says_the_same() -> None:
    assert pdf_apart.pages(DOCUMENT) == pdf.pages(DOCUMENT)
    assert pdf_apart.blocks(DOCUMENT) == pdf.blocks(DOCUMENT)


@pytest.mark.parametrize("body", [b"", b"%PDF-1.4 %%EOF", b"<html>"])
def test_trouble_is_the_same(body: bytes) -> None:
    document: Document = replace(DOCUMENT, body=body)
    with pytest.raises(SourceTrouble) as here:
        pdf.pages(document)
    with pytest.raises(type(here.value)) as there:
        pdf_apart.pages(document)
    assert there.value.message == here.value.message
    assert isinstance(here.value, EmptyBody | MissingPart | SourceTrouble)


def test_one_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_apart, "SECONDS", 0.001)
    with pytest.raises(TooLarge, match="seconds to read"):
        pdf_apart.pages(DOCUMENT)


def test_one_whose_process_ends_badly_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, -9, b"", b"")

    monkeypatch.setattr(pdf_apart.subprocess, "run", killed)
    with pytest.raises(TooLarge, match="too much time or memory"):
        pdf_apart.pages(DOCUMENT)


def test_the_process_is_run_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert pdf_apart.pages(DOCUMENT)
