# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which points stay and which go, and the rule that decided.

`decision` is the pure function, `simulation` looks ahead with it, `points` turns manifests and events into what both
take, `prune` acts on one repository. docs/retention.md says the rules in words.
"""
