# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who started a program: evidence beside the officer's name, which is what somebody typed."""

from __future__ import annotations

import os
import pwd


def operator(awx_user: object = None, awx_job: object = None) -> dict:
    """{os_user, awx_user, awx_job}: the account that runs this process and, under AWX, its user and job as texts."""
    try:
        account = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number that has no name
        account = f'uid {os.getuid()}'
    return {
        'os_user': account,
        'awx_user': str(awx_user) if awx_user else None,
        'awx_job': str(awx_job) if awx_job else None,
    }
