# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restoring as a person would: the commands of a point's RESTORE.md, run by bash. No product code in here."""

from __future__ import annotations

import re

FENCE = re.compile(r'^```bash\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def commands(guide: str) -> list[str]:
    """The fenced commands of a RESTORE.md, one text per fence, in the order in which they stand."""
    found = FENCE.findall(guide)
    assert found, f'RESTORE.md names no command:\n{guide}'
    return found


def script(guide: str) -> str:
    """All commands as one bash script that stops at the first one that fails."""
    return 'set -eu -o pipefail\n' + '\n'.join(commands(guide))
