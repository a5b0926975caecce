/*
 * Network namespaces, netlink and sockets made inside a namespace.
 *
 * Each function that enters a namespace goes in and comes back within one call, on the calling thread. Coming back must not fail: the
 * thread would go on in a stranger's network, so the process is aborted instead.
 */
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include "addon.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static int open_own_netns(void)
{
	return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

static void return_to(int home)
{
	if (setns(home, CLONE_NEWNET) != 0) {
		perror("slipway: cannot return to the own network namespace");
		abort();
	}
	close(home);
}

/* Enters the namespace at path; returns the fd to return_to() with, or -1. An empty path stays at home. */
static int enter(const char *path)
{
	int home = open_own_netns(), target, rc, error;

	if (home < 0 || !*path)
		return home;
	target = open(path, O_RDONLY | O_CLOEXEC);
	rc = target < 0 ? -1 : setns(target, CLONE_NEWNET);
	error = errno;
	if (target >= 0)
		close(target);
	if (rc != 0) {
		close(home);
		errno = error;
		return -1;
	}
	return home;
}

static int loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int rc = fd < 0 ? -1 : ioctl(fd, SIOCSIFFLAGS, &request);

	if (fd >= 0)
		close(fd);
	return rc;
}

/* netnsCreate(pin): a new namespace, its loopback up, kept alive by a bind mount on the file `pin`, which is made */
static napi_value js_netns_create(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 1);
	char *pin = take_string(&a, 0);
	int file, home, rc, error;

	if (!pin)
		return finish(&a, -1, "netns");
	file = open(pin, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	if (file < 0)
		return finish(&a, -1, "open");
	close(file);
	home = open_own_netns();
	if (home < 0)
		return finish(&a, -1, "open");
	rc = unshare(CLONE_NEWNET);
	if (rc == 0) {
		rc = mount("/proc/thread-self/ns/net", pin, NULL, MS_BIND, NULL);
		if (rc == 0)
			rc = loopback_up();
		error = errno;
		return_to(home);
		errno = error;
	} else {
		close(home);
	}
	if (rc != 0) {
		error = errno;
		umount2(pin, MNT_DETACH);
		unlink(pin);
		errno = error;
	}
	return finish(&a, rc, "netns");
}

/* netnsCall(path, callback): runs the callback inside and returns its value; it must not wait for anything */
static napi_value js_netns_call(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 2);
	char *path = take_string(&a, 0);
	napi_value global, result = NULL;
	int home = path ? enter(path) : -1;

	if (home < 0)
		return finish(&a, -1, "setns");
	napi_get_global(env, &global);
	napi_call_function(env, global, a.value[1], 0, NULL, &result); /* an exception stays pending and is seen by the caller */
	return_to(home);
	finish(&a, 0, "setns");
	return result;
}

/* netlinkOpen(netnsPath, protocol): a netlink socket that belongs to that namespace for as long as it lives */
static napi_value js_netlink_open(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 2);
	char *path = take_string(&a, 0);
	struct timeval patience = { .tv_sec = 10 };
	int home = path ? enter(path) : -1, fd, error, one = 1;

	if (home < 0)
		return finish_int(&a, -1, "setns");
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, (int)take_int(&a, 1));
	error = errno;
	return_to(home);
	errno = error;
	if (fd >= 0) {
		setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	}
	return finish_int(&a, fd, "socket");
}

/* True for a message of a request that will be answered by an acknowledgement or by the end of a dump. */
static int asks_for_end(const struct nlmsghdr *header)
{
	return (header->nlmsg_flags & NLM_F_ACK) || (header->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
}

/* True for that acknowledgement, which may be an error, and for the end of a dump. */
static int is_end(const struct nlmsghdr *header)
{
	return header->nlmsg_type == NLMSG_ERROR || header->nlmsg_type == NLMSG_DONE;
}

/* How many of the messages are of this kind; a message that is cut off ends the count. */
static int count_messages(const char *data, size_t size, int (*is_counted)(const struct nlmsghdr *header))
{
	int count = 0;

	for (size_t at = 0; at + sizeof(struct nlmsghdr) <= size;) {
		struct nlmsghdr header;

		memcpy(&header, data + at, sizeof(header));
		if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > size - at)
			break;
		if (is_counted(&header))
			count++;
		at += NLMSG_ALIGN(header.nlmsg_len);
	}
	return count;
}

/*
 * netlinkRequest(fd, messages): sends all messages at once and returns every answer, up to the last acknowledgement or end of dump that
 * the messages ask for (NLM_F_ACK, NLM_F_DUMP). Errors inside the answers are the caller's to read.
 */
static napi_value js_netlink_request(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 2);
	int fd = (int)take_int(&a, 0), missing;
	struct bytes request = take_bytes(&a, 1);
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	char *answer = NULL;
	size_t used = 0, room = 0;
	napi_value result;

	if (a.pending)
		return finish(&a, -1, "netlink");
	if (sendto(fd, request.data, request.size, 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return finish(&a, -1, "sendto");
	missing = count_messages(request.data, request.size, asks_for_end);
	while (missing > 0) {
		ssize_t size;

		if (room - used < 65536) {
			char *larger = realloc(answer, room + 131072);

			if (!larger) {
				free(answer);
				return finish(&a, -1, "malloc");
			}
			answer = larger;
			room += 131072;
		}
		size = recv(fd, answer + used, room - used, 0);
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0) {
			free(answer);
			return finish(&a, -1, "recv");
		}
		missing -= count_messages(answer + used, (size_t)size, is_end);
		used += NLMSG_ALIGN((size_t)size);
	}
	result = finish_buffer(&a, (ssize_t)used, answer ? answer : "", "recv");
	free(answer);
	return result;
}

/*
 * netnsSocket(netnsPath, kind, address, port): "udp" or "tcp" socket bound inside the namespace, non-blocking; its fd goes to
 * dgram.bind({fd}) or net.listen({fd}), which listens. Port 0 takes a free one: see socketPort.
 */
static napi_value js_netns_socket(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 4);
	char *path = take_string(&a, 0), *kind = take_string(&a, 1), *address = take_string(&a, 2);
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)take_int(&a, 3)) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = v4.sin_port };
	int home, fd, rc, error, one = 1, is6;

	if (a.pending)
		return finish_int(&a, -1, "socket");
	is6 = strchr(address, ':') != NULL;
	if (inet_pton(is6 ? AF_INET6 : AF_INET, address, is6 ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr) != 1) {
		errno = EINVAL;
		return finish_int(&a, -1, "inet_pton");
	}
	home = enter(path);
	if (home < 0)
		return finish_int(&a, -1, "setns");
	fd = socket(is6 ? AF_INET6 : AF_INET, (*kind == 't' ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	rc = fd;
	if (fd >= 0) {
		if (*kind == 't')
			setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		if (is6)
			setsockopt(fd, IPPROTO_IPV6, 26 /* IPV6_V6ONLY */, &one, sizeof(one));
		rc = bind(fd, is6 ? (void *)&v6 : (void *)&v4, is6 ? sizeof(v6) : sizeof(v4));
	}
	error = errno;
	return_to(home);
	if (rc < 0 && fd >= 0)
		close(fd);
	errno = error;
	return finish_int(&a, rc < 0 ? -1 : fd, fd < 0 ? "socket" : "bind");
}

/* socketPort(fd): the local port of a bound socket */
static napi_value js_socket_port(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 1);
	struct sockaddr_in6 name;
	socklen_t size = sizeof(name);
	int rc = getsockname((int)take_int(&a, 0), (struct sockaddr *)&name, &size);

	/* The port stands at the same place in both address families. */
	return finish_int(&a, rc < 0 ? -1 : ntohs(name.sin6_port), "getsockname");
}

/* socketQueuedBytes(fd): what was written and the peer has not taken yet */
static napi_value js_socket_queued_bytes(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 1);
	int queued = 0, rc = ioctl((int)take_int(&a, 0), TIOCOUTQ, &queued); /* SIOCOUTQ by its other name */

	return finish_int(&a, rc < 0 ? -1 : queued, "ioctl");
}

#define MAX_PASSED 250

/* sendFds(socket, fds, payload): one message with descriptors (int32, native order) over a unix stream socket that blocks */
static napi_value js_send_fds(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 3);
	int socket_fd = (int)take_int(&a, 0);
	struct bytes fds = take_bytes(&a, 1), payload = take_bytes(&a, 2);
	struct iovec part = { payload.data, payload.size };
	union {
		char space[CMSG_SPACE(sizeof(int) * MAX_PASSED)];
		struct cmsghdr align;
	} control = { 0 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t sent;

	if (!a.pending && fds.size > sizeof(int) * MAX_PASSED) {
		errno = E2BIG;
		return finish(&a, -1, "sendmsg");
	}
	if (!a.pending && fds.size > 0) {
		struct cmsghdr *header = &control.align;

		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(fds.size);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(fds.size);
		memcpy(CMSG_DATA(header), fds.data, fds.size);
	}
	while (!a.pending && part.iov_len > 0) {
		sent = sendmsg(socket_fd, &message, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return finish(&a, -1, "sendmsg");
		part.iov_base = (char *)part.iov_base + sent;
		part.iov_len -= (size_t)sent;
		message.msg_control = NULL;
		message.msg_controllen = 0;
	}
	return finish(&a, 0, "sendmsg");
}

/* socketPair(): two connected unix stream sockets, as a Buffer of two int32 */
static napi_value js_socket_pair(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 0);
	int pair[2];
	int rc = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair);

	return finish_buffer(&a, rc < 0 ? -1 : (ssize_t)sizeof(pair), pair, "socketpair");
}

/* unixConnect(path): a blocking unix stream socket, connected; for use with sendFds */
static napi_value js_unix_connect(napi_env env, napi_callback_info info)
{
	struct args a = read_args(env, info, 1);
	char *path = take_string(&a, 0);
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd, error;

	if (!path)
		return finish_int(&a, -1, "connect");
	if (strlen(path) >= sizeof(name.sun_path)) {
		errno = ENAMETOOLONG;
		return finish_int(&a, -1, "connect");
	}
	strcpy(name.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&name, sizeof(name)) < 0) {
		error = errno;
		close(fd);
		errno = error;
		fd = -1;
	}
	return finish_int(&a, fd, "connect");
}

void export_net_functions(napi_env env, napi_value exports)
{
	static const struct function functions[] = {
		{ "netnsCreate", js_netns_create }, { "netnsCall", js_netns_call }, { "netlinkOpen", js_netlink_open },
		{ "netlinkRequest", js_netlink_request }, { "netnsSocket", js_netns_socket }, { "socketPort", js_socket_port }, { "socketQueuedBytes", js_socket_queued_bytes },
		{ "sendFds", js_send_fds }, { "socketPair", js_socket_pair }, { "unixConnect", js_unix_connect },
	};

	export_functions(env, exports, functions, sizeof(functions) / sizeof(*functions));
}
