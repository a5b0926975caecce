/* See client.h. */
#define _GNU_SOURCE
#include "client.h"
#include "io.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define CHUNK (65536 + 8) /* the largest frame */
#define MAX_PARTS 64
#define CATCH_UP_ROUNDS 16 /* then others get their turn */

struct client *clients_add(struct clients *clients, int fd, enum client_kind kind, int flags)
{
	struct client *client = calloc(1, sizeof(*client));

	if (!client) {
		close(fd);
		return NULL;
	}
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	client->fd = fd;
	client->kind = kind;
	client->flags = flags;
	client->position = clients->spool.end;
	client->next = clients->first;
	clients->first = client;
	clients->count++;
	return client;
}

void clients_remove(struct clients *clients, struct client *client)
{
	struct client **at = &clients->first;

	while (*at != client)
		at = &(*at)->next;
	*at = client->next;
	clients->count--;
	close(client->fd);
	free(client);
	clients_trim(clients);
}

int client_is_behind(const struct clients *clients, const struct client *client)
{
	return client->kind == CLIENT_ATTACHED && client->position < clients->spool.end;
}

static int wants(const struct client *client, int stream)
{
	return client->kind == CLIENT_ATTACHED && (client->flags & (stream == 2 ? ATTACH_STDERR : ATTACH_STDOUT));
}

/* Sends a frame straight from memory; how many of the client's bytes went out. */
static size_t send_now(const struct clients *clients, int fd, const uint8_t *header, const void *data, size_t size)
{
	struct iovec part[2] = { { (void *)header, 8 }, { (void *)data, size } };
	struct msghdr message = { .msg_iov = clients->terminal ? part + 1 : part, .msg_iovlen = clients->terminal ? 1 : 2 };
	ssize_t n = sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);

	return n < 0 ? 0 : (size_t)n; /* a client that is gone is noticed by poll */
}

void clients_output(struct clients *clients, int stream, const void *data, size_t size)
{
	struct spool *spool = &clients->spool;
	uint8_t header[8] = { (uint8_t)stream };
	size_t view = clients->terminal ? size : size + 8;
	int64_t after = spool->end + (int64_t)size + 8;
	int behind = 0;

	put_length(header, size);
	for (struct client *c = clients->first; c; c = c->next) {
		if (c->kind != CLIENT_ATTACHED)
			continue;
		if (c->position == spool->end) {
			c->sent = wants(c, stream) ? send_now(clients, c->fd, header, data, size) : view;
			if (c->sent == view) {
				c->position = after;
				c->sent = 0;
				continue;
			}
		}
		behind = 1;
	}
	if (behind && spool_keep(spool, header, data, size) < 0)
		for (struct client *c = clients->first; c; c = c->next)
			if (c->kind == CLIENT_ATTACHED && c->position < after) {
				shutdown(c->fd, SHUT_RDWR); /* better an end that is seen than a gap that is not */
				c->position = after;
				c->sent = 0;
			}
	spool->end = after;
}

/* The frames at the start of a piece of backlog, as the client sees them: one part each, empty for a stream it does not want. */
static int view_frames(const struct clients *clients, const struct client *client, uint8_t *piece, size_t size, struct iovec *part)
{
	size_t skip = clients->terminal ? 8 : 0, sent = client->sent, at = 0;
	int count = 0;

	while (count < MAX_PARTS && at + 8 <= size) {
		size_t length = (size_t)piece[at + 4] << 24 | (size_t)piece[at + 5] << 16 | (size_t)piece[at + 6] << 8 | piece[at + 7];

		if (at + 8 + length > size)
			break;
		part[count].iov_base = piece + at + skip + sent;
		part[count].iov_len = wants(client, piece[at]) ? length + 8 - skip - sent : 0;
		count++;
		at += length + 8;
		sent = 0;
	}
	return count;
}

/* Moves the client's position over what it has taken: whole parts, then the sent bytes of the next. */
static void advance(struct client *client, const uint8_t *piece, const struct iovec *part, int count, size_t taken)
{
	size_t at = 0;

	for (int i = 0; i < count; i++) {
		size_t length = (size_t)piece[at + 4] << 24 | (size_t)piece[at + 5] << 16 | (size_t)piece[at + 6] << 8 | piece[at + 7];

		if (taken < part[i].iov_len) {
			client->sent += taken;
			return;
		}
		taken -= part[i].iov_len;
		at += length + 8;
		client->position += (int64_t)length + 8;
		client->sent = 0;
	}
}

int client_catch_up(struct clients *clients, struct client *client)
{
	static uint8_t piece[2 * CHUNK];
	struct iovec part[MAX_PARTS];

	for (int i = 0; i < CATCH_UP_ROUNDS && client_is_behind(clients, client); i++) {
		ssize_t size = spool_read(&clients->spool, client->position, piece, sizeof(piece)), n = 0;
		int count = size < 0 ? 0 : view_frames(clients, client, piece, (size_t)size, part);
		struct msghdr message = { .msg_iov = part, .msg_iovlen = (size_t)count };
		size_t wanted = 0;

		if (count == 0)
			return -1;
		for (int k = 0; k < count; k++)
			wanted += part[k].iov_len;
		if (wanted > 0)
			n = sendmsg(client->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		advance(client, piece, part, count, (size_t)n);
		if ((size_t)n < wanted)
			return 0;
	}
	return 0;
}

void clients_trim(struct clients *clients)
{
	int64_t oldest = clients->spool.end;

	for (struct client *c = clients->first; c; c = c->next)
		if (client_is_behind(clients, c) && c->position < oldest)
			oldest = c->position;
	spool_release(&clients->spool, oldest);
}

void clients_tell(struct clients *clients, char type, const char *text)
{
	for (struct client *c = clients->first; c; c = c->next)
		if (c->kind == CLIENT_CONTROL && send_frame(c->fd, type, text) < 0)
			shutdown(c->fd, SHUT_RDWR);
}
