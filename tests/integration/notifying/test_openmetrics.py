# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures for Prometheus, read by Prometheus' own parsers; names and meanings as documented."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.notifying import openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics_families
from prometheus_client.parser import text_string_to_metric_families as text_families

CHECKOUT = Path(__file__).resolve().parents[3]
NOW = 1_795_000_000
HOSTILE = 'a"b\\c\nd{x="1"} 5\u2028é'


def sites() -> list[dict[str, Any]]:
    known = {key: 1000 + number for number, key in enumerate(openmetrics.BY_KEY)}
    return [{'site': HOSTILE, 'host': 'web1', **known}, {'site': 'beta', 'host': 'web2', 'readable': 0}]


def everything() -> openmetrics.Samples:
    made = openmetrics.collect(sites(), None, NOW)
    made['rawat_check_state'] = [({}, 2)]
    made['rawat_findings'] = [({'state': name}, 1) for name in ('warning', 'critical', 'unknown')]
    made['rawat_deadlines'] = [({'state': 'late'}, 0)]
    return made


def test_both_formats_read_what_was_written() -> None:
    text = openmetrics.render(everything())
    for parse in (openmetrics_families, text_families):
        families = {family.name: family for family in parse(text)}
        assert set(families) == {family.name for family in openmetrics.FAMILIES}
        assert {family.type for family in families.values()} == {'gauge'}
        assert all(family.documentation for family in families.values())
        labels = {sample.labels['site'] for sample in families['rawat_site_readable'].samples}
        assert labels == {HOSTILE, 'beta'}
        assert families['rawat_check_state'].samples[0].value == 2


def test_units_stand_in_the_names_as_openmetrics_wants_it() -> None:
    units = {family.name: family.unit for family in openmetrics_families(openmetrics.render(everything()))}
    assert units == {family.name: family.unit for family in openmetrics.FAMILIES}


def test_what_is_not_known_has_no_sample_and_a_site_without_a_point_has_zero() -> None:
    feed = {'sites': [
        {'site': 'new', 'host': 'web1', 'last_run': None, 'verified': None, 'drilled': None},
        {'site': 'bad', 'host': 'web1', 'verified': {'taken': '2026-11-22T10:15:30Z'},
         'last_run': {'finished': '2026-11-23T10:15:30Z', 'outcome': 'failed'},
         'drilled': {'grade': 'F', 'finished': '2026-11-22T12:00:00Z'}},
    ]}  # fmt: skip
    text = openmetrics.render(openmetrics.of_feed(feed, {'policy': {'rpo_hours': 24}}, NOW))
    found = {(sample.name, sample.labels['site']): sample.value for family in openmetrics_families(text)
             for sample in family.samples if 'site' in sample.labels}  # fmt: skip
    assert found[('rawat_site_newest_good_timestamp_seconds', 'new')] == 0
    assert found[('rawat_site_last_proof_timestamp_seconds', 'new')] == 0
    assert found[('rawat_site_rpo_seconds', 'bad')] == 86400
    assert found[('rawat_site_last_run_success', 'bad')] == 0
    # A drill that failed says nothing of an earlier one that did not.
    assert ('rawat_site_last_proof_timestamp_seconds', 'bad') not in found
    assert ('rawat_site_last_run_success', 'new') not in found
    assert ('rawat_site_readable', 'bad') not in found


@pytest.mark.parametrize('feed', [{}, {'sites': [1]}, {'sites': [{'site': 'x'}]}, {'sites': None}])
def test_a_feed_that_is_none_is_an_error_that_says_so(feed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match='feed'):
        openmetrics.of_feed(feed, None, NOW)


def test_the_file_is_replaced_whole_and_may_be_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / 'rawat.prom'
    path.write_text('old')
    openmetrics.write(str(path), everything())
    assert path.read_text(encoding='utf-8').endswith('# EOF\n')
    assert path.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in tmp_path.iterdir()] == ['rawat.prom']
    path.with_name('rawat.prom.new').symlink_to(tmp_path / 'elsewhere')
    with pytest.raises(OSError, match='symbolic link'):
        openmetrics.write(str(path), everything())
    assert not (tmp_path / 'elsewhere').exists()


def test_the_documentation_lists_every_metric_with_its_meaning() -> None:
    page = (CHECKOUT / 'docs' / 'alarms.md').read_text(encoding='utf-8')
    rows = dict(re.findall(r'^\| `(rawat_[a-z_]+)(?:\{[^}]*\})?` \| (.+?) \|$', page, re.MULTILINE))
    assert rows == {family.name: family.help for family in openmetrics.FAMILIES}
