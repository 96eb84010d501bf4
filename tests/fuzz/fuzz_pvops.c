/* SPDX-License-Identifier: MIT */
/* sources: src/guest/pvops_find.c src/guest/pvops_table.c */
/* sources: src/guest/btf.c src/guest/kernel_exports.c */
/* sources: src/guest/kernel_alternatives.c src/pvops/native_instruction.c */
/* sources: src/guest/elf_file.c */
#include <stdlib.h>

#include <guest/pvops_find.h>

/* What is relied on when the operations are replaced. */
static void check(const struct pvops *found)
{
    if (found->nr > PVOPS_MAX)
        abort();
    for (unsigned i = 0; i < found->nr; i++)
        if (found->ops[i].native < found->text
            || found->ops[i].native >= found->text_end
            || found->ops[i].action == PVOP_KEEP)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct pvops found;
    struct elf_file file;

    if (elf_file_open(&file, data, size) == KERNEL_OK
        && pvops_find(&file, PVOPS_MMU | PVOPS_CPU | PVOPS_IRQ, &found)
           == NULL)
        check(&found);
    return 0;
}
