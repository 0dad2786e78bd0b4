# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How web applications write their settings: PHP and .env files, read as text and never run.

The cloning of a site writes them, the discovery of sites reads them.
"""
