"""Shipped files are found in a checkout and in an installed package alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from regwatch import resources


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The layout of an installed wheel: everything inside the package."""
    package = tmp_path / "site-packages" / "regwatch"
    (package / "templates" / "email").mkdir(parents=True)
    (package / "data").mkdir()
    (package / "data" / "sources.yaml").write_text("inside")
    (tmp_path / "sources.yaml").write_text("somebody else's")
    monkeypatch.setattr(resources, "_PACKAGE", package)
    monkeypatch.setattr(resources, "_CHECKOUT", tmp_path)
    return package


def test_a_checkout_has_the_watchlist_at_its_top_and_the_schema_in_the_package() -> None:
    assert resources.data_file("sources.yaml").read_text("utf-8").startswith("# yaml-language-server")
    assert resources.data_file("sources.schema.json").is_file()
    assert (resources.template_folders()[0] / "email").is_dir()


def test_an_installed_package_uses_its_own_files_only(installed: Path) -> None:
    assert resources.data_file("sources.yaml").read_text() == "inside"
    assert resources.template_folders() == (installed / "templates",)


def test_the_operators_templates_come_first(installed: Path, tmp_path: Path) -> None:
    assert resources.template_folders(tmp_path / "own") == (tmp_path / "own", installed / "templates")


def test_a_file_that_is_missing_from_the_installation_is_one_sentence(installed: Path) -> None:
    with pytest.raises(FileNotFoundError, match="not part of this installation"):
        resources.data_file("sources.schema.json")
