# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every source file says whose it is and under which licence, in its first lines, and none has grown too long."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HEADER = ('SPDX-FileCopyrightText: 2026 The rawat.website authors', 'SPDX-License-Identifier: GPL-3.0-or-later')
SOURCES = ('*.py', '*.sh', '*.yml', '*.yaml', '*.toml', '*.cfg', 'Makefile', '.ci/run')
# Written by a tool, which would drop the header again; and data of scenarios, which is no source.
LEFT_OUT = re.compile(r'changelogs/changelog\.yaml|tests/scenarios/[^/]+/.+')
LONGEST = 400


def problems(path: Path) -> list[str]:
    text = path.read_text(encoding='utf-8')
    if not text.strip():
        return []
    head = '\n'.join(text.splitlines()[:6])
    found = [f'{path}: the first lines lack "{line}"' for line in HEADER if line not in head]
    if path.suffix == '.py':
        length = text.count('\n')
        if length > LONGEST:
            found.append(f'{path}: {length} lines, more than {LONGEST}: split it by what it knows')
        if '\nfrom __future__ import annotations\n' not in text and '\nimport ' in text:
            found.append(f'{path}: lacks "from __future__ import annotations" (Python 3.9 reads our annotations)')
    return found


def main() -> int:
    listing = subprocess.run(
        ['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard', *SOURCES],
        check=True, capture_output=True, text=True,
    ).stdout
    paths = [Path(name) for name in listing.split('\0') if name and not LEFT_OUT.fullmatch(name)]
    found = [line for path in paths if path.is_file() for line in problems(path)]
    print(*found, f'{len(paths)} files looked at, {len(found)} problems', sep='\n')
    return 1 if found or not paths else 0


if __name__ == '__main__':
    sys.exit(main())
