/* SPDX-License-Identifier: MIT */
/*
 * The part of QEMU's interface for TCG plugins, version 1 (QEMU 6.0 to 8.2),
 * that the plugin beside this uses. Debian packages no header of it; it is
 * specified in QEMU's manual, "QEMU TCG Plugins", docs/devel/tcg-plugins.rst
 * and there "API".
 */
#ifndef BENCH_PLUGIN_API_H
#define BENCH_PLUGIN_API_H

#include <stddef.h>
#include <stdint.h>

#define QEMU_PLUGIN_API_VERSION 1

typedef uint64_t qemu_plugin_id_t;

/* QEMU's own; only ever pointed to. */
struct qemu_info;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

/* What a plugin defines, and QEMU calls when it loads it; 0 for success. */
extern int qemu_plugin_version;
int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info,
                        int argc, char **argv);

/* Whenever a block of instructions is about to be translated. */
void qemu_plugin_register_vcpu_tb_trans_cb(
    qemu_plugin_id_t id,
    void (*callback)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb));
/* Before each execution of a block: a call. */
void qemu_plugin_register_vcpu_tb_exec_cb(
    struct qemu_plugin_tb *tb,
    void (*callback)(unsigned int vcpu, void *data),
    enum qemu_plugin_cb_flags flags, void *data);
/* Before each execution of an instruction: a call, or an addition. */
void qemu_plugin_register_vcpu_insn_exec_cb(
    struct qemu_plugin_insn *insn,
    void (*callback)(unsigned int vcpu, void *data),
    enum qemu_plugin_cb_flags flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_inline(
    struct qemu_plugin_insn *insn, enum qemu_plugin_op op, void *counter,
    uint64_t addend);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

#endif
