/* SPDX-License-Identifier: MIT */
#include <guest/domain.h>

struct domain domain;
