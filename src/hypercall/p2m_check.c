/* SPDX-License-Identifier: MIT */
#include <hypercall/p2m_check.h>

#include <xen/xen.h>

#include <guest/domain.h>
#include <hypercall/exchange_pool.h>
#include <lib/console.h>
#include <lib/guest_access.h>

/* Linux marks entries in the top bits (arch/x86/include/asm/xen/page.h). */
#define P2M_INVALID  (~0ull)
#define P2M_IDENTITY (1ull << 62)
#define P2M_FOREIGN  (1ull << 63)

bool option_p2m_check;

struct count {
    uint64_t same, traded, other, first_other;
};

static void note(struct count *count, uint64_t frame, uint64_t value)
{
    if (frame == value)
        count->same++;
    else if (exchange_pool_has(MFN(frame)) || exchange_pool_has(MFN(value)))
        count->traded++;
    else if (!count->other++)
        count->first_other = frame;
}

static void report(const char *table, const struct count *count)
{
    printk("%s: %lu frames are themselves, %lu are not", table, count->same,
           count->other);
    if (count->traded)
        printk(", %lu were exchanged", count->traded);
    if (count->other)
        printk(", the first is %#lx", count->first_other);
    printk("\n");
}

/* False: the kernel's table can't be read, at least for pfn *failed. */
static bool count_p2m(struct count *count, uint64_t *failed)
{
    const struct arch_shared_info *arch = &domain.shared_info->arch;

    *count = (struct count){ 0 };
    for (uint64_t pfn = 0; pfn < arch->max_pfn; pfn++) {
        uint64_t entry;

        if (!GUEST_READ(&entry, arch->p2m_vaddr + pfn * sizeof entry)) {
            *failed = pfn;
            return false;
        }
        if (entry == P2M_INVALID || (entry & P2M_FOREIGN))
            continue;
        note(count, pfn, entry & ~P2M_IDENTITY);
    }
    return true;
}

bool p2m_is_identity(void)
{
    struct count count;
    uint64_t failed;

    return domain.shared_info->arch.p2m_vaddr
           && count_p2m(&count, &failed)
           && count.same && !count.traded && !count.other;
}

static void check_p2m(void)
{
    struct count count;
    uint64_t failed;

    if (count_p2m(&count, &failed))
        report("p2m", &count);
    else
        printk("p2m: not readable at %#lx\n", failed);
}

static void check_m2p(void)
{
    struct count count = { 0 };

    for (uint64_t mfn = 0; mfn < domain.max_mfn; mfn++)
        if (domain_owns(MFN(mfn)))
            note(&count, mfn, m2p()[mfn]);
    report("m2p", &count);
}

void p2m_check(void)
{
    if (!option_p2m_check)
        return;
    check_m2p();
    if (domain.shared_info->arch.p2m_vaddr)
        check_p2m();
}
