# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the script get-pip.py: the same arguments, but pip comes out of Python's own ensurepip.

ansible-test copies it to where it would keep a downloaded one, see ansible_test.py. pip then fetches
the requirements from the package index that this machine is set to.
"""

from __future__ import annotations

import runpy
import subprocess
import sys

NOT_OF_PIP = ('--no-setuptools', '--no-wheel')  # arguments that get-pip.py knows and "pip install" does not

subprocess.check_call([sys.executable, '-m', 'ensurepip', '--upgrade', '--default-pip'], stdout=subprocess.DEVNULL)
sys.argv = ['pip', 'install', *(argument for argument in sys.argv[1:] if argument not in NOT_OF_PIP)]
runpy.run_module('pip', run_name='__main__')
