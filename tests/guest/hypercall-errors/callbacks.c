/* SPDX-License-Identifier: MIT */
/* callback_op, nmi_op, set_callbacks, set_trap_table. */
#include "errors.h"

#include <xen/callback.h>
#include <xen/nmi.h>

#define REGISTER(kind, where)                                              \
    TRY_NAMED("callback_op(register, " #kind ", " #where ")", callback_op, \
              CALLBACKOP_register, struct callback_register,               \
              .type = kind, .address = where)
#define UNREGISTER(kind)                                                   \
    TRY_NAMED("callback_op(unregister, " #kind ")", callback_op,           \
              CALLBACKOP_unregister, struct callback_unregister, .type = kind)

static void try_callback_op(void)
{
    TRY_COMMANDS(callback_op, 2, "register", "unregister");
    REGISTER(CALLBACKTYPE_event, NONCANONICAL);
    REGISTER(CALLBACKTYPE_event, XENS);
    REGISTER(CALLBACKTYPE_failsafe, NONCANONICAL);
    REGISTER(CALLBACKTYPE_syscall, NONCANONICAL);
    REGISTER(CALLBACKTYPE_syscall32, XENS);
    REGISTER(CALLBACKTYPE_sysenter, NONCANONICAL);
    REGISTER(CALLBACKTYPE_nmi, NONCANONICAL);
    REGISTER(CALLBACKTYPE_nmi, XENS);
    REGISTER(4, UNMAPPED_VIRTUAL);
    REGISTER(8, UNMAPPED_VIRTUAL);
    REGISTER(0xffff, UNMAPPED_VIRTUAL);
    REGISTER(CALLBACKTYPE_event, 0);
    REGISTER(CALLBACKTYPE_event, UNMAPPED_VIRTUAL);
    REGISTER(CALLBACKTYPE_failsafe, UNMAPPED_VIRTUAL);
    UNREGISTER(CALLBACKTYPE_event);
    UNREGISTER(CALLBACKTYPE_failsafe);
    UNREGISTER(CALLBACKTYPE_syscall);
    UNREGISTER(CALLBACKTYPE_syscall32);
    UNREGISTER(CALLBACKTYPE_sysenter);
    UNREGISTER(CALLBACKTYPE_nmi);
    UNREGISTER(4);
    UNREGISTER(0xffff);
}

static void try_nmi_op(void)
{
    TRY_COMMANDS(nmi_op, 2, "register");
    TRY_OP(nmi_op, XENNMI_register_callback, struct xennmi_callback,
           .handler_address = NONCANONICAL);
    TRY_OP(nmi_op, XENNMI_register_callback, struct xennmi_callback,
           .handler_address = XENS);
    TRY(nmi_op, XENNMI_unregister_callback, 0);
    TRY(nmi_op, XENNMI_unregister_callback, UNMAPPED_VIRTUAL);
}

static void try_set_callbacks(void)
{
    TRY(set_callbacks, NONCANONICAL, 0, 0);
    TRY(set_callbacks, 0, NONCANONICAL, 0);
    TRY(set_callbacks, 0, 0, NONCANONICAL);
    TRY(set_callbacks, XENS, 0, 0);
    TRY(set_callbacks, UNMAPPED_VIRTUAL, 0, 0);
}

#define TRAP(vector_, address_)                                            \
    ({                                                                     \
        trap_info_t table_[] = {                                           \
            { .vector = vector_, .cs = FLAT_KERNEL_CS,                     \
              .address = address_ },                                       \
            { 0 },                                                         \
        };                                                                 \
                                                                           \
        report(CALL(set_trap_table, table_), "%s",                         \
               "set_trap_table(" #vector_ ", " #address_ ")");             \
    })

static void try_set_trap_table(void)
{
    for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
        report(CALL(set_trap_table, bad->address), "set_trap_table(%s)",
               bad->kind);
    TRAP(3, NONCANONICAL);
    TRAP(3, XENS);
    TRAP(3, 0);
    TRAP(3, UNMAPPED_VIRTUAL);
    TRAP(200, UNMAPPED_VIRTUAL);

    /* A table without an end, up to where nothing is mapped. */
    trap_info_t *last = (trap_info_t *)(edge_page + PAGE_SIZE) - 1;

    *last = (trap_info_t){ 3, 0, FLAT_KERNEL_CS, trap_stub(3) };
    report(CALL(set_trap_table, last), "set_trap_table(no end)");
    memset(edge_page, 0xff, PAGE_SIZE);
    traps_install(0);
}

void try_callbacks(void)
{
    TRY_OP(callback_op, CALLBACKOP_register, struct callback_register,
           .type = CALLBACKTYPE_sysenter_deprecated,
           .address = UNMAPPED_VIRTUAL);
    TRY_OP(callback_op, CALLBACKOP_unregister, struct callback_unregister,
           .type = CALLBACKTYPE_sysenter_deprecated);
    try_callback_op();
    try_nmi_op();
    try_set_callbacks();
    try_set_trap_table();
}
