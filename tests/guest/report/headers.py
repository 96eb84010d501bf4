#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The hypercalls and sub-operations that Xen's public headers have.

Taken from the headers by the compiler, as a PV guest sees them (without
__XEN_TOOLS__), so that the list can't be older than they are. Only which
macros name the operations of which hypercall is written down here; a
hypercall that isn't in that table is an error. An alias of another macro is
no operation of its own.

    tests/guest/report/headers.py       the list, as C for the tests

prints OPERATION(hypercall, its number, macro, value) for each.
"""
import dataclasses
import pathlib
import re
import subprocess
import tempfile

INCLUDE = pathlib.Path("/usr/include/xen")
# Without __XEN_TOOLS__ these only say that they want it.
FOR_TOOLS = {"domctl.h", "sysctl.h", "dom0_ops.h"}
# Not of this architecture, or of no interface that is there any more.
FOREIGN = {"arch-arm.h", "arch-x86_32.h", "xencomm.h", "tmem.h", "evtchn.h",
           "gntdev.h", "gntalloc.h", "privcmd.h"}
MORE = ["arch-x86/xen-mca.h", "hvm/hvm_op.h", "hvm/dm_op.h",
        "xsm/flask_op.h"]
FLAGS = ["-D__XEN_INTERFACE_VERSION__=0x00040d00", "-I/usr/include"]

# Which macros are a hypercall's operations: the prefix, and what may follow.
OPERATIONS = {
    "mmu_update": r"MMU_(NORMAL_PT_UPDATE|MACHPHYS_UPDATE|PT_UPDATE_\w+)",
    "platform_op": r"XENPF_([a-z]\w+)",
    "memory_op": r"XENMEM_((?!paging_op_|access_op_|sharing_op_|resource_)"
                 r"[a-z]\w+)",
    "update_va_mapping": r"UVMF_(?!\w+_MASK)(\w+)",
    "event_channel_op_compat": r"EVTCHNOP_(\w+)",
    "xen_version": r"XENVER_(\w+)",
    "console_io": r"CONSOLEIO_(\w+)",
    "physdev_op_compat": r"PHYSDEVOP_(?!DBGP_)(\w+)",
    "grant_table_op": r"GNTTABOP_(\w+)",
    "vm_assist": r"VMASST_(?:TYPE|CMD)_(\w+)",
    "vcpu_op": r"VCPUOP_(\w+)",
    "set_segment_base": r"SEGBASE_(\w+)",
    "mmuext_op": r"MMUEXT_(\w+)",
    "xsm_op": r"FLASK_([A-Z_]+)",
    "nmi_op": r"XENNMI_(\w+)",
    "sched_op": r"SCHEDOP_(\w+)",
    "sched_op_compat": r"SCHEDOP_(yield|block|shutdown)",
    "callback_op": r"CALLBACK(?:OP|TYPE)_(\w+)",
    "xenoprof_op": r"XENOPROF_(?!last_op)([a-z]\w+)",
    "event_channel_op": r"EVTCHNOP_(\w+)",
    "physdev_op": r"PHYSDEVOP_(?!DBGP_)(\w+)",
    "hvm_op": r"HVMOP_(?!altp2m_)([a-z]\w+)",
    "kexec_op": r"KEXEC_CMD_(?:kexec_)?(\w+)",
    "argo_op": r"XEN_ARGO_OP_(\w+)",
    "xenpmu_op": r"XENPMU_([a-z]\w+)",
    "dm_op": r"XEN_DMOP_(?!no_gfns)([a-z]\w+)",
    "hypfs_op": r"XEN_HYPFS_OP_(\w+)",
    "arch_0": r"XEN_MC_([a-z]\w+)",
}
# One operation each, or such as only tools' headers name.
WHOLE = {"set_trap_table", "set_gdt", "stack_switch", "set_callbacks",
         "fpu_taskswitch", "set_debugreg", "get_debugreg",
         "update_descriptor", "multicall", "set_timer_op",
         "update_va_mapping_otherdomain", "iret", "sysctl", "domctl",
         "tmem_op", *(f"arch_{n}" for n in range(1, 8))}
# Values of flags that come with an operation and are none themselves.
NOT_OPERATIONS = {"PHYSDEVOP_IRQ_NEEDS_UNMASK_NOTIFY", "UVMF_MULTI"}


@dataclasses.dataclass
class Operation:
    """A sub-operation: its macro, the macro without prefix, its value."""

    macro: str
    name: str
    value: int


@dataclasses.dataclass
class Hypercall:
    """A hypercall; `operations` is empty if it has but one."""

    number: int
    name: str
    operations: list


def _headers():
    own = sorted(path.name for path in INCLUDE.glob("*.h"))
    return [name for name in own + MORE
            if name not in FOR_TOOLS | FOREIGN]


def _includes():
    return "#include <stdint.h>\n" + "".join(
        f"#include <xen/{name}>\n" for name in _headers()
        if name not in ("errno.h", "xen-compat.h"))


def _compile(arguments, text):
    return subprocess.run(["cc", *FLAGS, *arguments, "-x", "c", "-"],
                          input=text, text=True, check=True,
                          stdout=subprocess.PIPE).stdout


def _values(names):
    """{macro: value} of those that are numbers."""
    rows = "".join(f'    printf("{name} %lu\\n", (unsigned long)({name}));\n'
                   for name in names)
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/values"
        _compile(["-o", program],
                 f"#include <stdio.h>\n{_includes()}"
                 f"int main(void)\n{{\n{rows}    return 0;\n}}\n")
        printed = subprocess.run([program], text=True, check=True,
                                 stdout=subprocess.PIPE).stdout
    return {name: int(value)
            for name, value in map(str.split, printed.splitlines())}


def hypercalls():
    """All there are, by their numbers; ValueError if one is unknown."""
    macros = re.findall(r"^#define (\w+)[ \t]+[-\d(][^{\"\n]*$",
                        _compile(["-E", "-dM"], _includes()), re.MULTILINE)
    calls = [name for name in macros
             if re.fullmatch(r"__HYPERVISOR_(?!dom0_op|mca|console_op)"
                             r"[a-z]\w*", name)]
    unknown = [name for name in calls if name.split("_", 3)[3]
               not in OPERATIONS.keys() | WHOLE]
    if unknown:
        raise ValueError("Xen's headers have hypercalls that nobody has "
                         "looked at: " + ", ".join(unknown))
    wanted = {name: [macro for macro in macros
                     if re.fullmatch(pattern, macro)
                     and macro not in NOT_OPERATIONS]
              for name, pattern in OPERATIONS.items()}
    value = _values({*calls, *(m for group in wanted.values()
                               for m in group)})
    found = []
    for macro in calls:
        name = macro.split("_", 3)[3]
        operations = [Operation(m, re.fullmatch(OPERATIONS[name], m)[1],
                                value[m]) for m in wanted.get(name, [])]
        operations.sort(key=lambda one: (one.value, one.macro))
        found.append(Hypercall(value[macro], name, operations))
    return sorted(found, key=lambda call: call.number)


def main():
    """Print them all as C."""
    for call in hypercalls():
        for one in call.operations:
            print(f"OPERATION({call.name}, {call.number}, {one.macro}, "
                  f"{one.value})")


if __name__ == "__main__":
    main()
