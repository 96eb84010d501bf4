/* SPDX-License-Identifier: MIT */
#include <hypercall/efi.h>

#include <lib/guest_access.h>
#include <machine/efi.h>

typedef struct xenpf_efi_runtime_call call_t;

#define SAME_FIELD(a, b, field_a, field_b)                       \
    static_assert(offsetof(a, field_a) == offsetof(b, field_b)   \
                  && sizeof(((a *)0)->field_a)                   \
                     == sizeof(((b *)0)->field_b), #field_b)

SAME_FIELD(EFI_TIME, struct xenpf_efi_time, Year, year);
SAME_FIELD(EFI_TIME, struct xenpf_efi_time, Month, month);
SAME_FIELD(EFI_TIME, struct xenpf_efi_time, Day, day);
SAME_FIELD(EFI_TIME, struct xenpf_efi_time, Hour, hour);
SAME_FIELD(EFI_TIME, struct xenpf_efi_time, Minute, min);
SAME_FIELD(EFI_TIME, struct xenpf_efi_time, Second, sec);
SAME_FIELD(EFI_TIME, struct xenpf_efi_time, Nanosecond, ns);
SAME_FIELD(EFI_TIME, struct xenpf_efi_time, TimeZone, tz);
SAME_FIELD(EFI_TIME, struct xenpf_efi_time, Daylight, daylight);
SAME_FIELD(EFI_GUID, struct xenpf_efi_guid, Data1, data1);
SAME_FIELD(EFI_GUID, struct xenpf_efi_guid, Data2, data2);
SAME_FIELD(EFI_GUID, struct xenpf_efi_guid, Data3, data3);
SAME_FIELD(EFI_GUID, struct xenpf_efi_guid, Data4, data4);

/* With the firmware mapped; its status is the call's. */
#define CALL(function, ...)                                      \
    do {                                                         \
        efi_enter();                                             \
        call->status = efi.services.function(__VA_ARGS__);       \
        efi_leave();                                             \
    } while (0)

static long get_time(call_t *call)
{
    EFI_TIME_CAPABILITIES capabilities;

    if (call->misc)
        return -XEN_EINVAL;
    CALL(GetTime, (EFI_TIME *)&call->u.get_time.time, &capabilities);
    if (EFI_ERROR(call->status))
        return 0;
    call->u.get_time.resolution = capabilities.Resolution;
    call->u.get_time.accuracy = capabilities.Accuracy;
    if (capabilities.SetsToZero)
        call->misc = XEN_EFI_GET_TIME_SET_CLEARS_NS;
    return 0;
}

static long set_time(call_t *call)
{
    if (call->misc)
        return -XEN_EINVAL;
    CALL(SetTime, (EFI_TIME *)&call->u.set_time);
    return 0;
}

static long get_wakeup_time(call_t *call)
{
    BOOLEAN enabled, pending;

    if (call->misc)
        return -XEN_EINVAL;
    CALL(GetWakeupTime, &enabled, &pending,
         (EFI_TIME *)&call->u.get_wakeup_time);
    if (EFI_ERROR(call->status))
        return 0;
    if (enabled)
        call->misc |= XEN_EFI_GET_WAKEUP_TIME_ENABLED;
    if (pending)
        call->misc |= XEN_EFI_GET_WAKEUP_TIME_PENDING;
    return 0;
}

static long set_wakeup_time(call_t *call)
{
    uint32_t flags = call->misc;

    if (flags & ~(uint32_t)(XEN_EFI_SET_WAKEUP_TIME_ENABLE
                            | XEN_EFI_SET_WAKEUP_TIME_ENABLE_ONLY))
        return -XEN_EINVAL;
    CALL(SetWakeupTime, flags & XEN_EFI_SET_WAKEUP_TIME_ENABLE ? 1 : 0,
         flags & XEN_EFI_SET_WAKEUP_TIME_ENABLE_ONLY
         ? NULL : (EFI_TIME *)&call->u.set_wakeup_time);
    call->misc = 0;
    return 0;
}

static long get_next_high_monotonic_count(call_t *call)
{
    if (call->misc)
        return -XEN_EINVAL;
    CALL(GetNextHighMonotonicCount, &call->misc);
    return 0;
}

/* To efi.name; 0, or -EFAULT, -ENOMEM. */
static long read_name(uint64_t from)
{
    for (unsigned i = 0; i < EFI_NAME_SIZE / sizeof(CHAR16); i++) {
        if (!GUEST_READ(&efi.name[i], from + i * sizeof(CHAR16)))
            return -XEN_EFAULT;
        if (!efi.name[i])
            return 0;
    }
    return -XEN_ENOMEM;
}

static long get_variable(call_t *call)
{
    UINTN size = call->u.get_variable.size;
    long error;

    if (call->misc)
        return -XEN_EINVAL;
    error = read_name((uint64_t)call->u.get_variable.name.p);
    if (error)
        return error;
    if (size > EFI_DATA_SIZE)
        return -XEN_ENOMEM;
    CALL(GetVariable, efi.name, (EFI_GUID *)&call->u.get_variable.vendor_guid,
         &call->misc, &size, size ? efi.data : NULL);
    if (!EFI_ERROR(call->status)
        && !copy_to_guest((uint64_t)call->u.get_variable.data.p, efi.data,
                          size))
        return -XEN_EFAULT;
    call->u.get_variable.size = size;
    return 0;
}

static long set_variable(call_t *call)
{
    uint64_t size = call->u.set_variable.size;
    long error = read_name((uint64_t)call->u.set_variable.name.p);

    if (error)
        return error;
    if (size > EFI_DATA_SIZE)
        return -XEN_ENOMEM;
    if (!copy_from_guest(efi.data, (uint64_t)call->u.set_variable.data.p,
                         size))
        return -XEN_EFAULT;
    CALL(SetVariable, efi.name, (EFI_GUID *)&call->u.set_variable.vendor_guid,
         call->misc, size, efi.data);
    return 0;
}

static long get_next_variable_name(call_t *call)
{
    uint64_t to = (uint64_t)call->u.get_next_variable_name.name.p;
    UINTN room = call->u.get_next_variable_name.size, size = room;

    if (call->misc)
        return -XEN_EINVAL;
    if (room > EFI_NAME_SIZE)
        return -XEN_ENOMEM;
    if (!copy_from_guest(efi.name, to, room))
        return -XEN_EFAULT;
    CALL(GetNextVariableName, &size, efi.name,
         (EFI_GUID *)&call->u.get_next_variable_name.vendor_guid);
    /* All of the room: not every firmware tells the right size. */
    if (!EFI_ERROR(call->status) && !copy_to_guest(to, efi.name, room))
        return -XEN_EFAULT;
    call->u.get_next_variable_name.size = size;
    return 0;
}

/* UEFI 2.0 brought it and the capsules. */
static bool is_version_2(void)
{
    return efi.services.Hdr.Revision >> 16 >= 2;
}

static long boot_snapshot(call_t *call)
{
    const uint32_t attributes = XEN_EFI_VARIABLE_NON_VOLATILE
                                | XEN_EFI_VARIABLE_BOOTSERVICE_ACCESS
                                | XEN_EFI_VARIABLE_RUNTIME_ACCESS;
    const struct efi_variable_store *store = &efi.boot_store;

    if ((call->u.query_variable_info.attr
         & ~(uint32_t)EFI_VARIABLE_APPEND_WRITE) != attributes)
        return -XEN_EINVAL;
    call->status = store->status;
    call->u.query_variable_info.max_store_size = store->size;
    call->u.query_variable_info.remain_store_size = store->left;
    call->u.query_variable_info.max_size = store->variable_max;
    return 0;
}

static long query_variable_info(call_t *call)
{
    UINT64 size = 0, left = 0, variable_max = 0;

    if (call->misc & ~(uint32_t)XEN_EFI_VARINFO_BOOT_SNAPSHOT)
        return -XEN_EINVAL;
    if (call->misc)
        return boot_snapshot(call);
    if (!is_version_2())
        return -XEN_EOPNOTSUPP;
    CALL(QueryVariableInfo, call->u.query_variable_info.attr, &size, &left,
         &variable_max);
    call->u.query_variable_info.max_store_size = size;
    call->u.query_variable_info.remain_store_size = left;
    call->u.query_variable_info.max_size = variable_max;
    return 0;
}

/* Xen serves none either. */
static long capsule(const call_t *call)
{
    if (call->misc)
        return -XEN_EINVAL;
    return is_version_2() ? -XEN_ENOSYS : -XEN_EOPNOTSUPP;
}

long efi_runtime_call(call_t *call)
{
    if (!efi.present)
        return -XEN_ENOSYS;
    if (!efi.runtime)
        return -XEN_EOPNOTSUPP;
    switch (call->function) {
    case XEN_EFI_get_time:
        return get_time(call);
    case XEN_EFI_set_time:
        return set_time(call);
    case XEN_EFI_get_wakeup_time:
        return get_wakeup_time(call);
    case XEN_EFI_set_wakeup_time:
        return set_wakeup_time(call);
    case XEN_EFI_get_next_high_monotonic_count:
        return get_next_high_monotonic_count(call);
    case XEN_EFI_get_variable:
        return get_variable(call);
    case XEN_EFI_set_variable:
        return set_variable(call);
    case XEN_EFI_get_next_variable_name:
        return get_next_variable_name(call);
    case XEN_EFI_query_variable_info:
        return query_variable_info(call);
    case XEN_EFI_query_capsule_capabilities:
    case XEN_EFI_update_capsule:
        return capsule(call);
    default:
        return -XEN_ENOSYS;
    }
}
