/* SPDX-License-Identifier: MIT */
#include <malloc.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "machine.h"
#include "marks.h"
#include "operation.h"

enum { READ_ALL = 3, BUFFER_SIZE = 10 };

/* The line of the kernel's log that holds a text, without its end; "" if
 * there is none. */
static const char *log_line(char *log, const char *text)
{
    static char line[128];
    char *found = strstr(log, text);

    if (!found)
        return "";
    while (found > log && found[-1] != '\n')
        found--;
    snprintf(line, sizeof(line), "%.*s", (int)strcspn(found, "\n"), found);
    return line;
}

/* What the hypervisor gave: the kernel counts frames that it lacks too. */
static void describe_given_memory(void)
{
    FILE *file = fopen("/sys/devices/system/xen_memory/xen_memory0/info/"
                       "current_kb", "r");
    unsigned long kib;

    if (!file)
        return;
    if (fscanf(file, "%lu", &kib) == 1)
        say("memory_given %lu", kib);
    fclose(file);
}

void describe_machine(unsigned long long started)
{
    int size = klogctl(BUFFER_SIZE, NULL, 0);
    char *log = calloc(size + 1, 1);
    struct utsname name;

    check(log && klogctl(READ_ALL, log, size) > 0, "the kernel's log");
    uname(&name);
    say("kernel_release %s", name.release);
    say("boot_ticks %llu", started);
    say("boot_log %s", log_line(log, "Run "));
    say("memory_log %s", log_line(log, "K available"));
    free(log);
    /* Each fork would copy as many pages as this kernel has logged. */
    malloc_trim(0);
    describe_given_memory();
}

void stay_on_processor(void)
{
    const char *number = getenv("processor");
    cpu_set_t set;

    if (!number)
        return;
    CPU_ZERO(&set);
    CPU_SET(atoi(number), &set);
    check(!sched_setaffinity(0, sizeof(set), &set), "the processor");
}

void let_waker_go_on(void)
{
    struct sched_param none = { 0 };

    check(!sched_setscheduler(0, SCHED_BATCH, &none), "SCHED_BATCH");
}

void start_network(void)
{
    int socket_fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };

    check(!ioctl(socket_fd, SIOCSIFFLAGS, &request), "the loopback");
    close(socket_fd);
}
