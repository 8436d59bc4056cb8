"""Loopback servers that take messages and answer as scripted: a mail server and a webhook.

    with SmtpSink({"RCPT no@example.org": "550 no such user", "DATA": ["451 later", "250 taken"]}) as sink:
        ...  # send to sink.host, sink.port
        assert sink.mails[0].recipients == ["yes@example.org"]

    with WebhookSink([Answer(429, headers={"Retry-After": "30"}), Answer(200, "ok")]) as sink:
        ...  # post to sink.url
        assert sink.requests[0].headers["content-type"].startswith("application/json")

A script maps a verb (CONNECT, EHLO, MAIL, RCPT, DATA, QUIT), or a verb and its address, to a reply or a list
of replies, one for each time; the last one repeats. `DROP` closes the connection instead, `HANG` says nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

DROP = "DROP"
HANG = "HANG"
TAKEN = "250 OK"

Replies = str | Sequence[str]


def certificate(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    """A self-signed certificate for `name` and 127.0.0.1, and its key, made by the openssl program."""
    paths = folder / f"{name}.crt", folder / f"{name}.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
    command += ["-addext", f"subjectAltName=DNS:{name}", "-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run(command, check=True, capture_output=True)
    return paths


def server_tls(paths: tuple[Path, Path]) -> ssl.SSLContext:
    """What a server needs to speak TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*paths)
    return context


class _Script:
    """Replies by verb, one after the other."""

    def __init__(self, replies: Mapping[str, Replies]) -> None:
        self._left = {key: [value] if isinstance(value, str) else list(value) for key, value in replies.items()}

    def reply(self, verb: str, address: str = "") -> str:
        for key in (f"{verb} {address}", verb):
            if key in self._left:
                replies = self._left[key]
                return replies.pop(0) if len(replies) > 1 else replies[0]
        return TAKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as it arrived, dot-stuffing undone."""

    sender: str
    recipients: list[str]
    raw: bytes
    encrypted: bool
    user: str | None = None

    @property
    def parsed(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def part(self, kind: str) -> str:
        """The text of the `plain` or `html` part."""
        body = self.parsed.get_body((kind,))
        assert body is not None
        return str(body.get_content())


class _Handler:
    """aiosmtpd's hooks, answering from the script."""

    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    async def _answer(self, server: SMTP, verb: str, address: str = "") -> str:
        self._sink.verbs.append(f"{verb} {address}".strip())
        reply = self._sink.script.reply(verb, address)
        if reply == DROP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if reply in (DROP, HANG):
            await asyncio.Event().wait()  # ended with the server
        return reply

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        reply = await self._answer(server, "EHLO")
        return responses if reply == TAKEN else [reply]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self._answer(server, "MAIL", address)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await self._answer(server, "RCPT", address)
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reply = await self._answer(server, "DATA")
        if reply.startswith("2"):
            self._sink.mails.append(
                Mail(
                    sender=str(envelope.mail_from),
                    recipients=list(envelope.rcpt_tos),
                    raw=envelope.original_content or b"",
                    encrypted=session.ssl is not None,
                    user=session.auth_data.login.decode() if session.auth_data else None,
                )
            )
        return reply

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reply = await self._answer(server, "QUIT")
        return "221 Bye" if reply == TAKEN else reply


class _Refuser(asyncio.Protocol):
    """Says one thing when somebody connects, and hangs up."""

    def __init__(self, greeting: str) -> None:
        self._greeting = greeting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if self._greeting == HANG:
            return
        if self._greeting != DROP:
            transport.write(f"{self._greeting}\r\n".encode())
        transport.close()


class SmtpSink:
    """A mail server on loopback. `users` asks for a log-in; `tls` offers STARTTLS, `implicit` speaks TLS at once."""

    def __init__(
        self,
        replies: Mapping[str, Replies] = {},
        *,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        users: Mapping[str, str] | None = None,
    ) -> None:
        self.script = _Script(replies)
        self.mails: list[Mail] = []
        self.verbs: list[str] = []
        self.host = "localhost"
        self._greeting = self.script.reply("CONNECT")
        self._tls = tls
        self._implicit = implicit
        self._users = users
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> SmtpSink:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _listen(self) -> None:
        context = self._tls if self._implicit else None
        self._server = await self._loop.create_server(self._protocol, sock=self._socket, ssl=context)

    async def _close(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _protocol(self) -> asyncio.Protocol:
        if self._greeting != TAKEN:
            return _Refuser(self._greeting)
        server: asyncio.Protocol = SMTP(
            _Handler(self),
            hostname="sink.example",
            tls_context=None if self._implicit else self._tls,
            authenticator=self._authenticate if self._users else None,
            auth_required=bool(self._users) and self._tls is not None,
            auth_require_tls=self._tls is not None and not self._implicit,
            loop=self._loop,
        )
        return server

    def _authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert self._users is not None
        known = self._users.get(data.login.decode())
        good = known == data.password.decode()
        return AuthResult(success=good, handled=good, auth_data=data)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook says. Status 0 closes the connection without a word; `wait` keeps silent until the end."""

    status: int = 200
    body: str | bytes = "ok"
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A request as it arrived; names of headers in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class WebhookSink:
    """A web server on loopback that records what is posted and gives the answers in turn; the last one repeats."""

    def __init__(self, answers: Sequence[Answer] = (Answer(),), *, path: str = "/hook") -> None:
        self.requests: list[Posted] = []
        self._answers = list(answers)
        self._ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port: int = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}{path}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> WebhookSink:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def answer_next(self, *answers: Answer) -> None:
        """Replaces the answers that are left."""
        self._answers[:] = answers

    def _next(self) -> Answer:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def _handler(sink) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the request's, below
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                sink.requests.append(Posted(path=self.path, headers=headers, body=content))
                with contextlib.suppress(OSError):  # the client may have gone
                    self._reply(sink._next())

            def _reply(self, answer: Answer) -> None:
                if answer.wait:
                    sink._ended.wait(30)
                if not answer.status:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                body = answer.body.encode() if isinstance(answer.body, str) else answer.body
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return  # pytest's output is for the tests

        return Handler


def folded(raw: bytes) -> Iterator[tuple[str, str]]:
    """Names and values of a mail's headers as they stood on the wire, continuation lines joined."""
    head = raw.split(b"\r\n\r\n", 1)[0].decode("ascii")
    for line in head.replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n"):
        name, _, value = line.partition(": ")
        yield name, value
