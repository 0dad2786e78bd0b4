# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where symbolic links point. Nothing is resolved on the disk: its owner could change it between look and use."""

from __future__ import annotations

import os
from collections.abc import Sequence


class Boundaries:
    """The webroot and the site's other listed webroots: a link to any place inside them does not leave the site."""

    def __init__(self, root: bytes, listed: Sequence[bytes]):
        """`root` is the webroot's real path, `listed` the paths in the inventory (which may be links themselves)."""
        self.root = root
        places = [root, *listed, *(os.path.realpath(path) for path in listed)]
        self._inside = tuple({_normal(place).rstrip(b'/') + b'/' for place in places})

    def leaves(self, link: bytes, target: bytes) -> bool:
        """Whether `target` of the link at `link` (relative to the webroot) lies outside, judged by the text alone."""
        place = _normal(os.path.join(self.root, os.path.dirname(link), target))
        return not (place.rstrip(b'/') + b'/').startswith(self._inside)


def _normal(path: bytes) -> bytes:
    """normpath, but '//x' is '/x': POSIX lets a system give the double slash a meaning, Linux does not."""
    return b'/' + os.path.normpath(path).lstrip(b'/')
