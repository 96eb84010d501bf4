/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "counts.h"
#include "path.h"

enum { PATHS = 8, NAME_SIZE = 32, RECORDED = 512 };

struct executed {
    uint64_t guest;
    uint64_t hypervisor;
};

static struct path {
    char name[NAME_SIZE];
    uint64_t first, last, handler;
    /* What was executed before the last instruction of its beginning. */
    uint64_t seen;
    bool begun;
    struct executed at_begin;
    unsigned int recorded;
    struct executed records[RECORDED];
} paths[PATHS];

static unsigned int used;
static bool recording;

bool path_add(const char *description)
{
    struct path *path = &paths[used];
    int end = 0;

    if (used == PATHS)
        return false;
    if (sscanf(description, "%31[^:]:%" SCNx64 ":%" SCNx64 ":%" SCNx64 "%n",
               path->name, &path->first, &path->last, &path->handler,
               &end) != 4 || description[end])
        return false;
    used++;
    return true;
}

static void on_beginning(unsigned int vcpu, void *data)
{
    struct path *path = data;
    uint64_t now = counts.guest + counts.hypervisor;
    bool follows = now - path->seen == 1;

    (void)vcpu;
    path->seen = now;
    if (follows)
        return;
    path->begun = recording;
    path->at_begin = (struct executed){ counts.guest, counts.hypervisor };
}

static void on_handler(unsigned int vcpu, void *data)
{
    struct path *path = data;

    (void)vcpu;
    if (!recording || !path->begun)
        return;
    path->begun = false;
    if (path->recorded == RECORDED)
        return;
    path->records[path->recorded++] = (struct executed){
        counts.guest - path->at_begin.guest,
        counts.hypervisor - path->at_begin.hypervisor,
    };
}

void path_watch(struct qemu_plugin_insn *insn, uint64_t address)
{
    for (struct path *path = paths; path < paths + used; path++) {
        if (address >= path->first && address < path->last)
            qemu_plugin_register_vcpu_insn_exec_cb(
                insn, on_beginning, QEMU_PLUGIN_CB_NO_REGS, path);
        if (address == path->handler)
            qemu_plugin_register_vcpu_insn_exec_cb(
                insn, on_handler, QEMU_PLUGIN_CB_NO_REGS, path);
    }
}

void path_start(void)
{
    for (struct path *path = paths; path < paths + used; path++) {
        path->begun = false;
        path->recorded = 0;
    }
    recording = true;
}

static void print(const struct path *path, FILE *file)
{
    for (unsigned int index = 0; index < path->recorded; index++)
        fprintf(file, "path %s guest=%" PRIu64 " hypervisor=%" PRIu64 "\n",
                path->name, path->records[index].guest,
                path->records[index].hypervisor);
}

void path_end(FILE *file)
{
    if (!recording)
        return;
    recording = false;
    for (struct path *path = paths; path < paths + used; path++)
        print(path, file);
    fflush(file);
}
