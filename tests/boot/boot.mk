# Boot tests: real kernels under microxen in QEMU. See run.py beside this.

include mk/run.mk
