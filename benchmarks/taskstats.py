# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every ended task of this machine has used, told by the kernel: CPU time to the nanosecond and peak memory.

Sampling /proc misses short processes, and `wait4` adds a whole tree up to one figure. The kernel's *taskstats*
interface sends one record for every thread that ends, over a netlink socket. Needs CAP_NET_ADMIN and Linux 5.19 (the
records name their process since version 12). Source: linux/taskstats.h, Documentation/accounting/taskstats.rst.
"""

from __future__ import annotations

import ctypes
import errno
import os
import select
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass

NETLINK_GENERIC = 16
SO_RCVBUFFORCE = 33
CONTROL_FAMILY, GET_FAMILY, FAMILY_ID, FAMILY_NAME = 16, 3, 1, 2  # linux/genetlink.h
GET, REGISTER, DEREGISTER = 1, 3, 4  # TASKSTATS_CMD_GET, TASKSTATS_CMD_ATTR_{REGISTER,DEREGISTER}_CPUMASK
STATS, ONE_TASK = 3, 4  # TASKSTATS_TYPE_STATS, TASKSTATS_TYPE_AGGR_PID
REQUEST, REQUEST_ACKNOWLEDGED, ERROR = 1, 5, 2
HEADER = struct.Struct('=IHHII')  # nlmsghdr: length, type, flags, sequence, port
GENERIC = struct.Struct('=BBH')  # genlmsghdr
ATTRIBUTE = struct.Struct('=HH')  # nlattr: length, type
PROCESS_NAMED_SINCE = 12
BUFFER = 8 << 20  # bytes of records that may wait for us


class Record(ctypes.Structure):
    """`struct taskstats`, up to version 12."""

    _fields_ = [
        ('version', ctypes.c_uint16),
        ('exit_code', ctypes.c_uint32),
        ('flags', ctypes.c_uint8),
        ('nice', ctypes.c_uint8),
        ('_delays', ctypes.c_uint64 * 7),
        ('cpu_nanoseconds', ctypes.c_uint64),  # cpu_run_virtual_total: the scheduler's sum, not ticks
        ('command', ctypes.c_char * 32),
        ('_scheduler', ctypes.c_uint8 * 8),
        ('user', ctypes.c_uint32),
        ('group', ctypes.c_uint32),
        ('task', ctypes.c_uint32),
        ('parent', ctypes.c_uint32),
        ('_began', ctypes.c_uint32),
        ('_times', ctypes.c_uint64 * 7),
        ('peak_kib', ctypes.c_uint64),
        ('_more', ctypes.c_uint64 * 20),
        ('process', ctypes.c_uint32),
    ]


@dataclass
class Process:
    """One ended process, its threads added up."""

    pid: int
    parent: int
    command: str  # as the kernel calls it: at most 15 bytes
    cpu_seconds: float = 0.0
    peak_bytes: int = 0


class Listener:
    """Collects the records from `start()` to `stop()`, in a thread of its own."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self._socket.bind((0, 0))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
        self._family = self._ask_family()
        self._processors = f'0-{(os.cpu_count() or 1) - 1}'.encode() + b'\0'
        self._records: list[Record] = []
        self._lost = False

    def start(self) -> None:
        self._records, self._lost = [], False
        self._request(self._family, GET, REGISTER, self._processors)
        self._wake, self._waker = os.pipe()
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()

    def stop(self) -> list[Process]:
        """Every process that has ended since `start()`. OSError where the kernel had to drop records."""
        os.write(self._waker, b'.')
        self._thread.join()
        os.close(self._wake)
        os.close(self._waker)
        self._request(self._family, GET, DEREGISTER, self._processors)
        if self._lost:
            raise OSError(errno.ENOBUFS, 'the kernel dropped records of ended processes: not all was counted')
        return _by_process(self._records)

    def _collect(self) -> None:
        while True:
            ready, _, _ = select.select([self._socket.fileno(), self._wake], [], [])
            if self._socket.fileno() in ready:
                self._receive()
            elif self._wake in ready:  # only when nothing is left to read
                return

    def _receive(self) -> None:
        try:
            datagram = self._socket.recv(1 << 16)
        except OSError as problem:
            if problem.errno != errno.ENOBUFS:
                raise
            self._lost = True
            return
        for kind, payload in _messages(datagram):
            if kind == self._family:
                self._records += _task_records(payload[GENERIC.size :])

    def _ask_family(self) -> int:
        for kind, payload in _messages(self._request(CONTROL_FAMILY, GET_FAMILY, FAMILY_NAME, b'TASKSTATS\0', REQUEST)):
            for attribute, value in _attributes(payload[GENERIC.size :]) if kind == CONTROL_FAMILY else ():
                if attribute == FAMILY_ID:
                    return int(struct.unpack('=H', value)[0])
        raise OSError('this kernel has no taskstats (CONFIG_TASKSTATS): processes cannot be accounted')

    def _request(
        self, family: int, command: int, attribute: int, value: bytes, flags: int = REQUEST_ACKNOWLEDGED
    ) -> bytes:
        """Send one request; returns the datagram that answers it. Records that arrive before it are kept."""
        body = GENERIC.pack(command, 1, 0) + ATTRIBUTE.pack(ATTRIBUTE.size + len(value), attribute) + value
        body += b'\0' * (-len(body) % 4)
        self._socket.send(HEADER.pack(HEADER.size + len(body), family, flags, 1, 0) + body)
        while True:
            datagram = self._socket.recv(1 << 16)
            for kind, payload in _messages(datagram):
                if kind == ERROR:
                    code = -struct.unpack_from('=i', payload)[0]
                    if code:
                        raise OSError(code, f'taskstats: {os.strerror(code)} (root, or CAP_NET_ADMIN, is needed)')
                    return datagram
                if kind == family and flags == REQUEST:
                    return datagram
                self._records += _task_records(payload[GENERIC.size :])


def _messages(datagram: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position + HEADER.size <= len(datagram):
        length, kind, _flags, _sequence, _port = HEADER.unpack_from(datagram, position)
        yield kind, datagram[position + HEADER.size : position + length]
        position += (length + 3) & ~3


def _attributes(payload: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position + ATTRIBUTE.size <= len(payload):
        length, kind = ATTRIBUTE.unpack_from(payload, position)
        yield kind, payload[position + ATTRIBUTE.size : position + length]
        position += (length + 3) & ~3


def _task_records(payload: bytes) -> list[Record]:
    """The records of single tasks; the last thread's message also has the group's, which lacks what we need."""
    records = []
    for kind, value in _attributes(payload):
        for inner, record in _attributes(value) if kind == ONE_TASK else ():
            if inner == STATS:
                padded = record.ljust(ctypes.sizeof(Record), b'\0')
                records.append(Record.from_buffer_copy(padded))
    return records


def _by_process(records: list[Record]) -> list[Process]:
    found: dict[int, Process] = {}
    for record in records:
        if record.version < PROCESS_NAMED_SINCE:
            raise OSError(f'taskstats version {record.version}: Linux 5.19 or newer is needed')
        process = found.setdefault(record.process, Process(record.process, record.parent, ''))
        process.cpu_seconds += record.cpu_nanoseconds / 1e9
        process.peak_bytes = max(process.peak_bytes, record.peak_kib * 1024)
        if record.task == record.process or not process.command:  # threads may have names of their own
            process.command = record.command.decode(errors='replace')
            process.parent = record.parent
    return list(found.values())
