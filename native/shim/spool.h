/*
 * The output of a process as attached clients see it: a sequence of frames (Docker's 8-byte header, then data) with ever growing
 * positions. Frames are kept on disk only while some client is behind, so a slow client costs neither memory nor anybody's time.
 */
#ifndef SLIPWAY_SPOOL_H
#define SLIPWAY_SPOOL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SPOOL_MAX (16ll << 30) /* a client further behind than this is given up */

struct spool {
	const char *dir;
	int fd; /* -1 until the first client falls behind */
	int64_t base; /* position of the file's first byte */
	int64_t end; /* position after the last frame of the stream, kept or not */
	int64_t freed; /* file bytes given back to the file system */
};

/* Keeps a frame that begins at `spool->end`; -1 when the disk does not take it. */
int spool_keep(struct spool *spool, const uint8_t *header, const void *data, size_t size);

ssize_t spool_read(const struct spool *spool, int64_t position, void *into, size_t size);

/* Nobody needs what is before `position`. */
void spool_release(struct spool *spool, int64_t position);

#endif
