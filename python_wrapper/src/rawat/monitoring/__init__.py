# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is due, late or missing, and who is told.

    deadlines  of the procedure             nagios   findings as a plugin's output
    alarms     of sites and repositories    figures  findings as metrics
    findings   both, judged                 notices  of runs that died
"""
