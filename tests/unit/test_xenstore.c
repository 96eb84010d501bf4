/* SPDX-License-Identifier: MIT */
/* sources: src/hypercall/xenstore.c src/hypercall/xenstore_records.c */
/* sources: src/hypercall/xenstore_paths.c src/hypercall/xenstore_nodes.c */
/* sources: src/hypercall/xenstore_watches.c */
/* sources: src/hypercall/xenstore_requests.c */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hypercall/xenstore.h>
#include <xen/io/xs_wire.h>

#include "unit_test.h"

#define STORE_SIZE  32768
#define DOMID       7
#define HOME        "/local/domain/7"

static void *memory;
static struct xenstore *store;
static struct xenstore_domain_interface ring;

/* The last reply, and the events that came before or after it. */
static struct xsd_sockmsg reply;
static char body[XENSTORE_PAYLOAD_MAX + 1];
static char events[64][256];            /* "path token" */
static unsigned nr_events;
static uint32_t next_id;

static int start_domain(void **state)
{
    (void)state;
    memory = aligned_alloc(16, STORE_SIZE);
    store = xenstore_create(memory, STORE_SIZE, DOMID, 262144, 4);
    memset(&ring, 0, sizeof(ring));
    /* Indices don't start at 0, and wrap. */
    ring.req_cons = ring.req_prod = 0xfffffff0;
    ring.rsp_cons = ring.rsp_prod = 0xffffff00;
    nr_events = 0;
    return store != NULL ? 0 : -1;
}

static int end_domain(void **state)
{
    (void)state;
    free(memory);
    return 0;
}

/* Take what is in the ring.  True when a message is whole. */
static bool take_message(struct xsd_sockmsg *header, char *to)
{
    static char raw[sizeof(*header) + XENSTORE_PAYLOAD_MAX];
    static uint32_t have;

    while (ring.rsp_cons != ring.rsp_prod) {
        assert_true(ring.rsp_prod - ring.rsp_cons <= XENSTORE_RING_SIZE);
        raw[have++] = ring.rsp[MASK_XENSTORE_IDX(ring.rsp_cons++)];
        if (have < sizeof(*header))
            continue;
        memcpy(header, raw, sizeof(*header));
        assert_true(header->len <= XENSTORE_PAYLOAD_MAX);
        if (have < sizeof(*header) + header->len)
            continue;
        memcpy(to, raw + sizeof(*header), header->len);
        to[header->len] = '\0';
        have = 0;
        return true;
    }
    return false;
}

/* Read until nothing comes any more; true if a reply was among it. */
static bool read_all(void)
{
    struct xsd_sockmsg header;
    char text[XENSTORE_PAYLOAD_MAX + 1];
    bool got_reply = false;

    do {
        while (take_message(&header, text)) {
            if (header.type == XS_WATCH_EVENT) {
                assert_int_equal(header.req_id, 0);
                assert_int_equal(header.tx_id, 0);
                assert_true(nr_events < ARRAY_SIZE(events));
                snprintf(events[nr_events++], sizeof(events[0]),
                         "%.100s %.100s", text, text + strlen(text) + 1);
                continue;
            }
            assert_false(got_reply);
            reply = header;
            memcpy(body, text, sizeof(body));
            got_reply = true;
        }
    } while (xenstore_serve(store, &ring));
    return got_reply;
}

static void put_bytes(const void *bytes, size_t length)
{
    const char *from = bytes;

    while (length-- != 0) {
        if (ring.req_prod - ring.req_cons == XENSTORE_RING_SIZE)
            assert_true(xenstore_serve(store, &ring));
        ring.req[MASK_XENSTORE_IDX(ring.req_prod)] = *from++;
        ring.req_prod++;
    }
}

static void ask_in(uint32_t transaction, uint32_t type, const void *bytes,
                   size_t length)
{
    struct xsd_sockmsg header = { type, ++next_id, transaction,
                                  (uint32_t)length };

    nr_events = 0;
    put_bytes(&header, sizeof(header));
    put_bytes(bytes, length);
    assert_true(xenstore_serve(store, &ring));
    assert_true(read_all());
    assert_int_equal(reply.req_id, next_id);
    assert_int_equal(reply.tx_id, transaction);
    assert_true(reply.type == type || reply.type == XS_ERROR);
}

/* "path\0value" without and "path\0" with the terminating NUL. */
#define ASK(type, text)         ask_in(0, type, text, sizeof(text))
#define ASK_RAW(type, text)     ask_in(0, type, text, sizeof(text) - 1)

static void assert_reply(const char *expected, size_t length)
{
    if (reply.type == XS_ERROR)
        print_message("error %s\n", body);
    assert_int_not_equal(reply.type, XS_ERROR);
    assert_int_equal(reply.len, length);
    assert_memory_equal(body, expected, length);
}

#define ASSERT_REPLY(text)  assert_reply(text, sizeof(text))
#define ASSERT_VALUE(text)  assert_reply(text, sizeof(text) - 1)

static void assert_error(const char *error)
{
    assert_int_equal(reply.type, XS_ERROR);
    assert_int_equal(reply.len, strlen(error) + 1);
    assert_string_equal(body, error);
}

static void assert_events(unsigned nr, const char *first, const char *second)
{
    assert_int_equal(nr_events, nr);
    if (nr > 0)
        assert_string_equal(events[0], first);
    if (nr > 1)
        assert_string_equal(events[1], second);
}

static void write_in(uint32_t transaction, const char *path,
                     const char *value)
{
    char text[XENSTORE_PAYLOAD_MAX];
    size_t length = strlen(path) + 1;

    memcpy(text, path, length);
    memcpy(text + length, value, strlen(value));
    ask_in(transaction, XS_WRITE, text, length + strlen(value));
}

static void read_in(uint32_t transaction, const char *path)
{
    ask_in(transaction, XS_READ, path, strlen(path) + 1);
}

static uint32_t begin(void)
{
    ASK(XS_TRANSACTION_START, "");
    assert_int_not_equal(reply.type, XS_ERROR);
    return (uint32_t)strtoul(body, NULL, 10);
}

static void end(uint32_t transaction, const char *how)
{
    ask_in(transaction, XS_TRANSACTION_END, how, 2);
}

static void holds_what_a_tool_stack_writes(void **state)
{
    (void)state;
    ASK(XS_READ, "name");
    ASSERT_VALUE("Domain-7");
    ASK(XS_READ, HOME "/domid");
    ASSERT_VALUE("7");
    ASK(XS_READ, "memory/target");
    ASSERT_VALUE("262144");
    ASK(XS_READ, "cpu/3/availability");
    ASSERT_VALUE("online");
    ASK(XS_READ, "cpu/4/availability");
    assert_error("ENOENT");
    ASK(XS_READ, "control/platform-feature-xs_reset_watches");
    ASSERT_VALUE("1");
    ASK(XS_READ, "control/shutdown");
    ASSERT_VALUE("");
    ASK(XS_DIRECTORY, "device");
    ASSERT_VALUE("");
    ASK(XS_READ, "vm");
    ASSERT_VALUE("/vm/00000000-0000-0000-0000-000000000000");
    ASK(XS_GET_DOMAIN_PATH, "7");
    ASSERT_REPLY(HOME);
}

static void writes_are_read_back(void **state)
{
    (void)state;
    write_in(0, "data/a/b", "one");
    ASSERT_REPLY("OK");
    read_in(0, HOME "/data/a/b");
    ASSERT_VALUE("one");
    read_in(0, "data/a");
    ASSERT_VALUE("");
    write_in(0, "data/a/b", "something longer");
    read_in(0, "data/a/b");
    ASSERT_VALUE("something longer");
    write_in(0, "data/a/b", "");
    read_in(0, "data/a/b");
    ASSERT_VALUE("");

    /* Values are bytes. */
    ASK(XS_WRITE, "data/c\0x\0y");
    read_in(0, "data/c");
    ASSERT_REPLY("x\0y");
}

static void directories_list_children_only(void **state)
{
    (void)state;
    write_in(0, "data/first/x", "");
    write_in(0, "data/second", "");
    write_in(0, "data/firstling", "");
    write_in(0, "data/second", "again");
    ASK(XS_DIRECTORY, "data");
    ASSERT_REPLY("first\0second\0firstling");
    ASK(XS_DIRECTORY, "data/firstling");
    ASSERT_VALUE("");
    ASK(XS_DIRECTORY, "data/none");
    assert_error("ENOENT");
}

static void directory_in_parts(void **state)
{
    char path[300], wanted[64], names[8192];
    size_t have = 0;
    unsigned parts = 0;

    (void)state;
    memset(path, 'n', sizeof(path));
    memcpy(path, "data/", 5);
    for (unsigned i = 0; i < 20; i++) {
        snprintf(path + 290, 10, "%u", i);
        write_in(0, path, "");
        ASSERT_REPLY("OK");
    }
    ASK(XS_DIRECTORY, "data");
    assert_error("E2BIG");

    for (;;) {
        int length = snprintf(wanted, sizeof(wanted), "data%c%zu", 0, have);
        size_t skip;

        ask_in(0, XS_DIRECTORY_PART, wanted, (size_t)length + 1);
        assert_int_not_equal(reply.type, XS_ERROR);
        skip = strlen(body) + 1;
        assert_true(reply.len > skip);
        assert_true(have + reply.len - skip <= sizeof(names));
        memcpy(names + have, body + skip, reply.len - skip);
        have += reply.len - skip;
        parts++;
        /* An empty name behind the last one. */
        if (names[have - 1] == '\0' && names[have - 2] == '\0')
            break;
    }
    assert_true(parts > 1);
    assert_int_equal(have, 1 + 10 * 287 + 10 * 288);
}

static void removal_takes_all_below(void **state)
{
    (void)state;
    write_in(0, "data/a/b/c", "1");
    write_in(0, "data/ab", "2");
    ASK(XS_RM, "data/a");
    ASSERT_REPLY("OK");
    read_in(0, "data/a/b/c");
    assert_error("ENOENT");
    read_in(0, "data/a");
    assert_error("ENOENT");
    read_in(0, "data/ab");
    ASSERT_VALUE("2");
    ASK(XS_RM, "data/a");
    ASSERT_REPLY("OK");
    ASK(XS_RM, "data/a/b");
    assert_error("ENOENT");
}

static void mkdir_keeps_what_is_there(void **state)
{
    (void)state;
    ASK(XS_MKDIR, "data/d/e");
    ASSERT_REPLY("OK");
    read_in(0, "data/d/e");
    ASSERT_VALUE("");
    write_in(0, "data/d/e", "v");
    ASK(XS_MKDIR, "data/d/e");
    ASSERT_REPLY("OK");
    read_in(0, "data/d/e");
    ASSERT_VALUE("v");
}

static void bad_paths_are_refused(void **state)
{
    static char long_path[XENSTORE_REL_PATH_MAX + 2];

    (void)state;
    ASK(XS_READ, "data/");
    assert_error("EINVAL");
    ASK(XS_READ, "data//a");
    assert_error("EINVAL");
    ASK(XS_READ, "");
    assert_error("EINVAL");
    ASK(XS_READ, "data/a b");
    assert_error("EINVAL");
    ASK(XS_READ, "@releaseDomain");
    assert_error("EINVAL");
    ASK_RAW(XS_READ, "data");                   /* no NUL */
    assert_error("EINVAL");
    ASK_RAW(XS_READ, "");
    assert_error("EINVAL");
    ASK(XS_READ, "data\0data");
    assert_error("EINVAL");
    memset(long_path, 'x', sizeof(long_path) - 1);
    ask_in(0, XS_READ, long_path, sizeof(long_path));
    assert_error("EINVAL");
}

static void permissions_are_kept(void **state)
{
    (void)state;
    ASK(XS_GET_PERMS, "name");
    ASSERT_REPLY("n0\0r7");
    ASK(XS_GET_PERMS, "data");
    ASSERT_REPLY("n7");

    /* Not the domain's, or nothing that it may see. */
    write_in(0, "name", "mine");
    assert_error("EACCES");
    write_in(0, "new", "x");
    assert_error("EACCES");
    ASK(XS_RM, "control");
    assert_error("EACCES");
    ASK(XS_DIRECTORY, "/");
    assert_error("EACCES");
    ASK(XS_READ, "/local/domain/0/name");
    assert_error("EACCES");
    ASK(XS_SET_PERMS, "name\0b7");
    assert_error("EACCES");

    write_in(0, "data/p", "v");
    ASK(XS_GET_PERMS, "data/p");
    ASSERT_REPLY("n7");
    ASK(XS_SET_PERMS, "data/p\0r7\0b0\0w12");
    ASSERT_REPLY("OK");
    ASK(XS_GET_PERMS, "data/p");
    ASSERT_REPLY("r7\0b0\0w12");
    read_in(0, "data/p");
    ASSERT_VALUE("v");
    write_in(0, "data/p/q", "");
    ASK(XS_GET_PERMS, "data/p/q");
    ASSERT_REPLY("r7\0b0\0w12");

    ASK(XS_SET_PERMS, "data/p\0r8");
    assert_error("EPERM");
    ASK(XS_SET_PERMS, "data/p\0x7");
    assert_error("EINVAL");
    ASK(XS_SET_PERMS, "data/p\0r65536");
    assert_error("EINVAL");
    ASK(XS_SET_PERMS, "data/p");
    assert_error("EINVAL");
    ASK(XS_SET_PERMS, "data/p\0r7\0r1\0r2\0r3\0r4\0r5");
    assert_error("ENOSPC");
}

static void privileged_requests_are_refused(void **state)
{
    static const uint32_t types[] = {
        XS_CONTROL, XS_INTRODUCE, XS_RELEASE, XS_IS_DOMAIN_INTRODUCED,
        XS_RESUME, XS_SET_TARGET,
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(types); i++) {
        ask_in(0, types[i], "7", 2);
        assert_error("EACCES");
    }
    ASK(XS_WATCH_EVENT, "");
    assert_error("ENOSYS");
    ASK(XS_ERROR, "");
    assert_error("ENOSYS");
    ASK(XS_SET_TARGET + 1, "");
    assert_error("ENOSYS");
    ASK(XS_TYPE_COUNT, "");
    assert_error("ENOSYS");
    ASK(XS_INVALID, "");
    assert_error("ENOSYS");
}

static void watches_fire(void **state)
{
    (void)state;
    ASK(XS_WATCH, "data/w\0relative");
    ASSERT_REPLY("OK");
    assert_events(1, "data/w relative", NULL);
    ASK(XS_WATCH, HOME "/data\0absolute");
    assert_events(1, HOME "/data absolute", NULL);
    ASK(XS_WATCH, "data/w\0relative");
    assert_error("EEXIST");
    assert_events(0, NULL, NULL);

    write_in(0, "data/w/x", "1");
    assert_events(2, "data/w/x relative", HOME "/data/w/x absolute");
    write_in(0, "data/wx", "1");
    assert_events(1, HOME "/data/wx absolute", NULL);
    ASK(XS_MKDIR, "data/w/x");
    assert_events(0, NULL, NULL);
    ASK(XS_SET_PERMS, "data/w/x\0r7");
    assert_events(2, "data/w/x relative", HOME "/data/w/x absolute");
    write_in(0, "error/x", "1");
    assert_events(0, NULL, NULL);

    ASK(XS_UNWATCH, "data/w\0relative");
    ASSERT_REPLY("OK");
    ASK(XS_UNWATCH, "data/w\0relative");
    assert_error("ENOENT");
    write_in(0, "data/w/x", "2");
    assert_events(1, HOME "/data/w/x absolute", NULL);
}

static void watch_below_what_is_removed(void **state)
{
    (void)state;
    write_in(0, "data/a/b/c", "1");
    ASK(XS_WATCH, "data/a/b\0below");
    ASK(XS_WATCH, "data\0above");
    ASK(XS_WATCH, "data/a/none\0beside");
    ASK(XS_RM, "data/a");
    assert_events(2, "data/a/b below", "data/a above");
}

static void special_watches(void **state)
{
    (void)state;
    ASK(XS_WATCH, "@releaseDomain\0t");
    ASSERT_REPLY("OK");
    assert_events(1, "@releaseDomain t", NULL);
    ASK(XS_WATCH, "/\0root");
    assert_events(1, "/ root", NULL);
    write_in(0, "data/x", "1");
    assert_events(1, HOME "/data/x root", NULL);
    ASK(XS_WATCH, "data/x y\0t");
    assert_error("EINVAL");
    ASK_RAW(XS_WATCH, "data/x\0t");
    assert_error("EINVAL");
}

static void our_own_writes_are_seen(void **state)
{
    (void)state;
    ASK(XS_WATCH, "control/shutdown\0t");
    nr_events = 0;
    assert_true(xenstore_write(store, "control/shutdown", "poweroff"));
    assert_true(xenstore_serve(store, &ring));
    assert_false(read_all());
    assert_events(1, "control/shutdown t", NULL);
    read_in(0, "control/shutdown");
    ASSERT_VALUE("poweroff");
    /* Still the domain's, which has to acknowledge it. */
    write_in(0, "control/shutdown", "");
    ASSERT_REPLY("OK");
    assert_false(xenstore_write(store, "no/", "x"));
}

static void same_event_once(void **state)
{
    (void)state;
    ASK(XS_WATCH, "memory\0t");
    nr_events = 0;
    assert_true(xenstore_write(store, "memory/target", "1"));
    assert_true(xenstore_write(store, "memory/target", "2"));
    assert_true(xenstore_serve(store, &ring));
    read_all();
    assert_events(1, "memory/target t", NULL);
}

static void transactions_are_apart(void **state)
{
    uint32_t one, two;

    (void)state;
    write_in(0, "data/a", "old");
    write_in(0, "data/gone/x", "old");
    ASK(XS_WATCH, "data\0t");
    one = begin();
    two = begin();
    assert_int_not_equal(one, two);

    write_in(one, "data/a", "new");
    ASSERT_REPLY("OK");
    assert_events(0, NULL, NULL);
    write_in(one, "data/b/c", "new");
    ask_in(one, XS_RM, "data/gone", 10);
    ASSERT_REPLY("OK");

    read_in(0, "data/a");
    ASSERT_VALUE("old");
    read_in(two, "data/a");
    ASSERT_VALUE("old");
    read_in(two, "data/gone/x");
    ASSERT_VALUE("old");
    read_in(one, "data/a");
    ASSERT_VALUE("new");
    read_in(one, "data/gone/x");
    assert_error("ENOENT");
    ask_in(one, XS_DIRECTORY, "data", 5);
    ASSERT_REPLY("a\0b");
    ask_in(two, XS_DIRECTORY, "data", 5);
    ASSERT_REPLY("a\0gone");

    end(one, "T");
    ASSERT_REPLY("OK");
    assert_int_equal(nr_events, 3);
    assert_string_equal(events[0], "data/a t");
    assert_string_equal(events[1], "data/b/c t");
    assert_string_equal(events[2], "data/gone t");
    read_in(0, "data/b/c");
    ASSERT_VALUE("new");
    read_in(0, "data/b");
    ASSERT_VALUE("");
    ASK(XS_DIRECTORY, "data");
    ASSERT_REPLY("a\0b");

    /* What it has read has changed since. */
    write_in(two, "data/z", "never");
    end(two, "T");
    assert_error("EAGAIN");
    read_in(0, "data/z");
    assert_error("ENOENT");
    end(two, "F");
    assert_error("ENOENT");
}

static void transactions_can_be_dropped(void **state)
{
    uint32_t id = (write_in(0, "data/a", "old"), begin());

    (void)state;
    write_in(id, "data/a", "new");
    ask_in(id, XS_RM, "data", 5);
    ASSERT_REPLY("OK");
    read_in(id, "data/a");
    assert_error("ENOENT");
    write_in(id, "error/e", "again");
    ask_in(id, XS_SET_PERMS, "error\0r7", 9);
    ASSERT_REPLY("OK");
    end(id, "x");
    assert_error("EINVAL");
    end(id, "F");
    ASSERT_REPLY("OK");
    read_in(0, "data/a");
    ASSERT_VALUE("old");
    ASK(XS_GET_PERMS, "error");
    ASSERT_REPLY("n7");
    read_in(id, "data/a");
    assert_error("ENOENT");
}

static void removed_and_made_again(void **state)
{
    uint32_t id = (write_in(0, "data/a/b", "old"), begin());

    (void)state;
    ask_in(id, XS_RM, "data/a", 7);
    write_in(id, "data/a", "new");
    ASSERT_REPLY("OK");
    read_in(id, "data/a/b");
    assert_error("ENOENT");
    ask_in(id, XS_DIRECTORY, "data/a", 7);
    ASSERT_VALUE("");
    end(id, "T");
    ASSERT_REPLY("OK");
    read_in(0, "data/a");
    ASSERT_VALUE("new");
    read_in(0, "data/a/b");
    assert_error("ENOENT");
}

static void transactions_are_counted(void **state)
{
    uint32_t ids[10];

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(ids); i++)
        ids[i] = begin();
    ASK(XS_TRANSACTION_START, "");
    assert_error("ENOSPC");
    ask_in(ids[0], XS_TRANSACTION_START, "", 1);
    assert_error("EBUSY");
    ASK(XS_RESET_WATCHES, "");
    ASSERT_REPLY("OK");
    read_in(ids[9], "data");
    assert_error("ENOENT");
    begin();
    end(12345, "T");
    assert_error("ENOENT");
    end(0, "T");
    assert_error("ENOENT");
}

static void long_messages_pass_the_ring(void **state)
{
    static char request[XENSTORE_PAYLOAD_MAX] = "data/long";

    (void)state;
    memset(request + 10, 'v', sizeof(request) - 10);
    ask_in(0, XS_WRITE, request, sizeof(request));
    ASSERT_REPLY("OK");
    read_in(0, "data/long");
    assert_reply(request + 10, sizeof(request) - 10);
}

static void full_memory_is_told(void **state)
{
    static char request[2048] = "data/0";
    unsigned i;

    (void)state;
    memset(request + 7, 'v', sizeof(request) - 7);
    for (i = 0; i < 20; i++) {
        request[5] = (char)('a' + i);
        ask_in(0, XS_WRITE, request, sizeof(request));
        if (reply.type == XS_ERROR)
            break;
    }
    assert_in_range(i, 4, 16);
    assert_error("ENOSPC");
    read_in(0, "data/a");
    assert_int_equal(reply.len, sizeof(request) - 7);
    request[5] = (char)('a' + i);
    read_in(0, request);
    assert_error("ENOENT");

    /* A parent without its child isn't left behind either. */
    memcpy(request, "data/p/q", 9);
    ask_in(0, XS_WRITE, request, sizeof(request));
    assert_error("ENOSPC");
    read_in(0, "data/p");
    assert_error("ENOENT");

    ASK(XS_RM, "data/a");
    ask_in(0, XS_WRITE, request, sizeof(request));
    ASSERT_REPLY("OK");
}

/* No memory for events: each watch gets one that says "look again". */
static void events_are_never_lost(void **state)
{
    char path[64];
    unsigned i = 0, told = 0;

    (void)state;
    ASK(XS_WATCH, "data\0watch");
    do
        snprintf(path, sizeof(path), "data/%u", i++);
    while (xenstore_write(store, path, "0123456789012345678901234567890"));
    assert_true(i > 20);

    nr_events = 0;
    assert_true(xenstore_serve(store, &ring));
    do {
        nr_events = 0;
        struct xsd_sockmsg header;

        while (take_message(&header, body))
            told += strcmp(body, "data") == 0;
    } while (xenstore_serve(store, &ring));
    assert_int_equal(told, 1);

    nr_events = 0;
    ASK(XS_RM, "data/0");
    assert_events(1, "data/0 watch", NULL);
}

static void client_that_does_not_read(void **state)
{
    struct xsd_sockmsg header = { XS_READ, 1, 0, 5 };
    unsigned taken = 0;

    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        if (ring.req_prod - ring.req_cons + 21 > XENSTORE_RING_SIZE)
            break;
        put_bytes(&header, sizeof(header));
        put_bytes("name", 5);
        xenstore_serve(store, &ring);
        taken++;
    }
    assert_in_range(taken, 40, 200);
    assert_false(xenstore_serve(store, &ring));

    for (unsigned i = 0; i < taken; i++) {
        while (!take_message(&header, body))
            assert_true(xenstore_serve(store, &ring));
        assert_int_equal(header.type, XS_READ);
        assert_string_equal(body, "Domain-7");
    }
}

static void assert_reconnects(uint32_t error)
{
    assert_int_equal(ring.error, error);
    assert_int_equal(ring.server_features, 3);

    /* Dead, whatever is in the ring now, */
    ring.req_cons = ring.req_prod = ring.rsp_cons = ring.rsp_prod = 0;
    put_bytes("x", 1);
    assert_false(xenstore_serve(store, &ring));
    assert_int_equal(ring.req_cons, 0);

    /* until it is asked for. */
    ring.connection = XENSTORE_RECONNECT;
    assert_true(xenstore_serve(store, &ring));
    assert_int_equal(ring.connection, XENSTORE_CONNECTED);
    assert_int_equal(ring.error, XENSTORE_ERROR_NONE);
    assert_int_equal(ring.req_prod, 0);
    ASK(XS_READ, "name");
    ASSERT_VALUE("Domain-7");
}

static void impossible_indices(void **state)
{
    (void)state;
    ASK(XS_WATCH, "data\0t");
    ring.req_prod = ring.req_cons + XENSTORE_RING_SIZE + 1;
    xenstore_serve(store, &ring);
    assert_reconnects(XENSTORE_ERROR_RINGIDX);
    write_in(0, "data/x", "1");
    assert_events(0, NULL, NULL);

    ring.rsp_cons = ring.rsp_prod + 1;
    xenstore_serve(store, &ring);
    assert_reconnects(XENSTORE_ERROR_RINGIDX);
}

static void too_long_a_message(void **state)
{
    struct xsd_sockmsg header = { XS_READ, 1, 0, XENSTORE_PAYLOAD_MAX + 1 };

    (void)state;
    put_bytes(&header, sizeof(header));
    xenstore_serve(store, &ring);
    assert_reconnects(XENSTORE_ERROR_PROTO);
}

static void memory_too_small(void **state)
{
    void *small = aligned_alloc(16, STORE_SIZE);

    (void)state;
    assert_null(xenstore_create(small, 4096, 1, 1, 1));
    assert_null(xenstore_create(small, 12288, 1, 1, 1));
    assert_non_null(xenstore_create(small, STORE_SIZE, 1, 1, 32));
    assert_null(xenstore_create(small, STORE_SIZE, 1, 1, 200));
    free(small);
}

#define TEST(name)  cmocka_unit_test_setup_teardown(name, start_domain, \
                                                    end_domain)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(holds_what_a_tool_stack_writes),
        TEST(writes_are_read_back),
        TEST(directories_list_children_only),
        TEST(directory_in_parts),
        TEST(removal_takes_all_below),
        TEST(mkdir_keeps_what_is_there),
        TEST(bad_paths_are_refused),
        TEST(permissions_are_kept),
        TEST(privileged_requests_are_refused),
        TEST(watches_fire),
        TEST(watch_below_what_is_removed),
        TEST(special_watches),
        TEST(our_own_writes_are_seen),
        TEST(same_event_once),
        TEST(transactions_are_apart),
        TEST(transactions_can_be_dropped),
        TEST(removed_and_made_again),
        TEST(transactions_are_counted),
        TEST(long_messages_pass_the_ring),
        TEST(full_memory_is_told),
        TEST(events_are_never_lost),
        TEST(client_that_does_not_read),
        TEST(impossible_indices),
        TEST(too_long_a_message),
        TEST(memory_too_small),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
