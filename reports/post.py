"""A sheet as a mail: text and page, charts as images within it, the PDF beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports import drawing, plain
from reports.blocks import Sheet
from words.speech import Speech

PLAIN = SMTP.clone(cte_type="7bit")
"""Not every server on the way takes more."""
ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Links:
    """Where a mail leads: to the page it tells of, and to its end."""

    page: str
    stop: str = ""
    """Ends this kind of mail, signed in or not; empty in a preview."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom, to whom, and under which id."""

    sender: str
    to: str
    key: str
    """The same mail has the same, whichever worker writes it."""
    at: datetime


def html(
    sheet: Sheet, links: Links, speech: Speech, sources: Mapping[str, str], nonce: str = ""
) -> str:
    """Write the page of a mail; `sources` says where each chart's image is.

    A browser that shows it as a preview wants the `nonce` of its answer with the style.
    """
    return ENVIRONMENT.get_template("mail.html").render(
        sheet=sheet, links=links, sources=sources, nonce=nonce, _=speech.say
    )


def text(sheet: Sheet, links: Links, speech: Speech) -> str:
    """Write the text of a mail."""
    lines = [plain.text(sheet), f"{speech.say('Open it in Hải Đăng')}: {links.page}"]
    if links.stop:
        lines.append(f"{speech.say('No more of these mails')}: {links.stop}")
    return "\n".join(lines) + "\n"


def mail(
    sheet: Sheet, links: Links, speech: Speech, envelope: Envelope, pdf: bytes
) -> EmailMessage:
    """Write the whole mail; draws the charts, so call it in a thread."""
    written = _headed(sheet, links, envelope)
    written.set_content(text(sheet, links, speech))
    ids = {picture.key: f"{picture.key}.{envelope.key}@haidang" for picture in sheet.pictures}
    sources = {key: f"cid:{each}" for key, each in ids.items()}
    written.add_alternative(html(sheet, links, speech, sources), subtype="html")
    page = cast("EmailMessage", written.get_body(("html",)))
    for picture in sheet.pictures:
        page.add_related(
            drawing.png(picture),
            "image",
            "png",
            cid=f"<{ids[picture.key]}>",
            disposition="inline",
            filename=f"{picture.key}.png",
        )
    if pdf:
        written.add_attachment(pdf, "application", "pdf", filename=f"{sheet.name}.pdf")
    return written


def _headed(sheet: Sheet, links: Links, envelope: Envelope) -> EmailMessage:
    written = EmailMessage(PLAIN)
    written["Subject"] = f"{sheet.title} · {sheet.over}"
    written["From"] = Address("Hải Đăng", addr_spec=envelope.sender)
    written["To"] = envelope.to
    written["Date"] = format_datetime(envelope.at)
    written["Message-ID"] = f"<{envelope.key}@haidang>"
    # Nobody’s absence note shall answer a machine.
    written["Auto-Submitted"] = "auto-generated"
    if links.stop:
        # RFC 8058: mail programs show a button of their own, which works signed out.
        written["List-Unsubscribe"] = f"<{links.stop}>"
        written["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return written
