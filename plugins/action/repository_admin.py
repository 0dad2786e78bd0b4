# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""repository_admin on the controller's side."""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.plugin_utils.site_action import RepositoryAction


class ActionModule(RepositoryAction):
    """Runs the module repository_admin."""
