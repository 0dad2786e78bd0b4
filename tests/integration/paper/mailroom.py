# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers on loopback that take reports, or fail to: an SMTP server, a webhook, a server that goes wrong on purpose."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = '127.0.0.1'
USER, PASSWORD = 'rawat', 'rahasia-sekali-7Q'


def certificate(folder: Path, name: str = 'server', address: str = HOST) -> tuple[Path, Path]:
    """A certificate for `address` that signs itself, and its key, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / f'{name}.pem', folder / f'{name}.key'
    certificate_file.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    kind = serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, plain))
    return certificate_file, key_file


def server_context(files: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    return context


class Postbox:
    """What an SMTP server took, and how it answers: `refuse` maps a recipient to a reply."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.logins: list[str] = []
        self.encrypted: list[bool] = []
        self.refuse: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.recipients.append(list(envelope.rcpt_tos))
        self.encrypted.append(session.ssl is not None)
        return '250 taken'

    def authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any
    ) -> AuthResult:
        self.logins.append(data.login.decode())
        good = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
        return AuthResult(success=good, handled=good)


class StartTls(Controller):
    """An SMTP server that wants STARTTLS and a login."""

    def __init__(self, postbox: Postbox, files: tuple[Path, Path]):
        self.files = files
        super().__init__(postbox, hostname=HOST, port=0)

    def factory(self) -> SMTP:
        return SMTP(
            self.handler, hostname='mail.test', tls_context=server_context(self.files), require_starttls=True,
            authenticator=self.handler.authenticate, auth_required=True,
        )  # fmt: skip


class ImplicitTls(Controller):
    """An SMTP server that speaks TLS from the first byte, and wants a login."""

    def __init__(self, postbox: Postbox, files: tuple[Path, Path]):
        super().__init__(postbox, hostname=HOST, port=0, ssl_context=server_context(files))

    def factory(self) -> SMTP:
        return SMTP(
            self.handler, hostname='mail.test', authenticator=self.handler.authenticate, auth_required=True,
            auth_require_tls=False,
        )  # fmt: skip


class Plain(Controller):
    """An SMTP server without TLS and login."""

    def __init__(self, postbox: Postbox):
        super().__init__(postbox, hostname=HOST, port=0)

    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname='mail.test')


@contextlib.contextmanager
def running(controller: Controller) -> Iterator[int]:
    """Start the server; its port."""
    # aiosmtpd's own start() asks the server once whether it answers: on port 0 it would ask the wrong one.
    controller.port = free_port()
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    with contextlib.closing(socket.socket()) as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def script(conversation: Callable[[socket.socket], None], connections: int = 8) -> Iterator[int]:
    """A server that does with every connection what `conversation` says; its port."""
    listener = socket.create_server((HOST, 0))
    stop = threading.Event()

    def serve() -> None:
        for _connection in range(connections):
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                conversation(connection)
            if stop.is_set():
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


class Hook:
    """A webhook: what it was told, and how it answers."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.answers: list[int] = []
        self.location = ''


@contextlib.contextmanager
def webhook(hook: Hook, files: tuple[Path, Path] | None) -> Iterator[int]:
    """A real HTTP server, with TLS where there is a certificate; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers['Content-Length']))
            hook.told.append(json.loads(body))
            hook.headers.append(dict(self.headers))
            hook.paths.append(self.path)
            self.send_response(hook.answers.pop(0) if hook.answers else 204)
            if hook.location:
                self.send_header('Location', hook.location)
            self.end_headers()

        def log_message(self, *_words: Any) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.handle_error = lambda *_words: None  # type: ignore[method-assign]  # a client that trusts us not goes away
    if files:
        context = server_context(files)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
