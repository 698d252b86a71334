"""Letters as e-mail: the message with its stable id, and the way to the mail server."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from uuid import UUID

import aiosmtplib
import anyio

from ovop.notices.letters import Letter
from ovop.settings import Settings

SEND_SECONDS = 45.0
"""A whole delivery may take so long; less than the first pause, so that nobody else tries the same notice meanwhile."""
IMPLICIT_TLS_PORT = 465


class Mailer:
    """The mail server of the settings. One connection for each message: notices are few, and none waits for another's failure."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.public_url = settings.public_url
        self.host = parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"

    @property
    def is_configured(self) -> bool:
        """Whether there is a server to send by."""
        return bool(self._settings.smtp_host)

    def compose(
        self, letter: Letter, *, notice_id: UUID, recipient: str, language: str, at: datetime
    ) -> EmailMessage:
        """The message of a notice. The same notice always has the same Message-ID, so a copy that is sent twice can be told.

        Raises `ValueError` for an address that cannot stand in a header.
        """
        message = EmailMessage(policy=SMTP)
        message["From"] = self._settings.mail_from
        message["To"] = recipient
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{notice_id}@{self.host}>"
        message["List-Id"] = f"OVOP <notices.{self.host}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body)
        message["Content-Language"] = language
        return message

    async def send(self, message: EmailMessage) -> None:
        """Hand a message to the server; returns once the server has taken it.

        Raises `aiosmtplib.SMTPException`, `OSError` or `TimeoutError`.
        """
        settings = self._settings
        implicit = settings.smtp_tls and settings.smtp_port == IMPLICIT_TLS_PORT
        with anyio.fail_after(SEND_SECONDS):
            await aiosmtplib.send(
                message,
                hostname=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_user or None,
                password=settings.smtp_password or None,
                use_tls=implicit,
                start_tls=settings.smtp_tls and not implicit,
                timeout=SEND_SECONDS,
            )

    def explain(self, error: Exception) -> str:
        """What went wrong, for the record: kind and the server's words, without the login to the server; at most 500 characters."""
        words = f"{type(error).__name__}: {_words(error)}"
        for secret in (self._settings.smtp_password, self._settings.smtp_user):
            if secret:
                words = words.replace(secret, "***")
        return " ".join(words.split())[:500]


def stops_all(error: Exception) -> bool:
    """Whether it is about the server or our login, not about one message: the next one would fail as well."""
    return isinstance(
        error,
        (
            OSError,
            TimeoutError,
            aiosmtplib.SMTPAuthenticationError,
            aiosmtplib.SMTPHeloError,
            aiosmtplib.SMTPNotSupported,
            aiosmtplib.SMTPSenderRefused,
        ),
    )


def _words(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return f"{error.code} the server refused the login"
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return "; ".join(f"{refused.code} {refused.message}" for refused in error.recipients)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error)
