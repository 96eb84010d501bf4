/* SPDX-License-Identifier: MIT */
#include <machine/kvm_clock.h>

#include <assert.h>

#include <lib/console.h>
#include <lib/string.h>
#include <machine/cpu_area.h>
#include <machine/paging.h>
#include <machine/pvclock.h>
#include <machine/x86.h>

/* Linux, Documentation/virt/kvm/x86/cpuid.rst */
#define LEAVES_FIRST 0x40000000
#define LEAVES_LAST  0x40010000
#define LEAVES_STEP  0x100
#define FEATURE_CLOCK    (1u << 3)
#define FEATURE_TELLS_STABLE (1u << 24)

/* An address with bit 0: KVM writes there for this CPU from now on. */
#define MSR_SYSTEM_TIME 0x4b564d01
#define SYSTEM_TIME_ON  1

static_assert(sizeof(struct vcpu_time_info) == 32, "KVM's layout");
static_assert(sizeof(((struct cpu *)0)->kvm_time)
              == sizeof(struct vcpu_time_info), "room for it");

bool kvm_clock_is_wanted;
static bool is_used;

static bool is_kvm(const struct cpuid_leaf *leaf)
{
    static const char name[12] = "KVMKVMKVM";
    uint32_t registers[3] = { leaf->ebx, leaf->ecx, leaf->edx };

    return !memcmp(registers, name, sizeof name);
}

/* They lie behind those of Hyper-V, if KVM plays that as well. */
static uint32_t features_of_kvm(void)
{
    if (!(cpuid(1, 0).ecx >> 31))
        return 0;
    for (uint32_t leaf = LEAVES_FIRST; leaf < LEAVES_LAST;
         leaf += LEAVES_STEP) {
        struct cpuid_leaf signature = cpuid(leaf, 0);

        if (is_kvm(&signature))
            return cpuid(leaf + 1, 0).eax;
    }
    return 0;
}

static void ask_for(const volatile void *place)
{
    wrmsr(MSR_SYSTEM_TIME,
          paging_machine_address((uint64_t)place) | SYSTEM_TIME_ON);
}

/* KVM writes the first time before it lets us go on. */
static bool find(struct tsc_scale *scale)
{
    uint32_t features = features_of_kvm();
    struct vcpu_time_info *time = (void *)this_cpu()->kvm_time;
    struct vcpu_time_info now;

    if (!(features & FEATURE_CLOCK))
        return false;
    ask_for(time);
    now = pvclock_read(time);
    if (!now.tsc_to_system_mul) {
        printk("KVM's clock doesn't go: left alone\n");
        return false;
    }
    *scale = (struct tsc_scale){ now.tsc_to_system_mul, now.tsc_shift };
    is_used = kvm_clock_is_wanted || !(features & FEATURE_TELLS_STABLE)
              || !(now.flags & XEN_PVCLOCK_TSC_STABLE_BIT);
    if (!is_used)
        wrmsr(MSR_SYSTEM_TIME, 0);
    this_cpu()->clock = time;
    return true;
}

bool kvm_clock_find(struct tsc_scale *scale)
{
    bool found = find(scale);

    if (kvm_clock_is_wanted && !is_used)
        printk("clock=outer: KVM has none for us\n");
    kvm_clock_is_wanted = is_used;
    return found;
}

bool kvm_clock_is_used(void)
{
    return is_used;
}

void kvm_clock_start_cpu(void)
{
    kvm_clock_write_to((void *)this_cpu()->kvm_time);
}

void kvm_clock_write_to(struct vcpu_time_info *time)
{
    if (!is_used)
        return;
    ask_for(time);
    this_cpu()->clock = time;
}

/* CPUs' clocks differ by what it takes to set them. */
uint64_t kvm_clock_now(void)
{
    static uint64_t last;
    uint64_t now = pvclock_now(this_cpu()->clock);
    uint64_t seen = __atomic_load_n(&last, __ATOMIC_RELAXED);

    do
        if (now <= seen)
            return seen;
    while (!__atomic_compare_exchange_n(&last, &seen, now, false,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return now;
}
