/* SPDX-License-Identifier: MIT */
#include "errors.h"

#include <xen/platform.h>

#define PLATFORM(command, ...)                                             \
    ({                                                                     \
        static struct xen_platform_op op_;                                 \
                                                                           \
        op_ = (struct xen_platform_op){                                    \
            .interface_version = XENPF_INTERFACE_VERSION,                  \
            .cmd = command, __VA_ARGS__ };                                 \
        report_sign(CALL(platform_op, &op_), "%s",                         \
                    "platform_op(" #command ", " #__VA_ARGS__ ")");        \
    })

static void try_processor_pminfo(void)
{
    static uint32_t pdc[3] = { 1, 1, 0 };

#define PMINFO(kind, cpu, ...)                                             \
    PLATFORM(XENPF_set_processor_pminfo, .u.set_pminfo.type = kind,        \
             .u.set_pminfo.id = cpu, __VA_ARGS__)
#define POWER .u.set_pminfo.u.power
#define PERF  .u.set_pminfo.u.perf
    PMINFO(XEN_PM_TX, 0, POWER.count = 0);
    PMINFO(XEN_PM_CX, 1000000, POWER.count = 0);
    PMINFO(XEN_PM_CX, 0, POWER.count = 1, POWER.states = { (void *)XENS });
    PMINFO(XEN_PM_PX, 1000000, PERF.flags = 0);
    PMINFO(XEN_PM_PX, 0, PERF.flags = 0);
    PMINFO(XEN_PM_PX, 0, PERF.flags = XEN_PX_PCT,
           PERF.control_register.space_id = 1);
    PMINFO(XEN_PM_PX, 0, PERF.flags = XEN_PX_PCT);
    PMINFO(XEN_PM_PX, 0, PERF.flags = XEN_PX_PSS, PERF.state_count = 1);
    PMINFO(XEN_PM_PX, 0, PERF.flags = XEN_PX_PSS, PERF.state_count = 2,
           PERF.states = { (void *)UNMAPPED_VIRTUAL });
    PMINFO(XEN_PM_PX, 0, PERF.flags = XEN_PX_PSD, PERF.shared_type = 0);
    PMINFO(XEN_PM_PX, 0, PERF.flags = XEN_PX_PSD, PERF.shared_type = 1);
    PMINFO(XEN_PM_PX, 0, PERF.flags = XEN_PX_PPC);
    PMINFO(XEN_PM_PDC, 0, .u.set_pminfo.u.pdc = { (void *)XENS });
    PMINFO(XEN_PM_PDC, 1000000, .u.set_pminfo.u.pdc = { pdc });
    PMINFO(XEN_PM_PDC, 0, .u.set_pminfo.u.pdc = { pdc });
    PMINFO(XEN_PM_PDC, ~0u, .u.set_pminfo.u.pdc = { pdc });
    pdc[0] = 2;
    PMINFO(XEN_PM_PDC, 0, .u.set_pminfo.u.pdc = { pdc });
}

void try_platform_op(void)
{
    for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
        report(CALL(platform_op, bad->address), "platform_op(%s)",
               bad->kind);
    PLATFORM(XENPF_get_cpuinfo, .interface_version = 0);
    PLATFORM(XENPF_get_cpuinfo, .interface_version = 0x03000000);
    PLATFORM(XENPF_get_cpuinfo, .interface_version = 0xffffffff);
    PLATFORM(0, .u = { });
    PLATFORM(99, .u = { });
    PLATFORM(0xffffffff, .u = { });
    PLATFORM(XENPF_settime64, .u.settime64.mbz = 1);
    PLATFORM(XENPF_settime64, .u.settime64.secs = 1700000000,
             .u.settime64.system_time = 1);
    PLATFORM(XENPF_settime32, .u.settime32.secs = 1700000000,
             .u.settime32.system_time = 1);
    PLATFORM(XENPF_get_cpuinfo, .u.pcpu_info.xen_cpuid = 0);
    PLATFORM(XENPF_get_cpuinfo, .u.pcpu_info.xen_cpuid = 1000000);
    PLATFORM(XENPF_get_cpu_version, .u.pcpu_version.xen_cpuid = 0);
    PLATFORM(XENPF_get_cpu_version, .u.pcpu_version.xen_cpuid = 1000000);
    PLATFORM(XENPF_firmware_info, .u.firmware_info.type = 99);
    PLATFORM(XENPF_firmware_info, .u.firmware_info.type =
             XEN_FW_DISK_INFO, .u.firmware_info.index = 99);
    PLATFORM(XENPF_firmware_info, .u.firmware_info.type =
             XEN_FW_DISK_MBR_SIGNATURE, .u.firmware_info.index = 99);
    PLATFORM(XENPF_firmware_info, .u.firmware_info.type =
             XEN_FW_VBEDDC_INFO, .u.firmware_info.index = 1);
    PLATFORM(XENPF_firmware_info, .u.firmware_info.type = XEN_FW_EFI_INFO);
    PLATFORM(XENPF_firmware_info, .u.firmware_info.type =
             XEN_FW_KBD_SHIFT_FLAGS);
    PLATFORM(XENPF_firmware_info, .u.firmware_info.type =
             XEN_FW_VBEDDC_INFO,
             .u.firmware_info.u.vbeddc_info.edid = { (void *)XENS });
    PLATFORM(XENPF_enter_acpi_sleep, .u.enter_acpi_sleep.flags = ~0u);
    PLATFORM(XENPF_enter_acpi_sleep, .u.enter_acpi_sleep.sleep_state = 99);
    PLATFORM(XENPF_read_memtype, .u.read_memtype.reg = 0xffffffff);
    PLATFORM(XENPF_del_memtype, .u.del_memtype.reg = 0xffffffff);
    PLATFORM(XENPF_add_memtype, .u.add_memtype.nr_mfns = 0);
    PLATFORM(XENPF_add_memtype, .u.add_memtype.nr_mfns = 1,
             .u.add_memtype.type = 99);
    PLATFORM(XENPF_cpu_online, .u.cpu_ol.cpuid = 1000000);
    PLATFORM(XENPF_cpu_offline, .u.cpu_ol.cpuid = 1000000);
    PLATFORM(XENPF_cpu_offline, .u.cpu_ol.cpuid = 0);
    PLATFORM(XENPF_core_parking, .u.core_parking.type = 99);
    PLATFORM(XENPF_efi_runtime_call, .u.efi_runtime_call.function = 99);
    PLATFORM(XENPF_set_processor_pminfo, .u.set_pminfo.type = 99);
    PLATFORM(XENPF_change_freq, .u.change_freq.cpu = 1000000);
    PLATFORM(XENPF_getidletime, .u = { });
    PLATFORM(XENPF_platform_quirk, .u.platform_quirk.quirk_id = 99);
    PLATFORM(XENPF_microcode_update, .u.microcode.length = 0);
    PLATFORM(XENPF_resource_op, .u.resource_op.nr_entries = 0);
    PLATFORM(XENPF_cpu_hotadd, .u.cpu_add.apic_id = 0xffffffff);
    PLATFORM(XENPF_mem_hotadd, .u.mem_add.spfn = 1, .u.mem_add.epfn = 0);
    PLATFORM(XENPF_get_symbol, .u = { });
    try_processor_pminfo();
}
