# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be stored and what deserves a word: bounded lists with exact counts."""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import printable


class Notes:
    """The `skipped` and `remarks` of one capture, cut at `limit`: a hostile tree must not fill our memory."""

    def __init__(self, limit: int):
        self.limit = limit
        self.skipped: list[dict[str, str]] = []
        self.skipped_total = 0
        self._remarks: list[str] = []
        self._remarks_total = 0
        self._ignored: dict[str, int] = {}

    def skip(self, path: bytes, reason: str) -> None:
        """`path` is not stored, or not as it should be, because of `reason`."""
        self.skipped_total += 1
        if self.skipped_total <= self.limit:
            self.skipped.append({'path': printable(path), 'reason': reason})

    def remark(self, text: str) -> None:
        """Something that the reader of the report should know."""
        self._remarks_total += 1
        if self._remarks_total <= self.limit:
            self._remarks.append(text)

    def ignore_attribute(self, name: str) -> None:
        """An extended attribute that is not stored; counted by name, for there may be one on every file."""
        if name in self._ignored or len(self._ignored) < self.limit:
            self._ignored[name] = self._ignored.get(name, 0) + 1

    def remarks(self) -> list[str]:
        """All remarks, the summaries last."""
        texts = list(self._remarks)
        if self._remarks_total > self.limit:
            texts.append(f'{self._remarks_total - self.limit} more remarks of these kinds')
        for name, count in sorted(self._ignored.items()):
            shown = printable(name.encode('utf-8', 'surrogateescape'))
            texts.append(f'extended attribute {shown} of {count} files is not stored: set it again after a restore')
        if self.skipped_total > self.limit:
            texts.append(f'{self.skipped_total - self.limit} more skipped files are not listed one by one')
        return texts


def why(error: OSError) -> str:
    """The system's own words, e.g. 'Permission denied'."""
    return error.strerror or str(error)
