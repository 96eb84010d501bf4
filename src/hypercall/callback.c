/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>
#include <xen/callback.h>
#include <xen/nmi.h>

#include <entry/entry.h>
#include <hypercall/argument.h>
#include <machine/cpu.h>
#include <machine/x86.h>

static long set_callback(unsigned type, uint64_t address, bool masks)
{
    struct cpu *cpu = this_cpu();

    switch (type) {
    case CALLBACKTYPE_event:
        cpu->event_callback = address;  /* an upcall always masks */
        return 0;
    case CALLBACKTYPE_failsafe:
        cpu->failsafe_callback = address;
        return 0;
    case CALLBACKTYPE_syscall:
        entry_set_callback(cpu, ENTRY_SYSCALL, address, masks);
        return 0;
    case CALLBACKTYPE_syscall32:
        entry_set_callback(cpu, ENTRY_SYSCALL32, address, masks);
        return 0;
    case CALLBACKTYPE_sysenter:
        entry_set_callback(cpu, ENTRY_SYSENTER, address, masks);
        cpu_allow_sysenter();
        return 0;
    case CALLBACKTYPE_nmi:
        entry_set_trap(cpu, VECTOR_NMI, address, 0, true);
        return 0;
    default:
        return -XEN_ENOSYS;
    }
}

static long register_callback(uint64_t argument)
{
    struct callback_register reg;

    if (!GUEST_READ(&reg, argument))
        return -XEN_EFAULT;
    if (!is_guest_address(reg.address))
        return -XEN_EINVAL;
    return set_callback(reg.type, reg.address,
                        reg.flags & CALLBACKF_mask_events);
}

static long unregister_callback(uint64_t argument)
{
    struct callback_unregister reg;

    if (!GUEST_READ(&reg, argument))
        return -XEN_EFAULT;
    switch (reg.type) {
    case CALLBACKTYPE_event:
    case CALLBACKTYPE_failsafe:
    case CALLBACKTYPE_syscall:
    case CALLBACKTYPE_syscall32:
    case CALLBACKTYPE_sysenter:
        return -XEN_EINVAL;             /* as Xen: these have to stay */
    case CALLBACKTYPE_nmi:
        return set_callback(CALLBACKTYPE_nmi, 0, false);
    default:
        return -XEN_ENOSYS;
    }
}

HYPERCALL(hypercall_callback_op)
{
    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    switch ((uint32_t)a1) {
    case CALLBACKOP_register:
        return register_callback(a2);
    case CALLBACKOP_unregister:
        return unregister_callback(a2);
    default:
        return -XEN_ENOSYS;
    }
}

/* As Xen, it says nothing of those that it can't set. */
HYPERCALL(hypercall_set_callbacks)
{
    UNUSED_ARGUMENTS(a4, a5, a6);
    if (is_guest_address(a1))
        set_callback(CALLBACKTYPE_event, a1, true);
    if (is_guest_address(a2))
        set_callback(CALLBACKTYPE_failsafe, a2, true);
    if (is_guest_address(a3))
        set_callback(CALLBACKTYPE_syscall, a3, false);
    return 0;
}

HYPERCALL(hypercall_nmi_op)
{
    struct xennmi_callback callback;

    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    switch ((uint32_t)a1) {
    case XENNMI_register_callback:
        if (!GUEST_READ(&callback, a2))
            return -XEN_EFAULT;
        if (!is_guest_address(callback.handler_address))
            return -XEN_EINVAL;
        return set_callback(CALLBACKTYPE_nmi, callback.handler_address, true);
    case XENNMI_unregister_callback:
        return set_callback(CALLBACKTYPE_nmi, 0, false);
    default:
        return -XEN_ENOSYS;
    }
}
