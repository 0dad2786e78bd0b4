# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records a directory of 300,000 names against generated lists; prints files, added, changed, removed, peak MiB.

A process of its own, because the peak of the resident size is a process's. The names are symbolic links: an inode each,
cheap to make.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / '.cache' / 'collections'))

from ansible_collections.rawat.website.plugins.module_utils.webroot import open_webroot

COUNT = 150_000


def old_list(first: int) -> Iterator[bytes]:
    """As if the links had been numbers `first` to `first` + COUNT."""
    for number in range(first, first + COUNT):
        yield b'["link-%08d","link",511,0,0,1,0,0,0,"x",null,null,null]\n' % number


def peak_kib() -> int:
    """The peak of this program's own memory; ru_maxrss would begin with that of the process that started us."""
    status = Path('/proc/self/status').read_text(encoding='ascii')
    return int(status.partition('VmHWM:')[2].split()[0])


def main(root: Path, work: Path) -> None:
    directory = os.open(root, os.O_RDONLY)
    for number in range(COUNT):
        os.symlink('x', f'link-{number:08d}', dir_fd=directory)
    with (
        (work / 'files').open('wb') as files,
        (work / 'tar').open('wb') as tar,
        open_webroot({'path': str(root)}, []) as w,
    ):
        facts = w.record(
            files.write,
            previous=old_list(50_000),
            write_tar=tar.write,
            base=old_list(100_000),
            write_removed=(work / 'removed').open('wb').write,
            write_metadata=(work / 'metadata').open('wb').write,
        )
    peak = peak_kib() // 1024
    print(facts['links'], facts['added'], facts['changed'], facts['removed'], peak)


if __name__ == '__main__':
    main(Path(sys.argv[1]), Path(sys.argv[2]))
