/*
 * The container's log: Docker's json-file format, one object per line of output, bounded by rotation. PATH is the newest file, PATH.1
 * the one before it, and so on.
 */
#ifndef SLIPWAY_LOG_H
#define SLIPWAY_LOG_H

#include <stddef.h>
#include <stdint.h>

#define LINE_MAX_BYTES 16384 /* a longer line is written in parts of this size, as Docker does */

struct partial {
	char text[LINE_MAX_BYTES];
	size_t used;
};

struct log {
	const char *path; /* NULL: nothing is kept */
	const char *attributes; /* a JSON object, or NULL */
	int fd;
	int64_t size, max_size;
	int max_files;
	struct partial partial[2]; /* what stdout and stderr have not ended with a newline yet */
	char *buffer;
	size_t used;
};

void log_open(struct log *log);

/* Adds output of one stream (0 stdout, 1 stderr) that was read at `time`, and writes it to the file. */
void log_write(struct log *log, int stream, const char *data, size_t size, int64_t time);

/* Writes what is left of a stream that has ended. */
void log_end(struct log *log, int stream, int64_t time);

#endif
