# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports reach people and machines by real servers; what cannot be delivered waits, is seen, and is not lost."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import socket
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils.issuing import delivery, outbox
from ansible_collections.rawat.website.plugins.module_utils.issuing.delivery_settings import DELIVERY, problems
from ansible_collections.rawat.website.plugins.module_utils.register import code_of
from integration.paper.mailroom import (
    HOST,
    PASSWORD,
    USER,
    Hook,
    ImplicitTls,
    Plain,
    Postbox,
    StartTls,
    certificate,
    free_port,
    running,
    script,
    webhook,
)
from unit import samples

TOKEN = 'tok-5f1e8a77c0ffee'
CHIEF, COORDINATOR = 'subkoordinator@example.go.id', 'koordinator@example.go.id'
PDF = b'%PDF-1.7\nnot drawn here\n'
RUN = '20261122T101530Z-0a1b'


def settings(**given: Any) -> dict[str, Any]:
    """website_delivery as the product reads it: checked, with its defaults."""
    checked = ArgumentSpecValidator(DELIVERY).validate({'pause_seconds': 0, **given})
    assert checked.error_messages == []
    assert problems(checked.validated_parameters) == []
    return dict(checked.validated_parameters)


def smtp(port: int, **more: Any) -> dict[str, Any]:
    return {'host': HOST, 'port': port, 'sender': 'rawat@example.go.id', 'recipients': [CHIEF], 'timeout': 5, **more}


def filed(filing: Path, run: str = RUN, language: str = 'id', **changes: Any) -> Path:
    """A run as it lies in the filing."""
    folder = filing / '2026' / '11' / run
    folder.mkdir(parents=True)
    document = samples.record(samples.site(), samples.failed(), samples.unreachable())
    document['run'].update(id=run, language=language, utc_offset_minutes=420)
    document.update({'register': {'number': '0007/BKP/2026', 'year': 2026, 'ordinal': 7, 'code': 'BKP'}, **changes})
    records.write(document, str(folder), '<!doctype html><p>laporan')
    (folder / 'report.pdf').write_bytes(PDF)
    return folder


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return certificate(tmp_path)


@pytest.fixture
def filing(tmp_path: Path) -> Path:
    return tmp_path / 'filing'


def attachment(letter: EmailMessage) -> EmailMessage:
    (found,) = letter.iter_attachments()
    assert isinstance(found, EmailMessage)
    return found


def body(letter: EmailMessage) -> str:
    found = letter.get_body(('plain',))
    assert found is not None
    return str(found.get_content()).replace('\r\n', '\n')


def test_the_report_goes_out_by_starttls_with_a_login(filing: Path, files: tuple[Path, Path]) -> None:
    folder, postbox = filed(filing), Postbox()
    with running(StartTls(postbox, files)) as port:
        mail = smtp(port, username=USER, password=PASSWORD, ca_file=str(files[0]), recipients=[CHIEF, COORDINATOR])
        sent = delivery.deliver(str(filing), str(folder), settings(smtp=mail))
    (letter,) = postbox.letters
    assert postbox.recipients == [[CHIEF, COORDINATOR]]
    assert postbox.encrypted == [True]
    assert postbox.logins == [USER]
    assert letter['Subject'] == 'Laporan Hasil Pemeliharaan Website 0007/BKP/2026: GAGAL'
    assert letter['Message-ID'] == f'<{RUN}@rawat.example.go.id>'
    assert letter['Auto-Submitted'] == 'auto-generated'
    assert (attachment(letter).get_content_type(), attachment(letter).get_content()) == ('application/pdf', PDF)
    assert attachment(letter).get_filename() == '0007-BKP-2026.pdf'
    text = body(letter)
    assert 'Nomor register: 0007/BKP/2026' in text
    assert '- peraturan (web1.example.go.id): BERHASIL\n' in text
    assert '- berita (web1.example.go.id): GAGAL\n' in text
    assert '- ejurnal (web2): TIDAK DILAKSANAKAN\n' in text
    assert code_of((folder / 'record.json').read_bytes()) in text
    assert 'bukan tanda tangan elektronik' in text
    assert 'Lost connection' not in text
    assert [(event['recipient'], event['ok']) for event in outbox.events(str(folder))] == [
        (CHIEF, True), (COORDINATOR, True),
    ]  # fmt: skip
    assert sent['waiting'] == outbox.waiting(str(filing)) == []


def test_the_report_goes_out_by_tls_from_the_first_byte_in_english(filing: Path, files: tuple[Path, Path]) -> None:
    folder, postbox = filed(filing, language='en'), Postbox()
    (folder / 'report.pdf').unlink()
    with running(ImplicitTls(postbox, files)) as port:
        mail = smtp(port, security='tls', username=USER, password=PASSWORD, ca_file=str(files[0]))
        delivery.deliver(str(filing), str(folder), settings(smtp=mail))
    (letter,) = postbox.letters
    assert letter['Subject'] == 'Website Maintenance Report 0007/BKP/2026: FAILED'
    assert attachment(letter).get_content_type() == 'text/html'
    assert 'The report is attached: report.html' in body(letter)
    assert outbox.waiting(str(filing)) == []


@pytest.mark.parametrize('security', ['starttls', 'tls'])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    filing: Path, files: tuple[Path, Path], tmp_path: Path, security: str
) -> None:
    other, _key = certificate(tmp_path, 'other')
    folder, postbox = filed(filing), Postbox()
    server = StartTls(postbox, files) if security == 'starttls' else ImplicitTls(postbox, files)
    with running(server) as port:
        mail = smtp(port, security=security, username=USER, password=PASSWORD, ca_file=str(other))
        began = time.monotonic()
        delivery.deliver(str(filing), str(folder), settings(smtp=mail, pause_seconds=30))
    assert time.monotonic() - began < 20  # no second attempt: it would end the same
    assert (postbox.letters, postbox.logins) == ([], [])
    (event,) = outbox.events(str(folder))
    assert event['ok'] is False
    assert 'certificate is not trusted' in event['text']
    assert [entry['run'] for entry in outbox.waiting(str(filing))] == [RUN]


def test_a_certificate_for_another_name_is_refused(filing: Path, tmp_path: Path) -> None:
    files = certificate(tmp_path, 'elsewhere', '127.0.0.9')
    folder, postbox = filed(filing), Postbox()
    with running(StartTls(postbox, files)) as port:
        mail = smtp(port, username=USER, password=PASSWORD, ca_file=str(files[0]))
        delivery.deliver(str(filing), str(folder), settings(smtp=mail))
    assert (postbox.letters, postbox.logins) == ([], [])
    assert 'certificate is not trusted' in outbox.events(str(folder))[0]['text']


def test_a_server_without_starttls_gets_neither_password_nor_report(filing: Path) -> None:
    folder, postbox = filed(filing), Postbox()
    with running(Plain(postbox)) as port:
        mail = smtp(port, username=USER, password=PASSWORD)
        delivery.deliver(str(filing), str(folder), settings(smtp=mail))
    assert (postbox.letters, postbox.logins) == ([], [])
    assert 'website_delivery.smtp.security' in outbox.events(str(folder))[0]['text']


def test_a_wrong_password_is_tried_once(filing: Path, files: tuple[Path, Path]) -> None:
    folder, postbox = filed(filing), Postbox()
    with running(StartTls(postbox, files)) as port:
        mail = smtp(port, username=USER, password='wrong-password', ca_file=str(files[0]))
        delivery.deliver(str(filing), str(folder), settings(smtp=mail, pause_seconds=30))
    assert postbox.letters == []
    assert 1 <= len(postbox.logins) <= 2  # smtplib tries each mechanism that the server offers
    (event,) = outbox.events(str(folder))
    assert 'refused user name and password' in event['text']
    assert 'wrong-password' not in event['text']


def test_one_refused_recipient_does_not_keep_the_report_from_the_other(filing: Path) -> None:
    folder, postbox = filed(filing), Postbox()
    postbox.refuse[COORDINATOR] = '550 no such person here'
    with running(Plain(postbox)) as port:
        mail = smtp(port, security='none', recipients=[CHIEF, COORDINATOR])
        delivery.deliver(str(filing), str(folder), settings(smtp=mail))
        assert postbox.recipients == [[CHIEF]]
        events = {event['recipient']: event for event in outbox.events(str(folder))}
        assert events[CHIEF]['ok'] is True
        assert (events[COORDINATOR]['ok'], events[COORDINATOR]['text']) == (False, '550 no such person here')
        (entry,) = outbox.waiting(str(filing))
        assert COORDINATOR in entry['texts'][0]

        postbox.refuse.clear()  # the address is put right; only who lacks the report gets it
        delivery.deliver(str(filing), None, settings(smtp=mail))
    assert postbox.recipients == [[CHIEF], [COORDINATOR]]
    assert len({letter['Message-ID'] for letter in postbox.letters}) == 1
    assert outbox.waiting(str(filing)) == []


def test_a_corrected_address_gets_what_the_wrong_one_could_not(filing: Path) -> None:
    folder, postbox = filed(filing), Postbox()
    postbox.refuse['ratan@example.go.id'] = '550 no such person here'
    with running(Plain(postbox)) as port:
        wrong = smtp(port, security='none', recipients=['ratan@example.go.id'])
        delivery.deliver(str(filing), str(folder), settings(smtp=wrong))
        delivery.deliver(str(filing), None, settings(smtp=smtp(port, security='none', recipients=[CHIEF])))
    assert postbox.recipients == [[CHIEF]]
    assert outbox.waiting(str(filing)) == []


def test_a_recipient_who_is_put_off_gets_it_at_the_next_attempt(filing: Path) -> None:
    folder, postbox = filed(filing), Postbox()
    answers = ['451 try again later']

    async def once(_server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if answers:
            return answers.pop()
        envelope.rcpt_tos.append(address)
        return '250 OK'

    postbox.handle_RCPT = once  # type: ignore[method-assign]
    with running(Plain(postbox)) as port:
        delivery.deliver(str(filing), str(folder), settings(smtp=smtp(port, security='none')))
    assert [event['ok'] for event in outbox.events(str(folder))] == [True]
    assert len(postbox.letters) == 1


def dies_in_the_message(connection: socket.socket) -> None:
    connection.sendall(b'220 mail.test ESMTP\r\n')
    stream = connection.makefile('rb')
    for line in stream:
        verb = line[:4].upper()
        if verb == b'DATA':
            connection.sendall(b'354 go on\r\n')
            stream.read(100)
            connection.shutdown(socket.SHUT_RDWR)
            return
        connection.sendall(b'250 OK\r\n')


def test_a_server_that_dies_in_the_message_leaves_it_for_later(filing: Path) -> None:
    folder = filed(filing)
    with script(dies_in_the_message) as port:
        delivery.deliver(str(filing), str(folder), settings(smtp=smtp(port, security='none')))
    (event,) = outbox.events(str(folder))
    assert event['ok'] is False
    assert f'{HOST}:{port}' in event['text']
    postbox = Postbox()
    with running(Plain(postbox)) as port:
        delivery.deliver(str(filing), None, settings(smtp=smtp(port, security='none')))
    assert len(postbox.letters) == 1
    assert [event['ok'] for event in outbox.events(str(folder))] == [False, True]
    assert outbox.waiting(str(filing)) == []


def says_nothing(connection: socket.socket) -> None:
    connection.settimeout(20)
    connection.recv(1000)


def drips(connection: socket.socket) -> None:
    """A byte now and then: no single read ever times out."""
    for _byte in range(60):
        connection.sendall(b'2')
        time.sleep(0.3)


@pytest.mark.parametrize('conversation', [says_nothing, drips])
def test_a_server_that_hangs_holds_the_run_no_longer_than_said(filing: Path, conversation: Any) -> None:
    folder = filed(filing)
    with script(conversation) as port:
        began = time.monotonic()
        mail = smtp(port, security='none', timeout=1)
        delivery.deliver(str(filing), str(folder), settings(smtp=mail, attempts=2))
        assert 2 <= time.monotonic() - began < 8
    (event,) = outbox.events(str(folder))
    assert event['ok'] is False
    assert event['text'].startswith(f'{HOST}:{port}: ')
    assert len(outbox.waiting(str(filing))) == 1


def test_a_webhook_that_hangs_holds_the_run_no_longer_than_said(filing: Path) -> None:
    folder = filed(filing)
    with script(drips) as port:
        began = time.monotonic()
        hook = {'url': f'http://{HOST}:{port}/', 'timeout': 1}
        delivery.deliver(str(filing), str(folder), settings(webhook=hook, attempts=1))
        assert time.monotonic() - began < 6
    assert [event['ok'] for event in outbox.events(str(folder))] == [False]


def test_the_webhook_is_told_names_and_outcomes_and_nothing_else(filing: Path, files: tuple[Path, Path]) -> None:
    folder, hook = filed(filing), Hook()
    with webhook(hook, files) as port:
        url = f'https://{HOST}:{port}/hooks/5ecret-path?key=abcdef'
        given = {'url': url, 'token': TOKEN, 'ca_file': str(files[0]), 'timeout': 5}
        delivery.deliver(str(filing), str(folder), settings(webhook=given))
    (told,) = hook.told
    assert hook.paths == ['/hooks/5ecret-path?key=abcdef']
    assert hook.headers[0]['Authorization'] == f'Bearer {TOKEN}'
    assert hook.headers[0]['Content-Type'] == 'application/json'
    assert (told['number'], told['run'], told['outcome']) == ('0007/BKP/2026', RUN, 'failed')
    assert told['code'] == code_of((folder / 'record.json').read_bytes())
    assert {site['site']: site['outcome'] for site in told['sites']} == {
        'peraturan': 'complete', 'berita': 'failed', 'ejurnal': 'unreachable',
    }  # fmt: skip
    text = json.dumps(told)
    for secret in ('/srv/backups', '/var/www', 'Lost connection', 'mariadb', PASSWORD, TOKEN):
        assert secret not in text
    (event,) = outbox.events(str(folder))
    assert (event['ok'], event['text'], event['recipient']) == (True, 'HTTP 204', f'https://{HOST}:{port}')


def test_a_webhook_with_a_wrong_certificate_is_told_nothing(filing: Path, files: tuple[Path, Path]) -> None:
    folder, hook = filed(filing), Hook()
    with webhook(hook, files) as port:
        given = {'url': f'https://{HOST}:{port}/', 'token': TOKEN, 'timeout': 5, 'insecure': True}
        delivery.deliver(str(filing), str(folder), settings(webhook=given))
    assert hook.told == []
    assert 'certificate is not trusted' in outbox.events(str(folder))[0]['text']


def test_a_redirect_does_not_carry_the_token_away(filing: Path) -> None:
    folder, hook, other = filed(filing), Hook(), Hook()
    with webhook(hook, None) as port, webhook(other, None) as elsewhere:
        hook.answers, hook.location = [302], f'http://{HOST}:{elsewhere}/'
        given = {'url': f'http://{HOST}:{port}/', 'token': TOKEN, 'timeout': 5}
        delivery.deliver(str(filing), str(folder), settings(webhook=given))
    assert other.told == []
    assert [event['ok'] for event in outbox.events(str(folder))] == [False]


def test_a_webhook_that_is_busy_is_asked_again_and_one_that_refuses_is_not(filing: Path) -> None:
    folder, hook = filed(filing), Hook()
    with webhook(hook, None) as port:
        given = settings(webhook={'url': f'http://{HOST}:{port}/', 'timeout': 5})
        hook.answers = [503, 429, 200]
        delivery.deliver(str(filing), str(folder), given)
        assert len(hook.told) == 3
        assert outbox.waiting(str(filing)) == []
        second = filed(filing, '20261123T101530Z-0a1c')
        hook.answers = [403, 200]
        delivery.deliver(str(filing), str(second), given)
        assert len(hook.told) == 4
    assert 'HTTP 403' in outbox.events(str(second))[0]['text']
    assert len(outbox.waiting(str(filing))) == 1


def test_the_next_run_delivers_what_an_earlier_one_could_not(filing: Path) -> None:
    first, postbox = filed(filing), Postbox()
    down = settings(smtp=smtp(free_port(), security='none'))
    delivery.deliver(str(filing), str(first), down)
    assert [entry['run'] for entry in outbox.waiting(str(filing))] == [RUN]
    second = filed(filing, '20261123T101530Z-0a1c')
    with running(Plain(postbox)) as port:
        delivery.deliver(str(filing), str(second), settings(smtp=smtp(port, security='none')))
    assert [letter['Message-ID'][1:9] for letter in postbox.letters] == ['20261123', '20261122']
    assert outbox.waiting(str(filing)) == []


def test_a_server_that_is_down_is_not_asked_again_for_every_report_that_waits(filing: Path) -> None:
    for day in range(10, 15):
        folder = filed(filing, f'202611{day}T101530Z-0a1b')
        outbox.queue(str(filing), str(folder))
    connections = []

    def count(connection: socket.socket) -> None:
        connections.append(connection.getpeername())

    own = filed(filing)
    with script(count, connections=50) as port:
        delivery.deliver(str(filing), str(own), settings(smtp=smtp(port, security='none')))
    assert len(connections) == 3  # its own three attempts
    assert len(outbox.waiting(str(filing))) == 6


def test_what_was_delivered_is_not_sent_twice_by_a_half_successful_day(filing: Path) -> None:
    folder, postbox, hook = filed(filing), Postbox(), Hook()
    hook.answers = [403]
    with running(Plain(postbox)) as port, webhook(hook, None) as other:
        given = settings(smtp=smtp(port, security='none'), webhook={'url': f'http://{HOST}:{other}/', 'timeout': 5})
        delivery.deliver(str(filing), str(folder), given)
        delivery.deliver(str(filing), None, given)
        delivery.deliver(str(filing), None, given)
    assert (len(postbox.letters), len(hook.told)) == (1, 2)


def hang_in_delivery(filing: str, folder: str, port: int) -> None:
    delivery.deliver(filing, folder, settings(smtp=smtp(port, security='none', timeout=30)))


def test_a_killed_sender_leaves_the_report_for_the_next(filing: Path) -> None:
    folder, postbox = filed(filing), Postbox()
    with script(says_nothing) as port:
        arguments = (str(filing), str(folder), port)
        sender = multiprocessing.get_context('fork').Process(target=hang_in_delivery, args=arguments)
        sender.start()
        until = time.monotonic() + 20
        while not outbox.waiting(str(filing)) and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(sender.pid or 0, signal.SIGKILL)
        sender.join()
    assert [entry['run'] for entry in outbox.waiting(str(filing))] == [RUN]
    with running(Plain(postbox)) as port:
        sent = delivery.deliver(str(filing), None, settings(smtp=smtp(port, security='none')))
    assert sent['busy'] is False
    assert len(postbox.letters) == 1


def test_two_senders_do_not_send_the_same_report(filing: Path) -> None:
    folder, postbox = filed(filing), Postbox()
    with running(Plain(postbox)) as port, outbox.sending(str(filing), 0) as held:
        assert held
        sent = delivery.deliver(str(filing), str(folder), settings(smtp=smtp(port, security='none')), wait=0.3)
    assert sent['busy'] is True
    assert postbox.letters == []
    assert [entry['run'] for entry in sent['waiting']] == [RUN]


def test_no_secret_lies_in_the_filing_whatever_goes_wrong(filing: Path) -> None:
    """The server throws the login back in its error, as it came and decoded; the webhook quotes its URL and token."""

    def throws_back(connection: socket.socket) -> None:
        connection.sendall(b'220 mail.test\r\n')
        for line in connection.makefile('rb'):
            if line.startswith(b'ehlo'):
                connection.sendall(b'250-mail.test\r\n250 AUTH PLAIN LOGIN\r\n')
            elif line.startswith(b'AUTH'):
                connection.sendall(b'535 ' + line.strip() + b' ' + PASSWORD.encode() + b' is wrong\r\n')
            else:
                connection.sendall(b'334 UGFzc3dvcmQ6\r\n' if line == b'*\r\n' else b'535 ' + line)

    def quotes(connection: socket.socket) -> None:
        request = connection.recv(4000)
        path = request.split()[1]
        connection.sendall(b'HTTP/1.1 500 no ' + path + b' for ' + TOKEN.encode() + b'\r\nContent-Length: 0\r\n\r\n')

    folder = filed(filing)
    with script(throws_back) as port, script(quotes) as other:
        mail = smtp(port, security='none', username=USER, password=PASSWORD)
        hook = {'url': f'http://{HOST}:{other}/hooks/5ecret-path?key=abcdef', 'token': TOKEN, 'timeout': 5}
        sent = delivery.deliver(str(filing), str(folder), settings(smtp=mail, webhook=hook))
    assert [event['ok'] for event in sent['events']] == [False, False]
    everything = repr(sent).encode() + b''.join(path.read_bytes() for path in filing.rglob('*') if path.is_file())
    for secret in (PASSWORD, TOKEN, '5ecret-path', 'abcdef', 'AHJhd2F0'):  # the last begins the base64 of \0rawat\0…
        assert secret.encode() not in everything


def test_a_torn_event_is_no_event_and_bars_no_later_one(filing: Path) -> None:
    folder, postbox = filed(filing), Postbox()
    (folder / 'events.jsonl').write_text('{"kind":"delivery","ok":true,"channel":"email","recip', encoding='utf-8')
    with running(Plain(postbox)) as port:
        delivery.deliver(str(filing), str(folder), settings(smtp=smtp(port, security='none')))
    assert len(postbox.letters) == 1
    assert [event['ok'] for event in outbox.events(str(folder))] == [True]


def test_a_run_whose_folder_is_gone_is_told_and_keeps_nobody_waiting(filing: Path) -> None:
    outbox.queue(str(filing), str(filing / '2026' / '11' / 'gone'))
    folder, postbox = filed(filing), Postbox()
    with running(Plain(postbox)) as port:
        sent = delivery.deliver(str(filing), str(folder), settings(smtp=smtp(port, security='none')))
    assert len(postbox.letters) == 1
    (entry,) = sent['waiting']
    assert (entry['run'], 'cannot be read' in entry['texts'][0]) == ('gone', True)


def test_hostile_names_cannot_add_a_header_or_hide_in_the_text(filing: Path) -> None:
    folder, postbox = filed(filing, register={'number': '1\r\nBcc: x@example.org'}), Postbox()
    document = json.loads((folder / 'record.json').read_bytes())
    document['sites'][0]['site'] = 'per\u202eaturan\r\n.\r\nMAIL FROM:<x@example.org>'
    records.write(document, str(folder), '')
    with running(Plain(postbox)) as port:
        delivery.deliver(str(filing), str(folder), settings(smtp=smtp(port, security='none')))
    (letter,) = postbox.letters
    assert letter['Bcc'] is None
    assert '1\\x0d\\nBcc' in letter['Subject']
    assert 'per\\u202eaturan\\x0d\\n.' in body(letter)
