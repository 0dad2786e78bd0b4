# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications as Debian ships them, unpacked beside each other in the cache and configured as their manuals say.

Made once for each set of versions, under another name, and published by a rename: two runs may do it at once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

PACKAGES = ('wordpress', 'mediawiki', 'mediawiki-classes', 'dokuwiki')
CONFIGURATION = {
    # what /usr/share/doc/wordpress/examples/setup-mysql writes
    'etc/wordpress/config-berita.example.php': (
        "<?php\ndefine('DB_NAME', 'berita');\ndefine('DB_USER', 'berita');\ndefine('DB_PASSWORD', 'wp-secret');\n"
        "define('DB_HOST', 'localhost');\ndefine('WP_CONTENT_DIR', '/srv/www/wp-content/berita.example');\n?>\n"
    ),
    'etc/wordpress/config-default.php': "<?php\ndefine('DB_NAME', 'other');\n",
    'srv/www/wp-content/berita.example/uploads/a.txt': 'text\n',
    'etc/mediawiki/LocalSettings.php': (
        '<?php\n$wgServer = "http://wiki.example";\n$wgScriptPath = "/mediawiki";\n$wgDBtype = "postgres";\n'
        '$wgDBserver = "localhost";\n$wgDBname = "wiki";\n$wgDBuser = "wiki";\n$wgDBpassword = "mw-secret";\n'
        '$wgDBport = "5432";\n'
    ),
    # what the package's own installation writes
    'etc/dokuwiki/local.php': "<?php\n$conf['title'] = 'Catatan';\n$conf['license'] = '0';\n$conf['useacl'] = 1;\n",
}


def ensure() -> Path:
    """The folder that is `/` of a machine with these packages."""
    chosen = _apt('--print-uris', 'download', *PACKAGES, cwd='/')
    spec = hashlib.sha256(f'{chosen}{CONFIGURATION}'.encode()).hexdigest()[:16]
    cache = Path(os.environ.get('RAWAT_CACHE') or Path.home() / '.cache' / 'rawat-website') / 'package-trees'
    place = cache / spec
    if place.is_dir():
        return place
    cache.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=cache, prefix='.making-'))
    try:
        _make(work)
        try:
            os.rename(work / 'tree', place)
        except OSError:  # another run was faster
            if not place.is_dir():
                raise
    finally:
        shutil.rmtree(work)
    return place


def _make(work: Path) -> None:
    (work / 'downloads').mkdir()
    _apt('download', *PACKAGES, cwd=str(work / 'downloads'))
    for package in sorted((work / 'downloads').glob('*.deb')):
        subprocess.run(['dpkg-deb', '--extract', str(package), str(work / 'tree')], check=True, timeout=300)
    for name, text in CONFIGURATION.items():
        path = work / 'tree' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')


def _apt(*arguments: str, cwd: str) -> str:
    """apt-get as whoever owns the folder, once more with fresh lists where it does not know a package."""
    command = ['apt-get', '--quiet', '--quiet', '-o', 'APT::Sandbox::User=root', *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode and os.geteuid() == 0:
        refresh = ['apt-get', '--quiet', '--quiet', '-o', 'DPkg::Lock::Timeout=900', 'update']
        subprocess.run(refresh, check=True, timeout=600)
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, f'{" ".join(command)} failed: {done.stderr}'
    return done.stdout
