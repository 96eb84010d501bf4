/* SPDX-License-Identifier: MIT */
#include "kernel_packer.h"

#include <string.h>

#include <bzlib.h>
#include <lz4.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#define GZIP_ONLY       16
#define LZ4_MAGIC       0x184c2102u
#define LZ4_BLOCK       (8u << 20)
#define LINUX_XZ_WINDOW (32u << 20)


static void put32(uint8_t *to, uint32_t value)
{
    memcpy(to, &value, sizeof(value));
}

static size_t pack_gzip(const uint8_t *in, size_t size, uint8_t *out,
                        size_t room)
{
    z_stream stream = { .next_in = (z_const Bytef *)in, .avail_in = size,
                        .next_out = out, .avail_out = room };
    int status;

    deflateInit2(&stream, 9, Z_DEFLATED, GZIP_ONLY + MAX_WBITS, 9,
                 Z_DEFAULT_STRATEGY);
    status = deflate(&stream, Z_FINISH);
    deflateEnd(&stream);
    return status == Z_STREAM_END ? room - stream.avail_out : 0;
}

static size_t pack_bzip2(const uint8_t *in, size_t size, uint8_t *out,
                         size_t room)
{
    unsigned length = room;

    if (BZ2_bzBuffToBuffCompress((char *)out, &length, (char *)in, size, 9,
                                 0, 0) != BZ_OK)
        return 0;
    return length;
}

static size_t run_lzma(lzma_stream *stream, const uint8_t *in, size_t size,
                       size_t block_size, uint8_t *out, size_t room)
{
    lzma_ret status = LZMA_OK;

    stream->next_in = in;
    stream->next_out = out;
    stream->avail_out = room;
    while (size > block_size) {
        stream->avail_in = block_size;
        size -= block_size;
        while ((status = lzma_code(stream, LZMA_FULL_FLUSH)) == LZMA_OK)
            continue;
        if (status != LZMA_STREAM_END)
            break;
    }
    stream->avail_in = size;
    while ((status = lzma_code(stream, LZMA_FINISH)) == LZMA_OK)
        continue;
    lzma_end(stream);
    return status == LZMA_STREAM_END ? room - stream->avail_out : 0;
}

size_t pack_xz(const uint8_t *in, size_t in_size, size_t block_size,
               unsigned check, uint32_t dictionary, uint8_t *out,
               size_t room)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    lzma_options_lzma options;
    lzma_filter filters[] = {
        { LZMA_FILTER_X86, NULL },
        { LZMA_FILTER_LZMA2, &options },
        { LZMA_VLI_UNKNOWN, NULL },
    };

    lzma_lzma_preset(&options, 6);
    options.dict_size = dictionary;
    if (lzma_stream_encoder(&stream, filters, check) != LZMA_OK)
        return 0;
    return run_lzma(&stream, in, in_size, block_size, out, room);
}

static size_t pack_linux_xz(const uint8_t *in, size_t size, uint8_t *out,
                            size_t room)
{
    return pack_xz(in, size, size, LZMA_CHECK_CRC32, LINUX_XZ_WINDOW, out,
                   room);
}

static size_t pack_lzma(const uint8_t *in, size_t size, uint8_t *out,
                        size_t room)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    lzma_options_lzma options;

    lzma_lzma_preset(&options, 9);
    if (lzma_alone_encoder(&stream, &options) != LZMA_OK)
        return 0;
    return run_lzma(&stream, in, size, size, out, room);
}

static size_t pack_lz4(const uint8_t *in, size_t size, uint8_t *out,
                       size_t room)
{
    size_t length = 4;

    put32(out, LZ4_MAGIC);
    while (size > 0) {
        size_t block = size < LZ4_BLOCK ? size : LZ4_BLOCK;
        int made = LZ4_compress_default((const char *)in,
                                        (char *)out + length + 4, block,
                                        room - length - 4);

        if (made <= 0)
            return 0;
        put32(out + length, made);
        length += 4 + made;
        in += block;
        size -= block;
    }
    return length;
}

static size_t pack_zstd(const uint8_t *in, size_t size, uint8_t *out,
                        size_t room)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t length;

    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 19);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 27);
    length = ZSTD_compress2(context, out, room, in, size);
    ZSTD_freeCCtx(context);
    return ZSTD_isError(length) ? 0 : length;
}

static size_t pack_nothing(const uint8_t *in, size_t size, uint8_t *out,
                           size_t room)
{
    if (size > room)
        return 0;
    memcpy(out, in, size);
    return size;
}

size_t pack(enum compression format, const uint8_t *in, size_t in_size,
            uint8_t *out, size_t room)
{
    static size_t (*const packers[])(const uint8_t *, size_t, uint8_t *,
                                     size_t) = {
        [COMPRESSION_NONE] = pack_nothing,
        [COMPRESSION_GZIP] = pack_gzip,
        [COMPRESSION_BZIP2] = pack_bzip2,
        [COMPRESSION_XZ] = pack_linux_xz,
        [COMPRESSION_LZMA] = pack_lzma,
        [COMPRESSION_LZ4] = pack_lz4,
        [COMPRESSION_ZSTD] = pack_zstd,
    };
    size_t length = packers[format](in, in_size, out, room - 4);

    if (length == 0 || format == COMPRESSION_NONE
        || format == COMPRESSION_GZIP)
        return length;
    put32(out + length, in_size);
    return length + 4;
}

size_t wrap_bzimage(const uint8_t *payload, size_t size, uint8_t *out)
{
    memset(out, 0, TEST_BZIMAGE_PAYLOAD);
    memset(out + TEST_BZIMAGE_PROTECTED, 0xcc, TEST_BZIMAGE_PAYLOAD
                                               - TEST_BZIMAGE_PROTECTED);
    out[0x1f1] = TEST_BZIMAGE_SETUP_SECTS;
    memcpy(out + 0x1fe, "\x55\xaa", 2);
    memcpy(out + 0x202, "HdrS\x0f\x02", 6);     /* protocol 2.15 */
    put32(out + 0x248, TEST_BZIMAGE_PAYLOAD - TEST_BZIMAGE_PROTECTED);
    put32(out + 0x24c, size);
    memcpy(out + TEST_BZIMAGE_PAYLOAD, payload, size);
    memset(out + TEST_BZIMAGE_PAYLOAD + size, 0xcc, TEST_BZIMAGE_TAIL);
    return TEST_BZIMAGE_PAYLOAD + size + TEST_BZIMAGE_TAIL;
}
