# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One file a document: from a record, or from what the register holds, to the document as data."""

from __future__ import annotations
