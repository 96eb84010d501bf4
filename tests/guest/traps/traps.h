/* SPDX-License-Identifier: MIT */
#ifndef TRAPS_H
#define TRAPS_H

#include "run/run.h"

void test_exceptions(void);
void test_compat(void);
void test_callbacks(void);
void test_irets(void);
void test_events(void);
void test_old_abi(void);
void test_slots(void);
void test_user_state(void);

#endif
