# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""CI systems as far as a recipe notices them: its lines are taken out of its file and run as the system would."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

RECIPES = Path(__file__).resolve().parents[3] / 'docs' / 'ci'
PATIENCE = 300  # seconds of one step


@dataclass
class Build:
    """One run of a recipe in `workspace`. `secrets`: name -> text; `environment`: what the machine itself has."""

    workspace: Path
    temporary: Path
    secrets: dict[str, str]
    environment: dict[str, str]
    log: str = ''
    files: list[Path] = field(default_factory=list)  # that the recipe hands on as its results

    def shell(self, command: list[str], script: str, variables: dict[str, str]) -> int:
        """Run a script; its output is added to the log."""
        done = subprocess.run(
            [*command, script], cwd=self.workspace, env={**self.environment, **variables}, text=True, timeout=PATIENCE,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        self.log += done.stdout
        return done.returncode

    def secret_file(self, name: str) -> str:
        """A file variable: the system writes the text into a file of its own, and the variable is its path."""
        path = self.temporary / f'{name}.file'
        path.write_text(self.secrets[name], encoding='utf-8')
        path.chmod(0o666)  # as GitLab leaves it
        return str(path)


def gitlab(build: Build, job: str = 'backup') -> int:
    """docs.gitlab.com, "CI/CD YAML syntax": before_script and script are one shell script that ends at an error."""
    recipe = yaml.safe_load((RECIPES / 'gitlab-ci.yml').read_text(encoding='utf-8'))
    names = ('ANSIBLE_VAULT_PASSWORD_FILE', 'ANSIBLE_PRIVATE_KEY_FILE', 'SSH_KNOWN_HOSTS')
    variables = {'CI_PROJECT_DIR': str(build.workspace), **{name: build.secret_file(name) for name in names}}
    for name, value in recipe['variables'].items():
        variables[name] = re.sub(r'\$(\w+)', lambda match: variables[match.group(1)], value)
    lines = [*recipe['default']['before_script'], *recipe[job]['script']]
    artifacts = recipe[job]['artifacts']
    assert artifacts['when'] == 'always'
    build.files = [build.workspace / name for name in [artifacts['reports']['junit'], *artifacts.get('paths', [])]]
    return build.shell(['bash', '-eo', 'pipefail', '-c'], '\n'.join(lines), variables)


def github(build: Build) -> int:
    """docs.github.com, "Workflow syntax": a shell a step; GITHUB_ENV and GITHUB_PATH speak to the steps that follow."""
    recipe = yaml.safe_load((RECIPES / 'github-actions.yml').read_text(encoding='utf-8'))
    (job,) = recipe['jobs'].values()
    told = {name: build.temporary / name for name in ('GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY')}
    for path in told.values():
        path.write_text('', encoding='utf-8')
    runner = {'RUNNER_TEMP': str(build.temporary), **{name: str(path) for name, path in told.items()}, **job['env']}
    code = 0
    for step in job['steps']:
        if step.get('uses', '').startswith('actions/upload-artifact@'):
            assert step['if'] == 'always()'
            build.files = [build.workspace / step['with']['path'], told['GITHUB_STEP_SUMMARY']]
        if 'run' not in step or (code and step.get('if') != 'always()'):
            continue
        added = dict(line.split('=', 1) for line in told['GITHUB_ENV'].read_text(encoding='utf-8').splitlines())
        path = ':'.join([*told['GITHUB_PATH'].read_text(encoding='utf-8').splitlines(), build.environment['PATH']])
        own = {name: _expression(build, text) for name, text in step.get('env', {}).items()}
        command = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c']
        code = build.shell(command, step['run'], {**runner, **added, **own, 'PATH': path}) or code
    return code


def _expression(build: Build, text: str) -> str:
    match = re.fullmatch(r'\$\{\{ secrets\.(\w+) \}\}', text)
    assert match, text
    return build.secrets[match.group(1)]


def jenkins(build: Build) -> int:
    """jenkins.io, "Pipeline syntax": each sh step is a script of its own; after a failed one only `post` follows."""
    recipe = (RECIPES / 'Jenkinsfile').read_text(encoding='utf-8')
    variables = {'WORKSPACE': str(build.workspace)}
    for name, value in re.findall(r'^\s+(\w+) = (.+)$', recipe, re.MULTILINE):
        secret = re.fullmatch(r"credentials\('([\w-]+)'\)", value)
        variables[name] = build.secret_file(secret.group(1)) if secret else _groovy(value, variables)
    results = re.search(r'always \{(.*?)\n        \}', recipe, re.DOTALL)
    assert results
    build.files = [build.workspace / name for name in re.findall(r"'(rawat-[\w.-]+)'", results.group(1))]
    for script in re.findall(r"sh '''(.*?)'''", recipe, re.DOTALL):
        if code := build.shell(['sh', '-xe', '-c'], script, variables):
            return code
    return 0


def _groovy(text: str, variables: dict[str, Any]) -> str:
    """A string in double quotes."""
    assert text[0] == text[-1] == '"', text
    return re.sub(r'\$\{(\w+)\}', lambda match: variables[match.group(1)], text[1:-1])


def base_environment(folder: Path, wheels: Path, packages: Path) -> dict[str, str]:
    """A machine of the system's. pip finds our wheel where it was told to look; what that needs is there already."""
    return {
        'PATH': f'{folder}/bin:{os.environ["PATH"]}', 'HOME': str(folder), 'LANG': 'C.UTF-8',
        'RAWAT_LANG': 'en', 'CI': 'true',
        'PIP_NO_INDEX': '1', 'PIP_FIND_LINKS': str(wheels), 'PIP_NO_DEPS': '1', 'PIP_NO_CACHE_DIR': '1',
        'PYTHONPATH': str(packages), 'XDG_RUNTIME_DIR': str(folder),
    }  # fmt: skip
