/* SPDX-License-Identifier: MIT */
#include <boot/options.h>

#include <hypercall/outside.h>
#include <hypercall/p2m_check.h>
#include <lib/command_line.h>
#include <lib/console.h>
#include <lib/panic.h>
#include <lib/string.h>
#include <machine/features.h>
#include <machine/ns16550.h>
#include <machine/screen.h>

struct options options = {
    /* Linux' bounce buffer, 64 MiB, and what drivers may want besides. */
    .exchange_pool = 68 << 20,
};

#define STRING(name, field) \
    { name, OPTION_STRING, options.field, sizeof options.field }
#define IGNORED(name) { name, OPTION_IGNORED, NULL, 0 }

static const struct option table[] = {
    STRING("console", console),
    STRING("com1", com1),
    STRING("com2", com2),
    STRING("role", role),
    STRING("vga", vga),
    STRING("edd", edd),
    STRING("edid", edid),
    { "no-real-mode", OPTION_SWITCH, &options.no_real_mode, 0 },
    STRING("efi", efi),
    STRING("pvops", pvops),
    { "noreboot", OPTION_SWITCH, &option_noreboot, 0 },
    { "exchange-pool", OPTION_SIZE, &options.exchange_pool, 0 },
    STRING("mwait-idle", mwait_idle),
    STRING("spec-ctrl", spec_ctrl),
    { "maxcpus", OPTION_NUMBER, &options.max_cpus, 0 },
    { "dom0_max_vcpus", OPTION_NUMBER, &options.max_vcpus, 0 },
    { "nosmp", OPTION_SWITCH, &options.nosmp, 0 },
    { "p2m-check", OPTION_SWITCH, &option_p2m_check, 0 },
    { "vpmu", OPTION_SWITCH, &options.vpmu, 0 },
    { "sync_console", OPTION_SWITCH, &options.sync_console, 0 },

    /* xen.gz's, for what there is nothing to choose here. */
    IGNORED("pv-shim"),
    IGNORED("shim_mem"),
    IGNORED("placeholder"),
    IGNORED("loglvl"),
    IGNORED("guest_loglvl"),
    IGNORED("dom0_mem"),
    IGNORED("dom0_vcpus_pin"),
    IGNORED("console_timestamps"),
    IGNORED("ucode"),
    IGNORED("iommu"),
    IGNORED("sched"),
    IGNORED("xpti"),
    IGNORED("watchdog"),
};

#define NO "no-"

/* The CPU's features; of Xen's options of such names `=' changes nothing. */
static bool is_feature(const char *word, size_t length)
{
    size_t prefix = sizeof NO - 1;
    bool off = length > prefix && !memcmp(word, NO, prefix);
    const char *equals = memchr(word, '=', length);

    if (off)
        return features_option(word + prefix, length - prefix, true);
    return features_option(word, equals ? (size_t)(equals - word) : length,
                           false);
}

static void complain(const char *word, size_t length, bool known)
{
    if (!known && (is_feature(word, length)
                   || outside_option(word, length)))
        return;
    printk(known ? "Option \"%.*s\" has no valid value: ignored\n"
                 : "Option \"%.*s\" is unknown: ignored\n",
           (int)length, word);
}

unsigned options_max_cpus(unsigned most)
{
    uint64_t max = options.nosmp ? 1 : most;

    if (options.max_cpus && options.max_cpus < max)
        max = options.max_cpus;
    if (options.max_vcpus && options.max_vcpus < max)
        max = options.max_vcpus;
    return (unsigned)max;
}

void options_init(const char *command_line)
{
    command_line_parse(command_line, table, sizeof table / sizeof *table,
                       complain);
}

void options_start_consoles(void)
{
    console_register(&ns16550_consoles[NS16550_COM1], options.com1);
    console_register(&ns16550_consoles[NS16550_COM2], options.com2);
    console_register(&screen_console, "");
    outside->register_consoles();
    console_start(*options.console ? options.console : outside->console);
    console_set_synchronous(options.sync_console);
}
