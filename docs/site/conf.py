# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site, for Sphinx. The sources keep the repository's layout, so that a link works in both places."""

from __future__ import annotations

project = 'rawat.website'
author = 'The rawat.website authors'
project_copyright = f'2026, {author}'
extensions = ['myst_parser', 'sphinx_antsibull_ext']
root_doc = 'docs/index'
exclude_patterns = ['**/README-*']
myst_enable_extensions = ['colon_fence']
myst_heading_anchors = 3
pygments_style = 'friendly'
pygments_dark_style = 'monokai'

html_theme = 'furo'
html_title = 'rawat.website'
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {'navigation_with_keys': True}
