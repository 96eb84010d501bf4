/* SPDX-License-Identifier: MIT */
#include <hypercall/outside.h>

#include <lib/console.h>

const struct outside *outside = &outside_machine;

void outside_log(void)
{
    printk("Services: provided by\n");
    for (const struct service *s = outside->services; s->name; s++)
        printk("  %-14s %s\n", s->name, s->provider);
}
