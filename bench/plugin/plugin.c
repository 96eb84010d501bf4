/* SPDX-License-Identifier: MIT */
/*
 * A TCG plugin that counts executed instructions: the hypervisor's, by
 * their address, the guest's, and the dear ones of both. They are those of
 * all vCPUs, executed by one thread of the emulator.
 *
 *   -plugin PATH,out=FILE[,marking=on][,hot=on]
 *           [,path=NAME:FIRST:LAST:HANDLER]...
 *
 * FILE gets what the program in the guest tells by its marks, and for each
 * stretch between a begin and an end a line "counts NAME=NUMBER ...": with
 * marking=on, of the vCPU that executes the marks alone. With
 * hot=on, "hot ADDRESS NUMBER" for each of the hypervisor's addresses
 * follow it, and what path.h has for each path.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../operations/marks.h"
#include "api.h"
#include "counts.h"
#include "dear.h"
#include "hot.h"
#include "path.h"
#include "turns.h"

/* Where the ABI puts a hypervisor: <xen/arch-x86/xen-x86_64.h>. */
#define HYPERVISOR_FIRST 0xffff800000000000
#define HYPERVISOR_LAST  0xffff87ffffffffff
/* Linux' own image: Documentation/x86/x86_64/mm.rst. */
#define KERNEL_FIRST     0xffffffff80000000

int qemu_plugin_version = QEMU_PLUGIN_API_VERSION;

struct counts counts;

static struct counts at_begin;
static FILE *output;
static bool hot, marking;
static bool kernel_started;

static void print_counts(const char *what, const struct counts *from)
{
    const struct counts *less = turns_of_others();

    fprintf(output, "%s guest=%" PRIu64 " hypervisor=%" PRIu64, what,
            counts.guest - from->guest - less->guest,
            counts.hypervisor - from->hypervisor - less->hypervisor);
    for (int dear = 0; dear < DEARS; dear++)
        fprintf(output, " %s=%" PRIu64, dear_names[dear],
                counts.dear[dear] - from->dear[dear] - less->dear[dear]);
    fputc('\n', output);
    fflush(output);
}

static void take_bit(unsigned int bit)
{
    static unsigned int byte, bits;

    byte |= bit << bits++;
    if (bits < CHAR_BIT)
        return;
    fputc(byte, output);
    if (byte == '\n')
        fflush(output);
    byte = bits = 0;
}

static void on_mark(unsigned int vcpu, void *data)
{
    enum mark kind = (uintptr_t)data;

    switch (kind) {
    case MARK_BIT_0:
    case MARK_BIT_1:
        take_bit(kind == MARK_BIT_1);
        break;
    case MARK_BEGIN:
        if (hot)
            hot_reset();
        path_start();
        turns_begin(vcpu);
        at_begin = counts;
        break;
    case MARK_END:
        print_counts("counts", &at_begin);
        if (hot)
            hot_print(output);
        path_end(output);
        break;
    default:
        break;
    }
}

/* MARKS if it is none. */
static enum mark mark_of(const uint8_t *instruction, size_t size)
{
    static const uint8_t form[] = { MARK_BYTES };
    uint32_t displacement;

    if (size != MARK_SIZE || memcmp(instruction, form, sizeof(form)))
        return MARKS;
    memcpy(&displacement, instruction + sizeof(form), sizeof(displacement));
    displacement -= MARK_BASE;
    return displacement < MARKS ? displacement : MARKS;
}

static void add(struct qemu_plugin_insn *insn, uint64_t *counter)
{
    qemu_plugin_register_vcpu_insn_exec_inline(
        insn, QEMU_PLUGIN_INLINE_ADD_U64, counter, 1);
}

static void watch(struct qemu_plugin_insn *insn)
{
    const uint8_t *data = qemu_plugin_insn_data(insn);
    size_t size = qemu_plugin_insn_size(insn);
    uint64_t address = qemu_plugin_insn_vaddr(insn);
    bool own = address >= HYPERVISOR_FIRST && address <= HYPERVISOR_LAST;
    enum dear dear = dear_of(data, size);
    enum mark mark = mark_of(data, size);
    uint64_t *counter = own && hot ? hot_counter(address) : NULL;

    if (mark != MARKS)
        qemu_plugin_register_vcpu_insn_exec_cb(
            insn, on_mark, QEMU_PLUGIN_CB_NO_REGS, (void *)(uintptr_t)mark);
    path_watch(insn, address);
    add(insn, own ? &counts.hypervisor : &counts.guest);
    if (dear != DEARS)
        add(insn, &counts.dear[dear]);
    if (counter)
        add(insn, counter);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    static const struct counts nothing;
    size_t instructions = qemu_plugin_tb_n_insns(tb);

    (void)id;
    if (marking)
        turns_watch(tb);
    for (size_t index = 0; index < instructions; index++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, index);

        /* What is translated first is executed at once. */
        if (!kernel_started && qemu_plugin_insn_vaddr(insn) >= KERNEL_FIRST) {
            kernel_started = true;
            print_counts("kernel", &nothing);
        }
        watch(insn);
    }
}

static bool take_argument(const char *argument)
{
    static const char out[] = "out=", path[] = "path=";

    if (!strncmp(argument, out, strlen(out)))
        output = fopen(argument + strlen(out), "w");
    else if (!strcmp(argument, "hot=on"))
        hot = true;
    else if (!strcmp(argument, "marking=on"))
        marking = true;
    else
        return !strncmp(argument, path, strlen(path)) &&
               path_add(argument + strlen(path));
    return true;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info,
                        int argc, char **argv)
{
    (void)info;
    for (int index = 0; index < argc; index++) {
        if (!take_argument(argv[index])) {
            fprintf(stderr, "bench plugin: no argument %s\n", argv[index]);
            return -1;
        }
    }
    if (!output) {
        perror("bench plugin: out=FILE");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    return 0;
}
