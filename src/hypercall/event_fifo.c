/* SPDX-License-Identifier: MIT */
/*
 * FIFO event channels: a word a port, in arrays of the kernel's, linked to
 * queues by port numbers; each vCPU has a queue for each priority.
 *
 * The kernel takes ports off a queue's head and clears LINKED; we append.
 * A port whose LINKED is set lies on some queue and will be looked at.
 */
#include <hypercall/event_abi.h>

#include <xen/xen.h>
#include <xen/errno.h>
#include <xen/event_channel.h>

#include <guest/domain.h>
#include <lib/spinlock.h>
#include <lib/string.h>
#include <machine/paging.h>

#define WORDS_PER_PAGE (PAGE_SIZE / sizeof(event_word_t))
#define PAGES_MAX      (EVTCHN_FIFO_NR_CHANNELS / WORDS_PER_PAGE)

#define PENDING (1u << EVTCHN_FIFO_PENDING)
#define MASKED  (1u << EVTCHN_FIFO_MASKED)
#define LINKED  (1u << EVTCHN_FIFO_LINKED)
#define BUSY    (1u << EVTCHN_FIFO_BUSY)

static_assert(EVTCHN_FIFO_MAX_QUEUES == CPU_FIFO_QUEUES, "");

/* A page of the kernel's words, and where we linked each port last. */
static struct {
    event_word_t *words;
    uint32_t *queues;           /* number of a queue + 1, 0: nowhere yet;
                                   kept when the words are forgotten */
} pages[PAGES_MAX];
static unsigned nr_pages;
static uint64_t early[EVTCHN_2L_NR_CHANNELS / 64];      /* pending before */

static bool has_word(uint32_t port)
{
    return port / WORDS_PER_PAGE < nr_pages;
}

static event_word_t *port_word(uint32_t port)
{
    return &pages[port / WORDS_PER_PAGE].words[port % WORDS_PER_PAGE];
}

static event_word_t read_word(const event_word_t *word)
{
    return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static event_word_t set_flag(event_word_t *word, event_word_t flag)
{
    return __atomic_fetch_or(word, flag, __ATOMIC_SEQ_CST);
}

static event_word_t clear_flag(event_word_t *word, event_word_t flag)
{
    return __atomic_fetch_and(word, ~flag, __ATOMIC_SEQ_CST);
}

/*
 * Let the tail point to `port`.  False if the kernel has taken it off the
 * queue, which is empty then.
 */
static bool link_behind(uint32_t tail_port, uint32_t port)
{
    event_word_t *tail;
    event_word_t old, new;

    if (!has_word(tail_port))
        return false;
    tail = port_word(tail_port);
    old = read_word(tail);
    do {
        if (!(old & LINKED))
            return false;
        new = (old & ~(BUSY | EVTCHN_FIFO_LINK_MASK)) | port;
    } while (!__atomic_compare_exchange_n(tail, &old, new, false,
                                          __ATOMIC_SEQ_CST,
                                          __ATOMIC_SEQ_CST));
    return true;
}

static uint32_t queue_of(const struct cpu *cpu, unsigned priority)
{
    return cpu->id * CPU_FIFO_QUEUES + priority;
}

static uint32_t *last_queue(uint32_t port)
{
    return &pages[port / WORDS_PER_PAGE].queues[port % WORDS_PER_PAGE];
}

/* The vCPU that has it; `cpu` for a port that was on none yet. */
static struct cpu *last_cpu(uint32_t port, struct cpu *cpu)
{
    uint32_t last = __atomic_load_n(last_queue(port), __ATOMIC_ACQUIRE);

    return last ? cpu_of((last - 1) / CPU_FIFO_QUEUES) : cpu;
}

/* It may still be the tail of another queue, which is empty then. */
static void leave_queue(uint32_t port, uint32_t queue)
{
    uint32_t *last = last_queue(port);
    uint32_t old = *last;

    if (old == queue + 1)
        return;
    __atomic_store_n(last, queue + 1, __ATOMIC_RELEASE);
    if (!old)
        return;
    old--;

    uint32_t *tail = &cpu_of(old / CPU_FIFO_QUEUES)
                     ->fifo_tail[old % CPU_FIFO_QUEUES];

    if (*tail == port)
        *tail = 0;
}

/*
 * False: it lies on a queue already, or the vCPU has none.  Once LINKED is set
 * nobody but us changes the link, until it is appended.
 */
static inline bool must_append(event_word_t *word, const struct cpu *cpu)
{
    if (!cpu->fifo_control || set_flag(word, LINKED) & LINKED)
        return false;
    if (read_word(word) & EVTCHN_FIFO_LINK_MASK)
        clear_flag(word, EVTCHN_FIFO_LINK_MASK);
    return true;
}

/* True if the queue was empty, so that the vCPU has to be told. */
static inline bool append(uint32_t port, struct cpu *cpu, unsigned priority)
{
    struct evtchn_fifo_control_block *control = cpu->fifo_control;
    uint32_t tail = cpu->fifo_tail[priority];
    uint32_t ready = 1u << priority;

    cpu->fifo_tail[priority] = port;
    if (tail && tail != port && link_behind(tail, port))
        return false;
    __atomic_store_n(&control->head[priority], port, __ATOMIC_RELEASE);
    return !(__atomic_fetch_or(&control->ready, ready, __ATOMIC_SEQ_CST)
             & ready);
}

/* In the order of their numbers. */
static void lock_both(struct cpu *a, struct cpu *b)
{
    spin_lock(a->id < b->id ? &a->fifo_lock : &b->fifo_lock);
    if (a != b)
        spin_lock(a->id < b->id ? &b->fifo_lock : &a->fifo_lock);
}

static void unlock_both(struct cpu *a, struct cpu *b)
{
    spin_unlock(&a->fifo_lock);
    if (a != b)
        spin_unlock(&b->fifo_lock);
}

/*
 * The queues of the vCPU that the port goes to, and of the one where it may
 * be a tail: appending there must not take it for linked.  Returns that one.
 */
static struct cpu *lock_queues(uint32_t port, struct cpu *cpu)
{
    for (;;) {
        struct cpu *old = last_cpu(port, cpu);

        lock_both(cpu, old);
        if (last_cpu(port, cpu) == old)
            return old;
        unlock_both(cpu, old);
    }
}

static __attribute__((noinline))
bool enqueue_elsewhere(uint32_t port, event_word_t *word, struct cpu *cpu,
                       unsigned priority)
{
    struct cpu *old = lock_queues(port, cpu);
    bool tell = false;

    if (must_append(word, cpu)) {
        leave_queue(port, queue_of(cpu, priority));
        tell = append(port, cpu, priority);
    }
    unlock_both(cpu, old);
    return tell;
}

/* Was it on this queue last?  Its tail was; of others only it is known. */
static bool belongs(uint32_t port, const struct cpu *cpu, unsigned priority)
{
    return cpu->fifo_tail[priority] == port
           || __atomic_load_n(last_queue(port), __ATOMIC_RELAXED)
              == queue_of(cpu, priority) + 1;
}

/* Under this queue's lock, which it gives up. */
static inline bool enqueue_locked(uint32_t port, event_word_t *word,
                                  struct cpu *cpu, unsigned priority)
{
    bool tell;

    if (!belongs(port, cpu, priority)) {
        spin_unlock(&cpu->fifo_lock);
        return enqueue_elsewhere(port, word, cpu, priority);
    }
    tell = must_append(word, cpu) && append(port, cpu, priority);
    spin_unlock(&cpu->fifo_lock);
    return tell;
}

static __attribute__((noinline))
bool enqueue_in_turn(uint32_t port, event_word_t *word, struct cpu *cpu,
                     unsigned priority)
{
    spin_lock(&cpu->fifo_lock);
    return enqueue_locked(port, word, cpu, priority);
}

/* Nearly always the lock is free, and nothing has to outlast a wait. */
static inline bool enqueue(uint32_t port, event_word_t *word,
                           struct cpu *cpu, unsigned priority)
{
    return spin_try_lock(&cpu->fifo_lock)
           ? enqueue_locked(port, word, cpu, priority)
           : enqueue_in_turn(port, word, cpu, priority);
}

static bool set_pending(uint32_t port, struct cpu *cpu, unsigned priority)
{
    event_word_t *word;

    if (!has_word(port)) {
        event_fifo_note_pending(port);
        return false;
    }
    word = port_word(port);
    if (set_flag(word, PENDING) & PENDING)
        return false;
    if (read_word(word) & (MASKED | LINKED))
        return false;
    return enqueue(port, word, cpu, priority);
}

static bool unmask(uint32_t port, struct cpu *cpu, unsigned priority)
{
    if (!has_word(port) || !(clear_flag(port_word(port), MASKED) & PENDING))
        return false;
    return enqueue(port, port_word(port), cpu, priority);
}

static void clear_pending(uint32_t port)
{
    if (has_word(port))
        clear_flag(port_word(port), PENDING);
}

static bool is_pending(uint32_t port)
{
    return has_word(port) && (read_word(port_word(port)) & PENDING);
}

static bool is_masked(uint32_t port)
{
    return has_word(port) && (read_word(port_word(port)) & MASKED);
}

static bool has_events(const struct cpu *cpu)
{
    struct evtchn_fifo_control_block *control =
        __atomic_load_n(&cpu->fifo_control, __ATOMIC_RELAXED);

    return control && __atomic_load_n(&control->ready, __ATOMIC_SEQ_CST);
}

void event_fifo_note_pending(uint32_t port)
{
    if (port < EVTCHN_2L_NR_CHANNELS)
        early[port / 64] |= 1ull << port % 64;
}

bool event_fifo_was_early(uint32_t port)
{
    return port < EVTCHN_2L_NR_CHANNELS && (early[port / 64] >> port % 64 & 1);
}

long event_fifo_add_array(mfn_t page, uint32_t *first, uint32_t *end)
{
    if (nr_pages == PAGES_MAX || (!pages[nr_pages].queues && !pool_left()))
        return -XEN_ENOSPC;
    if (!domain_owns(page))
        return -XEN_EINVAL;
    pages[nr_pages].words = direct_mfn(page);
    if (!pages[nr_pages].queues)
        pages[nr_pages].queues = direct(pool_frame());
    *first = nr_pages * WORDS_PER_PAGE;
    nr_pages++;
    *end = nr_pages * WORDS_PER_PAGE;
    return 0;
}

long event_fifo_set_control(struct cpu *cpu, mfn_t page, uint32_t offset)
{
    if (offset > PAGE_SIZE - sizeof(struct evtchn_fifo_control_block)
        || (offset & 7))
        return -XEN_EINVAL;
    if (cpu->fifo_control || !domain_owns(page))
        return -XEN_EINVAL;
    cpu->fifo_control = (struct evtchn_fifo_control_block *)
        ((char *)direct_mfn(page) + offset);
    return 0;
}

static void forget_queues(struct cpu *cpu)
{
    spin_lock(&cpu->fifo_lock);
    cpu->fifo_control = NULL;
    memset(cpu->fifo_tail, 0, sizeof cpu->fifo_tail);
    spin_unlock(&cpu->fifo_lock);
}

/* Another CPU may be about to send: nothing is taken away but the links. */
void event_fifo_end(void)
{
    for (unsigned id = 0; id < domain.nr_vcpus; id++)
        forget_queues(cpu_of(id));
    for (unsigned i = 0; i < nr_pages; i++)
        memset(pages[i].queues, 0, PAGE_SIZE);
    memset(early, 0, sizeof early);
    nr_pages = 0;
}

const struct event_abi event_abi_fifo = {
    .nr_ports = EVTCHN_FIFO_NR_CHANNELS,
    .set_pending = set_pending,
    .unmask = unmask,
    .clear_pending = clear_pending,
    .is_pending = is_pending,
    .is_masked = is_masked,
    .has_events = has_events,
};
