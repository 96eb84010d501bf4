/* SPDX-License-Identifier: MIT */
#include <pvops/alternatives.h>

#include <lib/string.h>
#include <pvops/pvops.h>

unsigned alternative_group(const uint8_t *code, unsigned size)
{
    static const struct {
        unsigned group;
        uint8_t size, code[3];
    } instructions[] = {
        { PVOPS_MMU, 3, { 0x48, 0x89, 0xf8 } },         /* mov %rdi, %rax */
        { PVOPS_MMU, 3, { 0x0f, 0x20, 0xd0 } },         /* mov %cr2, %rax */
        { PVOPS_MMU, 3, { 0x0f, 0x20, 0xd8 } },         /* mov %cr3, %rax */
        { PVOPS_MMU, 3, { 0x0f, 0x22, 0xd7 } },         /* mov %rdi, %cr2 */
        { PVOPS_MMU, 3, { 0x0f, 0x22, 0xdf } },         /* mov %rdi, %cr3 */
        { PVOPS_IRQ, 2, { 0x9c, 0x58 } },               /* pushf; pop %rax */
        { PVOPS_IRQ, 1, { 0xfa } },                     /* cli */
        { PVOPS_IRQ, 1, { 0xfb } },                     /* sti */
    };

    for (unsigned i = 0; i < sizeof instructions / sizeof *instructions; i++)
        if (size == instructions[i].size
            && memcmp(code, instructions[i].code, size) == 0)
            return instructions[i].group;
    return 0;
}
