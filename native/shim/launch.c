/* See launch.h. */
#define _GNU_SOURCE
#include "launch.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static void hide_unified(void)
{
	if (unshare(CLONE_NEWNS) != 0)
		return;
	/* Only this subtree becomes private: other mounts must still propagate, bind mounts with "rshared" depend on it. */
	mount(NULL, "/sys/fs/cgroup", NULL, MS_REC | MS_PRIVATE, NULL);
	umount2("/sys/fs/cgroup/unified", MNT_DETACH);
}

static void set_stdio(const struct launch *l)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* The descriptors are all above 3 (the shim keeps 0 to 3 busy), so none is overwritten before it is used. */
	for (int i = 0; i < 3; i++)
		dup2(l->stdio[i] >= 0 ? l->stdio[i] : null, i);
	if (l->extra >= 0)
		dup2(l->extra, 3);
}

pid_t launch(const struct launch *l)
{
	sigset_t none;
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	if (l->hide_unified)
		hide_unified();
	set_stdio(l);
	execvp(l->argv[0], l->argv);
	dprintf(2, "%s: %s\n", l->argv[0], strerror(errno));
	_exit(127);
}
