# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two halves of an age key: the recipient (public, 'age1…') and the identity (secret, 'AGE-SECRET-KEY-1…').

Both are 32 bytes in Bech32 (BIP 173), whose checksum finds every slip of the pen in up to four characters. The
recipient is the X25519 public key (RFC 7748, section 5) of the identity, so that one is told from the other without
the program age: for people who type an identity from paper, and before anything is read that it cannot open.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

RECIPIENT, IDENTITY = 'age', 'age-secret-key-'  # the human-readable parts, in front of the '1'
KEY_BYTES = 32
LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)  # BIP 173
CHECKSUM = 6  # characters
PRIME, A24, BASE_POINT = 2**255 - 19, 121665, 9  # of Curve25519, RFC 7748


def new_identity() -> str:
    """A fresh identity out of the system's randomness."""
    return _encode(IDENTITY, secrets.token_bytes(KEY_BYTES)).upper()


def recipient_of(identity: str) -> str:
    """The recipient of one identity. ValueError saying what is wrong with its form, never quoting it."""
    if identity != identity.upper():
        raise ValueError('it is not written in capitals')
    secret = bytearray(_decode(IDENTITY, identity.lower()))
    secret[0] &= 248
    secret[31] &= 127
    secret[31] |= 64
    return _encode(RECIPIENT, _multiply(int.from_bytes(secret, 'little'), BASE_POINT).to_bytes(KEY_BYTES, 'little'))


def identities_of(text: str) -> list[str]:
    """The identities in the text of a key file: its lines without comments and empty ones."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith('#')]


def recipients_of(text: str) -> list[str]:
    """The recipients of all identities in a text, in order. ValueError naming the line, never quoting it."""
    found = []
    for number, identity in enumerate(identities_of(text), 1):
        try:
            found.append(recipient_of(identity))
        except ValueError as error:
            raise ValueError(f'identity number {number} is not one: {error}') from None
    if not found:
        raise ValueError('there is no identity in it; a line begins with AGE-SECRET-KEY-1')
    return found


def recipients_problems(recipients: list[str], field: str) -> Iterator[str]:
    """What is wrong with the list of recipients in the inventory, one line a finding."""
    for recipient in recipients:
        try:
            _decode(RECIPIENT, recipient)
        except ValueError as error:
            shown = 'holds a secret identity, which' if IDENTITY in recipient.lower() else repr(recipient)
            yield (
                f'{field} {shown} is not usable: {error}; give the public key that `rawat repository '
                'new-identity` or age-keygen printed (age1…; keys of SSH, of plugins and passphrases are not taken)'
            )
    if len(set(recipients)) != len(recipients):
        yield f'{field} names a recipient twice: remove one'


def identities_problems(text: str, field: str) -> Iterator[str]:
    """What is wrong with the text of the identities; the text itself is never part of it."""
    try:
        recipients_of(text)
    except ValueError as error:
        yield f'{field} is not usable: {error}; give the text of the key file (AGE-SECRET-KEY-1…), from a vault file'


# ---------------------------------------------------------------- Bech32
def _encode(human: str, key: bytes) -> str:
    values = _regroup(key, 8, 5)
    rest = _polymod([*_expanded(human), *values, *[0] * CHECKSUM]) ^ 1
    values += [rest >> 5 * (CHECKSUM - 1 - place) & 31 for place in range(CHECKSUM)]
    return f'{human}1{"".join(LETTERS[value] for value in values)}'


def _decode(human: str, text: str) -> bytes:
    start, _one, body = text.rpartition('1')
    if start != human:
        raise ValueError(f'it does not begin with {human}1' if human == RECIPIENT else 'it is no AGE-SECRET-KEY-1…')
    wrong = sorted({letter for letter in body if letter not in LETTERS})
    if wrong:
        raise ValueError(f'it holds {" ".join(map(repr, wrong))}, which no key holds')
    values = [LETTERS.index(letter) for letter in body]
    if _polymod([*_expanded(human), *values]) != 1:
        raise ValueError('a character is wrong, missing or too many (its checksum does not fit)')
    key = bytes(_regroup(values[:-CHECKSUM], 5, 8))
    if len(key) != KEY_BYTES:
        raise ValueError(f'it holds {len(key)} bytes instead of {KEY_BYTES}')
    return key


def _expanded(human: str) -> list[int]:
    return [ord(letter) >> 5 for letter in human] + [0] + [ord(letter) & 31 for letter in human]


def _polymod(values: list[int]) -> int:
    state = 1
    for value in values:
        top, state = state >> 25, (state & 0x1FFFFFF) << 5 ^ value
        for place, term in enumerate(GENERATOR):
            state ^= term if top >> place & 1 else 0
    return state


def _regroup(values: bytes | list[int], width: int, wanted: int) -> list[int]:
    """Numbers of `width` bits as numbers of `wanted` bits; what is left is padded with zeros, or dropped as padding."""
    number, bits, found = 0, 0, []
    for value in values:
        number, bits = number << width | value, bits + width
        while bits >= wanted:
            bits -= wanted
            found.append(number >> bits & (1 << wanted) - 1)
    if wanted < width and bits:
        found.append(number << wanted - bits & (1 << wanted) - 1)
    return found


# ---------------------------------------------------------------- X25519
def _multiply(scalar: int, point: int) -> int:
    """The Montgomery ladder of RFC 7748, section 5."""
    x2, z2, x3, z3, swapped = 1, 0, point, 1, 0
    for place in reversed(range(255)):
        bit = scalar >> place & 1
        if swapped ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swapped = bit
        total, apart = (x2 + z2) % PRIME, (x2 - z2) % PRIME
        squares, other = total * total % PRIME, apart * apart % PRIME
        cross, crossed = (x3 - z3) * total % PRIME, (x3 + z3) * apart % PRIME
        gap = squares - other
        x3, z3 = (cross + crossed) ** 2 % PRIME, point * (cross - crossed) ** 2 % PRIME
        x2, z2 = squares * other % PRIME, gap * (squares + A24 * gap) % PRIME
    if swapped:
        x2, z2 = x3, z3
    return x2 * pow(z2, PRIME - 2, PRIME) % PRIME
