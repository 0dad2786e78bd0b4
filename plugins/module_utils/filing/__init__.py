# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filing from afar: what repositories know of a run in pieces, and the work that is done where the filing lies.

    evidence  a run's sites out of the repositories     work    what a filing host does, by name
    pieces    the pieces of a run put together          handed  what it is given for that: templates, calendars
"""
