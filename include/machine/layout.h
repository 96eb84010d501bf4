/* SPDX-License-Identifier: MIT */
/*
 * Where everything of ours lies in every address space: the L4 slots
 * 256..271, which the Xen PV ABI keeps for the hypervisor (public/arch-x86/
 * xen-x86_64.h: HYPERVISOR_VIRT_START, _END).  Read by C, assembly and the
 * linker script.
 *
 *   slot 256      M2P_BASE         machine-to-physical table, read by kernels
 *   slot 261      IMAGE_BASE       microxen's text and data
 *                 CPU_AREA_BASE    one area a CPU, see below
 *                 FRAMEBUFFER_BASE the screen, write-combining
 *                 DEVICE_BASE      registers of devices, uncached
 *   slots 262-271 DIRECT_MAP_BASE  all RAM
 */
#ifndef MACHINE_LAYOUT_H
#define MACHINE_LAYOUT_H

#define PAGE_SHIFT 12
#define PAGE_SIZE  (1 << PAGE_SHIFT)

#define OUR_VIRT_START  0xffff800000000000
#define OUR_VIRT_END    0xffff880000000000
#define OUR_FIRST_SLOT  256
#define OUR_SLOTS       16

/* address >> OUR_ADDRESS_SHIFT == OUR_ADDRESS_VALUE: it is one of ours. */
#define OUR_ADDRESS_SHIFT 43
#define OUR_ADDRESS_VALUE 0x1ffff0

/* Above it addresses aren't canonical, below them the kernel's. */
#define LAST_USER_ADDRESS 0x00007fffffffffff

#define M2P_BASE        0xffff800000000000
#define IMAGE_BASE      0xffff82d080000000
#define CPU_AREA_BASE   0xffff82d0a0000000
#define FRAMEBUFFER_BASE 0xffff82d0c0000000
#define FRAMEBUFFER_MAX 0x10000000      /* bytes */
#define DEVICE_BASE     0xffff82d0f0000000
#define DIRECT_MAP_BASE 0xffff830000000000
#define DIRECT_MAP_END  OUR_VIRT_END

/* Where a multiboot 1 loader puts the image; 2 MiB aligned. */
#define IMAGE_PHYSICAL  0x200000
#define IMAGE_ALIGN     0x200000

/*
 * A CPU's area.  Code and data lie side by side, so that an entry stub
 * finds its CPU's state relative to RIP: GS belongs to the guest.  All
 * stacks lie in the area too, so that C code finds it from RSP.
 * What is not named is not mapped, and guards the stack above it.
 */
#define CPU_AREA_SHIFT  18
#define CPU_AREA_SIZE   0x40000
#define CPU_CODE        0x00000         /* entry stubs, a copy */
#define CPU_CODE_SIZE   0x03000
#define CPU_DATA        0x03000         /* struct cpu */
#define CPU_DATA_SIZE   0x02000
#define CPU_TSS         0x05000         /* with the I/O permission bitmap */
#define CPU_TSS_SIZE    0x03000
#define CPU_STACK       0x09000         /* hypercalls, interrupts */
#define CPU_STACK_SIZE  0x04000
#define CPU_NMI_STACK   0x0e000
#define CPU_MC_STACK    0x11000
#define CPU_DB_STACK    0x14000
#define CPU_DF_STACK    0x17000
#define CPU_IST_SIZE    0x02000
#define CPU_IDT         0x19000
#define CPU_VCPU_INFO   0x1a000         /* the page of the guest's vcpu_info */
#define CPU_GDT         0x20000         /* 15 pages, see descriptor.h */

#endif
