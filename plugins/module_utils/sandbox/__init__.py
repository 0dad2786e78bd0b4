# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A place where a restored site runs beside the live one, and neither can tell: docs/sandbox.md.

    directory.py       the private directory of one drill
    endpoints.py       the paths and ports at which the site looks for its databases
    application.py     what is started: PHP, static files, a command; as whom; under which document root
    serve.py           our side: start the inside, ask it for pages
    hook.py            the administrator's own way, where there are no namespaces
    router.py          PHP's router script, as text
    inside.py          the program in the namespaces: these modules have only the standard library
    inside_system.py   the system calls
    inside_root.py     the file system that the site sees
    inside_network.py  loopback, forwarders to sockets, asking for pages
    inside_server.py   the server as the site's account

The inside sees the machine's programs and settings (read-only), the restored trees at their live paths, and the
restored databases at their live sockets and ports. Nothing else is there: no other file, no network, no live socket.
"""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.sandbox.directory import Sandbox
from ansible_collections.rawat.website.plugins.module_utils.sandbox.hook import hooked
from ansible_collections.rawat.website.plugins.module_utils.sandbox.serve import serve

__all__ = ['Sandbox', 'hooked', 'serve']
