/* SPDX-License-Identifier: MIT */
/*
 * Has itself interrupted, for an emulator's plugin to see what a kernel does
 * then: the program that is started in place of init. It is one apart from
 * bench/operations, where any more code moves what those are compared by.
 *
 * It tells by ../operations/marks.h: "kernel_release RELEASE", what
 * interrupts.h says, or, where the environment, so the kernel's command line,
 * has symbols=NAME[,NAME...], what symbols.h says; at last "end".
 */
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../operations/marks.h"
#include "interrupts.h"
#include "require.h"
#include "symbols.h"

/* Drivers, the keyboard's too, and what newer kernels put off go on while a
 * program is started; an idle machine's time costs nothing. */
enum { SETTLE_SECONDS = 5 };

static void power_off(void)
{
    sync();
    reboot(RB_POWER_OFF);
    _exit(1);
}

void require(int good, const char *what)
{
    if (good)
        return;
    say("failed %s", what);
    power_off();
}

int main(void)
{
    const char *symbols = getenv("symbols");
    struct utsname name;

    require(!mount("proc", "/proc", "proc", 0, NULL), "/proc");
    uname(&name);
    say("kernel_release %s", name.release);
    sleep(SETTLE_SECONDS);
    if (symbols)
        tell_symbols(symbols);
    else
        measure_interrupts();
    say("end");
    power_off();
    return 0;
}
