/* See request.h. */
#define _GNU_SOURCE
#include "request.h"
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_REQUEST (4u << 20)

/* Receives once, and keeps the descriptors that come along. */
static ssize_t receive_some(struct request *r, int connection, void *into, size_t size)
{
	struct iovec part = { into, size };
	union {
		char space[CMSG_SPACE(sizeof(int) * MAX_PASSED)];
		struct cmsghdr align;
	} control;
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	ssize_t got;

	do
		got = recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return got;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
		int count = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (int i = 0; i < count; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + sizeof(int) * (size_t)i, sizeof(int));
			if (r->fd_count < MAX_PASSED)
				r->fd[r->fd_count++] = fd;
			else
				close(fd);
		}
	}
	return got;
}

static int receive_all(struct request *r, int connection, char *into, size_t size)
{
	while (size > 0) {
		ssize_t got = receive_some(r, connection, into, size);

		if (got <= 0)
			return -1;
		into += got;
		size -= (size_t)got;
	}
	return 0;
}

int request_receive(struct request *r, int connection)
{
	uint8_t head[4];

	memset(r, 0, sizeof(*r));
	if (receive_all(r, connection, (char *)head, sizeof(head)) < 0)
		return -1;
	r->size = (size_t)head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
	if (r->size == 0 || r->size > MAX_REQUEST)
		return -1;
	r->text = malloc(r->size);
	if (!r->text || receive_all(r, connection, r->text, r->size) < 0)
		return -1;
	return r->text[r->size - 1] == '\0' ? 0 : -1;
}

/* The value of the entry at `at` when it has this key. */
static char *value_of(char *at, const char *key, size_t length)
{
	return strncmp(at, key, length) == 0 && at[length] == '=' ? at + length + 1 : NULL;
}

const char *request_get(const struct request *r, const char *key)
{
	size_t length = strlen(key);

	for (char *at = r->text; at < r->text + r->size; at += strlen(at) + 1) {
		char *value = value_of(at, key, length);

		if (value)
			return value;
	}
	return NULL;
}

long long request_number(const struct request *r, const char *key)
{
	const char *value = request_get(r, key);

	return value ? atoll(value) : 0;
}

char **request_list(const struct request *r, const char *key)
{
	size_t length = strlen(key), count = 0;
	char **list = NULL;

	for (char *at = r->text; at < r->text + r->size; at += strlen(at) + 1) {
		char *value = value_of(at, key, length);
		char **longer = value ? realloc(list, (count + 2) * sizeof(*list)) : NULL;

		if (!longer)
			continue;
		list = longer;
		list[count++] = value;
		list[count] = NULL;
	}
	return list;
}
