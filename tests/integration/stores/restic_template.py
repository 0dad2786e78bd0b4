# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An empty restic repository to copy, whose key costs nothing to derive.

restic makes its key files so that a guess of the password costs half a second; every call pays that, and these tests
make a thousand. So the key file of a repository that restic made is written anew with the same password, the same
master keys and a cheap scrypt (N=2). Everything else is restic's own work, and it reads the parameters from the file.
Source: restic's design document, "Keys, Encryption and MAC": AES-256-CTR, Poly1305-AES over the ciphertext.
"""

from __future__ import annotations

import atexit
import base64
import functools
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.poly1305 import Poly1305

MAC_SIZE = NONCE_SIZE = 16
CHEAP = {'N': 2, 'r': 8, 'p': 1}


def copy_to(folder: Path, password: str) -> None:
    """Put an empty repository into `folder`, which does not exist yet."""
    shutil.copytree(_template(password), folder)


def copy_into(folder: Path, password: str) -> None:
    """The same for an empty folder that is there, for instance a mounted disk."""
    shutil.copytree(_template(password), folder, dirs_exist_ok=True)


@functools.cache
def _template(password: str) -> Path:
    place = Path(tempfile.mkdtemp(prefix='rawat-restic-template-'))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    folder = place / 'repository'
    environment = {**os.environ, 'RESTIC_PASSWORD': password, 'RESTIC_REPOSITORY': str(folder)}
    subprocess.run(['restic', '--no-cache', 'init', '--quiet'], env=environment, check=True)
    (key,) = (folder / 'keys').iterdir()
    text = _cheapened(json.loads(key.read_bytes()), password.encode())
    key.unlink()
    (folder / 'keys' / hashlib.sha256(text).hexdigest()).write_bytes(text)
    return folder


def _cheapened(key: dict, password: bytes) -> bytes:
    sealed, salt = base64.b64decode(key['data']), base64.b64decode(key['salt'])
    nonce, ciphertext, mac = sealed[:NONCE_SIZE], sealed[NONCE_SIZE:-MAC_SIZE], sealed[-MAC_SIZE:]
    own = _derive(password, salt, key)
    assert _mac(own, nonce, ciphertext) == mac
    plaintext, cheap = _ctr(own, nonce, ciphertext), _derive(password, salt, CHEAP)
    nonce = os.urandom(NONCE_SIZE)
    ciphertext = _ctr(cheap, nonce, plaintext)
    data = base64.b64encode(nonce + ciphertext + _mac(cheap, nonce, ciphertext)).decode()
    return json.dumps({**key, **CHEAP, 'data': data}).encode()


def _derive(password: bytes, salt: bytes, cost: dict) -> bytes:
    """64 bytes: the key of AES-256, then k and r of Poly1305-AES."""
    options = {'n': cost['N'], 'r': cost['r'], 'p': cost['p'], 'dklen': 64, 'maxmem': 256 * 1024 * 1024}
    return hashlib.scrypt(password, salt=salt, **options)


def _ctr(key: bytes, nonce: bytes, text: bytes) -> bytes:
    return Cipher(algorithms.AES(key[:32]), modes.CTR(nonce)).encryptor().update(text)


def _mac(key: bytes, nonce: bytes, ciphertext: bytes) -> bytes:
    block = Cipher(algorithms.AES(key[32:48]), modes.ECB()).encryptor().update(nonce)  # noqa: S305 - one block only
    return Poly1305.generate_tag(key[48:64] + block, ciphertext)
