"""E-mail: against a real SMTP server on loopback that answers as scripted."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alert_cases import HEADERS, INJECTIONS, FixedClock, alert, decoded, item, message
from sinks import DROP, HANG, SmtpSink, certificate, folded, server_tls

from monitor.alerts import compose
from monitor.alerts.channels import smtp
from monitor.alerts.channels.email import EmailDeliverer
from monitor.errors import DeliveryError
from monitor.models import Channel, Message, Receipt

PASSWORD = "open-sesame-42"


@pytest.fixture(scope="session")
def paths(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusted(paths: tuple[Path, Path]) -> ssl.SSLContext:
    """What a client needs to trust that certificate."""
    return ssl.create_default_context(cafile=str(paths[0]))


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


def desk(server: SmtpSink, **more: Any) -> Channel:
    """An e-mail channel that sends to the server in clear text, or as told."""
    values: dict[str, Any] = {
        "name": "desk",
        "kind": "email",
        "sender": "Media monitor <monitor@example.org>",
        "to": ("a@example.org", "b@example.org", "c@example.org"),
        "host": server.host,
        "port": server.port,
        "security": "none",
    }
    return Channel(**values | more)


def send(one: Message, channel: Channel, timeout: float = 10.0, tls: ssl.SSLContext | None = None) -> Receipt:
    return asyncio.run(EmailDeliverer(clock=FixedClock(), tls=tls, timeout=timeout).send(one, channel))


def refusal(one: Message, channel: Channel, **more: Any) -> DeliveryError:
    """The error that sending ends with; it never contains the password."""
    with pytest.raises(DeliveryError) as caught:
        send(one, channel, **more)
    error = caught.value
    assert "desk" in str(error)
    assert PASSWORD not in str(error)
    assert PASSWORD not in repr(error.__cause__) + repr(error.__context__)
    return error


def test_alert_arrives_as_text_and_page(sink: SmtpSink) -> None:
    """A composed alert arrives whole in both forms, with the headers that mail programs and filters need."""
    composed = compose(alert(), desk(sink), zone=ZoneInfo("Europe/Paris"))
    receipt = send(composed, desk(sink))
    assert receipt == Receipt(detail="3 of 3 recipients")
    [mail] = sink.mails
    assert mail.sender == "monitor@example.org"
    assert mail.recipients == ["a@example.org", "b@example.org", "c@example.org"]
    assert mail.part("plain").replace("\r\n", "\n") == composed.text
    assert mail.part("html").replace("\r\n", "\n") == composed.html
    headers = dict(folded(mail.raw))
    assert mail.parsed["Subject"] == composed.subject
    assert mail.parsed["From"] == "Media monitor <monitor@example.org>"
    assert mail.parsed["To"] == "a@example.org, b@example.org, c@example.org"
    assert headers["Date"] == "Tue, 03 Mar 2026 12:05:00 +0000"
    assert headers["Message-ID"] == "<4f2a9c@example.org>"
    assert headers["List-Id"] == "<desk.monitor.example.org>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert mail.parsed["Content-Type"].content_type == "multipart/alternative"


def test_repeat_carries_the_same_message_id(sink: SmtpSink) -> None:
    """Two copies of a message have one Message-ID, so that a mail program can fold them."""
    for repeat in (False, True):
        send(compose(alert(), desk(sink), zone=ZoneInfo("UTC"), repeat=repeat), desk(sink))
    assert len({mail.parsed["Message-ID"] for mail in sink.mails}) == 1


@pytest.mark.parametrize("title", INJECTIONS)
def test_title_injects_no_header_on_the_wire(title: str, sink: SmtpSink) -> None:
    """Each payload reaches the server as subject text: no header more, no recipient more, the words kept."""
    composed = compose(alert(item(translated_title=title)), desk(sink), zone=ZoneInfo("UTC"))
    send(composed, desk(sink))
    [mail] = sink.mails
    assert sorted(name for name, _ in folded(mail.raw)) == sorted(HEADERS)
    assert mail.recipients == ["a@example.org", "b@example.org", "c@example.org"]
    assert "Bcc" not in mail.parsed
    assert decoded(dict(folded(mail.raw))["Subject"]) == composed.subject


def test_awkward_bodies_arrive_whole(sink: SmtpSink) -> None:
    """Dots, From lines, overlong lines, lone CR and LF and NUL arrive as text in CRLF lines of at most 998."""
    text = "start\n.\n..x\nFrom me\n" + "long " * 600 + "\nlone\rcr\r\ncrlf\nnul\x00end\n"
    send(message(text=text, html="<p>" + "y" * 3000 + "</p>"), desk(sink))
    [mail] = sink.mails
    expected = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    assert mail.part("plain").replace("\r\n", "\n") == expected
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\x00", mail.raw)
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 998


def test_recipients_refused_for_good_and_for_now_are_told_apart() -> None:
    """550 for one and 450 for another of three: the third gets the mail, the receipt says who did not."""
    with SmtpSink({"RCPT a@example.org": "550 no such user", "RCPT b@example.org": "450 greylisted"}) as server:
        receipt = send(message(), desk(server))
    assert server.mails[0].recipients == ["c@example.org"]
    assert (receipt.refused, receipt.deferred) == (("a@example.org",), ("b@example.org",))


def test_deferred_recipients_are_tried_alone() -> None:
    """Sent again to the deferred ones, the message reaches them and nobody twice."""
    with SmtpSink({"RCPT b@example.org": ["451 later", "250 fine"]}) as server:
        first = send(message(), desk(server))
        second = send(message(), replace(desk(server), to=first.deferred))
    assert [mail.recipients for mail in server.mails] == [["a@example.org", "c@example.org"], ["b@example.org"]]
    assert (second.refused, second.deferred) == ((), ())


def test_all_recipients_refused_is_permanent() -> None:
    """550 for everybody: nothing is left to try."""
    with SmtpSink({"RCPT": "550 no such user"}) as server:
        error = refusal(message(), desk(server))
    assert error.permanent
    assert error.refused == ("a@example.org", "b@example.org", "c@example.org")
    assert "550" in str(error)


def test_mixed_refusals_stay_transient() -> None:
    """550 for one, 450 for the others: tried again, and the lost one is named."""
    with SmtpSink({"RCPT a@example.org": "550 no", "RCPT": "450 later"}) as server:
        error = refusal(message(), desk(server))
    assert not error.permanent
    assert error.refused == ("a@example.org",)


@pytest.mark.parametrize(
    ("replies", "permanent", "words"),
    [
        ({"CONNECT": "421 too busy"}, False, "421 too busy"),
        ({"CONNECT": "554 not you"}, False, "554 not you"),
        ({"CONNECT": DROP}, False, "broke"),
        ({"CONNECT": HANG}, False, "broke|in time"),
        ({"EHLO": DROP}, False, "broke"),
        ({"MAIL": "421 closing"}, False, "refused the sender"),
        ({"MAIL": "450 later"}, False, "refused the sender"),
        ({"MAIL": "550 not from you"}, True, "refused the sender"),
        ({"MAIL": DROP}, False, "broke"),
        ({"MAIL": HANG}, False, "broke"),
        ({"RCPT": "421 closing"}, False, "took no recipient"),
        ({"RCPT": "450 greylisted"}, False, "took no recipient"),
        ({"RCPT": HANG}, False, "broke"),
        ({"DATA": "451 local error"}, False, "refused the message: 451"),
        ({"DATA": "452 disk full"}, False, "refused the message: 452"),
        ({"DATA": "554 no spam here"}, True, "refused the message: 554"),
        ({"DATA": DROP}, False, "broke off"),
        ({"DATA": HANG}, False, "broke off"),
        ({"MAIL": "250 " + "x" * 20_000}, False, "500"),
        ({"RCPT": "250 " + "x" * 20_000}, False, "500"),
        ({"DATA": "250 " + "x" * 20_000}, False, "broke off"),
    ],
)
def test_each_failure_is_transient_or_permanent(replies: dict[str, str], permanent: bool, words: str) -> None:
    """Every way a server can fail at every step: what it says is repeated, and trying again fits the code."""
    with SmtpSink(replies) as server:
        error = refusal(message(), desk(server), timeout=0.3 if HANG in replies.values() else 10.0)
    assert error.permanent is permanent
    assert re.search(words, str(error))
    assert len(str(error)) < 900


@pytest.mark.parametrize(
    ("replies", "uncertain"),
    [
        ({"MAIL": DROP}, False),
        ({"RCPT": HANG}, False),
        ({"DATA": "451 later"}, False),
        ({"DATA": "554 no"}, False),
        ({"DATA": DROP}, True),
        ({"DATA": HANG}, True),
        ({"DATA": "250 " + "x" * 20_000}, True),
    ],
)
@pytest.mark.parametrize("implicit", [False, True])
def test_lost_answer_is_marked(
    replies: dict[str, str], uncertain: bool, implicit: bool, paths: tuple[Path, Path], trusted: ssl.SSLContext
) -> None:
    """Only when the connection fails after the message has left may it have arrived, and the error says so."""
    with SmtpSink(replies, tls=server_tls(paths), implicit=implicit) as server:
        channel = desk(server, security="tls" if implicit else "starttls")
        error = refusal(message(), channel, tls=trusted, timeout=0.5 if HANG in replies.values() else 10.0)
    assert error.uncertain is uncertain
    assert ("before it said" in str(error)) is uncertain


@pytest.mark.parametrize("reply", [DROP, HANG, "500 what?"])
def test_trouble_after_acceptance_is_no_failure(reply: str) -> None:
    """Once the server has taken the mail, a stumble over QUIT must not have it sent twice."""
    with SmtpSink({"QUIT": reply}) as server:
        receipt = asyncio.run(quick(server))
    assert receipt.detail == "3 of 3 recipients"
    assert len(server.mails) == 1


async def quick(server: SmtpSink) -> Receipt:
    """Sends with a short patience for the answer to QUIT."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(smtp, "_PARTING", 0.2)
        return await EmailDeliverer(clock=FixedClock()).send(message(), desk(server))


def test_too_large_is_sent_once_more_as_text() -> None:
    """552: a second try leaves the page out; the text arrives."""
    with SmtpSink({"DATA": ["552 too large", "250 taken"]}) as server:
        send(message(html="<p>One article.</p>"), desk(server))
    [mail] = server.mails
    assert mail.parsed.get_content_type() == "text/plain"


def test_still_too_large_is_permanent() -> None:
    """552 for the text alone as well: two tries, then it is given up."""
    with SmtpSink({"DATA": "552 too large"}) as server:
        error = refusal(message(html="<p>One article.</p>"), desk(server))
    assert error.permanent
    assert server.verbs.count("DATA") == 2


def test_starttls_encrypts_and_signs_in(paths: tuple[Path, Path], trusted: ssl.SSLContext) -> None:
    """With STARTTLS and a trusted certificate the mail goes encrypted, from the user that signed in."""
    with SmtpSink(tls=server_tls(paths), users={"desk": PASSWORD}) as server:
        channel = desk(server, security="starttls", username="desk", secret=PASSWORD)
        send(message(), channel, tls=trusted)
    assert [(mail.encrypted, mail.user) for mail in server.mails] == [(True, "desk")]


def test_implicit_tls(paths: tuple[Path, Path], trusted: ssl.SSLContext) -> None:
    """With `security = "tls"` the connection is encrypted from its first byte."""
    with SmtpSink(tls=server_tls(paths), implicit=True) as server:
        send(message(), desk(server, security="tls"), tls=trusted)
    assert len(server.mails) == 1


def test_missing_starttls_sends_nothing() -> None:
    """A server (or somebody in between) that hides STARTTLS gets neither the password nor the mail."""
    with SmtpSink(users={"desk": PASSWORD}) as server:
        channel = desk(server, security="starttls", username="desk", secret=PASSWORD)
        error = refusal(message(), channel)
    assert "STARTTLS" in str(error)
    assert not error.permanent
    assert [verb.split()[0] for verb in server.verbs] == ["EHLO"]


def test_untrusted_certificate_sends_nothing(paths: tuple[Path, Path]) -> None:
    """A certificate that nobody we trust has signed ends the conversation."""
    with SmtpSink(tls=server_tls(paths)) as server:
        error = refusal(message(), desk(server, security="starttls"))
    assert "certificate" in str(error)
    assert not error.permanent
    assert "MAIL" not in " ".join(server.verbs)


def test_certificate_of_another_host_sends_nothing(tmp_path: Path) -> None:
    """A trusted certificate for another name is refused too."""
    other = certificate(tmp_path, "mail.example")
    with SmtpSink(tls=server_tls(other)) as server:
        channel = desk(server, security="starttls")
        error = refusal(message(), channel, tls=ssl.create_default_context(cafile=str(other[0])))
    assert "certificate" in str(error)
    assert "MAIL" not in " ".join(server.verbs)


def test_wrong_password_is_named_without_it(
    paths: tuple[Path, Path], trusted: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """A refused log-in is transient and says what to check; the password is in no error and no log."""
    caplog.set_level(logging.DEBUG)
    with SmtpSink(tls=server_tls(paths), users={"desk": "another"}) as server:
        channel = desk(server, security="starttls", username="desk", secret=PASSWORD)
        error = refusal(message(), channel, tls=trusted)
    assert "refused the log-in of 'desk'" in str(error)
    assert not error.permanent
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail.")]
    assert PASSWORD not in " ".join(ours)


def test_password_outside_ascii_is_refused_without_it(paths: tuple[Path, Path], trusted: ssl.SSLContext) -> None:
    """smtplib's own error for such a password contains it; ours does not."""
    with SmtpSink(tls=server_tls(paths), users={"desk": "x"}) as server:
        channel = desk(server, security="starttls", username="desk", secret=PASSWORD + "é")
        error = refusal(message(), channel, tls=trusted)
    assert "ASCII" in str(error)


def test_password_repeated_by_the_server_is_cut_out() -> None:
    """A server that echoes what it was sent does not carry the password into our error."""
    with SmtpSink({"MAIL": f"550 you said {PASSWORD}"}) as server:
        error = refusal(message(), desk(server, secret=PASSWORD))
    assert "you said ***" in str(error)


def test_server_without_log_in_is_an_error() -> None:
    """A user name for a server that knows no log-in is reported, not ignored."""
    with SmtpSink() as server:
        error = refusal(message(), desk(server, username="desk", secret=PASSWORD))
    assert "log-in" in str(error)
    assert not server.mails


def test_nobody_listening_is_transient() -> None:
    """A refused connection and an unknown host are tried again, with the host named."""
    with SmtpSink() as server:
        channel = desk(server)
    for host in ("127.0.0.1", "mail.invalid"):
        error = refusal(message(), replace(channel, host=host))
        assert host in str(error)
        assert not error.permanent


def test_unfit_recipient_is_refused_and_the_rest_served(sink: SmtpSink) -> None:
    """A recipient with a line break in it is reported as refused; the server never sees it."""
    bad = "x@example.org\r\nRCPT TO:<v@evil.example>"
    receipt = send(message(), desk(sink, to=("a@example.org", bad)))
    assert receipt.refused == (bad,)
    assert sink.mails[0].recipients == ["a@example.org"]


@pytest.mark.parametrize("more", [{"sender": ""}, {"sender": "nobody"}, {"to": ()}, {"to": ("nobody",)}, {"host": ""}])
def test_channel_without_addresses_is_a_permanent_error(sink: SmtpSink, more: dict[str, Any]) -> None:
    """Without a server, a sender or a recipient nothing is tried, and the error says what to set."""
    error = refusal(message(), desk(sink, **more))
    assert error.permanent
    assert re.search(r"Set .* in config.toml|Correct `to`", str(error))
    assert sink.verbs == []


def test_two_hundred_recipients_fit_the_header(sink: SmtpSink) -> None:
    """Many recipients are folded into lines of legal length, and each is served once."""
    people = tuple(f"person-{number}@department-{number}.example.org" for number in range(200))
    send(message(), desk(sink, to=people + people[:3]))
    [mail] = sink.mails
    assert mail.recipients == list(people)
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 998
