# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX 24.6.1 takes, as its own answers to OPTIONS say (recorded_options.json), and what it is known to refuse.

A judgement is a dict: field -> list of sentences, as AWX answers with 400; empty when there is nothing to refuse. AWX
itself ignores fields that it does not know; here they are refused, because they would be lost in silence.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

RECORDED = json.loads(Path(__file__).with_name('recorded_options.json').read_text(encoding='utf-8'))
# Not recorded: what awx.awx sends there, and what that module's documentation says of it.
RECORDED['labels'] = {
    'read_only': ['id', 'type', 'url'],
    'POST': {
        'name': {'type': 'string', 'required': True, 'max_length': 512},
        'organization': {'type': 'id', 'required': True},
    },
}
KINDS = {
    'string': str,
    'boolean': bool,
    'integer': int,
    'id': (int, str),
    'json': (dict, list, str),
}
Judgement = dict[str, list[str]]
QUESTION_TYPES = {
    'text': str,
    'textarea': str,
    'password': str,
    'multiplechoice': str,
    'multiselect': str,
    'integer': int,
    'float': float,
}
RRULE = re.compile(r'DTSTART;TZID=[\w/+-]+:\d{8}T\d{6} RRULE:(?=.*\bFREQ=)(?=.*\bINTERVAL=\d+).+')
ENVIRONMENT_REFUSED = re.compile(
    r'ANSIBLE_.*|PATH|PYTHONPATH|JOB_ID|INVENTORY_ID|PROJECT_REVISION|HOME|LD_LIBRARY_PATH'
)


def defaults(kind: str) -> dict[str, Any]:
    """What an object has of which nothing was said."""
    return {name: field.get('default') for name, field in RECORDED[kind]['POST'].items()}


def judge(kind: str, payload: dict[str, Any], partial: bool) -> Judgement:
    """Field by field. `partial`: a PATCH, in which nothing has to be there."""
    recorded = RECORDED[kind]
    found: Judgement = {}
    for name, value in payload.items():
        if name in recorded['read_only']:
            continue
        field = recorded['POST'].get(name)
        text = wrong(field, value) if field else 'This field is not in the recorded contract.'
        if text:
            found[name] = [text]
    if not partial:
        for name, field in recorded['POST'].items():
            if field['required'] and payload.get(name) in (None, ''):
                found.setdefault(name, ['This field is required.'])
    return found


def wrong(field: dict[str, Any], value: Any) -> str:
    """Why the value does not fit, or ''."""
    if field['type'] == 'choice':
        return '' if value in field['choices'] else f'{json.dumps(value)} is not a valid choice.'
    if value is None:
        return '' if field.get('default') is None else 'This field may not be null.'
    if not isinstance(value, KINDS[field['type']]) or (isinstance(value, bool) and field['type'] != 'boolean'):
        return f'{json.dumps(value)} is not a valid {field["type"]}.'
    if isinstance(value, str) and len(value) > field.get('max_length', len(value)):
        return f'Ensure this field has no more than {field["max_length"]} characters.'
    if isinstance(value, int) and not field.get('min_value', value) <= value <= field.get('max_value', value):
        return f'{value} is out of the range {field.get("min_value")} to {field.get("max_value")}.'
    return ''


def judge_schedule(schedule: dict[str, Any], survey: list[dict[str, Any]]) -> Judgement:
    """A rule without a time zone, answers to questions that nobody asks, required questions without an answer."""
    if not RRULE.fullmatch(schedule['rrule']):
        return {'rrule': ['DTSTART cannot be a naive datetime, and RRULE must have FREQ and INTERVAL.']}
    asked = {question['variable'] for question in survey}
    answers = {question['variable'] for question in survey if question.get('default') not in (None, '')}
    unasked = sorted(set(schedule.get('extra_data') or {}) - asked)
    if unasked:
        return {'extra_data': [f'Variables {", ".join(unasked)} are not allowed on launch.']}
    answers |= set(schedule.get('extra_data') or {})
    lacking = sorted(
        question['variable'] for question in survey if question['required'] and question['variable'] not in answers
    )
    return {'variables_needed_to_start': [f'{name!r} value missing' for name in lacking]} if lacking else {}


def judge_credential_type(kind: dict[str, Any]) -> Judgement:
    """Environment variables that AWX keeps to itself, files and values that no input fills."""
    injectors, inputs = kind['injectors'] or {}, kind['inputs'] or {}
    taken = [name for name in injectors.get('env', {}) if ENVIRONMENT_REFUSED.fullmatch(name)]
    if taken:
        return {'injectors': [f'Environment variable {name} is not allowed to be used.' for name in taken]}
    known = {field['id'] for field in inputs.get('fields', [])} | {'tower'}
    used = set(re.findall(r'{{\s*(\w+)', json.dumps(injectors)))
    files = {name.partition('.')[2] for name in injectors.get('file', {})}
    named = set(re.findall(r'tower\.filename\.(\w+)', json.dumps(injectors)))
    problems = [f'{name} is not an input' for name in sorted(used - known)]
    problems += [f'tower.filename.{name} is no file' for name in sorted(named - files)]
    return {'injectors': problems} if problems else {}


def judge_survey(survey: dict[str, Any]) -> str:
    """The one sentence with which AWX refuses a survey, or ''."""
    if set(survey) != {'name', 'description', 'spec'} or not survey['spec']:
        return 'name, description and a spec that is not empty are needed'
    variables = [question.get('variable') for question in survey['spec']]
    if len(set(variables)) != len(variables):
        return f'a variable is asked twice: {variables}'
    return next(filter(None, map(judge_question, survey['spec'])), '')


def judge_question(question: dict[str, Any]) -> str:
    """One question of a survey."""
    name = question.get('variable')
    lacking = {'type', 'question_name', 'variable', 'required'} - set(question)
    if lacking:
        return f'{name}: {sorted(lacking)} missing from survey question'
    kind = QUESTION_TYPES.get(question['type'])
    if kind is None or not isinstance(question['required'], bool):
        return f'{name}: {question["type"]!r} or {question["required"]!r} is wrong'
    if any(not isinstance(question.get(limit, 0), int) for limit in ('min', 'max')):
        return f'{name}: min and max are numbers'
    default = question.get('default', '')
    if default != '' and not isinstance(default, kind):
        return f'{name}: default {default!r} is no {question["type"]}'
    if question['type'].startswith('multi') and (
        not question.get('choices') or (default != '' and default not in question['choices'])
    ):
        return f'{name}: choices are needed, and the default must be one'
    return ''
