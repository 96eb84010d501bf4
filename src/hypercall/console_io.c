/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>

#include <guest/domain.h>
#include <lib/console.h>
#include <lib/guest_access.h>

#define CHUNK 128

static long write_console(uint64_t buffer, uint64_t count)
{
    char text[CHUNK];

    for (uint64_t done = 0; done < count;) {
        uint64_t n = count - done < CHUNK ? count - done : CHUNK;

        if (!copy_from_guest(text, buffer + done, n))
            return -XEN_EFAULT;
        console_write(text, n);
        done += n;
    }
    return 0;
}

static long read_console(uint64_t buffer, uint64_t count)
{
    uint64_t done = 0;

    if (count > INT32_MAX)
        return -XEN_E2BIG;
    for (; done < count; done++) {
        int byte = console_read();
        char character = (char)byte;

        if (byte < 0)
            break;
        if (!GUEST_WRITE(buffer + done, &character))
            return -XEN_EFAULT;
    }
    return (long)done;
}

HYPERCALL(hypercall_console_io)
{
    uint32_t count = (uint32_t)a2;

    UNUSED_ARGUMENTS(a4, a5, a6);
    switch ((uint32_t)a1) {
    case CONSOLEIO_write:
        return write_console(a3, count);
    case CONSOLEIO_read:
        return domain.initial ? read_console(a3, count) : -XEN_EPERM;
    default:
        return -XEN_ENOSYS;
    }
}
