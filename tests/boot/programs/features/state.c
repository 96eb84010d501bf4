/* SPDX-License-Identifier: MIT */
/* AVX registers over switches and signals, and XSAVE's layout. */
#define _GNU_SOURCE
#include "common/check.h"
#include "features.h"

#include <cpuid.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/time.h>
#include <sys/wait.h>

static bool has_avx(void)
{
    unsigned int a, b, c = 0, d;
    __get_cpuid(1, &a, &b, &c, &d);
    return (c & bit_AVX) && (c & bit_OSXSAVE);
}

static void enabled_state(void)
{
    uint32_t low, high;
    unsigned int a, b, c = 0, d;
    __get_cpuid(1, &a, &b, &c, &d);
    if (!(c & bit_OSXSAVE)) {
        observe_here("no OSXSAVE");
        return;
    }
    asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    __cpuid_count(0xd, 0, a, b, c, d);
    observe_here("xcr0 %#x, size %#x of %#x", low, b, c);
    __cpuid_count(0xd, 1, a, b, c, d);
    observe_here("xsaveopt %d xsavec %d xgetbv1 %d xsaves %d", a & 1,
                 a >> 1 & 1, a >> 2 & 1, a >> 3 & 1);
    observe_here("size %#x for XCR0 and IA32_XSS, compacted", b);
}

static void load_avx(uint64_t value)
{
    uint64_t pattern[4] = { value, ~value, value * 3, value ^ 0x5555 };
    asm volatile("vmovups %0, %%ymm3\n\tvmovups %0, %%ymm12"
                 : : "m"(pattern) : "xmm3", "xmm12");
}

static bool same_avx(uint64_t value)
{
    uint64_t pattern[4] = { value, ~value, value * 3, value ^ 0x5555 };
    uint64_t low[4], high[4];
    asm volatile("vmovups %%ymm3, %0\n\tvmovups %%ymm12, %1"
                 : "=m"(low), "=m"(high));
    return !memcmp(low, pattern, sizeof(low)) &&
           !memcmp(high, pattern, sizeof(high));
}

/* The bare call, since a library may use the registers itself. */
static void yield(void)
{
    asm volatile("mov $24, %%eax\n\tsyscall"
                 : : : "rax", "rcx", "r11", "memory");
}

static void avx_over_switches(void)
{
    int wrong = 0, status;
    if (!has_avx()) {
        observe_here("no AVX");
        return;
    }
    run_on_first_cpu();
    for (uint64_t i = 1; i <= 4; i++) {
        if (fork() != 0)
            continue;
        bool good = true;
        for (int round = 0; round < 500; round++) {
            load_avx(i * 0x0101010101010101 + round);
            yield();
            good &= same_avx(i * 0x0101010101010101 + round);
        }
        _exit(!good);
    }
    while (wait(&status) > 0)
        wrong += status != 0;
    observe_here("wrong in %d", wrong);
}

static volatile sig_atomic_t ticks;

static void clobber(int signal_number)
{
    (void)signal_number;
    ticks++;
    asm volatile("vxorps %%ymm3, %%ymm3, %%ymm3\n\t"
                 "vxorps %%ymm12, %%ymm12, %%ymm12" : : : "xmm3", "xmm12");
}

static void avx_over_signals(void)
{
    struct itimerval value = { { 0, 2000 }, { 0, 2000 } };
    if (!has_avx()) {
        observe_here("no AVX");
        return;
    }
    signal(SIGALRM, clobber);
    setitimer(ITIMER_REAL, &value, NULL);
    load_avx(0x1122334455667788);
    while (ticks < 10)
        asm volatile("pause");
    observe_here("%s", same_avx(0x1122334455667788) ? "kept" : "lost");
}

/* x87 and MXCSR control words are per process. */
static void control_words(void)
{
    int wrong = 0, status;
    run_on_first_cpu();
    for (unsigned int i = 0; i < 4; i++) {
        if (fork() != 0)
            continue;
        uint16_t x87 = 0x37f & ~(i << 10), x87_after;
        uint32_t sse = 0x1f80 | i << 13, sse_after;
        bool good = true;
        asm volatile("fldcw %0\n\tldmxcsr %1" : : "m"(x87), "m"(sse));
        for (int round = 0; round < 500; round++) {
            yield();
            asm volatile("fnstcw %0\n\tstmxcsr %1"
                         : "=m"(x87_after), "=m"(sse_after));
            good &= x87 == x87_after && sse == sse_after;
        }
        _exit(!good);
    }
    while (wait(&status) > 0)
        wrong += status != 0;
    observe_here("wrong in %d", wrong);
}

void check_extended_state(void)
{
    check("enabled-state", enabled_state);
    check("avx-switches", avx_over_switches);
    check("avx-signals", avx_over_signals);
    check("control-words", control_words);
}
