"""A DNS that answers what a test writes into it, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from regwatch.doctor.lookup import LookupFailed


@dataclass
class Zone:
    """Records by name; `silent` names get no answer at all."""

    txt: dict[str, list[str]] = field(default_factory=dict)
    hosts: dict[str, list[str]] = field(default_factory=dict)
    ptr: dict[str, list[str]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)

    def texts(self, name: str) -> list[str]:
        return self._of(self.txt, name)

    def addresses(self, host: str) -> list[str]:
        return self._of(self.hosts, host)

    def names(self, address: str) -> list[str]:
        return self._of(self.ptr, address)

    def _of(self, records: dict[str, list[str]], name: str) -> list[str]:
        self.asked.append(name)
        if name in self.silent:
            raise LookupFailed(f"{name}: the server timed out")
        return records.get(name, [])
