"""Notices by mail: plain text and a simple page, by the mail server of this installation."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from reports import outcome
from reports.messages import Said
from reports.outcome import SENT, Outcome
from reports.settings import NoticeSettings
from words.labels import to_say

PATIENCE = 20.0
PLAIN = SMTP.clone(cte_type="7bit")
"""Not every server on the way takes more."""
PERMANENT = 500
"""An answer from here on says that no other try would help."""

NO_SERVER = outcome.failed(
    to_say("No mail server is set: whoever runs this sets HAIDANG_NOTICES__MAIL_HOST.")
)


def letter(
    said: Said, link: str, open_it: str, *, to: str, sender: str, key: str, now: datetime
) -> EmailMessage:
    """Write the mail; the same matter always has the same id, whichever worker writes it."""
    mail = EmailMessage(PLAIN)
    mail["Subject"] = said.title
    mail["From"] = Address("Hải Đăng", addr_spec=sender)
    mail["To"] = to
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{key}@haidang>"
    # Nobody’s absence note shall answer a machine.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{said.body}\n\n{open_it}: {link}\n")
    lines = "".join(f"<p>{escape(line)}</p>" for line in said.body.splitlines())
    page = (
        f'<html lang="{said.language}"><body style="font-family:sans-serif">'
        f"<h1 style='font-size:1.2em'>{escape(said.title)}</h1>{lines}"
        f'<p><a href="{escape(link)}">{escape(open_it)}</a></p></body></html>'
    )
    mail.add_alternative(page, subtype="html")
    return mail


def send(mail: EmailMessage, settings: NoticeSettings) -> Outcome:
    """Hand a mail to the server; blocks, so call it in a thread.

    Up to the moment the text goes out a failure is certain, and another try is safe. After it, an
    answer that stays away leaves open whether it arrived: then it is not sent again.
    """
    try:
        with _connected(settings) as server:
            server.ehlo_or_helo_if_needed()
            _expect(server.mail(settings.sender))
            _expect(server.rcpt(str(mail["To"])))
            try:
                _expect(server.data(mail.as_bytes()))
            except smtplib.SMTPResponseException:
                raise
            except (smtplib.SMTPServerDisconnected, OSError):
                return outcome.failed(
                    to_say("The mail server did not answer at the end. It may have arrived.")
                )
    except smtplib.SMTPAuthenticationError:
        return outcome.failed(to_say("The mail server does not accept our name and password."))
    except smtplib.SMTPResponseException as error:
        return _answered(error)
    except (smtplib.SMTPException, OSError) as error:
        return outcome.again(
            to_say("The mail server could not be reached ({error})."), error=_short(error)
        )
    return SENT


@contextmanager
def _connected(settings: NoticeSettings) -> Iterator[smtplib.SMTP]:
    where = (settings.mail_host, settings.mail_port)
    context = ssl.create_default_context()
    if settings.mail_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=PATIENCE, context=context)
    else:
        server = smtplib.SMTP(*where, timeout=PATIENCE)
    try:
        if settings.mail_security == "starttls":
            server.starttls(context=context)
        if settings.mail_user and settings.mail_password is not None:
            server.login(settings.mail_user, settings.mail_password.get_secret_value())
        yield server
    finally:
        # What came before counts; that the goodbye fails does not.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()


def _expect(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if code not in (250, 251):
        raise smtplib.SMTPResponseException(code, said)


def _answered(error: smtplib.SMTPResponseException) -> Outcome:
    said = error.smtp_error
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    values = {"code": str(error.smtp_code), "said": text.splitlines()[0][:120] if text else ""}
    if error.smtp_code >= PERMANENT:
        return outcome.failed(to_say("The mail server refused it: {code} {said}"), **values)
    return outcome.again(to_say("The mail server asks to wait: {code} {said}"), **values)


def _short(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:120]
