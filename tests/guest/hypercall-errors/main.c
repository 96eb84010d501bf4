#include "guest.h"
void guest_main(void)
{
    report(CALL(xen_version, 99), "xen_version(99)");
    report(CALL(xen_version, 3, 0), "xen_version(3, NULL)");
}
