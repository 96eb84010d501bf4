/* SPDX-License-Identifier: MIT */
/* /proc/cpuinfo, the auxiliary vector, and CPUID as user mode sees it. */
#define _GNU_SOURCE
#include "common/check.h"

#include "features.h"

#include <cpuid.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

enum { MOST_FLAGS = 8192 };

static char flags[MOST_FLAGS];

static bool read_line(const char *key, char *value, size_t size)
{
    char line[MOST_FLAGS];
    bool found = false;
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && !found && fgets(line, sizeof(line), file)) {
        char *colon = strchr(line, ':');
        if (strncmp(line, key, strlen(key)) || !colon)
            continue;
        snprintf(value, size, "%s", colon + 1);
        value[strcspn(value, "\n")] = '\0';
        found = true;
    }
    if (file)
        fclose(file);
    return found;
}

static bool has_flag(const char *name)
{
    size_t length = strlen(name);
    for (const char *at = flags; (at = strstr(at, name)); at += length)
        if (at > flags && at[-1] == ' ' &&
            (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

/* Each flag on a line of its own, so that differences can be allowed singly. */
static void all_flags(void)
{
    char name[80];
    if (!read_line("flags", flags, sizeof(flags)))
        give_up("read the flags");
    for (char *flag = strtok(flags, " "); flag; flag = strtok(NULL, " ")) {
        snprintf(name, sizeof(name), "flag-%s", flag);
        observe(name, "there");
    }
}

/* Those that must be on where the CPU has them: also said when absent. */
static void wanted_flags(void)
{
    static const char *const names[] = {
        "smep", "smap", "umip", "fsgsbase", "xsaves", "pku", "ospke",
        "rdtscp", "rdpid", "nx", "avx", "xsave", "pge", "pse", "pcid",
        "syscall", "sep", "constant_tsc", "nonstop_tsc", "tsc_known_freq",
        "hypervisor", "xenpv",
    };
    if (!read_line("flags", flags, sizeof(flags)))
        give_up("read the flags");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        observe_here("%s %s", names[i], has_flag(names[i]) ? "yes" : "no");
}

static void bugs(void)
{
    char value[1000];
    observe_here("%s", read_line("bugs", value, sizeof(value)) ? value :
                 "no line");
}

static void addresses(void)
{
    char value[200];
    observe_here("%s", read_line("address sizes", value, sizeof(value)) ?
                 value : "no line");
}

static void auxiliary_vector(void)
{
    observe_here("hwcap %#lx hwcap2 %#lx pagesz %lu clktck %lu platform %s",
                 getauxval(AT_HWCAP), getauxval(AT_HWCAP2),
                 getauxval(AT_PAGESZ), getauxval(AT_CLKTCK),
                 (const char *)getauxval(AT_PLATFORM));
    observe_here("vdso %s, minimal signal stack %lu",
                 getauxval(AT_SYSINFO_EHDR) ? "there" : "absent",
                 getauxval(AT_MINSIGSTKSZ));
}

/* User mode's CPUID isn't intercepted: it must agree with the native one. */
static void user_cpuid(void)
{
    static const unsigned int leaves[] = {
        0, 1, 7, 0xd, 0x40000000, 0x80000000, 0x80000001, 0x80000007,
        0x80000008,
    };
    enum { APIC_ID = 0xff << 24 };      /* in EBX of leaf 1 */
    run_on_first_cpu();
    for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++) {
        unsigned int a, b, c, d;
        __cpuid_count(leaves[i], 0, a, b, c, d);
        if (leaves[i] == 1)
            b &= ~APIC_ID;
        observe_here("%#x: %#x %#x %#x %#x", leaves[i], a, b, c, d);
    }
}

/* CR4 bits that show in CPUID. */
static void os_bits(void)
{
    unsigned int a, b, c, d;
    __cpuid(1, a, b, c, d);
    observe_here("osxsave %s", c & bit_OSXSAVE ? "on" : "off");
    __cpuid_count(7, 0, a, b, c, d);
    observe_here("ospke %s", c & bit_OSPKE ? "on" : "off");
}

static void faulting_cpuid(void)
{
    enum { SET_CPUID = 0x1012 };        /* arch_prctl: 0 makes it fault */
    observe_here("%ld", syscall(SYS_arch_prctl, SET_CPUID, 0));
}

static void vulnerabilities(void)
{
    static const char *const names[] = {
        "meltdown", "spectre_v1", "spectre_v2", "spec_store_bypass", "l1tf",
        "mds", "srbds", "itlb_multihit", "tsx_async_abort",
        "mmio_stale_data", "retbleed", "gather_data_sampling",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[120], text[200] = "absent";
        snprintf(path, sizeof(path),
                 "/sys/devices/system/cpu/vulnerabilities/%s", names[i]);
        FILE *file = fopen(path, "r");
        if (file && fgets(text, sizeof(text), file))
            text[strcspn(text, "\n")] = '\0';
        if (file)
            fclose(file);
        observe_here("%s: %s", names[i], text);
    }
}

void check_reported_features(void)
{
    check("flags", all_flags);
    check("wanted-flags", wanted_flags);
    check("bugs", bugs);
    check("address-sizes", addresses);
    check("auxiliary-vector", auxiliary_vector);
    check("user-cpuid", user_cpuid);
    check("os-bits", os_bits);
    check("cpuid-faulting", faulting_cpuid);
    check("vulnerabilities", vulnerabilities);
}
