# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the office (`website_office`): what its papers say and by which rules its time is counted.

The one place: the role's argument spec and documentation, the record (which freezes them: an old paper keeps the
rule of its day) and every document take them from here. A setting of which the SOP says nothing belongs to `policy`;
wherever its value is shown, it is labelled "policy, not SOP".
"""

from __future__ import annotations

import os
import re

from ansible_collections.rawat.website.plugins.module_utils.procedure import calendars

Settings = dict  # plain data: str, int, bool, list, dict, None

CODE = re.compile(
    r'[A-Za-z0-9](?:[A-Za-z0-9.-]{0,30}[A-Za-z0-9])?'
)  # part of a number like 0007/BKP/2026, of file names and of the QR text
CLOCK = re.compile(r'([01][0-9]|2[0-3]):[0-5][0-9]')
DATE = re.compile(r'[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])')
LOGOS = ('.png', '.svg')

SOP: dict = {
    'number': {
        'type': 'str',
        'default': 'PPE.171.OT.02.02 Tahun 2025',
        'description': 'Number of the SOP that every report cites.',
    },
    'name': {
        'type': 'str',
        'default': 'Pemeliharaan Website (Backup Database/Web Aplikasi)',
        'description': 'Name of the SOP, and of the matter (Hal) of every report.',
    },
    'revision': {
        'type': 'str',
        'default': '2025-01-14',
        'description': 'Date of the revision in force (YYYY-MM-DD). An old report keeps the one of its day.',
    },
}
HOURS: dict = {
    'open': {'type': 'str', 'default': '08:00', 'description': 'Opening of the office, local time (HH:MM).'},
    'close': {
        'type': 'str',
        'default': '16:00',
        'description': 'Close of business, local time (HH:MM): the time of day at which a step is due.',
    },
}
RETENTION: dict = {
    'report': {'type': 'int', 'default': 2, 'description': 'Years for which a report is kept (proposal: 1 + 1).'},
    'recap': {'type': 'int', 'default': 2, 'description': 'Years for which a monthly recap is kept (proposal: 1 + 1).'},
    'minutes': {
        'type': 'int',
        'default': 6,
        'description': 'Years for which minutes of restore drills are kept (proposal: 2 + 4).',
    },
}
POLICY: dict = {
    'rto_hours': {
        'type': 'int',
        'default': 4,
        'description': 'Hours in which a site must be back (RTO). Policy, not SOP.',
    },
    'rpo_hours': {
        'type': 'int',
        'default': 168,
        'description': 'Hours of work that may be lost at most (RPO). Policy, not SOP.',
    },
    'frequency_days': {
        'type': 'int',
        'default': 7,
        'description': 'Days after which a site without a new good recovery point is overdue. Policy, not SOP.',
    },
    'drill_days': {
        'type': 'int',
        'default': 90,
        'description': 'Days after which a restore of every site must have been drilled again. Policy, not SOP.',
    },
    'prune_days': {
        'type': 'int',
        'default': 8,
        'description': 'Days after which recovery points must have been pruned again. Policy, not SOP.',
    },
    'space_days': {
        'type': 'int',
        'default': 30,
        'description': 'A repository that will be full within so many days is warned of. Policy, not SOP.',
    },
}
OFFICE: dict = {
    'letterhead': {
        'type': 'list',
        'elements': 'str',
        'default': [
            'KEMENTERIAN HUKUM REPUBLIK INDONESIA',
            'DIREKTORAT JENDERAL PERATURAN PERUNDANG-UNDANGAN',
            'DIREKTORAT PENGUNDANGAN, PENERJEMAHAN, DAN PUBLIKASI',
            'SUBDIREKTORAT SISTEM INFORMASI',
        ],
        'description': 'Lines of the letterhead, from the ministry down to the unit.',
    },
    'address': {
        'type': 'str',
        'default': '',
        'description': 'Line below the letterhead: address, telephone, page, e-mail.',
    },
    'logo': {
        'type': 'str',
        'description': 'Path of the emblem on the controller (PNG or SVG); none is shipped, none is shown without.',
    },
    'city': {'type': 'str', 'default': 'Jakarta', 'description': 'Place that stands before the date of a letter.'},
    'addressee': {
        'type': 'str',
        'default': 'Subkoordinator Sistem Informasi',
        'description': 'To whom the report is addressed (Yth.).',
    },
    'copies': {
        'type': 'list',
        'elements': 'str',
        'default': ['Koordinator Sistem Informasi', 'Arsip'],
        'description': 'Who gets a copy (Tembusan).',
    },
    'nature': {'type': 'str', 'default': 'Biasa', 'description': 'Nature of the letter (Sifat), as Biasa or Terbatas.'},
    'letter_number': {
        'type': 'str',
        'default': '',
        'description': 'Number that the registry gave the letter. It is never invented: empty leaves a dotted line.',
    },
    'register_code': {
        'type': 'str',
        'default': 'BKP',
        'description': 'Middle part of a register number, as in 0007/BKP/2026.',
    },
    'archive_class': {
        'type': 'str',
        'default': 'TI.05.03 [konfirmasi]',
        'description': 'Archive classification; [konfirmasi] stays until the archivist has confirmed it.',
    },
    'retention_years': {
        'type': 'dict',
        'options': RETENTION,
        'description': 'How long papers are kept. Nothing is destroyed by itself; destruction is only proposed.',
    },
    'physical_location': {
        'type': 'str',
        'default': '',
        'description': 'Where the signed paper lies (cabinet, folder); empty leaves a dotted line.',
    },
    'sop': {'type': 'dict', 'options': SOP, 'description': 'The SOP that reports cite.'},
    'hours': {'type': 'dict', 'options': HOURS, 'description': 'Office hours.'},
    'joint_leave_works': {
        'type': 'bool',
        'default': False,
        'description': 'Whether days of joint leave (cuti bersama) count as working days.',
    },
    'calendars': {
        'type': 'str',
        'description': 'Directory on the controller of which each YYYY.yml replaces the shipped calendar of that year.',
    },
    'warn_days': {
        'type': 'int',
        'default': 1,
        'description': 'Working days before a deadline on which warnings begin.',
    },
    'standing_allowed': {
        'type': 'bool',
        'default': True,
        'description': 'Whether a standing assignment (disposisi berkala) is accepted.',
    },
    'policy': {
        'type': 'dict',
        'options': POLICY,
        'description': 'Goals of which the SOP says nothing; labelled "policy, not SOP" wherever they are shown.',
    },
    'templates': {
        'type': 'str',
        'description': 'Directory on the controller whose templates replace ours one by one.',
    },
    'font': {'type': 'str', 'default': '', 'description': 'Font of the PDF documents; empty: the one of the renderer.'},
    'fonts': {'type': 'str', 'description': 'Directory on the controller with the files of that font.'},
}
KINDS: dict[str, type] = {'str': str, 'int': int, 'bool': bool, 'list': list, 'dict': dict}


def settle(given: Settings | None) -> Settings:
    """`given` (what the inventory says, partly or not at all) with every default filled in.

    What is given and unknown or of a wrong type stays as it is: :func:`problems` names it.
    """
    return _filled(given, OFFICE)


def _filled(given: object, spec: dict) -> Settings:
    if given is not None and not isinstance(given, dict):
        raise TypeError(f'website_office: a mapping is needed where {given!r} stands; see the roles documentation')
    said = given or {}
    settled = dict(said)
    for name, option in spec.items():
        value = said.get(name)
        if 'options' in option:
            settled[name] = _filled(value, option['options']) if value is None or isinstance(value, dict) else value
        elif value is None:
            default = option.get('default')
            settled[name] = list(default) if isinstance(default, list) else default
    return settled


def problems(office: Settings) -> list[str]:
    """Everything wrong with settled settings: field, value and remedy, one line each; empty when all is well."""
    found = _shape(office, OFFICE, 'website_office')
    return found or [*_texts(office), *_numbers(office), *_paths(office)]


def _shape(given: Settings, spec: dict, field: str) -> list[str]:
    found = [f'{field}.{name} is no setting: use one of {", ".join(spec)}' for name in given if name not in spec]
    for name, option in spec.items():
        value, where = given.get(name), f'{field}.{name}'
        kind = KINDS[option['type']]
        if value is None and 'default' not in option and 'options' not in option:
            continue
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            found.append(f'{where} {value!r} is not usable: it must be of type {option["type"]}')
        elif 'options' in option:
            found += _shape(given[name], option['options'], where)
        elif kind is list and not all(isinstance(item, str) for item in given[name]):
            found.append(f'{where} {value!r} is not usable: every item must be of type {option["elements"]}')
    return found


def _texts(office: Settings) -> list[str]:
    found = []
    if not CODE.fullmatch(office['register_code']):
        found.append(
            f'website_office.register_code {office["register_code"]!r} is not usable: '
            'letters and digits, "." and "-" between them, 32 at most, as BKP'
        )
    if not DATE.fullmatch(office['sop']['revision']):
        found.append(f'website_office.sop.revision {office["sop"]["revision"]!r} is not a date: write it as 2025-01-14')
    hours = office['hours']
    wrong = [name for name in HOURS if not CLOCK.fullmatch(hours[name])]
    found += [
        f'website_office.hours.{name} {hours[name]!r} is not a time of day: write it in quotes, as "08:00"'
        for name in wrong
    ]
    if not wrong and hours['open'] >= hours['close']:
        found.append(f'website_office.hours: open {hours["open"]} is not before close {hours["close"]}')
    return found


def _numbers(office: Settings) -> list[str]:
    found = [
        f'website_office.{group}.{name} {office[group][name]} is not usable: give 1 or more'
        for group in ('policy', 'retention_years')
        for name in OFFICE[group]['options']
        if office[group][name] < 1
    ]
    if office['warn_days'] < 0:
        found.append(f'website_office.warn_days {office["warn_days"]} is not usable: give 0 or more')
    return found


def _paths(office: Settings) -> list[str]:
    found = [
        f'website_office.{name} {office[name]!r} is not a directory: create it or leave the setting out'
        for name in ('calendars', 'templates', 'fonts')
        if office[name] is not None and not os.path.isdir(office[name])
    ]
    if office['calendars'] is not None and not found:
        found += [f'website_office.calendars: {problem}' for problem in calendars.broken(office['calendars'])]
    logo = office['logo']
    if logo is not None and (not logo.lower().endswith(LOGOS) or not os.path.isfile(logo)):
        found.append(f'website_office.logo {logo!r} is not a PNG or SVG file: correct the path or leave it out')
    return found


def retention_until(date: str, years: int) -> str:
    """The last day ('YYYY-MM-DD') of a retention of so many years that begins on `date`; 29 February ends on the 28th.

    ValueError when `date` is not one.
    """
    if not DATE.fullmatch(date):
        raise ValueError(f'{date!r} is not a date: write it as 2026-01-12')
    year, month, day = date.split('-')
    later = int(year) + years
    leap = later % 4 == 0 and (later % 100 != 0 or later % 400 == 0)
    return f'{later:04d}-{month}-{"28" if (month, day) == ("02", "29") and not leap else day}'
