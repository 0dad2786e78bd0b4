# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removable media: exports to known disks, what lies on them, who has them.

    settings.py   what the inventory says of media, and what is wrong with it; which one is asked for
    devices.py    the block device with the file system of a medium, or why it is not to be used
    mounting.py   a mount that nobody else sees and that ends with its process
    places.py     where an export goes: a medium or a directory; written, settled, read again
    forecast.py   how much an export will take, before anything is written
    contents.py   what lies on a medium: points, their hashes, and the files at its top
    guide.py      RESTORE.md at the top of a medium
    export.py     one export from beginning to end
    custody.py    who has a medium, where it lies, what was written to it: rows of the register; what is due
"""
