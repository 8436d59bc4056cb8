"""A message as the bytes of an e-mail. Pure.

Headers are built with `Header(text, "utf-8")` under the compat32 policy after every control character is
gone. `EmailMessage` is not used: on CPython before 3.11.10 and 3.12.5 it decodes encoded words inside a
subject and writes the line breaks they hide, so that a feed's title could add recipients (CVE-2024-6923).
"""

from __future__ import annotations

import re
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.message import Message as Mail
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr, getaddresses, parseaddr
from typing import Any

from monitor.models import Channel, Message
from monitor.wording.clean import many_lines, one_line, scrub, token

# CRLF only, and no ">From ": the body is quoted-printable, which needs no such armour.
_WIRE = compat32.clone(linesep="\r\n", mangle_from_=False)
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP  # keeps lines below 76 octets, and readable in the raw
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.\[\]:-]{1,255}")
_NAME = 200  # most characters of a subject or a name


def address(text: str) -> str:
    """The bare address in `text` (`Desk <desk@example.org>`), its domain in ASCII; "" if there is none.

    An address with letters outside ASCII before the @ needs SMTPUTF8, which many servers lack: "".
    """
    found = getaddresses([text])
    if scrub(text) != text or len(found) != 1:
        return ""
    local, at, domain = found[0][1].rpartition("@")
    try:
        bare = f"{local}{at}{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError:
        return ""
    return bare if _ADDRESS.fullmatch(bare) else ""


def build(message: Message, channel: Channel, now: datetime, *, html: bool = True) -> bytes:
    """The mail with CRLF line ends. The Message-ID depends on the message and the sender's domain alone, so
    mail programs recognise a second copy. `html=False` leaves the HTML part out.
    """
    mail = _body(message, html=html)
    sender = address(channel.sender)
    domain = sender.rpartition("@")[2]
    mail["From"] = _with_name(channel.sender)
    mail["To"] = ", ".join(filter(None, map(address, channel.to)))
    mail["Subject"] = Header(one_line(message.subject, _NAME), "utf-8", header_name="Subject")
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{token(message.message_id)}@{domain}>"
    if message.thread:  # RFC 5322, 3.6.4: what mail programs thread by
        mail["In-Reply-To"] = mail["References"] = f"<{token(message.thread)}@{domain}>"
    mail["List-Id"] = f"<{_label(channel.name)}.monitor.{domain}>"  # RFC 2919: what filters go by
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office programs stay silent
    return mail.as_bytes(policy=_WIRE)


def _body(message: Message, *, html: bool) -> Mail[Any, Any]:
    text = _part("plain", message.text)
    if not (html and message.html):
        return text
    return MIMEMultipart("alternative", _subparts=(text, _part("html", message.html)), policy=_WIRE)


def _part(subtype: str, content: str) -> Mail[Any, Any]:
    part = MIMENonMultipart("text", subtype, policy=_WIRE)
    part.set_payload(many_lines(content), _UTF8)
    return part


def _with_name(sender: str) -> str:
    name = one_line(parseaddr(sender)[0], _NAME)
    return formataddr((name, address(sender))) if name else address(sender)


def _label(name: str) -> str:
    """A channel's name as a label of a List-Id."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "channel"
