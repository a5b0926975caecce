/* See addon.h. */
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include "addon.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

struct args read_args(napi_env env, napi_callback_info info, size_t count)
{
	struct args a = { .env = env };
	size_t given = count;

	if (napi_get_cb_info(env, info, &given, a.value, NULL, NULL) != napi_ok || given < count) {
		napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "too few arguments");
		a.pending = 1;
	}
	return a;
}

static void *reject(struct args *a, const char *text)
{
	if (!a->pending)
		napi_throw_type_error(a->env, "ERR_INVALID_ARG_TYPE", text);
	a->pending = 1;
	return NULL;
}

/* The size of a string or Uint8Array argument; -1 when it is neither. */
static ssize_t text_size(struct args *a, int index, void **bytes)
{
	napi_typedarray_type type;
	napi_value buffer;
	size_t size = 0, offset;

	*bytes = NULL;
	if (napi_get_value_string_utf8(a->env, a->value[index], NULL, 0, &size) == napi_ok)
		return (ssize_t)size;
	if (napi_get_typedarray_info(a->env, a->value[index], &type, &size, bytes, &buffer, &offset) == napi_ok && type == napi_uint8_array)
		return (ssize_t)size;
	return -1;
}

char *take_string(struct args *a, int index)
{
	void *bytes;
	ssize_t size;
	char *text;

	if (a->pending)
		return NULL;
	size = text_size(a, index, &bytes);
	if (size < 0)
		return reject(a, "a string or Uint8Array is expected");
	text = a->string[index] = malloc((size_t)size + 1);
	if (!text)
		return reject(a, "out of memory");
	if (bytes)
		memcpy(text, bytes, (size_t)size);
	else
		napi_get_value_string_utf8(a->env, a->value[index], text, (size_t)size + 1, NULL);
	text[size] = '\0';
	if (strlen(text) != (size_t)size)
		return reject(a, "the string holds a NUL byte");
	return text;
}

int64_t take_int(struct args *a, int index)
{
	int64_t value = 0;

	if (!a->pending && napi_get_value_int64(a->env, a->value[index], &value) != napi_ok)
		reject(a, "a number is expected");
	return value;
}

struct bytes take_bytes(struct args *a, int index)
{
	struct bytes b = { 0 };
	napi_typedarray_type type;
	napi_value buffer;
	size_t offset;

	if (!a->pending && napi_get_typedarray_info(a->env, a->value[index], &type, &b.size, &b.data, &buffer, &offset) != napi_ok)
		reject(a, "a Uint8Array is expected");
	if (!a->pending && b.size == 0)
		b.data = ""; /* N-API gives NULL for empty arrays; an empty value is not a missing one */
	return b;
}

void throw_errno(napi_env env, int error, const char *syscall)
{
	napi_value code, message, number, object;
	const char *name = strerrorname_np(error);
	char text[256];

	snprintf(text, sizeof(text), "%s: %s, %s", name ? name : "EUNKNOWN", strerror(error), syscall);
	napi_create_string_utf8(env, name ? name : "EUNKNOWN", NAPI_AUTO_LENGTH, &code);
	napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &message);
	napi_create_error(env, code, message, &object);
	napi_create_int32(env, -error, &number);
	napi_set_named_property(env, object, "errno", number);
	napi_create_string_utf8(env, syscall, NAPI_AUTO_LENGTH, &message);
	napi_set_named_property(env, object, "syscall", message);
	napi_throw(env, object);
}

static int end_call(struct args *a, int failed, const char *syscall)
{
	int error = errno;

	for (int i = 0; i < MAX_ARGS; i++)
		free(a->string[i]);
	if (!a->pending && failed)
		throw_errno(a->env, error, syscall);
	return a->pending || failed;
}

napi_value finish(struct args *a, int rc, const char *syscall)
{
	end_call(a, rc < 0, syscall);
	return NULL;
}

napi_value finish_int(struct args *a, int64_t rc, const char *syscall)
{
	return end_call(a, rc < 0, syscall) ? NULL : make_int(a->env, rc);
}

napi_value finish_buffer(struct args *a, ssize_t size, const void *data, const char *syscall)
{
	napi_value result = NULL;

	if (!end_call(a, size < 0, syscall))
		napi_create_buffer_copy(a->env, (size_t)size, data, NULL, &result);
	return result;
}

napi_value make_int(napi_env env, int64_t value)
{
	napi_value result;

	napi_create_int64(env, value, &result);
	return result;
}

napi_value make_null(napi_env env)
{
	napi_value result;

	napi_get_null(env, &result);
	return result;
}

void export_functions(napi_env env, napi_value exports, const struct function *functions, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		napi_value function;

		napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].call, NULL, &function);
		napi_set_named_property(env, exports, functions[i].name, function);
	}
}
