/* SPDX-License-Identifier: MIT */
/* Segments in the LDT, by modify_ldt. */
#include "common/emulator.h"
#include "runtime.h"
#include "signals.h"

#include <asm/ldt.h>
#include <linux/mman.h>

enum { LDT_READ = 0, LDT_WRITE = 0x11, CODE = 2, EXPAND_DOWN = 1 };

static uint32_t block[64] __attribute__((aligned(64)));

static int set_entry(struct user_desc entry)
{
    return CALL3(__NR_modify_ldt, LDT_WRITE, &entry, sizeof(entry));
}

static uint16_t selector_of(int entry)
{
    return entry << 3 | 7;
}

/* A flat 32-bit data segment with that base. */
static struct user_desc data_segment(int number, uint32_t base)
{
    return (struct user_desc) {
        .entry_number = number, .base_addr = base, .limit = 0xfffff,
        .seg_32bit = 1, .limit_in_pages = 1, .useable = 1,
    };
}

/* The base for a segment in DS or ES that is to hold `data`. */
static uint32_t data_base(const void *data)
{
    return data_segment_bases_break_the_kernel() ? 0 : (uint32_t)data;
}

static void data_by_es(void)
{
    uint32_t value, base = data_base(block);
    block[5] = 0x55667788;
    int result = set_entry(data_segment(0, base));
    asm volatile("push %%es\n\tmov %1, %%es\n\tmovl %%es:(%2), %0\n\t"
                 "pop %%es"
                 : "=&r"(value)
                 : "r"((uint32_t)selector_of(0)),
                   "r"((uint32_t)(block + 5) - base));
    observe_here("%d 0x%x", result, value);
}

/* String instructions use ES and DS at once. */
static void string_copy(void)
{
    uint32_t from = data_base(block), to = data_base(block + 32);
    block[0] = 0x01020304;
    block[1] = 0x05060708;
    set_entry(data_segment(1, from));
    set_entry(data_segment(2, to));
    from = (uint32_t)block - from;
    to = (uint32_t)(block + 32) - to;
    asm volatile("push %%ds\n\tpush %%es\n\tmov %2, %%ds\n\t"
                 "mov %3, %%es\n\tmov $2, %%ecx\n\t"
                 "rep movsl\n\tpop %%es\n\tpop %%ds"
                 : "+S"(from), "+D"(to)
                 : "r"((uint32_t)selector_of(1)),
                   "r"((uint32_t)selector_of(2))
                 : "ecx", "memory");
    observe_here("0x%x 0x%x", block[32], block[33]);
}

static void last_entry(void)
{
    uint32_t value;
    block[0] = 0x8191;
    int last = set_entry(data_segment(8191, (uint32_t)block));
    int beyond = set_entry(data_segment(8192, 0));
    asm volatile("mov %1, %%gs\n\tmovl %%gs:0, %0"
                 : "=r"(value) : "r"((uint32_t)selector_of(8191)));
    observe_here("%d %d 0x%x", last, beyond, value);
}

static void read_back(void)
{
    uint32_t table[8];
    set_entry(data_segment(1, 0x12345678));
    int size = CALL3(__NR_modify_ldt, LDT_READ, table, sizeof(table));
    observe_here("%d 0x%x 0x%x 0x%x 0x%x", size, table[0], table[1], table[2],
                 table[3]);
}

static void use_by_gs(struct user_desc entry, uint32_t offset)
{
    uint32_t value;
    int result = set_entry(entry);
    observe_here("set %d", result);
    expect_fault(0);
    asm volatile(MARK "mov %1, %%gs\n\tmovl %%gs:(%2), %0"
                 : "=r"(value)
                 : "r"((uint32_t)selector_of(entry.entry_number)),
                   "r"(offset));
    observe_here("0x%x", value);
}

static void not_present(void)
{
    struct user_desc entry = data_segment(3, (uint32_t)block);
    entry.seg_not_present = 1;
    use_by_gs(entry, 0);
}

static void beyond_limit(void)
{
    struct user_desc entry = data_segment(3, (uint32_t)block);
    entry.limit_in_pages = 0;
    entry.limit = 7;
    use_by_gs(entry, 5);
}

static struct user_desc expand_down(void)
{
    struct user_desc entry = data_segment(3, (uint32_t)block);
    entry.limit_in_pages = 0;
    entry.limit = 7;
    entry.contents = EXPAND_DOWN;
    return entry;
}

static void expand_down_inside(void)
{
    block[2] = 0x2222;
    use_by_gs(expand_down(), 8);
}

static void expand_down_outside(void)
{
    use_by_gs(expand_down(), 4);
}

static void sixteen_bit_data(void)
{
    struct user_desc entry = data_segment(3, (uint32_t)block);
    entry.seg_32bit = 0;
    entry.limit_in_pages = 0;
    entry.limit = 0xffff;
    block[4] = 0x1616;
    use_by_gs(entry, 16);
}

static void write_to_read_only(void)
{
    struct user_desc entry = data_segment(3, (uint32_t)block);
    entry.read_exec_only = 1;
    set_entry(entry);
    expect_fault(0);
    asm volatile("mov %0, %%gs\n\t" MARK "movl $1, %%gs:0"
                 : : "r"((uint32_t)selector_of(3)) : "memory");
    no_fault();
}

static void never_set(void)
{
    set_entry(data_segment(0, 0));
    expect_fault(0);
    asm volatile(MARK "mov %0, %%gs" : : "r"((uint32_t)selector_of(5)));
    no_fault();
}

/* The LDT is the process's: deleted entries stop to work at once. */
static void deleted(void)
{
    struct user_desc none = {
        .entry_number = 0, .read_exec_only = 1, .seg_not_present = 1,
    };
    set_entry(data_segment(0, (uint32_t)block));
    set_entry(none);
    expect_fault(0);
    asm volatile(MARK "mov %0, %%gs" : : "r"((uint32_t)selector_of(0)));
    no_fault();
}

static void inherited(void)
{
    int status;
    uint32_t value;
    block[0] = 42;
    set_entry(data_segment(0, (uint32_t)block));
    long child = CALL0(__NR_fork);
    if (child == 0) {
        asm volatile("mov %1, %%gs\n\tmovl %%gs:0, %0" : "=r"(value)
                     : "r"((uint32_t)selector_of(0)));
        exit_now(value);
    }
    CALL3(__NR_waitpid, child, &status, 0);
    observe_here("%d", status >> 8);
}

/* Two processes with different LDTs, switching. */
static void switches(void)
{
    enum { PROCESSES = 4, ROUNDS = 300 };
    int ends[2], wrong = 0;
    CALL1(__NR_pipe, ends);
    for (int p = 0; p < PROCESSES; p++) {
        if (CALL0(__NR_fork) != 0)
            continue;
        char bad = 0;
        block[p] = 500 + p;
        if (p)                  /* the first has none: GS stays 0 */
            set_entry(data_segment(0, (uint32_t)(block + p)));
        for (int i = 0; i < ROUNDS; i++) {
            uint32_t value = 500;
            if (p)
                asm volatile("mov %1, %%gs\n\tmovl %%gs:0, %0" : "=r"(value)
                             : "r"((uint32_t)selector_of(0)));
            bad |= value != 500u + p;
            CALL0(__NR_sched_yield);
        }
        CALL3(__NR_write, ends[1], &bad, 1);
        exit_now(0);
    }
    for (int p = 0; p < PROCESSES; p++) {
        char bad = 1;
        CALL3(__NR_read, ends[0], &bad, 1);
        wrong += bad;
    }
    observe_here("wrong in %d", wrong);
}

static void stack_by_ldt(void)
{
    uint32_t ss;
    set_entry(data_segment(0, 0));
    asm volatile("mov %%ss, %%ebx\n\tmov %1, %%ss\n\tpush %%eax\n\t"
                 "mov $20, %%eax\n\tint $0x80\n\tmov %%ss, %0\n\t"
                 "pop %%eax\n\tmov %%ebx, %%ss"
                 : "=&r"(ss) : "r"((uint32_t)selector_of(0))
                 : "eax", "ebx", "memory");
    observe_here("ss=0x%x", ss);
}

/*
 * Interrupts and IRETQ with a 16-bit SS: the upper half of ESP must come back
 * (Linux calls its remedy espfix).
 */
static void sixteen_bit_stack(void)
{
    enum { STACK = 0x30000 };
    struct user_desc entry = data_segment(0, STACK);
    uint32_t after_call, after_spin, selector = selector_of(0);

    entry.seg_32bit = 0;
    entry.limit_in_pages = 0;
    entry.limit = 0xffff;
    map_memory(STACK, 0x10000, PROT_READ | PROT_WRITE);
    int result = set_entry(entry);
    asm volatile("mov %%esp, %%esi\n\tmov %%ss, %%edi\n\t"
                 "mov %%eax, %%ss\n\tmov $0x5a5a8000, %%esp\n\t"
                 "mov $20, %%eax\n\tint $0x80\n\tmov %%esp, %0\n\t"
                 "mov $0x5a5a8000, %%esp\n\tmov $20000000, %%ecx\n"
                 "1:\tdec %%ecx\n\tjnz 1b\n\tmov %%esp, %1\n\t"
                 "mov %%edi, %%ss\n\tmov %%esi, %%esp"
                 : "=&b"(after_call), "=&d"(after_spin), "+a"(selector)
                 : : "ecx", "esi", "edi", "cc", "memory");
    observe_here("set %d, esp after int 0x80: 0x%x, after spinning: 0x%x",
                 result, after_call, after_spin);
}

/* The way back from a code segment of the LDT: by a far jump through this. */
static struct {
    uint32_t offset;
    uint16_t selector;
} __attribute__((packed)) back;

enum { USER_CODE_32 = 0x23, LENGTH_BEFORE_ADDRESS = 10 };

/* MOV $0x12345678, %EAX; LJMP *disp32, for either default size. */
static void write_code(uint8_t *code, bool is_32bit)
{
    static const uint8_t prefixed[LENGTH_BEFORE_ADDRESS] = {
        0x66, 0xb8, 0x78, 0x56, 0x34, 0x12, 0x67, 0x66, 0xff, 0x2d
    };
    uint32_t address = (uint32_t)&back;
    for (size_t i = 0; i < sizeof(prefixed); i++)
        if (!is_32bit || (prefixed[i] != 0x66 && prefixed[i] != 0x67))
            *code++ = prefixed[i];
    memcpy(code, &address, sizeof(address));
}

/* CS from the LDT: 32-bit and 16-bit code. */
static void call_code(bool is_32bit)
{
    uint8_t *code = map_memory(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
    struct user_desc entry = data_segment(1, (uint32_t)code);
    struct { uint32_t offset; uint16_t selector; } target = {
        0, selector_of(1)
    };
    uint32_t result = 0;

    write_code(code, is_32bit);
    back.selector = USER_CODE_32;
    entry.contents = CODE;
    entry.seg_32bit = is_32bit;
    observe_here("set %d", set_entry(entry));
    expect_fault(0);
    asm volatile(MARK "movl $1f, %2\n\tljmp *%1\n1:"
                 : "+a"(result) : "m"(target), "m"(back.offset) : "memory");
    observe_here("0x%x", result);
}

static void code_32bit(void)
{
    call_code(true);
}

static void code_16bit(void)
{
    call_code(false);
}

/* A fault and a system call inside an LDT code segment. */
static void fault_in_code(void)
{
    static const uint8_t code[] = { 0xb8, 0x14, 0, 0, 0, 0xcd, 0x80, 0x0f,
                                    0x0b };
    uint8_t *page = map_memory(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
    struct user_desc entry = data_segment(1, (uint32_t)page);
    struct { uint32_t offset; uint16_t selector; } target = {
        0, selector_of(1)
    };
    memcpy(page, code, sizeof(code));
    entry.contents = CODE;
    set_entry(entry);
    expect_fault(7);
    asm volatile("ljmp *%0" : : "m"(target) : "eax", "memory");
    no_fault();
}

static void bad_contents(void)
{
    struct user_desc entry = data_segment(1, 0);
    entry.contents = 3;         /* conforming code: refused unless absent */
    int conforming = set_entry(entry);
    entry.seg_not_present = 1;
    int absent = set_entry(entry);
    int short_size = CALL3(__NR_modify_ldt, LDT_WRITE, &entry, 8);
    int bad_function = CALL3(__NR_modify_ldt, 5, &entry, sizeof(entry));
    observe_here("%d %d %d %d", conforming, absent, short_size, bad_function);
}

struct descriptor_check {
    const char *name;
    void (*body)(void);
};

static const struct descriptor_check checks[] = {
    { "ldt-es", data_by_es }, { "ldt-string", string_copy },
    { "ldt-last", last_entry }, { "ldt-read", read_back },
    { "ldt-not-present", not_present }, { "ldt-limit", beyond_limit },
    { "ldt-expand-down-inside", expand_down_inside },
    { "ldt-expand-down-outside", expand_down_outside },
    { "ldt-16-bit-data", sixteen_bit_data },
    { "ldt-read-only", write_to_read_only }, { "ldt-never-set", never_set },
    { "ldt-deleted", deleted }, { "ldt-fork", inherited },
    { "ldt-switches", switches }, { "ldt-stack", stack_by_ldt },
    { "ldt-16-bit-stack", sixteen_bit_stack },
    { "ldt-code-32", code_32bit }, { "ldt-code-16", code_16bit },
    { "ldt-fault-in-code", fault_in_code },
    { "ldt-bad-contents", bad_contents },
};

void check_local_descriptors(void)
{
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        check(checks[i].name, checks[i].body);
}
