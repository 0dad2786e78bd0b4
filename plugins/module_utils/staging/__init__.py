# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clone a restored site to another address: `clone.py` is the door, `rewrite.py` and `masking.py` do databases,
`settings_files.py` does configuration files, `values.py` a single value."""
