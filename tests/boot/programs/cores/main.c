/* SPDX-License-Identifier: MIT */
/* Core dumps: that one is written, and what its notes say. */
#define _GNU_SOURCE
#include "common/check.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/procfs.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define PATTERN_FILE "/proc/sys/kernel/core_pattern"
#define BAD_ADDRESS 0x1234
#define CORE_FILE "/tmp/core-of-check"

static const char *size_class(off_t size)
{
    return size == 0 ? "empty" : size < 4096 ? "tiny" :
           size < 16 << 20 ? "plausible" : "huge";
}

static void describe_prstatus(const void *description)
{
    const struct elf_prstatus *status = description;
    const struct user_regs_struct *registers = (const void *)status->pr_reg;
    observe_here("prstatus signal %d rbx=%#llx r15=%#llx cs=%#llx ss=%#llx "
                 "rip %s", status->pr_cursig,
                 (unsigned long long)registers->rbx,
                 (unsigned long long)registers->r15,
                 (unsigned long long)registers->cs,
                 (unsigned long long)registers->ss,
                 registers->rip ? "set" : "0");
}

static void describe_siginfo(const void *description)
{
    const siginfo_t *information = description;
    uintptr_t address = (uintptr_t)information->si_addr;
    char text[40];
    describe_signal(text, sizeof(text), information);
    observe_here("siginfo %s addr %s", text,
                 address == 0 ? "0" :
                 address == BAD_ADDRESS ? "bad address" : "other");
}

static void describe_notes(const uint8_t *notes, size_t size)
{
    unsigned int seen = 0;
    for (size_t at = 0; at + sizeof(Elf64_Nhdr) <= size;) {
        const Elf64_Nhdr *note = (const void *)(notes + at);
        size_t body = at + sizeof(*note) + ((note->n_namesz + 3) & ~3u);
        if (note->n_type == NT_PRSTATUS)
            describe_prstatus(notes + body);
        else if (note->n_type == NT_SIGINFO)
            describe_siginfo(notes + body);
        seen |= note->n_type == NT_PRSTATUS ? 1 :
                note->n_type == NT_PRPSINFO ? 2 :
                note->n_type == NT_SIGINFO ? 4 :
                note->n_type == NT_AUXV ? 8 :
                note->n_type == NT_FILE ? 16 :
                note->n_type == NT_FPREGSET ? 32 :
                note->n_type == NT_X86_XSTATE ? 64 : 0;
        at = body + ((note->n_descsz + 3) & ~3u);
    }
    observe_here("notes %#x", seen);
}

static void describe_core(void)
{
    int file = open(CORE_FILE, O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status)) {
        observe_here("no core file");
        return;
    }
    observe_here("size %s", size_class(status.st_size));
    uint8_t *core = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, file,
                         0);
    const Elf64_Ehdr *header = (const void *)core;
    if (core == MAP_FAILED || memcmp(header->e_ident, ELFMAG, SELFMAG)) {
        observe_here("not ELF");
        return;
    }
    observe_here("class %d type %d machine %d",
                 header->e_ident[EI_CLASS], header->e_type,
                 header->e_machine);
    const Elf64_Phdr *segments = (const void *)(core + header->e_phoff);
    for (int i = 0; i < header->e_phnum; i++)
        if (segments[i].p_type == PT_NOTE)
            describe_notes(core + segments[i].p_offset, segments[i].p_filesz);
    unlink(CORE_FILE);
}

/* The victim has known values in two registers when it dies. */
#define DIE(text) \
    asm volatile("movabs $0x1122334455667788, %%rbx\n\t" \
                 "movabs $0x0123456789abcdef, %%r15\n\t" text \
                 : : : "rax", "rbx", "rcx", "rdx", "r15", "memory", "cc")

static void die_by_segfault(void)
{
    DIE("movl $0, 0x1234");      /* BAD_ADDRESS */
}

static void die_by_division(void)
{
    DIE("xor %%ecx, %%ecx\n\tdiv %%ecx");
}

static void die_by_ud2(void)
{
    DIE("ud2");
}

static void die_by_protection(void)
{
    DIE("hlt");
}

static void die_by_int3(void)
{
    DIE("int3");
}

static void write_pattern(const char *pattern)
{
    int file = open(PATTERN_FILE, O_WRONLY);
    if (file < 0 || write(file, pattern, strlen(pattern)) < 0)
        give_up("set the core pattern");
    close(file);
}

static void read_pattern(char *pattern, size_t size)
{
    int file = open(PATTERN_FILE, O_RDONLY);
    ssize_t length = file < 0 ? -1 : read(file, pattern, size - 1);
    if (length < 0)
        give_up("read the core pattern");
    pattern[length] = '\0';
    close(file);
}

static void dump(const void *argument)
{
    void (*const *die)(void) = argument;
    struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
    char old_pattern[128], text[60];
    int status;

    read_pattern(old_pattern, sizeof(old_pattern));
    write_pattern(CORE_FILE);
    setrlimit(RLIMIT_CORE, &unlimited);
    unlink(CORE_FILE);
    pid_t child = fork();
    if (child == 0) {
        (*die)();
        _exit(0);
    }
    waitpid(child, &status, 0);
    write_pattern(old_pattern);
    describe_status(text, sizeof(text), status);
    observe_here("%s", text);
    describe_core();
}

struct death {
    const char *name;
    void (*die)(void);
};

int main(int argc, char **argv)
{
    static const struct death deaths[] = {
        { "segfault", die_by_segfault }, { "divide", die_by_division },
        { "ud2", die_by_ud2 }, { "protection", die_by_protection },
        { "int3", die_by_int3 },
    };
    check_begin(argc, argv, "cores");
    for (size_t i = 0; i < sizeof(deaths) / sizeof(deaths[0]); i++)
        check_with(deaths[i].name, dump, &deaths[i].die);
    return check_end();
}
