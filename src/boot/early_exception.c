/* SPDX-License-Identifier: MIT */
#include <boot/early_exception.h>

#include <entry/frame.h>
#include <lib/panic.h>
#include <machine/descriptor.h>
#include <machine/x86.h>

_Noreturn void early_exception(const struct frame *frame);

extern const char early_stubs[];

static struct gate idt[NR_EXCEPTIONS];

void early_exceptions_init(void)
{
    struct table_pointer pointer = { sizeof idt - 1, (uint64_t)idt };
    uint16_t cs;

    __asm__ ("mov %%cs, %0" : "=r" (cs));
    for (unsigned i = 0; i < NR_EXCEPTIONS; i++) {
        idt[i] = make_gate((uint64_t)early_stubs + i * EARLY_STUB_SIZE, 0, 0);
        idt[i].selector = cs;
    }
    __asm__ volatile ("lidt %0" : : "m" (pointer));
}

_Noreturn void early_exception(const struct frame *frame)
{
    panic_frame(frame, "unexpected exception during boot");
}
