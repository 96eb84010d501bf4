/* SPDX-License-Identifier: MIT */
/* microxen's own command line; docs/command-line.md describes it. */
#ifndef BOOT_OPTIONS_H
#define BOOT_OPTIONS_H

#include <stdbool.h>
#include <boot/boot_info.h>

struct options {
    char console[32];
    char com1[48], com2[48];
    char role[16];              /* "initial", "plain" or "" */
    char efi[16];               /* "no-rs" or "" */
    uint64_t exchange_pool;     /* bytes */
    char vga[32];
    char edd[16];               /* "off", "skipmbr" or else */
    char edid[16];              /* "no", "force" or else */
    char pvops[8];              /* "off", "mmu", "cpu", "all" or "" */
    bool no_real_mode;
    bool vpmu;
    bool sync_console;
    char mwait_idle[8];         /* "on", "off" or "" */
    char spec_ctrl[64];         /* as xen.gz's */
    bool nosmp;
    uint64_t max_cpus;          /* 0: all */
    uint64_t max_vcpus;         /* the same thing here; 0: all */
};

extern struct options options;

/* What these say of how many CPUs to use, of `most`. */
unsigned options_max_cpus(unsigned most);

/* Parse; unknown options are named in the log. */
void options_init(const char *command_line);

/* Start the consoles that were named; the screen is set up. */
void options_start_consoles(void);

#endif
