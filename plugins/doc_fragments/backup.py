# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options that the backup modules share; the schema itself is module_utils/arguments.py."""

from __future__ import annotations

from textwrap import indent

from ansible_collections.rawat.website.plugins.doc_fragments.retention import RULES


class ModuleDocFragment:
    """Sites, assignment and the run."""

    DOCUMENTATION: str = """
options:
  sites:
    description: The sites of this target.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the site, V(a-z), V(0-9) and V(-), unique in the inventory.
        type: str
        required: true
      url:
        description: Address under which visitors reach the site.
        type: str
      webroots:
        description: Directories of the site.
        type: list
        elements: dict
        default: []
        suboptions:
          path:
            description: Absolute path. Links that leave it are followed only when their targets are listed here too.
            type: str
            required: true
          exclude:
            description: "What to leave out: V(cache/) (a directory below the path), V(*.log) (a name anywhere)."
            type: list
            elements: str
            default: []
      databases:
        description: Databases of the site. The C(login_*) options are those of the community database collections.
        type: list
        elements: dict
        default: []
        suboptions:
          engine:
            description: The database engine.
            type: str
            required: true
            choices: [mariadb, mysql, postgresql, sqlite]
          name:
            description: Name of the database; not for V(sqlite).
            type: str
          path:
            description: The database file; for V(sqlite) only.
            type: str
          login_host:
            description: Host of the database server.
            type: str
          login_port:
            description: Port of the database server.
            type: int
          login_user:
            description: Account of the database server.
            type: str
          login_password:
            description: Password of that account.
            type: str
          login_unix_socket:
            description: Socket of the database server.
            type: str
          become_user:
            description: Account of the operating system under which the database client runs.
            type: str
      probes:
        description: What a restored site must answer.
        type: list
        elements: dict
        default: []
        suboptions:
          path:
            description: Path below O(sites[].url).
            type: str
            required: true
          contains:
            description: Text that the answer must hold.
            type: str
          status:
            description: HTTP status that the answer must have.
            type: int
            default: 200
      application:
        description: How a restored copy of the site is started when a drill or a restore asks it for pages.
        type: dict
        suboptions:
          kind:
            description:
              - V(php) runs PHP's built-in server, V(static) sends files, V(none) starts nothing,
                V(command) starts O(sites[].application.command).
              - V(auto) takes V(command) where there is one, else V(php) where the document root has an C(index.php),
                else V(static) where it has an C(index.html).
            type: str
            choices: [auto, php, static, command, none]
            default: auto
          user:
            description: The account that serves the site; when left out, the owner of its document root or C(www-data).
            type: str
          document_root:
            description: The live path of the document root; the first webroot with an index file when left out.
            type: str
          command:
            description:
              - Program and arguments that serve the site on C(127.0.0.1), on the port that the variable C(PORT) names.
              - It starts in the document root; C({port}) in an argument becomes the port.
            type: list
            elements: str
            default: []
          port:
            description: Port on which O(sites[].application.command) listens; 8080 when left out.
            type: int
          environment:
            description: Environment variables of the application.
            type: dict
            default: {}
          visible:
            description:
              - More paths of the machine that the copy may read.
              - It sees programs and settings (C(/usr), C(/etc), C(/opt)) and what was restored, nothing else.
            type: list
            elements: str
            default: []
          hook:
            description:
              - Program and arguments that start a restored copy where namespaces cannot be had, or C(kind) is C(none).
              - A drill that needs it never earns more than the grade B.
            type: list
            elements: str
            default: []
          address:
            description: IP address at which a backup asks the live site for pages, when its name leads elsewhere.
            type: str
      drill:
        description: How often a drill is due when backups ask for it (C(website_drill)); never when left out.
        type: str
        choices: [always, daily, weekly, quarterly]
      retention:
        description: How many recovery points of this site stay, instead of C(website_retention).
        type: dict
        suboptions:
@RULES@
  assignment:
    description: The assignment (C(disposisi)) under which the run happens; its number goes into every recovery point.
    type: dict
    suboptions:
      number:
        description: Number of the letter; an input, never invented. An emergency may be without one.
        type: str
      date:
        description: Date of the letter, V(YYYY-MM-DD). An emergency may be without one.
        type: str
      mode:
        description:
          - Kind of assignment.
          - V(single) is of one piece of work, V(standing) of all until O(assignment.valid_until), V(emergency) of work
            whose letter follows within one working day.
        type: str
        choices: [single, standing, emergency]
        default: single
      assigner:
        description: Who assigned.
        type: dict
        suboptions:
          name:
            description: Name.
            type: str
            required: true
          id:
            description: Personnel number (C(NIP)).
            type: str
          position:
            description: Position.
            type: str
      officer:
        description: Who carries it out.
        type: dict
        suboptions:
          name:
            description: Name.
            type: str
            required: true
          id:
            description: Personnel number (C(NIP)).
            type: str
          position:
            description: Position.
            type: str
      valid_from:
        description: First day, V(YYYY-MM-DD); the date of the letter when left out.
        type: str
      valid_until:
        description: Last day, V(YYYY-MM-DD); a standing assignment needs one.
        type: str
      sites:
        description: Names of the sites that it covers; all when empty.
        type: list
        elements: str
        default: []
      instruction:
        description: What the letter says.
        type: str
      reason:
        description: Why work began before there was a letter; an emergency needs it.
        type: str
      recorded:
        description: When the letter was recorded, in UTC, V(YYYY-MM-DDThh:mm:ssZ); step 1 of the procedure begins.
        type: str
      received:
        description: When the officer had it, in UTC; step 1 of the procedure ends.
        type: str
      scan:
        description: The scan of the signed letter.
        type: dict
        suboptions:
          name:
            description: Name of the file.
            type: str
            required: true
          sha256:
            description: SHA-256 of the file, in hexadecimal.
            type: str
            required: true
  run_id:
    description: Name of the run in the record; made from the time when empty.
    type: str
  host:
    description: Name of this target in the inventory; the host name when empty.
    type: str
  fail_on_failed_site:
    description:
      - Whether the task fails when a site failed. The playbook says no here and fails after the report is written.
    type: bool
    default: true
  progress_file:
    description: File that is kept up to date with what is being done. Filled in by the action plugin.
    type: path
""".replace('@RULES@\n', indent(RULES, ' ' * 10))
