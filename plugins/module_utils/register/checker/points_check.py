# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recovery points behind a report, where their repository is a directory of this machine."""

from __future__ import annotations

import os
import stat

from ansible_collections.rawat.website.plugins.module_utils.register.checker.basics import (
    JSON_LIMIT,
    QUICK_LIMIT,
    SUMS,
    Row,
    below,
    cause,
    mapping,
    objects,
    parse,
    read_file,
    read_sums,
)
from ansible_collections.rawat.website.plugins.module_utils.register.checker.case import Case

MANIFEST = 'manifest.json'
LIST = 'destruction.json'
Stored = tuple  # (folder, name of a file in it, SHA-256)


def check_points(case: Case, row: Row) -> None:
    """The recovery points that a row, or a record, names."""
    points = Points(case)
    for site in objects(row.get('sites')):
        point, name = site.get('recovery_point'), site.get('site')
        if isinstance(point, str) and isinstance(name, str):
            points.check(site, name, point)


class Points:
    """The points of one check; `budget`: how many bytes of them are still read without --deep."""

    def __init__(self, case: Case):
        self.case, self.budget = case, QUICK_LIMIT

    def check(self, site: Row, name: str, point: str) -> None:
        """One point: whether it can be looked at here, and what is found then."""
        repository, item = mapping(site.get('repository')), f'{name}/{point}'
        location = str(repository.get('location'))
        listed = self._listed(name, point)
        if repository.get('store') == 'restic':
            if listed:
                return self._pruned(item, listed, None)
            return self.case.add(item, None, 'point_restic', location=location)
        if not os.path.isabs(location) or not os.path.isfile(os.path.join(location, '.rawat-repository')):
            return self.case.add(item, None, 'point_elsewhere', location=location)
        try:
            folder = below(location, name, point)
            if not stat.S_ISDIR(os.lstat(folder).st_mode):
                raise ValueError(folder)
            return self._check_stored(site, item, folder)
        except ValueError:
            return self.case.add(item, False, 'file_unsafe')
        except FileNotFoundError:
            if listed:
                return self._pruned(item, listed, True)
            return self.case.add(item, False, 'point_gone', location=location)
        except OSError as error:
            return self.case.add(item, None, 'point_denied', location=location, reason=cause(error))

    def _listed(self, name: str, point: str) -> Row | None:
        """The row of the destruction list on which a point of the repository itself stands."""
        for row in [row for row in self.case.rows if row['kind'] == 'pruned']:
            for site in objects(row.get('sites')):
                for place in objects(site.get('places')) if site.get('site') == name else []:
                    if place.get('place') == 'primary' and point in (place.get('points') or []):
                        return row
        return None

    def _pruned(self, item: str, row: Row, seen: bool | None) -> None:
        """Gone by rule; the list that says so must be the one that was entered."""
        folder, name = str(row.get('folder')), LIST
        self.case.add(item, seen, 'point_pruned', date=row.get('date'), path=f'{folder}/{name}')
        try:
            where = below(str(self.case.filing), folder)
        except ValueError:
            return self.case.add(folder, False, 'file_unsafe')
        expected = str(mapping(row.get('documents')).get(name))
        return self.case.check_file(where, f'{folder}/{name}', name, expected)

    def _check_stored(self, site: Row, item: str, folder: str) -> None:
        """Manifest, sums and files of one recovery point in a directory of this machine."""
        sums = self._sums(item, folder)
        if sums is None:
            return None
        for part in [*objects(site.get('databases')), *objects(site.get('webroots'))]:
            expected, file = part.get('stored_sha256') or part.get('sha256'), part.get('file')
            if file and expected and sums.get(str(file)) != expected:
                self.case.add(item, False, 'part_differs', file=file)
        if MANIFEST not in sums:
            return self.case.add(f'{item}/{SUMS}', False, 'sums_lacks', name=MANIFEST)
        files = [(folder, name, sums[name]) for name in sorted(sums)] + self._bases(folder, item)
        total = sum(os.lstat(os.path.join(where, name)).st_size for where, name, _expected in files)
        if self.case.deep or total <= self.budget:
            self.budget -= total
            if self._hold(site, files):
                self.case.add(item, True, 'point_whole', count=len(files))
        elif self._hold(site, [(folder, MANIFEST, sums[MANIFEST])]):
            self.case.add(item, None, 'point_present', bytes=total)
        return None

    def _sums(self, item: str, folder: str) -> dict[str, str] | None:
        try:
            return read_sums(read_file(os.path.join(folder, SUMS), JSON_LIMIT))
        except FileNotFoundError as error:
            self.case.add(f'{item}/{SUMS}', False, 'file_gone', reason=cause(error))
        except ValueError as error:
            self.case.add(f'{item}/{SUMS}', False, 'sums_line', line=str(error)[:20])
        return None

    def _bases(self, folder: str, item: str) -> list[Stored]:
        """The fulls in other points on which this one's differences rest."""
        try:
            manifest = parse(read_file(os.path.join(folder, MANIFEST), JSON_LIMIT))
        except ValueError as error:
            self.case.add(f'{item}/{MANIFEST}', False, 'file_broken', reason=str(error)[:200])
            return []
        result = []
        for part in objects(manifest.get('webroots')):
            base = mapping(part.get('base'))
            if base:
                other = below(os.path.dirname(folder), str(base.get('point')))
                sums = read_sums(read_file(os.path.join(other, SUMS), JSON_LIMIT))
                result.append((other, str(base.get('file')), sums.get(str(base.get('file')), '')))
        return result

    def _hold(self, site: Row, files: list[Stored]) -> bool:
        """Whether all of these files are what the sums say."""
        return self.case.check_files(
            (where, f'{site.get("site")}/{os.path.basename(where)}/{SUMS}: {name}', name, expected)
            for where, name, expected in files
        )
