# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proof that nothing can be removed from an S3 bucket for a while: object locks, read back, and a canary.

restic's `forget` only hides an object where the bucket keeps versions, so what is tried here is the removal of a
*version*. A lock is believed only after it was read back from the newest objects: some servers (OpenStack Swift) take
the headers of a lock and ignore them. Amazon S3 API: GetObjectLockConfiguration, GetObjectRetention, DeleteObject.

boto3 is needed (the extra `s3`); it is used on the vault side, never on a target. Where it lacks nothing is claimed.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import path_of, secret_file

CANARY, TEXT = 'rawat-canary', b'This is worthless. Runs try to remove it, to see that they cannot.\n'
NEWEST_OF = ('snapshots/', 'index/', 'data/')  # what a recovery point consists of in a restic repository
PAGES = 20  # of 1000 names each, that are looked through for the newest object of a kind
LOCATION = re.compile(r's3:(?P<server>(?:https?://)?[^/]+)/(?P<bucket>[^/]+)/?(?P<prefix>.*)')
NOT_PROVED = 'S3 object locks are not proved'
METHOD = (
    'S3: retention read back from the newest snapshot, index and data objects; DeleteObject of one version of a '
    "worthless object with the target's keys, also with BypassGovernanceRetention; then a look whether it is there"
)


class _Bucket(NamedTuple):
    """Where the repository lies, and the API to look at it."""

    client: Any
    name: str
    prefix: str
    failures: Any  # what the API raises


def elsewhere() -> dict[str, Any]:
    """What the canary of a target says of an S3 repository: `tried` is false, nothing is known yet."""
    return {
        'refused': False, 'tried': False, 'method': 'nothing: forgetting in S3 may only hide', 'locked_until': None,
        'answer': 'object locks are proved by the vault side (website_vault)',
    }  # fmt: skip


def proof(repository: dict, options: dict) -> dict[str, Any]:
    """Like Repository.canary(), with `tried`: can the keys of `repository` (the target's view) remove a version?

    `refused` needs two things: the canary is still there after both tries, and no newest object is without the lock
    that the canary has. `locked_until` is the earliest end of the locks that were read back, None where there is none.
    Where boto3 lacks or the server does not answer: `tried` and `refused` are false and `answer` says why.
    """
    with contextlib.ExitStack() as stack:
        try:
            bucket = _open(repository, options, stack)
        except RepositoryError as error:
            return _outcome(False, False, str(error), None)
        try:
            return _prove(bucket)
        except bucket.failures as error:
            return _outcome(False, False, f'{NOT_PROVED}: {_said(error)}', None)


def _prove(bucket: _Bucket) -> dict[str, Any]:
    locks = {key: _locked_until(bucket, key, version) for key, version in _newest(bucket)}
    version = _canary(bucket)
    own_lock = _locked_until(bucket, _key(bucket, CANARY), version)
    answer = _try_to_remove(bucket, version)
    there = _is_there(bucket, version)
    open_ones = [key for key, until in locks.items() if until is None]
    ends = [until for until in locks.values() if until is not None]
    earliest = min(ends) if ends and not open_ones else None
    if there and own_lock and open_ones:
        return _outcome(False, True, f'the canary is locked, but no lock was read back from {open_ones[0]}', None)
    if there and not own_lock:
        answer = f'{answer} (by rule of access: no object lock was read back)'
    return _outcome(there, True, answer or ('it is still there' if there else 'removed without a word'), earliest)


def _outcome(refused: bool, tried: bool, answer: str, until: datetime.datetime | None) -> dict[str, Any]:
    when = until.astimezone(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ') if until else None
    return {'refused': refused, 'tried': tried, 'method': METHOD, 'answer': answer, 'locked_until': when}


def _open(repository: dict, options: dict, stack: contextlib.ExitStack) -> _Bucket:
    """The bucket, without a word to the server yet. RepositoryError where it cannot be."""
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as error:
        raise RepositoryError(f'{NOT_PROVED}: boto3 is not installed here ("pip install rawat[s3]")') from error
    place = parse_location(repository['location'])
    keys = repository.get('environment') or {}
    certificate = (repository.get('ca_certificate') or '').strip()
    trust = path_of(stack.enter_context(secret_file(certificate.encode() + b'\n'))) if certificate else None
    wait = options['connect_timeout']
    limits = Config(connect_timeout=wait, read_timeout=3 * wait, retries={'max_attempts': 2}, signature_version='s3v4',
                    s3={'addressing_style': 'path'})  # fmt: skip
    client = boto3.client(
        's3', endpoint_url=place['server'], config=limits, verify=trust,
        aws_access_key_id=keys.get('AWS_ACCESS_KEY_ID'), aws_secret_access_key=keys.get('AWS_SECRET_ACCESS_KEY'),
        aws_session_token=keys.get('AWS_SESSION_TOKEN'), region_name=keys.get('AWS_DEFAULT_REGION') or 'us-east-1',
    )  # fmt: skip
    return _Bucket(client, place['bucket'], place['prefix'], (BotoCoreError, ClientError))


def parse_location(location: str) -> dict[str, str]:
    """{'server' (an address), 'bucket', 'prefix' ('' or with "/" at its end)} of restic's s3: location."""
    found = LOCATION.fullmatch(location)
    if not found:
        raise RepositoryError(f'{NOT_PROVED}: the location {location!r} is not s3:https://server/bucket/path')
    server, prefix = found['server'], found['prefix'].strip('/')
    server = server if server.startswith('http') else f'https://{server}'
    return {'server': server, 'bucket': found['bucket'], 'prefix': prefix and f'{prefix}/'}


def _key(bucket: _Bucket, name: str) -> str:
    return f'{bucket.prefix}{name}'


def _newest(bucket: _Bucket) -> Iterator[tuple[str, str | None]]:
    """(key, version) of the newest object of each kind."""
    for kind in NEWEST_OF:
        pages = bucket.client.get_paginator('list_objects_v2').paginate(
            Bucket=bucket.name, Prefix=_key(bucket, kind), PaginationConfig={'MaxItems': PAGES * 1000}
        )
        objects = [found for page in pages for found in page.get('Contents', [])]
        if objects:
            key = max(objects, key=lambda found: found['LastModified'])['Key']
            yield key, bucket.client.head_object(Bucket=bucket.name, Key=key).get('VersionId')


def _locked_until(bucket: _Bucket, key: str, version: str | None) -> datetime.datetime | None:
    """Until when the server says that it keeps this version; None where it says nothing, or the time has passed."""
    named = {'VersionId': version} if version else {}
    try:
        answer = bucket.client.get_object_retention(Bucket=bucket.name, Key=key, **named)
    except bucket.failures:
        return None  # no lock, no such call, no right to ask: nothing is believed
    until: datetime.datetime | None = (answer.get('Retention') or {}).get('RetainUntilDate')
    return until if until and until > datetime.datetime.now(datetime.timezone.utc) else None


def _canary(bucket: _Bucket) -> str | None:
    """A version of the canary: the newest that is still locked, else a new one."""
    key = _key(bucket, CANARY)
    with contextlib.suppress(*bucket.failures):
        version = bucket.client.head_object(Bucket=bucket.name, Key=key).get('VersionId')
        if version and _locked_until(bucket, key, version):
            return str(version)
    put = bucket.client.put_object(Bucket=bucket.name, Key=key, Body=TEXT)
    found: str | None = put.get('VersionId')
    return found


def _try_to_remove(bucket: _Bucket, version: str | None) -> str:
    """What the server said when it refused to remove the canary; empty when it did not."""
    named = {'VersionId': version} if version else {}
    answer = ''
    for more in ({}, {'BypassGovernanceRetention': True}):
        try:
            bucket.client.delete_object(Bucket=bucket.name, Key=_key(bucket, CANARY), **named, **more)
        except bucket.failures as error:
            answer = answer or _said(error)
        else:
            return ''
    return answer


def _is_there(bucket: _Bucket, version: str | None) -> bool:
    named = {'VersionId': version} if version else {}
    try:
        bucket.client.head_object(Bucket=bucket.name, Key=_key(bucket, CANARY), **named)
    except bucket.failures as error:
        if _status(error) == 404:
            return False
        raise  # not known
    return True


def _status(error: Exception) -> int:
    response = getattr(error, 'response', {})
    return int(response.get('ResponseMetadata', {}).get('HTTPStatusCode', 0))


def _said(error: Exception) -> str:
    return ' '.join(str(error).split())
