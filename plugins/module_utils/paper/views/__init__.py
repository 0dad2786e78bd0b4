# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each paper says: one function a document, from a record and a language to a document as data. All are pure."""

from __future__ import annotations

from typing import Any, Callable

from ansible_collections.rawat.website.plugins.module_utils.paper.views.disposition import disposition
from ansible_collections.rawat.website.plugins.module_utils.paper.views.labels import labels
from ansible_collections.rawat.website.plugins.module_utils.paper.views.minutes import minutes
from ansible_collections.rawat.website.plugins.module_utils.paper.views.report import report

# Those of one record, by the name of their files; `view(record, language)`.
VIEWS: dict[str, Callable[[dict[str, Any], str], dict[str, Any]]] = {
    'report': report,
    'disposition': disposition,
    'minutes': minutes,
    'labels': labels,
}
