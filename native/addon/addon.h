/* Small conveniences around N-API: read arguments, throw errno, return a value. */
#ifndef SLIPWAY_ADDON_H
#define SLIPWAY_ADDON_H

#include <errno.h>
#include <node_api.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MAX_ARGS 8

/* The arguments of one call. Strings are copied out and freed by finish*(). */
struct args {
	napi_env env;
	napi_value value[MAX_ARGS];
	char *string[MAX_ARGS];
	int pending; /* an exception is thrown already */
};

struct bytes {
	void *data;
	size_t size;
};

struct function {
	const char *name;
	napi_callback call;
};

struct args read_args(napi_env env, napi_callback_info info, size_t count);
char *take_string(struct args *a, int index); /* of a string or Uint8Array; NULL, with a TypeError thrown, when it is neither or holds a NUL */
int64_t take_int(struct args *a, int index);
struct bytes take_bytes(struct args *a, int index);

/* Each ends a call: throws errno as an Error when rc is negative (and nothing is thrown yet), and releases the arguments. */
napi_value finish(struct args *a, int rc, const char *syscall);
napi_value finish_int(struct args *a, int64_t rc, const char *syscall);
napi_value finish_buffer(struct args *a, ssize_t size, const void *data, const char *syscall);

napi_value make_int(napi_env env, int64_t value);
napi_value make_null(napi_env env);
void throw_errno(napi_env env, int error, const char *syscall);
void export_functions(napi_env env, napi_value exports, const struct function *functions, size_t count);
void export_net_functions(napi_env env, napi_value exports);

#endif
