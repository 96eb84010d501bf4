/* SPDX-License-Identifier: MIT */
#include "run/run.h"

struct seen seen[8];
unsigned nr_seen, go_on;

static uint64_t *kernel_gs, *user_gs;
static char kernel_stack[PAGE_SIZE] __attribute__((aligned(4096)));
static char test_stack[PAGE_SIZE] __attribute__((aligned(4096)));

uint64_t test_stack_end(void)
{
    return (uint64_t)test_stack + sizeof test_stack;
}

uint64_t kernel_stack_end(void)
{
    return (uint64_t)kernel_stack + sizeof kernel_stack;
}

void set_mask(bool masked)
{
    shared_info->vcpu_info[0].evtchn_upcall_mask = masked;
}

static uint64_t gs_shows(void)
{
    uint64_t value;

    __asm__ volatile ("mov %%gs:0, %0" : "=r" (value));
    return value;
}

void events_clear(void)
{
    shared_info->vcpu_info[0].evtchn_upcall_pending = 0;
    shared_info->vcpu_info[0].evtchn_pending_sel = 0;
    memset(shared_info->evtchn_pending, 0,
           sizeof shared_info->evtchn_pending);
}

static bool note(struct trap_frame *frame)
{
    if (nr_seen == sizeof seen / sizeof *seen)
        return false;
    if (frame->vector == ON_EVENT)
        events_clear();
    seen[nr_seen++] = (struct seen){
        .frame = *frame, .top = (uint64_t)(frame + 1),
        .rflags = trap_rflags, .gs = gs_shows(),
        .cr2 = shared_info->vcpu_info[0].arch.cr2,
        .mask = shared_info->vcpu_info[0].evtchn_upcall_mask,
    };
    if (!go_on)
        run_end();
    go_on--;
    return true;
}

static void map_user(uint64_t virtual, const void *page, uint64_t flags)
{
    page_map(virtual, mfn_of(page) << PAGE_SHIFT | PTE_P | PTE_US | PTE_A
                      | PTE_D | flags);
}

static void give_up_writing(void *page)
{
    CALL(update_va_mapping, page, mfn_of(page) << PAGE_SHIFT | PTE_P | PTE_A,
         UVMF_INVLPG);
}

/* What Xen loads for user mode: the user's part of the same tables. */
static void make_user_tables(void)
{
    uint64_t *l4 = page_new(), *l3 = page_new();
    uint64_t frame = mfn_of(l4);
    struct mmuext_op ops[] = {
        { .cmd = MMUEXT_PIN_L4_TABLE, .arg1.mfn = frame },
        { .cmd = MMUEXT_NEW_USER_BASEPTR, .arg1.mfn = frame },
    };

    map_user(USER_CODE, snippets, 0);
    map_user(USER_READ_ONLY, page_new(), 0);
    map_user(USER_NO_EXEC, page_new(), PTE_RW | PTE_NX);
    map_user(USER_STACK - PAGE_SIZE, page_new(), PTE_RW);
    page_map(USER_NO_BIT, mfn_of(snippets) << PAGE_SHIFT | PTE_P | PTE_A
                          | PTE_D);
    l4[0] = mfn_of(l3) << PAGE_SHIFT | PTE_P | PTE_RW | PTE_US | PTE_A;
    l3[USER_CODE >> 30] = *page_entry(USER_CODE, 3);
    give_up_writing(l3);
    give_up_writing(l4);
    report(CALL(mmuext_op, ops, 2, 0, DOMID_SELF), "user tables");
}

void run_init(void)
{
    kernel_gs = page_new();
    user_gs = page_new();
    *kernel_gs = GS_KERNEL;
    *user_gs = GS_USER;
    make_user_tables();
    CALL(set_segment_base, SEGBASE_GS_KERNEL, kernel_gs);
    CALL(set_segment_base, SEGBASE_GS_USER, user_gs);
    CALL(stack_switch, FLAT_KERNEL_SS, kernel_stack_end());
    on_trap = note;
}

struct run_context user_context(const char *snippet)
{
    return (struct run_context){
        .r11 = RUN_R11, .rcx = RUN_RCX, .rip = USER_ADDRESS(snippet),
        .cs = USER_CS, .rflags = RFLAGS_IF | RFLAGS_ONE, .rsp = USER_STACK,
        .ss = USER_SS,
    };
}

void run_in_kernel(const char *snippet, uint64_t rax, bool masked)
{
    nr_seen = 0;
    set_mask(masked);
    run_kernel(snippet, rax, test_stack_end());
    set_mask(true);
}

void run_in_user(struct run_context context)
{
    nr_seen = 0;
    run_iret(&context);
    set_mask(true);
}

/* Names of the flags that are set, of those that tell something. */
static const char *flags_name(uint64_t rflags)
{
    static const struct {
        uint64_t bit;
        const char *name;
    } flags[] = {
        { RFLAGS_IF, " IF" }, { RFLAGS_TF, " TF" }, { RFLAGS_DF, " DF" },
        { RFLAGS_NT, " NT" }, { RFLAGS_RF, " RF" }, { RFLAGS_AC, " AC" },
        { RFLAGS_IOPL, " IOPL" },
    };
    static char text[64];
    char *end = text;

    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++)
        if (rflags & flags[i].bit) {
            memcpy(end, flags[i].name, strlen(flags[i].name));
            end += strlen(flags[i].name);
        }
    *end = 0;
    return end == text ? " none" : text;
}

static const char *kept(uint64_t value, uint64_t was)
{
    return value == was ? "kept" : "changed";
}

static bool is_near(uint64_t value, uint64_t base)
{
    return value - base + PAGE_SIZE < 2 * PAGE_SIZE;
}

/* "+n" from what it should be near; addresses of our own don't matter. */
static void print_distance(const char *name, const char *what,
                           uint64_t value, uint64_t base)
{
    long distance = (long)(value - base);

    if (is_near(value, base))
        print("%s, %s: %s%ld", name, what, distance < 0 ? "" : "+",
              distance);
    else if (is_near(value, trap_stub(128)))
        print("%s, %s: a handler", name, what);
    else if (value >= VIRT_BASE + PAGE_SIZE && value <= (uint64_t)guest_end)
        print("%s, %s: elsewhere", name, what);
    else
        print("%s, %s: %lx", name, what, value);
}

static void print_one(const char *name, const struct seen *one,
                      uint64_t code, uint64_t rsp)
{
    const struct trap_frame *frame = &one->frame;
    bool user = (frame->cs & 3) == 3;
    uint64_t top = user ? kernel_stack_end() : frame->rsp & ~15ul;

    print("%s, vector: %lu error %lx", name, frame->vector, frame->error);
    print_distance(name, "rip", frame->rip, code);
    if (user)
        print("%s, selectors: %lx %lx", name, frame->cs & 0xffff, frame->ss);
    else
        print("%s, selectors: kernel's, RPL %lu", name, frame->cs & 3);
    print("%s, saved mask: %lu", name, frame->cs >> 32 & 255);
    print("%s, flags:%s", name, flags_name(frame->rflags));
    print_distance(name, "rsp", frame->rsp, rsp);
    print_distance(name, "frame", one->top, top);
    print("%s, registers: rcx %s, r11 %s", name, kept(frame->rcx, RUN_RCX),
          kept(frame->r11, RUN_R11));
    print("%s, handler:%s, mask %u, GS %s", name, flags_name(one->rflags),
          one->mask, one->gs == GS_KERNEL ? "kernel's" : "user's");
}

void print_seen(const char *name, uint64_t code, uint64_t rsp)
{
    if (!nr_seen)
        print("%s: nothing", name);
    for (unsigned i = 0; i < nr_seen; i++)
        print_one(name, &seen[i], code, rsp);
}
