"""Typing commands in a fresh folder, as an operator does."""

from __future__ import annotations

from pathlib import Path

import pytest

from regwatch.cli.main import run
from regwatch.store.database import Database
from store.dumped import dumped


class Desk:
    """One operator's folder: `regwatch init`, then commands."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._capsys, self._monkeypatch = folder, capsys, monkeypatch
        monkeypatch.chdir(folder)

    def types(self, *words: str) -> str:
        """What the console script prints; it must succeed and complain of nothing."""
        code, out, err = self.tries(*words)
        assert (code, err) == (0, ""), err
        return out

    def is_refused(self, *words: str) -> str:
        """The complaint of the console script: one line or more, each of ours, and nothing changed in the database."""
        before = self.dump()
        code, out, err = self.tries(*words)
        assert code in (1, 2), f"{code} {out}"
        assert out == ""
        assert all(line.startswith("regwatch: ") for line in err.splitlines()), err
        assert self.dump() == before
        return err

    def tries(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        self._monkeypatch.setattr("sys.argv", ["regwatch", *words])
        self._capsys.readouterr()
        code = 0
        try:
            run()
        except SystemExit as ended:
            code = int(ended.code or 0)
        read = self._capsys.readouterr()
        return code, read.out, read.err

    @property
    def database(self) -> Database:
        """The database, opened."""
        return Database(f"sqlite:///{self.folder / 'var' / 'regwatch.db'}")

    def dump(self) -> list[str]:
        """Every row of every table."""
        database = self.database
        lines = dumped(database)
        database.close()
        return lines
