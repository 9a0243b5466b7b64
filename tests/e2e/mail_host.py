"""A mail host of its own in one folder: Postfix and Dovecot on high ports of loopback, and the far end of the mail.

Nothing of the machine's own mail is touched: configuration, queue, data, log and mailboxes lie in the folder. Postfix
must be started by root, because it gives every daemon a user of its own.
"""

from __future__ import annotations

import imaplib
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from mail.relay import Relay, running

OURS, HOME, FAR = "charity.example", "home.example", "reader.example"
"""The domains of the sender, of mailboxes here, and of mailboxes at the far end."""

BOXES = {
    f"bounce@{OURS}": "bounce", f"jörg@{HOME}": "joerg",
    **{f"{name}@{HOME}": name for name in ("ana", "later", "lost", "reader", "signed")},
}  # fmt: skip
"""Mailboxes of this host, and their folders."""

_NOBODY = 65534

_MAIN = """compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = relay.{ours}
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
disable_dns_lookups = yes
recipient_delimiter = +
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = {restrictions}
transport_maps = inline:{{ {far}=smtp:[127.0.0.1]:{far_port} }}
virtual_mailbox_domains = {ours}, {home}
virtual_mailbox_base = {folder}/boxes
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
smtpd_tls_cert_file = {folder}/cert.pem
smtpd_tls_key_file = {folder}/key.pem
smtp_tls_security_level = none
"""
_MASTER = """127.0.0.1:{tls} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
127.0.0.1:{plain} inet n - n - - smtpd
127.0.0.1:{signing} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_milters=inet:127.0.0.1:{milter}
  -o milter_default_action=tempfail
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
smtp unix - - n - - smtp
showq unix n - n - - showq
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
"""
_DOVECOT = """base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
first_valid_uid = 1000
mail_location = maildir:{folder}/boxes/%n
passdb {{
  driver = static
  args = password=right
}}
userdb {{
  driver = static
  args = uid={nobody} gid={nobody} home={folder}/boxes/%n
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imap}
    ssl = yes
  }}
}}
"""
GREYLISTED = f"check_recipient_access inline:{{ {{ later@{HOME} = 450 4.2.0 greylisted }} }}, permit_mynetworks, reject"


@dataclass
class Host:
    """The folder and the ports; `far` is the far end and what it has got.

    Mail is taken with STARTTLS, in the clear, and with STARTTLS to be signed by whatever milter there is at `milter`.
    """

    folder: Path
    far: Relay
    tls: int = 0
    plain: int = 0
    signing: int = 0
    milter: int = 0
    imap: int = 0
    refusals: dict[str, list[str]] = field(default_factory=dict)

    @property
    def has_imap(self) -> bool:
        """Whether there is a Dovecot."""
        return shutil.which("dovecot") is not None

    @property
    def log(self) -> Path:
        """The log of Postfix."""
        return self.folder / "mail.log"

    def postfix(self, *command: str) -> None:
        """Run a command of Postfix on this host."""
        line = [command[0], "-c", str(self.folder / "postfix"), *command[1:]]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"check-mta: {' '.join(command)} fails: {(done.stderr or done.stdout).strip()}")

    def mails(self, box: str) -> list[bytes]:
        """What lies in a mailbox."""
        files = [path for part in ("new", "cur") for path in (self.folder / "boxes" / box).glob(f"{part}/*")]
        return [path.read_bytes() for path in sorted(files)]

    def open_box(self, box: str) -> imaplib.IMAP4_SSL:
        """A mailbox by IMAP."""
        server = imaplib.IMAP4_SSL("localhost", self.imap, ssl_context=ssl.create_default_context())
        server.login(box, "right")
        server.select("INBOX")
        return server


def until(what: str, found: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not found():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen within {seconds:g} seconds")
        time.sleep(0.1)


@contextmanager
def mail_host(folder: Path) -> Iterator[Host]:
    """Set the host up in an empty folder, and take it down."""
    host = Host(folder, Relay(smtputf8=True))
    host.far.rcpt = lambda to: host.refusals[to].pop(0) if host.refusals.get(to) else "250 OK"
    with running(host.far):
        _lay_out(host)
        with _dovecot(host):
            host.postfix("postfix", "start")
            try:
                until("the start of Postfix", lambda: answers(host.tls) and answers(host.plain))
                yield host
            finally:
                host.postfix("postfix", "stop")


def _lay_out(host: Host) -> None:
    folder = host.folder
    folder.chmod(0o755)
    for name in ("postfix", "queue", "data", "boxes", "run"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    os.chown(folder / "boxes", _NOBODY, _NOBODY)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    host.tls, host.plain, host.signing, host.milter, host.imap = (_free() for _ in range(5))
    boxes = ", ".join(f"{address}={name}/" for address, name in BOXES.items())
    words = {
        "folder": folder, "ours": OURS, "home": HOME, "far": FAR, "far_port": host.far.port, "boxes": boxes,
        "restrictions": GREYLISTED, "nobody": _NOBODY, "tls": host.tls, "plain": host.plain, "imap": host.imap,
        "signing": host.signing, "milter": host.milter,
    }  # fmt: skip
    (folder / "postfix" / "main.cf").write_text(_MAIN.format(**words), "utf-8")
    (folder / "postfix" / "master.cf").write_text(_MASTER.format(**words), "utf-8")
    (folder / "dovecot.conf").write_text(_DOVECOT.format(**words), "utf-8")


@contextmanager
def _dovecot(host: Host) -> Iterator[None]:
    if not host.has_imap:
        yield
        return
    with subprocess.Popen(["dovecot", "-F", "-c", host.folder / "dovecot.conf"]) as program:
        try:
            until("the start of Dovecot", lambda: answers(host.imap))
            yield
        finally:
            program.terminate()


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens at a port of this machine."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
