/* Small pieces of input and output that every part needs. */
#ifndef SLIPWAY_IO_H
#define SLIPWAY_IO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Nanoseconds since the epoch. */
int64_t now_ns(void);

/* Milliseconds of a clock that never jumps. */
int64_t monotonic_ms(void);

/* Writes everything to a file or pipe that blocks; -1 on error. */
int write_all(int fd, const void *data, size_t size);

/* Writes a small file beside and renames it into place, so that a reader sees all of it or nothing. */
int write_file(const char *path, const char *text);

/* Reads a small file into a NUL-terminated buffer; the size, or -1. */
ssize_t read_file(const char *path, char *into, size_t size);

/* One control frame to the engine: a letter, three zero bytes, big-endian length, text. Never blocks; -1 when it cannot be sent whole. */
int send_frame(int fd, char type, const char *text);

/* Puts the length of a frame, or of Docker's stream header, into bytes 4 to 7. */
void put_length(uint8_t *header, size_t length);

#endif
