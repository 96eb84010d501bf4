/* SPDX-License-Identifier: MIT */
#include <hypercall/outside.h>

#include <lib/console.h>
#include <lib/string.h>

const struct outside *outside = &outside_machine;

void outside_log(void)
{
    printk("Services: provided by\n");
    for (const struct service *s = outside->services; s->name; s++)
        printk("  %-14s %s\n", s->name,
               s->chosen && *s->chosen ? s->other : s->provider);
}

bool outside_option(const char *word, size_t length)
{
    for (const struct service *s = outside->services; s->name; s++)
        if (s->option && strlen(s->option) == length
            && !memcmp(s->option, word, length))
            return *s->chosen = true;
    return false;
}
