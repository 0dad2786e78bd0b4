# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From virtual hosts to sites: document roots, aliases, and applications in their folders; one site for a webroot."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from ansible_collections.rawat.website.plugins.module_utils.discovery import naming
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import (
    Found,
    recognise,
    recognise_below,
)
from ansible_collections.rawat.website.plugins.module_utils.discovery.reader import Reader
from ansible_collections.rawat.website.plugins.module_utils.discovery.virtual_host import VirtualHost

NO_APPLICATION = ('PHP', 'static')  # what `recognise` calls a webroot without a known application
# Folders of packages: what an alias finds there (icons, libraries for browsers) comes back with the package.
PACKAGED = ('/usr/share', '/usr/lib', '/usr/libexec', '/etc', '/dev', '/proc', '/sys', '/run')
# No site has the whole of these for its own.
SHARED = frozenset({'/', '/var', '/var/www', '/srv', '/home', '/usr', '/opt', '/root', '/tmp', '/var/lib', '/srv/www'})  # noqa: S108
DEFAULT_FOLDERS = ('/usr/share/nginx', '/usr/share/httpd', '/usr/share/apache2', '/var/www/html')
DEFAULT_PAGES = frozenset({'index.html', 'index.nginx-debian.html', '50x.html', '404.html', 'poweredby.png', 'icons'})
DEFAULT_WORDS = (
    *('apache2 default page', 'apache2 debian default page', 'apache2 ubuntu default page', 'welcome to nginx'),
    *('test page for the', 'http server test page', 'it works!'),
)


@dataclass
class Candidate:
    """A site as it was found. `webroot` is as the configuration names it, `real` without links."""

    webroot: str
    real: str
    found: Found | None
    hosts: list[VirtualHost]
    url_path: str = '/'
    extra: list[str] = field(default_factory=list)  # directories that its virtual hosts serve beside it
    inner: list[str] = field(default_factory=list)  # real paths of other sites that lie in it

    @property
    def server_name(self) -> str | None:
        """The name by which it is asked for; of several virtual hosts the one with TLS goes first."""
        hosts = sorted(self.hosts, key=lambda host: not host.tls)
        return next((name for host in hosts if (name := naming.server_name(host.names))), None)

    @property
    def url(self) -> str | None:
        """Where it is served: as its application says, else as the configuration does."""
        if self.found and self.found.url:
            return self.found.url
        if not self.server_name:
            return None
        scheme = 'https' if any(host.tls for host in self.hosts) else 'http'
        return f'{scheme}://{self.server_name}{self.url_path.rstrip("/")}/'


def candidates(hosts: Iterable[VirtualHost], reader: Reader) -> list[Candidate]:
    """One for each webroot, in the order of the configuration."""
    search = _Search(reader)
    hosts = list(hosts)
    for host in hosts:
        if host.document_root:
            search.document_root(host)
    named = next((host for host in hosts if naming.server_name(host.names)), None)
    for host in hosts:
        for url_path, directory in host.aliases:
            search.alias(host if naming.server_name(host.names) or not named else named, host, url_path, directory)
    for candidate in list(search.known.values()):
        search.folders(candidate)
    return search.nested()


class _Search:
    def __init__(self, reader: Reader):
        self.reader = reader
        self.known: dict[str, Candidate] = {}
        self._roots: dict[str, str] = {}  # real path of a document root -> key of its site

    def recognised(self, path: str, host: VirtualHost) -> Found | None:
        """What is there; the time of this discovery ends that, too."""
        return None if self.reader.over() else recognise(path, self.reader.root, host.names)

    def document_root(self, host: VirtualHost) -> None:
        real = self._folder(host.document_root, f'document root of {_place(host)}')
        if real is None:
            return
        if real in self._roots:
            self._join(self.known[self._roots[real]], host)
            return
        why = self._no_site(real, host)
        if why:
            self.reader.remark(f'{host.document_root}, document root of {_place(host)}, {why}: no site')
            self.below(host.document_root, '/', host, set())
            return
        found = self.recognised(host.document_root, host)
        self._roots[real] = self._add(host.document_root, real, found, host, '/').real

    def _no_site(self, real: str, host: VirtualHost) -> str | None:
        """Why a document root is nobody's site of its own; applications may lie in its folders all the same."""
        if real in SHARED:
            return 'is shared by everything on this machine'
        names = set(self.reader.names(real))
        if not names:
            return 'is empty'
        if not default_page(real, self.reader):
            return None
        applications = {os.path.basename(one.webroots[0]['path']) for one in self._inner(host.document_root, host)}
        packaged = real.startswith('/usr/share/')
        return (
            'holds only the default page of the server' if packaged or names <= DEFAULT_PAGES | applications else None
        )

    def alias(self, host: VirtualHost, written: VirtualHost, url_path: str, directory: str) -> None:
        """An application, its own or with its folder for visitors in this place; else more of the host's own site."""
        real = self.reader.real(directory)
        if real is None or not self.reader.is_folder(real):
            return
        for place in (directory, os.path.dirname(directory)):
            found = self.recognised(place, host) if place not in SHARED else None
            if found and found.application not in NO_APPLICATION:
                self._add(place, self.reader.real(place) or place, found, host, _plain(url_path))
                return
        owner = next((one for one in self.known.values() if written in one.hosts and one.url_path == '/'), None)
        packaged = any(inside(real, folder) for folder in PACKAGED) or real in SHARED
        if owner and not packaged and not inside(real, owner.real):
            owner.extra = list(dict.fromkeys([*owner.extra, directory]))

    def folders(self, candidate: Candidate) -> None:
        """Applications one level below a document root: /blog of a site is often another one."""
        own = {self.reader.real(webroot['path']) for webroot in candidate.found.webroots} if candidate.found else set()
        self.below(candidate.webroot, candidate.url_path, candidate.hosts[0], own)

    def below(self, folder: str, url_path: str, host: VirtualHost, own: set[str | None]) -> None:
        """The applications right below a folder, but for those in `own`."""
        for found in self._inner(folder, host):
            place = found.webroots[0]['path']
            real = self.reader.real(place)
            if real is not None and real not in own and real not in self.known and real not in self._roots:
                self._add(place, real, found, host, f'{url_path.rstrip("/")}/{os.path.basename(place)}')

    def _inner(self, folder: str, host: VirtualHost) -> list[Found]:
        return [] if self.reader.over() else recognise_below(folder, self.reader.root, host.names)

    def nested(self) -> list[Candidate]:
        """All of them; each knows which others lie in it."""
        sites = list(self.known.values())
        for site in sites:
            site.inner = [other.real for other in sites if other is not site and inside(other.real, site.real)]
        return sites

    def _add(self, webroot: str, real: str, found: Found | None, host: VirtualHost, url_path: str) -> Candidate:
        """The application's own top counts: two document roots may lead into one application."""
        if found and found.webroots:
            webroot = str(found.webroots[0]['path'])
            real = self.reader.real(webroot) or real
        if real in self.known:
            self._join(self.known[real], host)
        else:
            self.known[real] = Candidate(webroot, real, found, [host], url_path)
        return self.known[real]

    @staticmethod
    def _join(candidate: Candidate, host: VirtualHost) -> None:
        if host not in candidate.hosts:
            candidate.hosts.append(host)

    def _folder(self, path: str, what: str) -> str | None:
        real = self.reader.real(path)
        if real is None or not self.reader.is_folder(real):
            self.reader.remark(f'{path}, {what}, is not there')
            return None
        return real


def default_page(folder: str, reader: Reader) -> bool:
    """Whether the page of a folder is what a web server's package puts there, and nothing of anybody's."""
    if not any(inside(folder, place) for place in DEFAULT_FOLDERS):
        return False
    names = set(reader.names(folder))
    if 'index.html' not in names:
        return bool(names & DEFAULT_PAGES)
    text = (reader.text(os.path.join(folder, 'index.html'), optional=True) or '').lower()
    return any(words in text for words in DEFAULT_WORDS)


def inside(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies below it; both without links."""
    return path == folder or path.startswith(folder.rstrip('/') + '/')


def _plain(url_path: str) -> str:
    """The URL path of an alias; of a pattern nothing is known."""
    return url_path if url_path.startswith('/') and not set(url_path) & set('^$()*[]\\') else '/'


def _place(host: VirtualHost) -> str:
    return f'{naming.server_name(host.names) or "a virtual host"} ({host.file} line {host.line})'
