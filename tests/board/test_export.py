"""The board as files: whole, linked, the same everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from board.serving import demo_site
from regwatch.board.export import export
from regwatch.errors import StoreError


@pytest.fixture(scope="module")
def folder(story: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("export") / "site"
    site = demo_site(story, "https://example.org/regwatch", frozen=True)
    assert export(site, target) == len([one for one in target.rglob("*") if one.is_file()])
    site.close()
    return target


def test_every_link_between_files_leads_to_a_file(folder: Path) -> None:
    pages = list(folder.rglob("*.html"))
    assert len(pages) > 12
    broken = []
    for page in pages:
        soup = BeautifulSoup(page.read_text("utf-8"), "lxml")
        for element in soup.select("[href], [src]"):
            target = str(element.get("href") or element.get("src"))
            if target.startswith(("https://", "#")):
                continue
            assert not target.startswith("/"), f"{page}: {target} needs a server"
            if not (page.parent / target).is_file():
                broken.append(f"{page.relative_to(folder)}: {target}")
    assert broken == []


def test_nothing_in_it_needs_a_server(folder: Path) -> None:
    for page in folder.rglob("*.html"):
        assert not BeautifulSoup(page.read_text("utf-8"), "lxml").find("form"), page


def test_data_feeds_calendar_and_badges_are_in_it(folder: Path) -> None:
    for name in (
        "feeds/all.atom", "dates.ics", "api/v1/board.json", "api/v1/transitions/5.json", "static/style.css",
        "badge/cabozantinib-net/nice.svg", "t/cabozantinib-net.txt", "t/cabozantinib-net/timeline.svg",
    ):  # fmt: skip
        assert (folder / name).stat().st_size > 100, name


def test_a_folder_that_cannot_be_written_is_one_sentence(story: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    site = demo_site(story, frozen=True)
    with pytest.raises(StoreError, match="cannot be written"):
        export(site, tmp_path / "file")
    site.close()
