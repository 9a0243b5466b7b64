"""A relay that signs: Postfix with an OpenDKIM of its own, set as Debian ships it, and then as `doctor` says.

What arrived is verified twice: by `doctor`, and by Mail::DKIM, which has no line in common with it or with the signer.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import TYPE_CHECKING

from doctor.zone import Zone
from e2e.mail_host import HOME, OURS, answers, until
from regwatch.doctor.diagnosis import Diagnosis, Grade
from regwatch.doctor.signature import MUST_COVER, of_signature

if TYPE_CHECKING:
    from e2e.real_mta import Office

_SELECTOR = "relay"
_NAME = f"{_SELECTOR}._domainkey.{OURS}"
_AS_SHIPPED = """Canonicalization relaxed/simple
OversignHeaders From
Mode s
Domain {ours}
Selector {selector}
KeyFile {folder}/{selector}.private
Socket inet:{port}@127.0.0.1
PidFile {folder}/opendkim.pid
RequireSafeKeys no
"""
"""What Debian's file sets, and what everybody must add. The key is unsafe only as its folder is temporary."""

_VERIFIER = """
use Mail::DKIM::Verifier;
use Net::DNS;
my ($name, $record) = @ARGV;
no warnings qw(redefine once);
*Mail::DKIM::DNS::query = sub {
    return $_[0] eq $name ? Net::DNS::RR->new(name => $name, type => 'TXT', txtdata => $record) : ();
};
my $verifier = Mail::DKIM::Verifier->new;
$verifier->load(*STDIN);
print $verifier->result;
"""


def missing() -> str:
    """What has to be installed first; "" for nothing."""
    if absent := [name for name in ("opendkim", "opendkim-genkey", "perl") if not shutil.which(name)]:
        return f"{' and '.join(absent)} not installed"
    verifier = subprocess.run(["perl", "-MMail::DKIM::Verifier", "-e", "1"], capture_output=True, check=False)
    return "Mail::DKIM (libmail-dkim-perl) not installed" if verifier.returncode else ""


def signed_by_the_relay(office: Office) -> str:
    """With OpenDKIM's own choice of headers `doctor` fails and names a remedy; with the remedy all is well."""
    record = _key(office.host.folder)
    office.join(f"signed@{HOME}")
    short, found = _sent(office, record, "", "approved")
    assert found["DKIM"].grade is Grade.OK, found
    assert _verified(short, record) == "pass"
    words = re.findall(r"[a-z-]+", found["signature"].seen.partition("and not")[2])
    left_out = [name for name in MUST_COVER if name in words]
    assert found["signature"].grade is Grade.FAIL, found
    assert "list-unsubscribe-post" in left_out, found
    assert all(_verified(_altered(short, name), record) == "pass" for name in left_out), "who could tell?"

    options = re.search(r"in OpenDKIM: (.+)\)", found["signature"].remedy)
    assert options, found
    whole, found = _sent(office, record, options[1].replace(", ", "\n"), "suspended")
    assert {line.grade for line in found.values()} == {Grade.OK}, found
    assert _verified(whole, record) == "pass"
    for name in MUST_COVER:
        assert _verified(_altered(whole, name), record) == "fail", name
    return f"as shipped without {', '.join(left_out)}, which doctor says; with its remedy {found['signature'].seen}"


def _key(folder: Path) -> str:
    """Make a key, and give the record for the DNS."""
    subprocess.run(
        ["opendkim-genkey", "-b", "2048", "-d", OURS, "-s", _SELECTOR, "-D", folder], check=True, capture_output=True
    )
    return "".join(re.findall(r'"([^"]*)"', (folder / f"{_SELECTOR}.txt").read_text("utf-8")))


def _sent(office: Office, record: str, options: str, milestone: str) -> tuple[bytes, dict[str, Diagnosis]]:
    """A mail as it arrived, signed with some more options, and what `doctor` says of it."""
    before = set(office.host.mails("signed"))
    with _opendkim(office.host.folder, office.host.milter, options):
        office.tell(milestone=milestone)
        assert office.send(smtp_port=office.host.signing).accepted == 1
        until("the delivery", lambda: set(office.host.mails("signed")) - before)
    (mail,) = set(office.host.mails("signed")) - before
    zone = Zone(txt={_NAME: [record]})
    return mail, {line.about: line for line in of_signature(office.settings, zone, office.house.clock.now(), mail)}


@contextmanager
def _opendkim(folder: Path, port: int, options: str) -> Iterator[None]:
    lines = _AS_SHIPPED.format(ours=OURS, selector=_SELECTOR, folder=folder, port=port)
    # Where an option is named twice the last one counts.
    (folder / "opendkim.conf").write_text(f"{lines}{options}\n", "utf-8")
    with subprocess.Popen(["opendkim", "-f", "-x", folder / "opendkim.conf"]) as program:
        try:
            until("the start of OpenDKIM", lambda: answers(port))
            yield
        finally:
            program.terminate()


def _verified(mail: bytes, record: str) -> str:
    """What Mail::DKIM says of a mail: pass, fail, or that there is no signature."""
    lines = b"\r\n".join(mail.splitlines()) + b"\r\n"
    done = subprocess.run(
        ["perl", "-e", _VERIFIER, _NAME, record], input=lines, capture_output=True, check=True
    )  # fmt: skip
    return done.stdout.decode()


def _altered(mail: bytes, name: str) -> bytes:
    """The mail with other words in a header."""
    assert BytesHeaderParser().parsebytes(mail)[name], name
    return re.sub(rb"(?mi)^(%s): " % name.encode(), rb"\1: another ", mail, count=1)
