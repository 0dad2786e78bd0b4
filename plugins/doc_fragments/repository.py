# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The option that describes a repository; the schema itself is module_utils/arguments.py."""

from __future__ import annotations


class ModuleDocFragment:
    """Where recovery points are kept."""

    DOCUMENTATION = r"""
options:
  repository:
    description: Where recovery points are kept.
    type: dict
    required: true
    suboptions:
      store:
        description: V(archive) keeps plain tar and zstd files; V(restic) an encrypted, deduplicated restic repository.
        type: str
        choices: [archive, restic]
        default: archive
      location:
        description:
          - For V(archive) an absolute path of the target or C(ssh://user@host/path).
          - For V(restic) what restic takes, such as a path or C(sftp:user@host:/path).
        type: str
        required: true
      create:
        description: Whether a missing repository is made.
        type: bool
        default: false
      password:
        description: Password of a restic repository.
        type: str
      environment:
        description: Environment variables for restic's backends.
        type: dict
        default: {}
      ssh_private_key:
        description:
          - Text of the private key for the backup server.
          - It is handed over for the run only and never written to a disk.
        type: str
      ssh_known_hosts:
        description: Host key lines of the backup server, as in C(known_hosts).
        type: str
      ca_certificate:
        description: Text of the certificate (PEM) by which a C(rest:https:) or C(s3:https:) server is known.
        type: str
      recipients:
        description:
          - Public keys of age for which V(archive) encrypts every data file.
          - With them a target can write recovery points, and read none.
        type: list
        elements: str
        default: []
      identities:
        description: Text of the age identities that open what was encrypted. Only drills and restores need them.
        type: str
      append_only:
        description:
          - Whether these credentials can add but not remove.
          - What a run leaves behind is then swept by the vault side.
        type: bool
        default: false
      immutable:
        description: Whether every run is to prove that what was written cannot be removed with these credentials.
        type: bool
        default: false
      via:
        description:
          - With V(controller) the repository is reached through a tunnel that the control side opens for the run.
        type: str
        choices: [target, controller]
        default: target
      tunnel_port:
        description: Port of that tunnel on the target. Filled in by the action plugin.
        type: int
"""
