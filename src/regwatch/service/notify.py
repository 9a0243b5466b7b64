"""Telling systemd how we are: sd_notify(3) datagrams to NOTIFY_SOCKET; nothing where there is none."""

from __future__ import annotations

import os
import socket
import time


class Notifier:
    """Sends state lines to the service manager. Failing to is never an error."""

    def __init__(self) -> None:
        self._address = os.environ.get("NOTIFY_SOCKET", "")

    def ready(self, status: str) -> None:
        """Start-up, or a reload, is complete."""
        self._send("READY=1", f"STATUS={status}")

    def status(self, status: str) -> None:
        """One line for people, shown by `systemctl status`."""
        self._send(f"STATUS={status}")

    def reloading(self) -> None:
        """The configuration is being read again."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self, seconds: int) -> None:
        """The service ends, and may need this long for it."""
        self._send("STOPPING=1", f"EXTEND_TIMEOUT_USEC={seconds * 1_000_000}")

    def watchdog(self) -> None:
        """The service makes progress."""
        self._send("WATCHDOG=1")

    @staticmethod
    def watchdog_seconds() -> float | None:
        """How often the service manager wants to hear of progress, halved; None if it does not watch."""
        wanted = os.environ.get("WATCHDOG_USEC", "")
        for_us = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        return int(wanted) / 2_000_000 if wanted.isdigit() and int(wanted) and for_us else None

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        name = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
                out.sendto("\n".join(line.replace("\n", " ") for line in lines).encode(), name)
        except OSError:
            return
