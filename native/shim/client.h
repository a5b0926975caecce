/*
 * The connections of one shim. A client is an attached stream (what Docker's attach carries: frames, or raw bytes with a terminal, one
 * way; raw input the other way) or the engine's control connection (frames of io.h).
 */
#ifndef SLIPWAY_CLIENT_H
#define SLIPWAY_CLIENT_H

#include "spool.h"
#include <poll.h>

enum { ATTACH_STDIN = 1, ATTACH_STDOUT = 2, ATTACH_STDERR = 4 };

enum client_kind { CLIENT_NEW, CLIENT_ATTACHED, CLIENT_CONTROL };

struct client {
	int fd;
	enum client_kind kind;
	int flags; /* ATTACH_* */
	int input_ended;
	int64_t position; /* of the frame to send next; spool.end when it is not behind */
	int64_t end_sent_at; /* monotonic ms; 0 while more may come */
	size_t sent; /* bytes of that frame the client has already */
	uint8_t input[128]; /* an incomplete control frame */
	size_t input_used;
	struct client *next;
};

struct clients {
	struct client *first;
	int count;
	int terminal; /* raw output: headers stay here */
	struct spool spool;
};

struct client *clients_add(struct clients *clients, int fd, enum client_kind kind, int flags);
void clients_remove(struct clients *clients, struct client *client);

/* One piece of output (stream 1 stdout, 2 stderr) for everybody; who cannot take all of it now reads on from the backlog. */
void clients_output(struct clients *clients, int stream, const void *data, size_t size);

/* The client can take more: sends from the backlog until it is full or up to date. -1 when it is gone. */
int client_catch_up(struct clients *clients, struct client *client);

int client_is_behind(const struct clients *clients, const struct client *client);

/* After catching up or losing a client: the part of the backlog that nobody needs goes back to the file system. */
void clients_trim(struct clients *clients);

void clients_tell(struct clients *clients, char type, const char *text);

#endif
