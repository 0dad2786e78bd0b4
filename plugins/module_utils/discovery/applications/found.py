# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of the application in a webroot."""

from __future__ import annotations

from typing import Any, NamedTuple


class Found(NamedTuple):
    """
    application: 'WordPress', …; 'PHP' or 'static' where no known one is there
    version: from the files that the application itself keeps; None where none says it
    webroots: [{'path': str, 'exclude': [str]}], first the application's own folder, then its data folders elsewhere
    databases: [{'engine', 'name' or 'path', 'login_host', 'login_port', 'login_user', 'login_password',
               'login_unix_socket'}], only the keys that are known; 'login_password' is a secret
    url: where the application says that it is served
    kind: the word of a site's `application.kind`, None where there is none
    document_root: the folder that a web server should serve, where it is not the first webroot
    remarks: what is computed, unreadable or outside, a sentence each, without secrets
    """

    application: str
    version: str | None = None
    webroots: tuple[dict[str, Any], ...] = ()
    databases: tuple[dict[str, Any], ...] = ()
    url: str | None = None
    kind: str | None = None
    document_root: str | None = None
    remarks: tuple[str, ...] = ()
