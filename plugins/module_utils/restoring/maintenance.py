# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A maintenance page while a site changes places: one small file in each webroot, there before and gone afterwards.

What the file does is the site's affair: WordPress answers 503 while `.maintenance` is there; any web server can be told
to answer 503 while a file of the name in `maintenance_file` exists (docs). The journal names every file that we made,
so the next run takes away what a crash left. A file that was there before is the site's own and stays.
"""

from __future__ import annotations

import contextlib
import os

from ansible_collections.rawat.website.plugins.module_utils.restoring.linked import folder_of

FILE = '.maintenance'
# WordPress believes the file for ten minutes after $upgrading (wp_is_maintenance_mode); a restore may take longer.
TEXT = '<?php $upgrading = time();\n'


def is_free(tree: str, file: str) -> bool:
    """Whether `file` is not in `tree` and its folder is."""
    try:
        with folder_of(tree, file) as folder:
            os.stat(os.path.basename(file), dir_fd=folder, follow_symlinks=False)
        return False
    except FileNotFoundError:
        return os.path.isdir(os.path.join(tree, os.path.dirname(file)))
    except OSError:
        return False


def switch_on(places: list[dict], text: str | None) -> None:
    """Write the file at each of `places` ([{'tree', 'file'}]). One that came to be there meanwhile stays."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    for place in places:
        with contextlib.suppress(FileExistsError), folder_of(place['tree'], place['file']) as folder:
            descriptor = os.open(os.path.basename(place['file']), flags, 0o644, dir_fd=folder)
            with os.fdopen(descriptor, 'wb') as handle:
                handle.write((text or TEXT).encode())
                os.fchmod(descriptor, 0o644)  # whatever the umask is: the web server reads it


def switch_off(places: list[dict]) -> None:
    """Remove the file at each of `places`; it may be gone, and so may the tree."""
    for place in places:
        tree, file = place['tree'], place['file']
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), folder_of(tree, file) as folder:
            os.unlink(os.path.basename(file), dir_fd=folder)
