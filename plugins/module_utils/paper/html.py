# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A document as one HTML page that needs nothing else: no script, no font, no file; printed on A4 as it should be.

Needs Jinja2, which comes with ansible-core. The template escapes by itself, so that no text of a document is markup.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.paper import layout, seal

LOGOS = {'.svg': 'image/svg+xml', '.png': 'image/png', '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg'}


def render(document: dict[str, Any], template_directory: str | Path | None = None) -> str:
    """The page; equal documents give equal pages.

    A template in `template_directory` named after the document's kind (report.html.j2), or document.html.j2 there,
    replaces ours and may extend it. Raises PaperError naming a template that is broken.
    """
    from jinja2 import TemplateError

    chosen = layout.template(document['kind'], '.html.j2', template_directory)
    try:
        page = _environment(document, chosen).from_string(chosen.read_text(encoding='utf-8'))
        return str(page.render(document=document, sections=layout.sections(document), foot=layout.foot(document)))
    except (TemplateError, UnicodeDecodeError) as error:
        line = getattr(error, 'lineno', None)
        where = f'{getattr(error, "filename", None) or chosen}{f", line {line}" if line else ""}'
        raise layout.PaperError(f'{where}: {error}; correct the template or take it away') from None


def _environment(document: dict[str, Any], chosen: Path) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # Ours first: `extends 'document.html.j2'` in a template of that very name means ours and is no circle.
    places = [layout.own_templates(), chosen.parent]
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        loader=FileSystemLoader(places),
    )  # fmt: skip
    logo = _logo((document['letterhead'] or {}).get('logo'))
    environment.globals['logo'] = lambda: logo
    environment.filters.update(svg=_svg, css_text=css_text, join_lines=_joined)
    return environment


def css_text(words: str) -> Any:
    """`words` for a CSS string: all but letters and digits as escapes, so that nothing can end the string."""
    from markupsafe import Markup

    safe = ''.join(letter if letter.isalnum() else f'\\{ord(letter):06x}' for letter in words)
    return Markup(safe)  # noqa: S704  nothing but letters, digits and backslashes is left


def _svg(words: str) -> Any:
    from markupsafe import Markup

    drawn = seal.qr_svg(words)
    if drawn is None:
        return ''
    label = Markup('<svg class="qr" role="img" aria-label="{}"').format(words)
    return label + Markup(drawn.removeprefix('<svg'))  # noqa: S704  drawn by segno out of squares


def _joined(lines: list[str]) -> Any:
    from markupsafe import Markup

    return Markup('<br>').join(lines)


def _logo(path: str | None) -> str | None:
    """The picture as a data: address; None without one. Raises PaperError when it cannot be had."""
    if not path:
        return None
    return f'data:{logo_type(path)};base64,{base64.b64encode(layout.logo_bytes(path)).decode("ascii")}'


def logo_type(path: str) -> str:
    """Its MIME type by its name. Raises PaperError for a kind of picture that documents cannot hold."""
    kind = LOGOS.get(Path(path).suffix.lower())
    if kind is None:
        raise layout.PaperError(f'website_office.logo: {path} is none of {", ".join(LOGOS)}; give one of these')
    return kind
