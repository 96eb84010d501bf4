/* SPDX-License-Identifier: MIT */
#include <hypercall/control.h>

#include <hypercall/hypercall.h>

#include <guest/domain.h>
#include <hypercall/domid.h>
#include <hypercall/vcpu.h>
#include <lib/guest_access.h>
#include <machine/cpu_set.h>
#include <machine/smp.h>
#include <machine/time.h>

#define NO_LIMIT UINT32_MAX

uint64_t vcpu_run_time(const struct cpu *cpu)
{
    uint64_t end = vcpu_is_down(cpu) ? cpu->offline_since : time_now();

    return end - cpu->offline_time - cpu->blocked_time;
}

void domain_describe(struct xen_domctl_getdomaininfo *info)
{
    *info = (struct xen_domctl_getdomaininfo) {
        .domain = domid_own(),
        .flags = XEN_DOMINF_running,
        .tot_pages = domain.nr_pages,
        .max_pages = NO_LIMIT,
        .shared_info_frame = domain.shared_info_mfn.n,
        .max_vcpu_id = domain.nr_vcpus - 1,
    };
    for (unsigned i = 0; i < domain.nr_vcpus; i++) {
        info->cpu_time += vcpu_run_time(cpu_of(i));
        info->nr_online_vcpus += !vcpu_is_down(cpu_of(i));
    }
}

long cpu_set_to_guest(const struct xenctl_bitmap *bitmap,
                      const struct cpu_set *set)
{
    uint64_t to = (uint64_t)bitmap->bitmap.p;

    unsigned end = bitmap->nr_bits < NR_CPUS_MAX ? bitmap->nr_bits
                                                 : NR_CPUS_MAX;

    for (unsigned first = 0; first < end; first += 8) {
        uint8_t byte = 0;

        for (unsigned i = first; i < first + 8 && i < end; i++)
            byte |= (uint8_t)(cpu_set_has(set, i) << (i - first));
        if (!GUEST_WRITE(to + first / 8, &byte))
            return -XEN_EFAULT;
    }
    return 0;
}
