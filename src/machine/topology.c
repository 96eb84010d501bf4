/* SPDX-License-Identifier: MIT */
#include <machine/topology.h>

#include <stdint.h>

#include <machine/smp.h>
#include <machine/x86.h>

#define LEAF_EXTENDED_TOPOLOGY 0xb
#define LEVEL_TYPE(leaf)       ((leaf).ecx >> 8 & 0xff)
#define LEVEL_THREADS          1
#define LEVEL_SHIFT(leaf)      ((leaf).eax & 31)
#define LEAF_AMD_SIZES         0x80000008
#define AMD_ID_SIZE(leaf)      ((leaf).ecx >> 12 & 15)
#define LOGICAL_CPUS(leaf)     ((leaf).ebx >> 16 & 0xff)

/* An APIC id is socket, core and thread; bits below a core, a socket. */
static unsigned core_shift, socket_shift;

static unsigned bits_for(unsigned count)
{
    return count > 1 ? 32 - (unsigned)__builtin_clz(count - 1) : 0;
}

static bool by_extended_topology(void)
{
    struct cpuid_leaf level;

    if (!cpuid_or_zeros(LEAF_EXTENDED_TOPOLOGY, 0).ebx)
        return false;
    for (unsigned i = 0;
         level = cpuid(LEAF_EXTENDED_TOPOLOGY, i), LEVEL_TYPE(level); i++) {
        if (LEVEL_TYPE(level) == LEVEL_THREADS)
            core_shift = LEVEL_SHIFT(level);
        socket_shift = LEVEL_SHIFT(level);
    }
    return true;
}

void topology_init(void)
{
    if (by_extended_topology())
        return;
    socket_shift = AMD_ID_SIZE(cpuid_or_zeros(LEAF_AMD_SIZES, 0));
    if (!socket_shift)
        socket_shift = bits_for(LOGICAL_CPUS(cpuid(1, 0)));
}

unsigned topology_core(unsigned cpu)
{
    return (smp.apic_ids[cpu] & ((1u << socket_shift) - 1)) >> core_shift;
}

unsigned topology_socket(unsigned cpu)
{
    return smp.apic_ids[cpu] >> socket_shift;
}

static unsigned count_with_same(unsigned shift)
{
    unsigned count = 0;

    for_each_cpu_in(&smp.online, cpu)
        if (smp.apic_ids[cpu] >> shift == smp.apic_ids[0] >> shift)
            count++;
    return count;
}

unsigned topology_threads_per_core(void)
{
    return count_with_same(core_shift);
}

unsigned topology_cores_per_socket(void)
{
    return count_with_same(socket_shift) / topology_threads_per_core();
}
