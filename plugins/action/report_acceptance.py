# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""report_acceptance: the receipt of a report, after somebody approved of it."""

from __future__ import annotations

import os

from ansible.plugins.action import ActionBase
from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.issuing.accept import Refused
from ansible_collections.rawat.website.plugins.module_utils.procedure.answers import late_reasons
from ansible_collections.rawat.website.plugins.module_utils.procedure.operator import operator
from ansible_collections.rawat.website.plugins.plugin_utils.filing_host import FilingHost, NotFiled

CLOSING = ('5', '6')  # the steps of the procedure that are not in the report


class ActionModule(ActionBase):
    """Runs on the controller; the receipt is made where the filing lies."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):  # noqa: ARG002 - the signature is Ansible's
        """Return the receipt, or fail with the reason why the report was not closed."""
        result = super().run(task_vars=task_vars)
        arguments, language = self._task.args, self._task.args.get('language') or 'id'
        number = str(arguments.get('number') or '').strip()
        if not number:
            text = 'accept_number: say which report is accepted, by its number in the register'
            return result | {'failed': True, 'msg': text}
        reasons, wrong = late_reasons(arguments.get('late_reasons') or {})
        wrong += [f'{step}={text}' for step, text in reasons.items() if step not in CLOSING]
        if wrong:
            text = f'{"; ".join(wrong)}: not usable as STEP=TEXT with a step of {" or ".join(CLOSING)}'
            return result | {'failed': True, 'msg': text}
        if self._task.check_mode:
            return result | {'changed': False, 'skipped': True}
        where = FilingHost(self, task_vars)
        try:
            done = where.do('acceptance', self._request(number, reasons, language, where, task_vars))
        except Refused as error:
            return result | {'failed': True, 'msg': error.text(language)}
        except (RawatError, OSError, NotFiled) as error:
            return result | {'failed': True, 'msg': f'report {number} was not accepted: {error}'}
        result.setdefault('warnings', []).extend(done['problems'])
        return result | {'changed': True, 'rawat_acceptance': done}

    def _request(self, number: str, reasons: dict, language: str, where: FilingHost, task_vars: dict) -> dict:
        arguments = self._task.args
        filing = arguments.get('filing') or './filing'
        awx = (task_vars.get(f'awx_{name}') or task_vars.get(f'tower_{name}') for name in ('user_name', 'job_id'))
        return {
            'filing': filing if where.host else os.path.abspath(os.path.expanduser(filing)),
            'number': number,
            'by': {key: arguments.get(key) or None for key in ('name', 'id', 'position')},
            'remark': arguments.get('remark') or None,
            'late_reasons': reasons,
            'operator': operator(*awx),
            'office': arguments.get('office') or {},
            'language': language,
        }
