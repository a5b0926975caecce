/*
 * A request to the zygote: four bytes of length (little endian), then NUL-terminated "key=value" strings; a key may come several times.
 * Descriptors travel beside the first bytes (SCM_RIGHTS). Built by src/runtime/zygote.ts.
 */
#ifndef SLIPWAY_REQUEST_H
#define SLIPWAY_REQUEST_H

#include <stddef.h>

#define MAX_PASSED 250 /* the kernel passes 253 at once */

struct request {
	char *text;
	size_t size;
	int fd[MAX_PASSED];
	int fd_count;
};

int request_receive(struct request *r, int connection);

/* The first value of a key, or NULL. */
const char *request_get(const struct request *r, const char *key);

/* The first value as a number, or 0. */
long long request_number(const struct request *r, const char *key);

/* All values of a key as a NULL-terminated array that lives as long as the request; NULL when there is none. */
char **request_list(const struct request *r, const char *key);

#endif
