/* SPDX-License-Identifier: MIT */
/* The MC146818 real-time clock. */
#include <machine/time.h>

#include <machine/io.h>

#define RTC_INDEX 0x70
#define RTC_DATA  0x71

#define RTC_SECONDS  0
#define RTC_MINUTES  2
#define RTC_HOURS    4
#define RTC_DAY      7
#define RTC_MONTH    8
#define RTC_YEAR     9
#define RTC_STATUS_A 10
#define RTC_STATUS_B 11

#define RTC_UPDATING 0x80       /* status A */
#define RTC_BINARY   0x04       /* status B; else BCD */
#define RTC_24_HOURS 0x02       /* else bit 7 of the hour is PM */
#define RTC_PM       0x80

struct rtc_time {
    uint8_t second, minute, hour, day, month, year;
};

static uint8_t rtc_register(uint8_t index)
{
    outb(RTC_INDEX, index);
    return inb(RTC_DATA);
}

static struct rtc_time read_registers(void)
{
    return (struct rtc_time){
        .second = rtc_register(RTC_SECONDS),
        .minute = rtc_register(RTC_MINUTES),
        .hour = rtc_register(RTC_HOURS),
        .day = rtc_register(RTC_DAY),
        .month = rtc_register(RTC_MONTH),
        .year = rtc_register(RTC_YEAR),
    };
}

static bool same(struct rtc_time a, struct rtc_time b)
{
    return a.second == b.second && a.minute == b.minute && a.hour == b.hour
           && a.day == b.day && a.month == b.month && a.year == b.year;
}

static unsigned from_bcd(unsigned value, uint8_t status_b)
{
    return status_b & RTC_BINARY ? value : (value >> 4) * 10 + (value & 15);
}

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
static uint64_t days_since_1970(unsigned year, unsigned month, unsigned day)
{
    /* Years begin in March here, so that the leap day is the last. */
    year -= month <= 2;
    month = (month + 9) % 12;
    return 365ull * year + year / 4 - year / 100 + year / 400
           + (153 * month + 2) / 5 + day - 1 - 719468;
}

uint64_t rtc_read(void)
{
    struct rtc_time now = { 0 }, again;

    /* Two equal readings outside an update; a missing RTC can't hang us. */
    for (unsigned tries = 0; tries < 100000; tries++) {
        if (rtc_register(RTC_STATUS_A) & RTC_UPDATING)
            continue;
        now = read_registers();
        again = read_registers();
        if (same(now, again))
            break;
    }

    uint8_t status_b = rtc_register(RTC_STATUS_B);
    unsigned hour = from_bcd(now.hour & ~RTC_PM, status_b);

    if (!(status_b & RTC_24_HOURS)) {
        hour %= 12;
        if (now.hour & RTC_PM)
            hour += 12;
    } else {
        hour = from_bcd(now.hour, status_b);
    }

    unsigned year = 2000 + from_bcd(now.year, status_b);
    uint64_t days = days_since_1970(year, from_bcd(now.month, status_b),
                                    from_bcd(now.day, status_b));

    return ((days * 24 + hour) * 60 + from_bcd(now.minute, status_b)) * 60
           + from_bcd(now.second, status_b);
}
