/* SPDX-License-Identifier: MIT */
#include <pvops/alternatives.h>

#include <lib/string.h>

bool alternative_is_native(const uint8_t *code, unsigned size)
{
    static const uint8_t instructions[][3] = {
        { 0x48, 0x89, 0xf8 },           /* mov %rdi, %rax */
        { 0x0f, 0x20, 0xd0 },           /* mov %cr2, %rax */
        { 0x0f, 0x20, 0xd8 },           /* mov %cr3, %rax */
        { 0x0f, 0x22, 0xd7 },           /* mov %rdi, %cr2 */
        { 0x0f, 0x22, 0xdf },           /* mov %rdi, %cr3 */
    };

    if (size != sizeof instructions[0])
        return false;
    for (unsigned i = 0; i < sizeof instructions / sizeof *instructions; i++)
        if (memcmp(code, instructions[i], size) == 0)
            return true;
    return false;
}
