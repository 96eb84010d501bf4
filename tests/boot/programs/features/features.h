/* SPDX-License-Identifier: MIT */
/* CPU features: what the kernel reports, and what works. */
#ifndef FEATURES_H
#define FEATURES_H

void check_reported_features(void);
void check_protection_keys(void);
void check_extended_state(void);
void check_cpu_number(void);

#endif
