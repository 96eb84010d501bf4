# SPDX-License-Identifier: MIT
"""Linux's bzImage: taking it apart, and wrapping any payload in one.

Documentation/arch/x86/boot.rst describes the fields.
"""
import struct

SETUP_SECTS = 0x1f1
SYSSIZE = 0x1f4
PAYLOAD_OFFSET = 0x248
PAYLOAD_LENGTH = 0x24c
SECTOR = 512
PARAGRAPH = 16
# Where our own images have the payload; real ones have code before it.
OWN_OFFSET = 4096


def setup_size(image):
    """How long the real-mode part is."""
    return (image[SETUP_SECTS] + 1) * SECTOR


def payload(image):
    """The packed kernel in an image."""
    offset, length = struct.unpack_from("<II", image, PAYLOAD_OFFSET)
    begin = setup_size(image) + offset
    return image[begin:begin + length]


def wrap(image, new_payload):
    """An image with the real-mode part of `image` and another payload."""
    setup = bytearray(image[:setup_size(image)])
    body = bytes(OWN_OFFSET) + new_payload
    body += bytes(-len(body) % PARAGRAPH)
    struct.pack_into("<I", setup, SYSSIZE, len(body) // PARAGRAPH)
    struct.pack_into("<II", setup, PAYLOAD_OFFSET, OWN_OFFSET,
                     len(new_payload))
    return bytes(setup) + body
