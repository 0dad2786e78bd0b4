# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""rawat: runs the playbooks of the collection rawat.website and shows what happens. Comfort, never truth."""
