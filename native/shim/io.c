/* See io.h. */
#define _GNU_SOURCE
#include "io.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int write_all(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t n = write(fd, at, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at += n;
		size -= (size_t)n;
	}
	return 0;
}

int write_file(const char *path, const char *text)
{
	char beside[256];
	int fd, rc;

	snprintf(beside, sizeof(beside), "%s.new", path);
	fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	rc = write_all(fd, text, strlen(text));
	close(fd);
	return rc < 0 ? -1 : rename(beside, path);
}

ssize_t read_file(const char *path, char *into, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return -1;
	got = read(fd, into, size - 1);
	close(fd);
	into[got < 0 ? 0 : got] = '\0';
	return got;
}

void put_length(uint8_t *header, size_t length)
{
	header[4] = (uint8_t)(length >> 24);
	header[5] = (uint8_t)(length >> 16);
	header[6] = (uint8_t)(length >> 8);
	header[7] = (uint8_t)length;
}

int send_frame(int fd, char type, const char *text)
{
	uint8_t frame[512] = { (uint8_t)type };
	size_t length = strnlen(text, sizeof(frame) - 8);

	put_length(frame, length);
	memcpy(frame + 8, text, length);
	return send(fd, frame, length + 8, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)(length + 8) ? 0 : -1;
}
