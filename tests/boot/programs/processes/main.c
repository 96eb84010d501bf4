/* SPDX-License-Identifier: MIT */
/* Processes, threads, pipes, sockets, signals: switching in every way. */
#define _GNU_SOURCE
#include "common/check.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static char *own_path;

static void many_children(void)
{
    int status, sum = 0;
    for (int i = 0; i < 200; i++) {
        if (fork() == 0)
            _exit(i & 0x7f);
        wait(&status);
        sum += WEXITSTATUS(status);
    }
    observe_here("sum %d", sum);
}

static void children_at_once(void)
{
    int status, sum = 0, count = 0;
    for (int i = 0; i < 100; i++)
        if (fork() == 0) {
            usleep(1000 * (i % 7));
            _exit(i & 0x7f);
        }
    while (wait(&status) > 0) {
        sum += WEXITSTATUS(status);
        count++;
    }
    observe_here("count %d sum %d", count, sum);
}

/* Runs this program again with "exit-NUMBER". */
static void run_self(int number)
{
    char argument[20];
    snprintf(argument, sizeof(argument), "exit-%d", number);
    execl(own_path, own_path, argument, NULL);
    _exit(127);
}

static void exec_often(void)
{
    int status, sum = 0;
    for (int i = 0; i < 50; i++) {
        if (fork() == 0)
            run_self(i);
        wait(&status);
        sum += WEXITSTATUS(status);
    }
    observe_here("sum %d", sum);
}

static void vfork_often(void)
{
    int status;
    volatile int sum = 0;       /* vfork() returns twice */
    for (volatile int i = 0; i < 50; i++) {
        if (vfork() == 0)
            run_self(i);
        wait(&status);
        sum += WEXITSTATUS(status);
    }
    observe_here("sum %d", sum);
}

static void bad_exec(void)
{
    int file = memfd_create("bad", 0);
    char path[40];
    if (write(file, "\177ELFrubbish", 11) != 11)
        give_up("write");
    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    fchmod(file, 0700);
    execl(path, path, NULL);
    observe_here("%s", strerror(errno));
    execl("/nowhere", "x", NULL);
    observe_here("%s", strerror(errno));
}

static void pipe_ping_pong(void)
{
    int there[2], back[2], value = 0;
    if (pipe(there) || pipe(back))
        give_up("make pipes");
    if (fork() == 0) {
        while (read(there[0], &value, 4) == 4 && value >= 0) {
            value++;
            if (write(back[1], &value, 4) != 4)
                break;
        }
        _exit(0);
    }
    for (int i = 0; i < 2000; i++)
        if (write(there[1], &value, 4) != 4 || read(back[0], &value, 4) != 4)
            break;
    observe_here("%d", value);
}

static uint32_t checksum(const uint8_t *bytes, size_t length, uint32_t sum)
{
    for (size_t i = 0; i < length; i++)
        sum = (sum ^ bytes[i]) * 16777619;     /* FNV-1a */
    return sum;
}

/* A megabyte through something that holds far less, with odd sizes. */
static void stream(int in, int out)
{
    enum { TOTAL = 1 << 20 };
    static uint8_t bytes[8192];
    uint32_t sum = 0;
    size_t seen = 0;
    if (fork() == 0) {
        close(out);
        for (size_t sent = 0, part; sent < TOTAL; sent += part) {
            part = 1 + (sent * 7 + 13) % sizeof(bytes);
            part = part > TOTAL - sent ? TOTAL - sent : part;
            for (size_t i = 0; i < part; i++)
                bytes[i] = (uint32_t)(sent + i) * 2654435761u >> 13;
            if (write(in, bytes, part) != (ssize_t)part)
                _exit(1);
        }
        _exit(0);
    }
    close(in);
    for (ssize_t n; (n = read(out, bytes, sizeof(bytes))) > 0; seen += n)
        sum = checksum(bytes, n, sum);
    observe_here("%zu bytes, sum %#x", seen, sum);
}

static void pipe_stream(void)
{
    int ends[2];
    if (pipe(ends))
        give_up("make a pipe");
    stream(ends[1], ends[0]);
}

static void socket_stream(void)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        give_up("make sockets");
    stream(ends[1], ends[0]);
}

/* A descriptor passed over a socket works in the other process. */
static void passed_descriptor(void)
{
    int ends[2], file = memfd_create("passed", 0), status;
    char control[CMSG_SPACE(sizeof(int))] = "", byte = 'x', text[8] = "";
    struct iovec vector = { &byte, 1 };
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control,
        .msg_controllen = sizeof(control),
    };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends))
        give_up("make sockets");
    if (fork() == 0) {
        recvmsg(ends[1], &message, 0);
        memcpy(&file, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(file));
        _exit(write(file, "passed", 6) != 6);
    }
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &file, sizeof(file));
    sendmsg(ends[0], &message, 0);
    wait(&status);
    ssize_t length = pread(file, text, 6, 0);
    observe_here("%d %zd %s", status, length, text);
}

static volatile sig_atomic_t received;

static void count_signal(int signal_number)
{
    (void)signal_number;
    received++;
}

static void signal_storm(void)
{
    enum { SIGNALS = 3000 };
    struct sigaction action = { .sa_handler = count_signal };
    sigaction(SIGUSR1, &action, NULL);
    for (int i = 0; i < SIGNALS; i++)
        raise(SIGUSR1);
    observe_here("received %d", received);
}

/* Each signal is answered before the next: none may be lost. */
static void signal_ping_pong(void)
{
    enum { ROUNDS = 500 };
    sigset_t set;
    int number, status;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        for (int i = 0; i < ROUNDS; i++) {
            sigwait(&set, &number);
            kill(parent, SIGUSR1);
        }
        _exit(0);
    }
    for (int i = 0; i < ROUNDS; i++) {
        kill(child, SIGUSR1);
        sigwait(&set, &number);
    }
    wait(&status);
    observe_here("%d rounds, exit %d", ROUNDS, status);
}

/* Queued real-time signals keep order and values. */
static int queued[64];

static void take_value(int signal_number, siginfo_t *information,
                       void *context)
{
    (void)signal_number;
    (void)context;
    queued[received++] = information->si_value.sival_int;
}

static void queued_signals(void)
{
    struct sigaction action = {
        .sa_sigaction = take_value, .sa_flags = SA_SIGINFO,
    };
    sigset_t set;
    bool ordered = true;
    sigaction(SIGRTMIN, &action, NULL);
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (int i = 0; i < 64; i++)
        sigqueue(getpid(), SIGRTMIN, (union sigval) { .sival_int = i });
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    for (int i = 0; i < received; i++)
        ordered &= queued[i] == i;
    observe_here("%d %s", received, ordered ? "in order" : "out of order");
}

enum { THREADS = 8, ADDITIONS = 3000 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int shared_sum;

static void *add(void *unused)
{
    for (int i = 0; i < ADDITIONS; i++) {
        pthread_mutex_lock(&mutex);
        int before = shared_sum;
        if (i % 100 == 0)
            sched_yield();
        shared_sum = before + 1;
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

static void mutexes(void)
{
    pthread_t thread[THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, add, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    observe_here("%d", shared_sum);
}

static pthread_barrier_t barrier;
static volatile int phase_errors;
static volatile int phase_of[THREADS];

static void *walk_phases(void *argument)
{
    int self = (intptr_t)argument;
    for (int phase = 1; phase <= 100; phase++) {
        phase_of[self] = phase;
        pthread_barrier_wait(&barrier);
        for (int i = 0; i < THREADS; i++)
            if (phase_of[i] != phase)
                phase_errors++;
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

static void barriers(void)
{
    pthread_t thread[THREADS];
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (intptr_t i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, walk_phases, (void *)i);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    observe_here("errors %d", phase_errors);
}

static __thread int thread_local = 5;

static void *use_thread_local(void *argument)
{
    int start = thread_local, number = (intptr_t)argument;
    thread_local = number;
    for (int i = 0; i < 200; i++)
        sched_yield();
    return (void *)(intptr_t)(start == 5 && thread_local == number);
}

static void thread_locals(void)
{
    pthread_t thread[THREADS];
    int good = 0;
    for (intptr_t i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, use_thread_local, (void *)(i + 10));
    for (int i = 0; i < THREADS; i++) {
        void *result;
        pthread_join(thread[i], &result);
        good += result != NULL;
    }
    observe_here("good %d, own %d", good, thread_local);
}

static void threads_often(void)
{
    pthread_t thread;
    int good = 0;
    for (intptr_t i = 0; i < 200; i++) {
        void *result = NULL;
        pthread_create(&thread, NULL, use_thread_local, (void *)i);
        pthread_join(thread, &result);
        good += result != NULL;
    }
    observe_here("good %d", good);
}

static void futex_between_processes(void)
{
    volatile uint32_t *word = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status;
    if (fork() == 0) {
        while (*word == 0)
            syscall(SYS_futex, word, FUTEX_WAIT, 0, NULL, NULL, 0);
        _exit(*word);
    }
    usleep(20000);
    *word = 33;
    syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
    wait(&status);
    observe_here("%d", WEXITSTATUS(status));
}

static void event_descriptor(void)
{
    int events = eventfd(0, 0);
    uint64_t value = 3, total = 0;
    if (fork() == 0) {
        for (int i = 0; i < 100; i++)
            if (write(events, &value, 8) != 8)
                _exit(1);
        _exit(0);
    }
    while (total < 300 && read(events, &value, 8) == 8)
        total += value;
    observe_here("%llu", (unsigned long long)total);
}

static void *fork_from_thread(void *unused)
{
    int status;
    if (fork() == 0)
        _exit(6);
    wait(&status);
    (void)unused;
    return (void *)(intptr_t)WEXITSTATUS(status);
}

static void thread_forks(void)
{
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, fork_from_thread, NULL);
    pthread_join(thread, &result);
    observe_here("%d", (int)(intptr_t)result);
}

static void stopped_and_continued(void)
{
    int status;
    char text[3][60];
    pid_t child = fork();
    if (child == 0)
        for (;;)
            pause();
    kill(child, SIGSTOP);
    waitpid(child, &status, WUNTRACED);
    describe_status(text[0], sizeof(text[0]), status);
    kill(child, SIGCONT);
    waitpid(child, &status, WCONTINUED);
    snprintf(text[1], sizeof(text[1]), "%s",
             WIFCONTINUED(status) ? "continued" : "not continued");
    kill(child, SIGTERM);
    waitpid(child, &status, 0);
    describe_status(text[2], sizeof(text[2]), status);
    observe_here("%s, %s, %s", text[0], text[1], text[2]);
}

struct plain_check {
    const char *name;
    void (*body)(void);
};

static const struct plain_check checks[] = {
    { "fork-often", many_children }, { "fork-at-once", children_at_once },
    { "exec-often", exec_often }, { "vfork-often", vfork_often },
    { "bad-exec", bad_exec }, { "pipe-ping-pong", pipe_ping_pong },
    { "pipe-stream", pipe_stream }, { "socket-stream", socket_stream },
    { "passed-descriptor", passed_descriptor },
    { "signal-storm", signal_storm }, { "signal-ping-pong", signal_ping_pong },
    { "queued-signals", queued_signals }, { "mutexes", mutexes },
    { "barriers", barriers }, { "thread-locals", thread_locals },
    { "threads-often", threads_often }, { "futex", futex_between_processes },
    { "eventfd", event_descriptor }, { "thread-forks", thread_forks },
    { "stop-continue", stopped_and_continued },
};

int main(int argc, char **argv)
{
    int status;
    if (argc == 2 && sscanf(argv[1], "exit-%d", &status) == 1)
        return status;
    own_path = argv[0];
    check_begin(argc, argv, "processes");
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        check(checks[i].name, checks[i].body);
    return check_end();
}
