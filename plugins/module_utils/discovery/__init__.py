# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server carries, read from its files: which sites, which applications, which databases.

Every file is hostile input: `reading.py` is the only door to them. Nothing here executes anything or writes anything.
Every function takes `root`, the folder that is taken for `/`.
"""
