/* SPDX-License-Identifier: MIT */
/* sources: src/hypercall/xenstore.c src/hypercall/xenstore_records.c */
/* sources: src/hypercall/xenstore_paths.c src/hypercall/xenstore_nodes.c */
/* sources: src/hypercall/xenstore_watches.c */
/* sources: src/hypercall/xenstore_requests.c */
/*
 * A client that does anything.  The input is a list of steps, each a byte
 * that says what (see step()) and what belongs to it; requests are written
 *
 *     <type> <transaction> <length> <payload>
 *
 * with the transaction as the how-manieth begun.  After each step the row of
 * records has to be sound, in the end the tree too.
 */
#include <stdlib.h>
#include <string.h>

#include <hypercall/xenstore.h>
#include "../../src/hypercall/xenstore_private.h"

#define STORE_SIZE  20480       /* small, so that memory gets full */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *at;
    size_t left;
};

static struct xenstore_domain_interface ring;
static struct xenstore *store;

static void require(bool holds)
{
    if (!holds)
        abort();
}

static uint8_t next(struct input *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->at++;
}

static void check_node(struct record *node)
{
    struct view view = { store, 0, node->transaction };
    struct text path = record_first(node);

    require(path_is_valid(path));
    require(node->permissions.count <= PERMISSIONS_MAX);
    require(node->transaction == 0 ||
            transaction_exists(store, node->transaction));
    require(node->transaction != 0 || node->flags == 0);
    if (node->flags & NODE_REMOVED)
        return;
    require(node->permissions.count != 0);
    require(node_find(&view, path) == node);
    /* Another transaction's commit may have taken an open one's parent. */
    if (node->transaction == 0)
        require(node_find(&view, path_parent(path)) != NULL);
}

static void check_tree(void)
{
    for (size_t at = 0; at < store->used; at += record_at(store, at)->size)
        if (record_at(store, at)->kind == RECORD_NODE)
            check_node(record_at(store, at));
}

static void check_row(void)
{
    size_t at = 0;

    while (at < store->used) {
        struct record *record = record_at(store, at);

        require(record->size == record_size(record->first_length,
                                            record->second_length));
        require(record->size <= store->used - at);
        require(record->text[record->first_length] == '\0');
        at += record->size;
    }
    require(at == store->used && at <= store->room);
    require(store->out.header.len <= XENSTORE_PAYLOAD_MAX);
}

static void put(const void *bytes, size_t length)
{
    const char *from = bytes;

    for (size_t i = 0; i < length; i++) {
        if (ring.req_prod - ring.req_cons == XENSTORE_RING_SIZE) {
            xenstore_serve(store, &ring);
            ring.rsp_cons = ring.rsp_prod;
        }
        /* It doesn't take any more: the connection is dead. */
        if (ring.req_prod - ring.req_cons >= XENSTORE_RING_SIZE)
            return;
        ring.req[MASK_XENSTORE_IDX(ring.req_prod)] = from[i];
        ring.req_prod++;
    }
}

static void put_request(struct input *input)
{
    struct xsd_sockmsg header = { .type = next(input) };
    unsigned which = next(input);
    size_t length = next(input);

    /* Each small length; and the longest ones, which mean much input. */
    if (length > 200)
        length = (length - 200) * 80;
    if (length > input->left)
        length = input->left;
    header.tx_id = which == 0 ? 0 :
        store->transactions[which % TRANSACTIONS_MAX].id;
    header.len = (uint32_t)length;
    put(&header, sizeof(header));
    put(input->at, length);
    input->at += length;
    input->left -= length;
}

static void put_raw(struct input *input)
{
    size_t length = next(input);

    if (length > input->left)
        length = input->left;
    put(input->at, length);
    input->at += length;
    input->left -= length;
}

static void break_index(struct input *input)
{
    uint32_t *const indices[] = {
        &ring.req_cons, &ring.req_prod, &ring.rsp_cons, &ring.rsp_prod,
    };
    uint8_t which = next(input);

    *indices[which % 4] += (uint32_t)next(input) << (which >> 3);
}

static void write_ourselves(struct input *input)
{
    static const char *const paths[] = {
        "control/shutdown", "memory/target", "data/a", "data/a/b",
        "/local/domain/1/data", "device/vbd/1/state", "", "/",
    };
    static const char *const values[] = { "", "1", "a longer value than 1" };
    const char *path = paths[next(input) % 8];

    xenstore_write(store, path, values[next(input) % 3]);
}

static void step(struct input *input)
{
    switch (next(input) % 8) {
    case 0:
        xenstore_serve(store, &ring);
        break;
    case 1:
        ring.rsp_cons = ring.rsp_prod;
        xenstore_serve(store, &ring);
        break;
    case 2:
        put_raw(input);
        break;
    case 3:
        write_ourselves(input);
        break;
    case 4:
        break_index(input);
        xenstore_serve(store, &ring);
        break;
    case 5:
        ring.connection = XENSTORE_RECONNECT;
        xenstore_serve(store, &ring);
        break;
    default:
        put_request(input);
        xenstore_serve(store, &ring);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t memory[STORE_SIZE] __attribute__((aligned(16)));
    struct input input = { data, size };

    memset(&ring, 0, sizeof(ring));
    store = xenstore_create(memory, sizeof(memory), 1, 1024, 1);
    require(store != NULL);
    while (input.left != 0) {
        step(&input);
        check_row();
    }
    check_tree();
    return 0;
}
