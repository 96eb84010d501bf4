/* SPDX-License-Identifier: MIT */
/* What is measured. */
#ifndef BENCH_OPERATION_H
#define BENCH_OPERATION_H

/*
 * An operation. What is counted is run(2 * repetitions) less
 * run(repetitions), divided by `repetitions`; of those in large_processes
 * run(repetitions) alone, as the first after prepare() are what matters.
 */
struct operation {
    const char *name;
    unsigned long repetitions;
    /* Does it `count` times. */
    void (*run)(unsigned long count);
    /* What has to be done before and after, uncounted; NULL if nothing. */
    void (*prepare)(unsigned long count);
    void (*finish)(void);
};

/* Tables that end with one without a name. */
extern const struct operation system_calls[];
extern const struct operation processes[];
extern const struct operation large_processes[];
extern const struct operation programs[];
extern const struct operation threads[];
extern const struct operation switches[];
extern const struct operation sockets[];
extern const struct operation faults[];
extern const struct operation mappings[];
extern const struct operation signals[];
extern const struct operation sleeps[];

/* Ends the program with a message, unless `good`. */
void check(int good, const char *what);

/* Starts a process that runs `body`, which may return. */
int start_child(void (*body)(void));
/* Ends a process, however busy, and waits until it has. */
void end_child(int child);
/* Waits until a process ends well. */
void wait_child(int child);

#endif
