# SPDX-License-Identifier: MIT
"""The operations that bench/operations measures, as the report shows them."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Operation:
    """One of them. `limit`: the instructions of its own that microxen is to
    spend on it at most, `in_all` those of the kernel as well; None where
    nothing is laid down. `told` is what the kernel has to be told for it, in a
    boot of its own, where the program calls it `called`."""

    name: str
    label: str
    limit: int | None = None
    in_all: int | None = None
    told: str = ""
    called: str = ""


ALL = (
    Operation("null_syscall", "null syscall", 40),
    Operation("read_zero_1", "read 1 byte of /dev/zero", 40),
    Operation("open_close", "open and close", 80),
    Operation("fork_exit_wait", "fork, exit, wait", 3500),
    Operation("fork64M_exit_wait", "fork of a 64 MiB process", 170000),
    Operation("fork_exec_tiny", "fork, exec, exit, wait", 6500),
    Operation("vfork_exec_tiny", "vfork, exec, exit, wait"),
    Operation("thread_create_join", "thread create and join", 560),
    Operation("pipe_pingpong_rt", "pipe round trip", 300),
    Operation("sched_yield_switch", "sched_yield, pair", 220),
    Operation("futex_pingpong_rt", "futex round trip", 200),
    Operation("unix_stream_rt", "AF_UNIX round trip", 450),
    Operation("tcp_loopback_rt", "TCP loopback round trip", 310),
    Operation("anon_write_fault_4k", "anonymous write fault", 60),
    Operation("anon_read_fault_4k", "anonymous read fault"),
    Operation("cow_fault_4k", "copy-on-write fault", 83),
    Operation("munmap_per_page", "munmap, per page", 1),
    Operation("file_write_fault_4k", "file write fault", 60),
    Operation("thp_fault_2M", "huge page fault"),
    Operation("mmap_touch16_munmap", "mmap, touch 16, munmap", 1400),
    Operation("mprotect_1page", "mprotect of 1 page"),
    Operation("mprotect_256page", "mprotect of 256 pages", 4500),
    Operation("signal_self", "signal to self", 77),
    Operation("signal_segv_mprotect", "SIGSEGV and mprotect", 310),
    Operation("nanosleep_1us", "nanosleep 1 us, elapsed"),
    Operation("nanosleep_1us_slop", "nanosleep, xen_timer_slop",
              in_all=8600, told="xen_timer_slop=1000",
              called="nanosleep_1us"),
)

# Their instructions say little: what matters is the time that passes.
ELAPSED = ("nanosleep_1us", "nanosleep_1us_slop")
