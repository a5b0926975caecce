/*
 * The few system calls that Node cannot make, as synchronous functions. Nothing here decides anything: messages, paths and policy are
 * built in TypeScript (src/linux), and every failure is thrown as an Error with `code` ("ENOENT"), `errno` and `syscall`.
 *
 * It is C because these are system calls; it is plain N-API because that ABI is stable over Node versions.
 */
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include "addon.h"
#include <fcntl.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

/* mount(source, target, type, flags, data) */
static napi_value js_mount(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 5);
	char *source = take_string(&a, 0), *target = take_string(&a, 1), *type = take_string(&a, 2), *data = take_string(&a, 4);
	int rc = -1;

	if (source && target && type && data)
		rc = mount(source, target, *type ? type : NULL, (unsigned long)take_int(&a, 3), *data ? data : NULL);
	return finish(&a, rc, "mount");
}

/* umount(target, flags) */
static napi_value js_umount(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 2);
	char *target = take_string(&a, 0);

	return finish(&a, target ? umount2(target, (int)take_int(&a, 1)) : -1, "umount2");
}

/* openat2(dirfd, path, flags, mode, resolve): fd */
static napi_value js_openat2(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 5);
	char *path = take_string(&a, 1);
	struct open_how how = { .flags = (uint64_t)take_int(&a, 2) | O_CLOEXEC, .mode = (uint64_t)take_int(&a, 3), .resolve = (uint64_t)take_int(&a, 4) };
	long fd = -1;
	int tries = 0;

	/* RESOLVE_IN_ROOT answers EAGAIN when a rename races with "..": trying again is what openat2(2) asks for. */
	do
		fd = path ? syscall(SYS_openat2, (int)take_int(&a, 0), path, &how, sizeof(how)) : -1;
	while (fd < 0 && errno == EAGAIN && ++tries < 100);
	return finish_int(&a, fd, "openat2");
}

/* mkdirat(dirfd, name, mode) */
static napi_value js_mkdirat(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 3);
	char *name = take_string(&a, 1);

	return finish(&a, name ? mkdirat((int)take_int(&a, 0), name, (mode_t)take_int(&a, 2)) : -1, "mkdirat");
}

/* mknodat(dirfd, name, mode, major, minor): mode holds the kind (S_IFCHR …) */
static napi_value js_mknodat(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 5);
	char *name = take_string(&a, 1);
	dev_t dev = makedev((unsigned)take_int(&a, 3), (unsigned)take_int(&a, 4));

	return finish(&a, name ? mknodat((int)take_int(&a, 0), name, (mode_t)take_int(&a, 2), dev) : -1, "mknodat");
}

/* symlinkat(target, dirfd, name) */
static napi_value js_symlinkat(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 3);
	char *target = take_string(&a, 0), *name = take_string(&a, 2);

	return finish(&a, target && name ? symlinkat(target, (int)take_int(&a, 1), name) : -1, "symlinkat");
}

/* linkat(oldDirfd, oldName, newDirfd, newName): never follows a symbolic link */
static napi_value js_linkat(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 4);
	char *from = take_string(&a, 1), *to = take_string(&a, 3);

	return finish(&a, from && to ? linkat((int)take_int(&a, 0), from, (int)take_int(&a, 2), to, 0) : -1, "linkat");
}

/* unlinkat(dirfd, name, flags) */
static napi_value js_unlinkat(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 3);
	char *name = take_string(&a, 1);

	return finish(&a, name ? unlinkat((int)take_int(&a, 0), name, (int)take_int(&a, 2)) : -1, "unlinkat");
}

/* renameat2(oldDirfd, oldName, newDirfd, newName, flags) */
static napi_value js_renameat2(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 5);
	char *from = take_string(&a, 1), *to = take_string(&a, 3);
	int rc = from && to ? renameat2((int)take_int(&a, 0), from, (int)take_int(&a, 2), to, (unsigned)take_int(&a, 4)) : -1;

	return finish(&a, rc, "renameat2");
}

/* fchownat(dirfd, name, uid, gid, flags) */
static napi_value js_fchownat(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 5);
	char *name = take_string(&a, 1);
	int rc = name ? fchownat((int)take_int(&a, 0), name, (uid_t)take_int(&a, 2), (gid_t)take_int(&a, 3), (int)take_int(&a, 4)) : -1;

	return finish(&a, rc, "fchownat");
}

/* fchmodat(dirfd, name, mode): EOPNOTSUPP for a link, which somebody may put there at any moment */
static napi_value js_fchmodat(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 3);
	char *name = take_string(&a, 1);

	return finish(&a, name ? fchmodat((int)take_int(&a, 0), name, (mode_t)take_int(&a, 2), AT_SYMLINK_NOFOLLOW) : -1, "fchmodat");
}

/* utimensat(dirfd, name, atimeSec, atimeNsec, mtimeSec, mtimeNsec): sets the times of a link itself */
static napi_value js_utimensat(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 6);
	char *name = take_string(&a, 1);
	struct timespec times[2] = { { take_int(&a, 2), take_int(&a, 3) }, { take_int(&a, 4), take_int(&a, 5) } };

	return finish(&a, name ? utimensat((int)take_int(&a, 0), name, times, AT_SYMLINK_NOFOLLOW) : -1, "utimensat");
}

/* flock(fd, operation) */
static napi_value js_flock(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 2);

	return finish(&a, flock((int)take_int(&a, 0), (int)take_int(&a, 1)), "flock");
}

/* punchHole(fd, offset, length): gives the blocks back, the size stays */
static napi_value js_punch_hole(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 3);
	int rc = fallocate((int)take_int(&a, 0), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, take_int(&a, 1), take_int(&a, 2));

	return finish(&a, rc, "fallocate");
}

/* nextData(fd, offset): offset of the next data at or after it, or -1 when only a hole is left */
static napi_value js_next_data(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 2);
	off_t at = lseek((int)take_int(&a, 0), take_int(&a, 1), SEEK_DATA);

	if (at < 0 && errno == ENXIO)
		return make_int(env, -1);
	return finish_int(&a, at, "lseek");
}

/* lsetxattr(path, name, value) */
static napi_value js_lsetxattr(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 3);
	char *path = take_string(&a, 0), *name = take_string(&a, 1);
	struct bytes value = take_bytes(&a, 2);

	return finish(&a, path && name && value.data ? lsetxattr(path, name, value.data, value.size, 0) : -1, "lsetxattr");
}

/* lremovexattr(path, name) */
static napi_value js_lremovexattr(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 2);
	char *path = take_string(&a, 0), *name = take_string(&a, 1);

	return finish(&a, path && name ? lremovexattr(path, name) : -1, "lremovexattr");
}

/* lgetxattr(path, name): Buffer, or null when the file has no such attribute */
static napi_value js_lgetxattr(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 2);
	char *path = take_string(&a, 0), *name = take_string(&a, 1);
	char value[65536];
	ssize_t size = path && name ? lgetxattr(path, name, value, sizeof(value)) : -1;

	if (size < 0 && path && name && (errno == ENODATA || errno == EOPNOTSUPP))
		return make_null(env);
	return finish_buffer(&a, size, value, "lgetxattr");
}

/* llistxattr(path): Buffer of NUL-terminated names */
static napi_value js_llistxattr(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 1);
	char *path = take_string(&a, 0);
	char names[65536];
	ssize_t size = path ? llistxattr(path, names, sizeof(names)) : -1;

	if (size < 0 && path && errno == EOPNOTSUPP)
		size = 0;
	return finish_buffer(&a, size, names, "llistxattr");
}

/* trimMemory(): gives free pages of all malloc arenas back; glibc keeps the tens of megabytes that big transfers leave */
static napi_value js_trim_memory(napi_env env, napi_callback_info info)
{
	(void)info;
	malloc_trim(0);
	return make_null(env);
}

static napi_value init(napi_env env, napi_value exports)
{
	static const struct function functions[] = {
		{ "mount", js_mount }, { "umount", js_umount }, { "openat2", js_openat2 }, { "mkdirat", js_mkdirat }, { "mknodat", js_mknodat },
		{ "symlinkat", js_symlinkat }, { "linkat", js_linkat }, { "unlinkat", js_unlinkat }, { "renameat2", js_renameat2 },
		{ "fchownat", js_fchownat }, { "fchmodat", js_fchmodat }, { "utimensat", js_utimensat }, { "flock", js_flock },
		{ "punchHole", js_punch_hole }, { "nextData", js_next_data }, { "lsetxattr", js_lsetxattr }, { "lgetxattr", js_lgetxattr },
		{ "llistxattr", js_llistxattr }, { "lremovexattr", js_lremovexattr }, { "trimMemory", js_trim_memory },
	};

	export_functions(env, exports, functions, sizeof(functions) / sizeof(*functions));
	export_net_functions(env, exports);
	return exports;
}

NAPI_MODULE(slipway, init)
