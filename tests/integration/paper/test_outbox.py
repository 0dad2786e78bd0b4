# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What could not be delivered waits, is seen, is not lost, is not sent twice; and tells no secret."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import time
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.issuing import delivery, outbox
from integration.paper.mailroom import (
    HOST,
    PASSWORD,
    USER,
    Hook,
    Plain,
    Postbox,
    free_port,
    running,
    script,
    webhook,
)
from integration.paper.posting import CHIEF, RUN, TOKEN, filed, says_nothing, settings, smtp


@pytest.fixture
def filing(tmp_path: Path) -> Path:
    return tmp_path / 'filing'


def test_a_corrected_address_gets_what_the_wrong_one_could_not(filing: Path) -> None:
    folder, postbox = filed(filing), Postbox()
    postbox.refuse['ratan@example.go.id'] = '550 no such person here'
    with running(Plain(postbox)) as port:
        wrong = smtp(port, security='none', recipients=['ratan@example.go.id'])
        delivery.deliver(str(filing), str(folder), settings(smtp=wrong))
        delivery.deliver(str(filing), None, settings(smtp=smtp(port, security='none', recipients=[CHIEF])))
    assert postbox.recipients == [[CHIEF]]
    assert outbox.waiting(str(filing)) == []


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
