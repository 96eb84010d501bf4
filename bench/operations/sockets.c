/* SPDX-License-Identifier: MIT */
/* A byte there and back, between two processes on one CPU. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "machine.h"
#include "operation.h"

static int ends[2], child;

static void echo(void)
{
    char byte;

    close(ends[0]);
    while (read(ends[1], &byte, 1) == 1)
        write(ends[1], &byte, 1);
}

static void start_echo(void)
{
    if (!getenv("together"))
        let_waker_go_on();
    child = start_child(echo);
    close(ends[1]);
}

static void start_unix(unsigned long count)
{
    (void)count;
    check(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
    start_echo();
}

static void without_delay(int socket_fd)
{
    int yes = 1;

    check(!setsockopt(socket_fd, IPPROTO_TCP, TCP_NODELAY, &yes,
                      sizeof(yes)), "TCP_NODELAY");
}

static void start_tcp(unsigned long count)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    (void)count;
    check(!bind(listener, (void *)&address, length) &&
          !listen(listener, 1) &&
          !getsockname(listener, (void *)&address, &length), "listen");
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    check(!connect(ends[0], (void *)&address, length), "connect");
    ends[1] = accept(listener, NULL, NULL);
    close(listener);
    without_delay(ends[0]);
    without_delay(ends[1]);
    start_echo();
}

static void run(unsigned long count)
{
    char byte = 0;

    while (count--) {
        write(ends[0], &byte, 1);
        check(read(ends[0], &byte, 1) == 1, "echo");
    }
}

static void end(void)
{
    close(ends[0]);
    wait_child(child);
}

const struct operation sockets[] = {
    { "unix_stream_rt", 200, run, start_unix, end },
    { "tcp_loopback_rt", 200, run, start_tcp, end },
    { 0 },
};
