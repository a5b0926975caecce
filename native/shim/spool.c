/* See spool.h. */
#define _GNU_SOURCE
#include "spool.h"
#include "io.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#define FREE_STEP (16ll << 20)

static int open_file(const char *dir)
{
	char path[4096];
	int fd = open(dir, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "%s/backlog.XXXXXX", dir); /* file systems without O_TMPFILE */
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

int spool_keep(struct spool *spool, const uint8_t *header, const void *data, size_t size)
{
	struct iovec part[2] = { { (void *)header, 8 }, { (void *)data, size } };

	if (spool->fd < 0) {
		spool->fd = open_file(spool->dir);
		spool->base = spool->end;
		spool->freed = 0;
	}
	if (spool->fd < 0 || spool->end - spool->base - spool->freed > SPOOL_MAX)
		return -1;
	return pwritev(spool->fd, part, 2, spool->end - spool->base) == (ssize_t)(size + 8) ? 0 : -1;
}

ssize_t spool_read(const struct spool *spool, int64_t position, void *into, size_t size)
{
	return pread(spool->fd, into, size, position - spool->base);
}

void spool_release(struct spool *spool, int64_t position)
{
	int64_t done;

	if (spool->fd < 0)
		return;
	if (position >= spool->end) {
		close(spool->fd);
		spool->fd = -1;
		return;
	}
	done = position - spool->base - spool->freed;
	if (done < FREE_STEP)
		return;
	done -= done % 4096;
	if (fallocate(spool->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, spool->freed, done) == 0)
		spool->freed += done;
}
