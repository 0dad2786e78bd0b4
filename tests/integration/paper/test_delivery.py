# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports reach people by real mail servers, encrypted and verified; what a server does wrong is an event."""

from __future__ import annotations

import json
import socket
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils.issuing import delivery, outbox
from ansible_collections.rawat.website.plugins.module_utils.register import code_of
from integration.paper.mailroom import (
    HOST,
    PASSWORD,
    USER,
    ImplicitTls,
    Plain,
    Postbox,
    StartTls,
    certificate,
    running,
    script,
)
from integration.paper.posting import CHIEF, COORDINATOR, PDF, RUN, drips, filed, says_nothing, settings, smtp


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


@pytest.mark.parametrize('conversation', [says_nothing, drips])
def test_a_server_that_hangs_holds_the_run_no_longer_than_said(filing: Path, conversation: Any) -> None:
    folder = filed(filing)
    with script(conversation) as port:
        began = time.monotonic()
        mail = smtp(port, security='none', timeout=1)
        delivery.deliver(str(filing), str(folder), settings(smtp=mail, attempts=2))
        assert 2 <= time.monotonic() - began < 20
    (event,) = outbox.events(str(folder))
    assert event['ok'] is False
    assert event['text'].startswith(f'{HOST}:{port}: ')
    assert len(outbox.waiting(str(filing))) == 1


def test_hostile_names_cannot_add_a_header_or_hide_in_the_text(filing: Path) -> None:
    folder, postbox = filed(filing, register={'number': '1\r\nBcc: x@example.org'}), Postbox()
    document = json.loads((folder / 'record.json').read_bytes())
    document['sites'][0]['site'] = 'per\u202eaturan\r\n.\r\nMAIL FROM:<x@example.org>'
    records.write(document, str(folder), [('report.html', b'')])
    with running(Plain(postbox)) as port:
        delivery.deliver(str(filing), str(folder), settings(smtp=smtp(port, security='none')))
    (letter,) = postbox.letters
    assert letter['Bcc'] is None
    assert '1\\x0d\\nBcc' in letter['Subject']
    assert 'per\\u202eaturan\\x0d\\n.' in body(letter)
