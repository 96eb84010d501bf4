/* SPDX-License-Identifier: MIT */
#include <guest/pvops_find.h>

#include <guest/btf.h>
#include <guest/kernel_alternatives.h>
#include <guest/kernel_exports.h>
#include <lib/little_endian.h>
#include <lib/string.h>

#include "pvops_table.h"

#define POINTER 8                       /* bytes */

/* What is found out while one image is read. */
struct search {
    const struct elf_file *file;
    const struct btf *btf;
    struct pvops *found;
    uint64_t nothing, identity;         /* the functions; 0: not seen yet */
};

static bool in_text(const struct pvops *found, uint64_t address)
{
    return address >= found->text && address < found->text_end;
}

/* Behind an ENDBR64, if there is one. */
static const uint8_t *code_at(const struct elf_file *file, uint64_t address)
{
    static const uint8_t endbr64[] = { 0xf3, 0x0f, 0x1e, 0xfa };
    const uint8_t *code = elf_file_at_address(file, address, 16);

    if (code != NULL && memcmp(code, endbr64, sizeof endbr64) == 0)
        code += sizeof endbr64;
    return code;
}

/* `size` bytes and then a return, perhaps by a jump to a thunk. */
static bool is_code(const uint8_t *code, const void *bytes, unsigned size)
{
    return code != NULL && memcmp(code, bytes, size) == 0
           && (code[size] == 0xc3 || code[size] == 0xe9);
}

/* All of a kind are one function. */
static bool is_same(uint64_t *function, uint64_t native)
{
    if (*function == 0)
        *function = native;
    return *function == native;
}

static bool code_is(struct search *search, enum pvop_code kind,
                    uint64_t native)
{
    const uint8_t *code = code_at(search->file, native);

    switch (kind) {
    case CODE_NOTHING:
        return is_code(code, "", 0) && is_same(&search->nothing, native);
    case CODE_IDENTITY:                 /* mov %rdi, %rax */
        return is_code(code, "\x48\x89\xf8", 3)
               && is_same(&search->identity, native);
    case CODE_STORE:                    /* mov %rsi, (%rdi) */
        return is_code(code, "\x48\x89\x37", 3);
    case CODE_ANY:
        break;
    }
    return true;
}

static const struct known_pvop *find_known(const struct known_pvops *known,
                                           const char *outer,
                                           const char *name)
{
    size_t length = strlen(outer);

    for (unsigned i = 0; i < known->nr; i++) {
        const char *own = known->ops[i].name;

        if (strncmp(own, outer, length) != 0)
            continue;
        own += length;
        if (length && *own++ != '.')
            continue;
        if (strcmp(own, name) == 0)
            return &known->ops[i];
    }
    return NULL;
}

/* One operation, of this type in BTF, at `offset` in pv_ops. */
static const char *add(struct search *search, const struct known_pvops *known,
                       const struct known_pvop *op, uint32_t type,
                       uint32_t offset)
{
    struct pvops *found = search->found;
    const uint8_t *field = elf_file_at_address(search->file,
                                               found->table + offset,
                                               POINTER);
    uint64_t native;

    if (op == NULL)
        return "it has an operation that is not known";
    if (op->action == PVOP_KEEP)
        return NULL;
    if (field == NULL || found->nr == PVOPS_MAX || offset > UINT16_MAX)
        return "it lies outside the image";
    native = le64_at(field);
    if (!in_text(found, native))
        return "it is not linked with native operations";
    if (!code_is(search, op->code, native))
        return "a native operation does not look as it must";
    found->ops[found->nr++] = (struct pvop){
        .offset = (uint16_t)offset, .action = (uint8_t)op->action,
        .group = (uint8_t)known->group,
        .parameters = (uint16_t)btf_nr_parameters(search->btf, type),
        .on_xen_other = op->required, .native = native };
    return NULL;
}

/*
 * A structure of operations, `outer` being its name within the group.  None
 * without a name is gone into: damaged, it may hold itself.
 */
static const char *add_all(struct search *search,
                           const struct known_pvops *known, uint32_t type,
                           uint32_t offset, const char *outer)
{
    const struct btf *btf = search->btf;
    struct btf_member member;

    for (uint32_t i = 0; btf_member(btf, type, i, &member); i++) {
        uint32_t at = offset + member.offset;
        const char *why;

        /* One with a single member is how a callee-saved one is wrapped. */
        if (*outer == '\0' && *member.name != '\0'
            && btf_nr_members(btf, member.type) > 1)
            why = add_all(search, known, member.type, at, member.name);
        else
            why = add(search, known, find_known(known, outer, member.name),
                      member.type, at);
        if (why != NULL)
            return why;
    }
    return NULL;
}

static unsigned nr_required(const struct known_pvops *known)
{
    unsigned nr = 0;

    for (unsigned i = 0; i < known->nr; i++)
        nr += known->ops[i].required;
    return nr;
}

/* Of those found from number `first` on. */
static unsigned nr_required_found(const struct pvops *found, unsigned first)
{
    unsigned nr = 0;

    for (unsigned i = first; i < found->nr; i++)
        nr += found->ops[i].on_xen_other;
    return nr;
}

static const char *read_groups(struct search *search, unsigned groups)
{
    const struct btf *btf = search->btf;
    uint32_t type = btf_find_struct(btf, "paravirt_patch_template");

    for (unsigned i = 0; i < sizeof known_pvops / sizeof *known_pvops; i++) {
        const struct known_pvops *known = &known_pvops[i];
        unsigned first = search->found->nr;
        struct btf_member member;
        const char *why;

        if (!(groups & known->group))
            continue;
        if (!btf_find_member(btf, type, known->member, &member)) {
            if (known->may_lack)
                continue;
            return "its layout is not described";
        }
        why = add_all(search, known, member.type, member.offset, "");
        if (why != NULL)
            return why;
        if (nr_required_found(search->found, first) != nr_required(known))
            return "it lacks an operation";
    }
    return NULL;
}

static const char *read_types(struct search *search, unsigned groups)
{
    static struct btf btf;
    struct elf64_section section;
    struct btf_member pgd;
    const uint8_t *data;

    if (!elf_file_find_section(search->file, ".BTF", &section))
        return "the image has no BTF";
    data = elf_file_at(search->file, section.offset, section.size);
    if (data == NULL || section.type == ELF_SECTION_NOBITS
        || !btf_open(&btf, data, section.size))
        return "the image's BTF is damaged";
    if (!btf_find_member(&btf, btf_find_struct(&btf, "mm_struct"), "pgd",
                         &pgd))
        return "struct mm_struct is not described";
    search->found->mm_pgd = pgd.offset;
    search->btf = &btf;
    return read_groups(search, groups);
}

/* Is it an indirect call, by an address in pv_ops' first 64 KiB? */
static bool calls_table(const struct pvops *found, const uint8_t *code)
{
    uint64_t target;

    if (code[0] == 0xff && code[1] == 0x15)
        target = found->call + 6 + (uint64_t)(int32_t)le32_at(code + 2);
    else if (code[0] == 0xff && code[1] == 0x14 && code[2] == 0x25)
        target = (uint64_t)(int32_t)le32_at(code + 3);
    else
        return false;
    return target - found->table <= UINT16_MAX;
}

/* The first call that is to be patched by a native instruction. */
static uint64_t first_alternative(const struct elf_file *file,
                                  const struct alternatives *table)
{
    for (uint32_t i = 0; i < table->nr; i++) {
        uint64_t address = table->start + (uint64_t)i * table->entry_size;
        struct alternative entry = alternative_at(
            elf_file_at_address(file, address, table->entry_size), address,
            table->entry_size);

        if (entry.inverted && entry.feature == table->is_xen
            && alternative_group(
                   elf_file_at_address(file, entry.replacement,
                                       entry.replacement_size),
                   entry.replacement_size) == PVOPS_MMU)
            return entry.instruction;
    }
    return 0;
}

/* The first call of struct paravirt_patch_site's, up to Linux 6.6. */
static uint64_t first_patch_site(const struct elf_file *file)
{
    struct elf64_section section;
    const uint8_t *site;

    if (!elf_file_find_section(file, ".parainstructions", &section)
        || section.type == ELF_SECTION_NOBITS || section.size < POINTER)
        return 0;
    site = elf_file_at(file, section.offset, POINTER);
    return site != NULL ? le64_at(site) : 0;
}

static const char *find_call(const struct elf_file *file, struct pvops *found)
{
    const uint8_t *code;

    found->call = found->alternatives.is_xen
                  ? first_alternative(file, &found->alternatives)
                  : first_patch_site(file);
    code = elf_file_at_address(file, found->call, PVOPS_CALL_SIZE + 1);
    if (code == NULL || !calls_table(found, code))
        return "no call through it is found";
    memcpy(found->call_code, code, PVOPS_CALL_SIZE);
    return NULL;
}

const char *pvops_find(const struct elf_file *file, unsigned groups,
                       struct pvops *found)
{
    struct search search = { .file = file, .found = found };
    struct elf64_section text;
    const char *why;

    *found = (struct pvops){ .table = kernel_export(file, "pv_ops") };
    if (found->table == 0)
        return "the image exports none";
    if (!elf_file_find_section(file, ".text", &text)
        || elf_file_at_address(file, text.addr, text.size) == NULL)
        return "the image has no .text";
    found->text = text.addr;
    found->text_end = text.addr + text.size;
    why = read_types(&search, groups);
    if (why != NULL)
        return why;
    if (!kernel_alternatives(file, &found->alternatives))
        return "its alternatives can't be read";
    why = find_call(file, found);
    if (why == NULL)
        found->groups = groups;
    return why;
}
