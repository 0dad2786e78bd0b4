# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A filed run is told by every channel: pings, webhook, mail, Apprise; failures are tried again and lose nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils.issuing import feed, outbox
from ansible_collections.rawat.website.plugins.module_utils.notifying import channels, notice
from integration.notifying.listening import Ear, listening, settings
from integration.paper.mailroom import HOST, Plain, Postbox, running, script
from integration.paper.posting import CHIEF, drips, filed
from unit import samples

SECRET = 'k3y-of-sixteen-characters'
TOKEN = '5ecret-0f-the-path'


@pytest.fixture
def ear() -> Iterator[Ear]:
    with listening() as found:
        yield found


@pytest.fixture
def plan(tmp_path: Path) -> dict[str, Any]:
    """The plan of a run that was filed: one site is complete, one failed, of one the host did not answer."""
    folder = filed(tmp_path / 'filing')
    root = str(tmp_path / 'filing')
    feed.write(root, str(folder))
    return {'kind': 'backup', 'run_id': folder.name, 'root': root, 'filing': str(folder), 'only': [], 'office': None}


def waiting(plan: dict[str, Any]) -> list[str]:
    return [entry['run'] for entry in outbox.waiting(plan['root'], outbox.NOTICE)]


def told(sent: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(event['channel'], event['recipient'], event['ok']) for event in sent['events']]


def everything(plan: dict[str, Any]) -> bytes:
    return b''.join(path.read_bytes() for path in Path(plan['root']).rglob('*') if path.is_file())


def test_a_run_begins_and_ends_with_a_ping_each(ear: Ear, plan: dict[str, Any]) -> None:
    given = settings(start_url=ear.url('a?state=run'), success_url=ear.url('b'), failure_url=ear.url('c'))
    assert [event['ok'] for event in notice.begin(plan, given)] == [True]
    sent = notice.end(plan, given, None)
    assert [(one.method, one.path) for one in ear.heard] == [('GET', '/a?state=run'), ('GET', '/c')]
    assert told(sent) == [('ping', 'failure', True)]
    good(plan)
    notice.end(plan, given, None)
    assert ear.paths()[2:] == ['/b']


def good(plan: dict[str, Any]) -> None:
    """Let the run of the plan be one that succeeded."""
    path = Path(plan['filing']) / 'record.json'
    document = json.loads(path.read_bytes()) | {'sites': [samples.site()]}
    records.write(document, plan['filing'], [])


def test_healthchecks_gets_phases_of_one_run_under_one_id(ear: Ear, plan: dict[str, Any]) -> None:
    given = settings(healthchecks_url=ear.url(TOKEN))
    notice.begin(plan, given)
    notice.end(plan, given, None)
    (start, query), (fail, same) = (one.path.split('?') for one in ear.heard)
    assert (start, fail) == (f'/{TOKEN}/start', f'/{TOKEN}/fail')
    assert query == same != ''
    assert ear.heard[1].body.decode() == f'{plan["run_id"]}: failed, 2 of 3 sites failed'
    assert channels.healthchecks('https://hc-ping.com/x/', 'success', 'a') != channels.healthchecks(
        'https://hc-ping.com/x/', 'success', 'b'
    )


def test_a_run_of_a_few_sites_quiets_no_dead_man(ear: Ear, plan: dict[str, Any]) -> None:
    given = settings(healthchecks_url=ear.url('x'))
    notice.begin({**plan, 'only': ['peraturan']}, given)
    notice.end({**plan, 'only': ['peraturan']}, given, None)
    notice.begin({**plan, 'kind': 'verify'}, given)
    assert ear.heard == []


def test_a_ping_is_tried_again_and_a_redirect_is_not_followed(ear: Ear, plan: dict[str, Any]) -> None:
    given = settings(start_url=ear.url('s'), success_url=ear.url(TOKEN), failure_url=ear.url(TOKEN), attempts=2)
    ear.answers = [500, 200]
    assert told(notice.end(plan, given, None)) == [('ping', 'failure', True)]
    ear.answers = [302]
    (event,) = notice.end(plan, given, None)['events']
    assert (event['ok'], 'HTTP 302' in event['text']) == (False, True)
    assert TOKEN not in event['text']
    ear.answers = [503]
    (event,) = notice.begin(plan, given)
    assert not event['ok']
    assert ear.paths() == [f'/{TOKEN}'] * 3 + ['/s']


def says_nothing(connection: socket.socket) -> None:
    connection.settimeout(20)
    while connection.recv(1000):
        pass


@pytest.mark.parametrize('conversation', [says_nothing, drips])
def test_a_server_that_never_answers_holds_no_run(plan: dict[str, Any], conversation: Any) -> None:
    with script(conversation) as port:
        given = settings(success_url='http://127.0.0.1:1/', start_url=f'http://{HOST}:{port}/x', timeout=1)
        (event,) = notice.begin(plan, given)
    assert (event['ok'], 'no end after 1 s' in event['text'] or 'timed out' in event['text']) == (False, True)


def test_the_webhook_gets_one_signed_digest(ear: Ear, plan: dict[str, Any]) -> None:
    hook = {'url': ear.url(TOKEN), 'secret': SECRET, 'token': 'tok-1234567'}
    assert told(notice.end(plan, settings(webhook=hook), None)) == [('webhook', f'http://{HOST}:{ear.port}', True)]
    (heard,) = ear.heard
    signature = hmac.new(SECRET.encode(), heard.body, hashlib.sha256).hexdigest()
    assert heard.headers['X-Rawat-Signature'] == f'sha256={signature}'
    assert heard.headers['Authorization'] == 'Bearer tok-1234567'
    body = json.loads(heard.body)
    assert (body['schema'], body['outcome'], body['run']) == (1, 'failed', plan['run_id'])
    assert {group['cause'] for group in body['failures']} == {'database', 'unreachable'}
    assert 'GAGAL, 2 dari 3 situs' in body['subject']
    assert waiting(plan) == []


def test_what_was_not_taken_waits_and_is_sent_by_the_next_run_once(ear: Ear, plan: dict[str, Any]) -> None:
    given = settings(webhook={'url': ear.url(TOKEN)}, attempts=2)
    ear.answers = [500, 503]
    sent = notice.end(plan, given, None)
    assert told(sent) == [('webhook', f'http://{HOST}:{ear.port}', False)]
    assert waiting(plan) == [plan['run_id']]
    assert outbox.waiting(plan['root']) == []  # no report waits
    assert told(notice.again(plan, given, None)) == [('webhook', f'http://{HOST}:{ear.port}', True)]
    assert waiting(plan) == []
    assert notice.again(plan, given, None)['events'] == []
    assert len(ear.heard) == 3
    assert outbox.events(plan['filing']) == []  # a notice is no hand-over of the report
    assert TOKEN.encode() not in everything(plan)


def test_one_mail_tells_a_run_of_many_failing_sites(plan: dict[str, Any]) -> None:
    document = json.loads((Path(plan['filing']) / 'record.json').read_bytes())
    document['sites'] = [samples.failed(f'situs-{number:03d}') for number in range(120)] + [samples.unreachable()]
    records.write(document, plan['filing'], [])
    postbox = Postbox()
    with running(Plain(postbox)) as port:
        server = {'host': HOST, 'port': port, 'security': 'none', 'sender': 'rawat@example.go.id'}
        delivery = {'smtp': {**server, 'recipients': ['else@example.go.id'], 'timeout': 5}}
        given = settings(delivery, mail={'recipients': [CHIEF]})
        notice.end(plan, given, delivery)
    (letter,) = postbox.letters
    assert postbox.recipients == [[CHIEF]]
    assert letter['Subject'] == 'Pencadangan situs web: GAGAL, 121 dari 121 situs (0007/BKP/2026)'
    text = letter.get_content()
    assert len(text) < 6000
    assert text.count('Sebab:') == text.count('Tindakan:') == 2
    assert 'dan 108 lainnya' in text
    assert 'rawat backup --failed' in text


def test_a_mail_server_of_its_own_and_a_refused_address(plan: dict[str, Any]) -> None:
    postbox = Postbox()
    postbox.refuse = {'gone@example.go.id': '550 no such user'}
    with running(Plain(postbox)) as port:
        smtp = {'host': HOST, 'port': port, 'security': 'none', 'sender': 'rawat@example.go.id', 'timeout': 5}
        given = settings(mail={'recipients': [CHIEF, 'gone@example.go.id'], 'smtp': smtp}, language='en')
        sent = notice.end(plan, given, None)
    assert told(sent) == [('email', CHIEF, True), ('email', 'gone@example.go.id', False)]
    assert 'WHAT IT MEANS FOR THE PROCEDURE' in postbox.letters[0].get_content()
    assert waiting(plan) == [plan['run_id']]


def test_apprise_carries_the_digest_and_hides_its_url(ear: Ear, plan: dict[str, Any]) -> None:
    urls = [f'json://{HOST}:{ear.port}/{TOKEN}', f'form://{HOST}:{ear.port}/other-{TOKEN}']
    ear.answers = [200, 500]
    sent = notice.end(plan, settings(urls=urls, attempts=1), None)
    assert told(sent) == [('apprise', 'json (1)', True), ('apprise', 'form (2)', False)]
    assert ear.paths() == [f'/{TOKEN}', f'/other-{TOKEN}']
    body = json.loads(ear.heard[0].body)
    assert body['title'].startswith('Pencadangan situs web: GAGAL')
    assert 'ARTINYA BAGI PROSEDUR' in body['message']
    assert body['type'] == 'failure'
    assert TOKEN.encode() not in everything(plan)
    assert TOKEN not in json.dumps(sent)
    notice.again(plan, settings(urls=urls), None)
    assert ear.paths()[2:] == [f'/other-{TOKEN}']
    assert waiting(plan) == []


def test_apprise_follows_no_redirect(ear: Ear, plan: dict[str, Any]) -> None:
    ear.answers = [302]
    sent = notice.end(plan, settings(urls=[f'json://{HOST}:{ear.port}/{TOKEN}'], attempts=1), None)
    assert told(sent) == [('apprise', 'json (1)', False)]
    assert ear.paths() == [f'/{TOKEN}']


def test_only_what_was_asked_for_is_told_and_the_first_good_run_after_a_failure(ear: Ear, plan: dict[str, Any]) -> None:
    given = settings(webhook={'url': ear.url('hook')}, on=['failure'])
    later = Path(plan['root']) / '2026' / '11' / '20261123T101530Z-0a1b'
    again = {**plan, 'filing': str(later), 'run_id': later.name}
    document = json.loads((Path(plan['filing']) / 'record.json').read_bytes())
    document['sites'] = [samples.remarked()]
    document['run'] |= {'id': later.name, 'started': '2026-11-23T10:15:30Z'}
    records.write(document, str(later), [])
    notice.end(again, given, None)
    assert 'PULIH KEMBALI' in json.loads(ear.heard[0].body)['subject']
    third = {**again, 'filing': str(later.with_name('20261124T101530Z-0a1b'))}
    document['run'] |= {'id': '20261124T101530Z-0a1b', 'started': '2026-11-24T10:15:30Z'}
    records.write(document, third['filing'], [])
    notice.end(third, given, None)
    assert len(ear.heard) == 1
    notice.end(third, settings(webhook={'url': ear.url('hook')}, on=['remarks']), None)
    assert json.loads(ear.heard[1].body)['outcome'] == 'remarks'
    assert [entry['site'] for entry in json.loads(ear.heard[1].body)['remarks']] == ['arsip']


def test_figures_are_written_after_a_run_and_their_failure_is_told(plan: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / 'rawat.prom'
    assert notice.end(plan, settings(openmetrics=str(path)), None)['events'] == []
    text = path.read_text(encoding='utf-8')
    assert 'rawat_site_last_run_success{site="berita",host="web1.example.go.id"} 0' in text
    assert 'rawat_site_newest_good_timestamp_seconds{site="ejurnal",host="web2"} 0' in text
    assert path.stat().st_mode & 0o777 == 0o644
    (event,) = notice.end(plan, settings(openmetrics='/nowhere/at/all.prom'), None)['events']
    assert (event['channel'], event['ok']) == ('openmetrics', False)
    assert 'No such file' in event['text']
