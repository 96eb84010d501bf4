/* SPDX-License-Identifier: MIT */
#include "day.h"

static void print_selector(const char *name, uint64_t selector)
{
    print("%s: %lx", name, selector);
}

void test_registers(void)
{
    const struct start_registers *r = &start_registers;
    uint64_t tables_end = start_info->pt_base
                          + start_info->nr_pt_frames * PAGE_SIZE;

    check("RSI is start_info", r->rsi == (uint64_t)start_info);
    check("start_info is page aligned", r->rsi % PAGE_SIZE == 0);
    check("RSP is the end of a page behind the tables",
          r->rsp == tables_end + PAGE_SIZE);
    check("all other registers are 0",
          !(r->rax | r->rcx | r->rdx | r->rbx | r->rbp | r->rdi | r->r8
            | r->r9 | r->r10 | r->r11 | r->r12 | r->r13 | r->r14 | r->r15));
    print("RFLAGS: %lx", r->rflags);
    print_selector("CS", r->cs);
    print_selector("SS", r->ss);
    print_selector("DS", r->ds);
    print_selector("ES", r->es);
    print_selector("FS", r->fs);
    print_selector("GS", r->gs);
}
