/*
 * slipway-shim: zygote and shim in one small static program.
 *
 *   slipway-shim zygote SOCKET DIR   listens; every connection is forked off, reads its request and becomes what it asks for; DIR, the
 *                                    engine's exec root, is for whoever reads the process list
 *   slipway-shim -- COMMAND…         the init process of a container (init.h)
 *   slipway-shim exec COMMAND…       waits for its terminal, then executes the command (gate.h)
 *   slipway-shim selftest            what the engine's self-test container runs: prints how its walls look from inside
 *
 * Why it exists: fork() from an engine that has grown takes tens of milliseconds and blocks its event loop; forking this process takes
 * a third of one. And what it becomes, the shim, must outlive the engine. The zygote itself ends with the engine: its standard input is a
 * pipe from there.
 */
#define _GNU_SOURCE
#include "console.h"
#include "gate.h"
#include "init.h"
#include "io.h"
#include "request.h"
#include "shim.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KEPT_BUSY 6

/* Lets go of everything of the engine and keeps 0 to 5 busy, so that no descriptor of ours is ever one of them. */
static void detach(int listener)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	close(listener);
	for (int i = 0; i < KEPT_BUSY; i++)
		if (null != i)
			dup3(null, i, O_CLOEXEC);
	setsid();
	signal(SIGCHLD, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	prctl(PR_SET_NAME, "slipway-shim");
}

static _Noreturn void serve(int listener, int connection)
{
	static struct request request;
	const char *kind;

	detach(listener);
	if (request_receive(&request, connection) < 0)
		_exit(1);
	kind = request_get(&request, "kind");
	if (kind && strcmp(kind, "run") == 0)
		program_run(&request, connection);
	shim_run(&request, connection);
}

static void accept_one(int listener)
{
	int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (connection < 0)
		return;
	/* detach() takes the first descriptors: the connection must not be among them. */
	if (connection < KEPT_BUSY) {
		int moved = fcntl(connection, F_DUPFD_CLOEXEC, KEPT_BUSY);

		close(connection);
		connection = moved;
	}
	if (fork() == 0)
		serve(listener, connection);
	close(connection);
}

static int zygote(const char *path)
{
	int listener = listen_unix(path);
	struct pollfd slots[2] = { { listener, POLLIN, 0 }, { 0, POLLIN, 0 } };
	char ignored[64];

	if (listener < 0) {
		perror(path);
		return 1;
	}
	signal(SIGCHLD, SIG_IGN); /* children are nobody's zombies */
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	setsid();
	prctl(PR_SET_NAME, "slipway-zygote");
	if (write(1, "ready\n", 6) != 6)
		return 1;
	for (;;) {
		if (poll(slots, 2, -1) < 0)
			continue;
		if (slots[1].revents && read(0, ignored, sizeof(ignored)) <= 0)
			return 0;
		if (slots[0].revents)
			accept_one(listener);
	}
}

/* One system call and what became of it: 0, or the errno. */
static void try_call(const char *name, long number, long a, long b, long c)
{
	printf("%s:\t%d\n", name, syscall(number, a, b, c, 0) < 0 ? errno : 0);
}

/* What the walls look like from inside: the status of this process, and some calls that a filter lets through or not. */
static int selftest(void)
{
	char text[4096];

	if (read_file("/proc/self/status", text, sizeof(text)) <= 0)
		return 1;
	fputs(text, stdout);
	try_call("fchmodat2", 452, AT_FDCWD, (long)"/tmp", 01777);
	try_call("not yet invented", 1000, 0, 0, 0);
	try_call("socket AF_ALG", SYS_socket, 38, SOCK_SEQPACKET, 0);
	try_call("socket AF_VSOCK", SYS_socket, 40, SOCK_STREAM, 0);
	try_call("socket AF_UNIX", SYS_socket, AF_UNIX, SOCK_STREAM, 0);
	try_call("io_uring_setup", 425, 1, 0, 0);
	try_call("keyctl", SYS_keyctl, 0, 0, 0);
	try_call("bpf", 321, 0, 0, 0);
	try_call("userfaultfd", 323, 0, 0, 0);
	try_call("fsopen", 430, (long)"tmpfs", 0, 0);
	try_call("clone3", 435, 0, 0, 0);
	try_call("unshare", SYS_unshare, CLONE_NEWUSER, 0, 0);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "zygote") == 0)
		return zygote(argv[2]);
	if (argc > 2 && strcmp(argv[1], "--") == 0)
		return init_run(argv + 2);
	if (argc > 2 && strcmp(argv[1], "exec") == 0)
		return gate_run(argv + 2);
	if (argc == 2 && strcmp(argv[1], "selftest") == 0)
		return selftest();
	fprintf(stderr, "usage: slipway-shim zygote SOCKET DIR | -- COMMAND... | exec COMMAND... | selftest\n");
	return 2;
}
