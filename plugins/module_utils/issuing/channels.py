# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One attempt to hand something over: to an SMTP server or to a webhook. Every end is told apart, none is silent.

Certificates are always verified, against the machine's authorities or those of `ca_file`. An attempt takes `timeout`
seconds in all, whatever the other end does: a server that sends a byte now and then cannot hold a run.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import queue
import smtplib
import ssl
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.formats import printable
from ansible_collections.rawat.website.plugins.module_utils.issuing.delivery_settings import SECURITIES
from ansible_collections.rawat.website.plugins.module_utils.masking import MASK, SHORTEST
from ansible_collections.rawat.website.plugins.module_utils.version import VERSION

AGAIN = (408, 425, 429)  # HTTP answers below 500 after which a second attempt makes sense (RFC 9110, 8470, 6585)
TEXT_LIMIT = 500  # characters of what a server said
ANSWER_LIMIT = 65536  # bytes that are read of a webhook's answer
Value = TypeVar('Value')
Refused = dict[str, 'Undelivered']


class Undelivered(RawatError):
    """Something was not taken. `final`: another attempt right away would end the same."""

    def __init__(self, text: str, final: bool = False):
        self.final = final
        super().__init__(text)


def send_mail(smtp: dict[str, Any], message: EmailMessage, recipients: list[str]) -> Refused:
    """Hand `message` over for `recipients`; returns those that the server refused, each with its reason.

    Raises Undelivered when the server took it for nobody.
    """
    with _telling(mail_server(smtp), mail_secrets(smtp)):
        return within(smtp['timeout'], lambda: _submit(smtp, message, recipients))


def mail_server(smtp: dict[str, Any]) -> str:
    """Where mail is handed over: 'mail.example.go.id:587'."""
    return f'{smtp["host"]}:{smtp.get("port") or SECURITIES[smtp["security"]]}'


def _submit(smtp: dict[str, Any], message: EmailMessage, recipients: list[str]) -> Refused:
    host, port = smtp['host'], smtp.get('port') or SECURITIES[smtp['security']]
    context = ssl.create_default_context(cafile=smtp.get('ca_file'))
    client = (
        smtplib.SMTP_SSL(host, port, timeout=smtp['timeout'], context=context)
        if smtp['security'] == 'tls'
        else smtplib.SMTP(host, port, timeout=smtp['timeout'])
    )
    try:
        if smtp['security'] == 'starttls':
            client.starttls(context=context)
        if smtp.get('username'):
            client.login(smtp['username'], smtp['password'])
        refused = client.send_message(message, smtp['sender'], recipients)
        with contextlib.suppress(smtplib.SMTPException, OSError):  # it has the message; how it says goodbye is its own
            client.quit()
    finally:
        client.close()
    secrets = mail_secrets(smtp)
    return {address: _answered(code, text, secrets) for address, (code, text) in refused.items()}


def post(webhook: dict[str, Any], body: bytes) -> str:
    """POST `body` (JSON) to the webhook; returns what it answered ('HTTP 204'). Raises Undelivered.

    With `secret` the body is signed: X-Rawat-Signature is 'sha256=' and its HMAC in hexadecimal digits.
    """
    headers = {'Content-Type': 'application/json'}
    if webhook.get('token'):
        headers['Authorization'] = f'Bearer {webhook["token"]}'
    if webhook.get('secret'):
        digest = hmac.new(webhook['secret'].encode(), body, hashlib.sha256).hexdigest()
        headers['X-Rawat-Signature'] = f'sha256={digest}'
    return request('POST', webhook, body, headers)


def request(method: str, webhook: dict[str, Any], body: bytes | None, headers: dict[str, str]) -> str:
    """Ask the URL of a webhook ({url, timeout, ca_file, …}); as :func:`post`.

    A redirect is not followed: it would carry the secret to a place that nobody named.
    """
    where = urlsplit(webhook['url']).netloc
    with _telling(where, hook_secrets(webhook)):
        code, reason = within(webhook['timeout'], lambda: _request(method, webhook, body, headers))
    if not 200 <= code < 300:
        said = _clean(reason, hook_secrets(webhook))
        raise Undelivered(f'{where} answered HTTP {code} {said}'.rstrip(), 300 <= code < 500 and code not in AGAIN)
    return f'HTTP {code}'


def _request(method: str, webhook: dict[str, Any], body: bytes | None, headers: dict[str, str]) -> tuple[int, str]:
    url, timeout = urlsplit(webhook['url']), webhook['timeout']
    connection: http.client.HTTPConnection
    if url.scheme == 'https':
        context = ssl.create_default_context(cafile=webhook.get('ca_file'))
        connection = http.client.HTTPSConnection(str(url.hostname), url.port, timeout=timeout, context=context)
    else:
        connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=timeout)
    try:
        path = (url.path or '/') + (f'?{url.query}' if url.query else '')
        connection.request(method, path, body, {'User-Agent': f'rawat/{VERSION}', **headers})
        response = connection.getresponse()
        response.read(ANSWER_LIMIT)
        return response.status, response.reason
    finally:
        connection.close()


def within(seconds: int, work: Callable[[], Value]) -> Value:
    """What `work` returns or raises, if it comes to an end in time; otherwise its thread is left to die by itself.

    The timeouts of sockets bound single reads only, and looking up a name not at all.
    """
    ended: queue.SimpleQueue[tuple[Value | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            ended.put((work(), None))
        except BaseException as error:
            ended.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        value, error = ended.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f'no end after {seconds} s') from None
    if error is not None:
        raise error
    return value  # type: ignore[return-value]


@contextlib.contextmanager
def _telling(where: str, secrets: list[str]) -> Iterator[None]:
    """Every way in which a hand-over fails, as Undelivered that names place, cause and remedy and no secret."""
    try:
        yield
    except Undelivered:
        raise
    except smtplib.SMTPRecipientsRefused as error:
        answers = {address: _answered(*answer, secrets) for address, answer in error.recipients.items()}
        raise NobodyAccepted(answers) from None
    except smtplib.SMTPAuthenticationError as error:
        answer = _answered(error.smtp_code, error.smtp_error, secrets)
        raise Undelivered(f'{where} refused user name and password: {answer}', final=True) from None
    except smtplib.SMTPResponseException as error:
        answer = _answered(error.smtp_code, error.smtp_error, secrets)
        raise Undelivered(f'{where}: {answer}', answer.final) from None
    except smtplib.SMTPNotSupportedError as error:
        raise Undelivered(f'{where}: {error}: see website_delivery.smtp.security', final=True) from None
    except ssl.SSLCertVerificationError as error:
        text = f'{where}: its certificate is not trusted: {error.verify_message}; see ca_file and host'
        raise Undelivered(text, final=True) from None
    except (smtplib.SMTPException, http.client.HTTPException, OSError, ValueError) as error:
        cause = _clean(str(error) or type(error).__name__, secrets)
        raise Undelivered(f'{where}: {cause}') from None


class NobodyAccepted(Undelivered):
    """Every recipient was refused; `answers` says why, for each."""

    def __init__(self, answers: Refused):
        self.answers = answers
        super().__init__('; '.join(f'{address}: {text}' for address, text in answers.items()))
        self.final = all(answer.final for answer in answers.values())


def _answered(code: int, text: bytes | str, secrets: list[str]) -> Undelivered:
    """A reply of an SMTP server: 5xx is its last word (RFC 5321, 4.2.1)."""
    words = text.decode('utf-8', 'backslashreplace') if isinstance(text, bytes) else text
    return Undelivered(f'{code} {_clean(words, secrets)}', final=code >= 500)


def _clean(text: str, secrets: list[str]) -> str:
    """What a server said, without any secret that it threw back, on one line and not too long."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            text = text.replace(secret, MASK)
    return printable(text.replace('\n', ' '))[:TEXT_LIMIT]


def mail_secrets(smtp: dict[str, Any]) -> list[str]:
    """The password in every spelling in which it crosses the line (RFC 4616, RFC 4954)."""
    password = smtp.get('password') or ''
    if not password:
        return []
    user = smtp.get('username') or ''
    spelt = [password, f'\0{user}\0{password}']
    return [f'\0{user}\0{password}', *(base64.b64encode(one.encode()).decode() for one in spelt), password]


def hook_secrets(webhook: dict[str, Any]) -> list[str]:
    """Longest first, so that none leaves a rest of another. The path of a URL may be its secret; '/' alone is none."""
    url = urlsplit(webhook['url'])
    known = [webhook.get('token') or '', webhook.get('secret') or '', webhook['url'], url.query, url.path.strip('/')]
    return sorted((secret for secret in known if secret), key=len, reverse=True)
