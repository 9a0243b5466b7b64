"""What the settings say of mail: who it comes from, what signs it, where it goes, where it comes back to."""

from __future__ import annotations

from email.utils import parseaddr

from regwatch.mail.envelope import BounceAddress
from regwatch.mail.maildrop import MaildropTransport
from regwatch.mail.pace import Pace
from regwatch.mail.sender import Sender
from regwatch.mail.signing import Signer
from regwatch.mail.smtp import SmtpServer, SmtpTransport
from regwatch.mail.transport import Transport
from regwatch.secret_key import read_key
from regwatch.settings import Settings


def sender_of(settings: Settings) -> Sender:
    """Who the mails come from, as the settings say. Answers go to the sender where nothing else is set."""
    name, address = parseaddr(settings.mail_from)
    contact = parseaddr(settings.reply_to)[1] if settings.reply_to else address
    return Sender(
        name or "regwatch", address, contact,
        web=settings.base_url or "", links=bool(settings.base_url), bounces=settings.bounce_address,
    )  # fmt: skip


def signer_of(settings: Settings) -> Signer | None:
    """What signs the mails, where the relay does not."""
    if settings.dkim != "self":
        return None
    domain = settings.dkim_domain or sender_of(settings).address.rpartition("@")[2]
    return Signer(domain, settings.dkim_selector, settings.dkim_key.get_secret_value().encode())


def bounces_of(settings: Settings) -> BounceAddress | None:
    """The mailbox for mail that comes back, if there is one."""
    return BounceAddress(settings.bounce_address, read_key(settings.home)) if settings.bounce_address else None


def transport_of(settings: Settings) -> Transport:
    """The mail server, if one is set, else the mail folder."""
    if not settings.smtp_host:
        return MaildropTransport(settings.mail_dir, settings.templates)
    return SmtpTransport(
        SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=sender_of(settings).address,
            tls=settings.smtp_tls,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value(),
            bounces=bounces_of(settings),
        ),
        connections=settings.smtp_connections,
        pace=Pace(settings.mails_per_second, settings.mails_per_second_to_domain),
    )
