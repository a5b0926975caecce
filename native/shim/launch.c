/* See launch.h. */
#define _GNU_SOURCE
#include "launch.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void hide_unified(void)
{
	if (unshare(CLONE_NEWNS) != 0)
		return;
	/* Only this subtree becomes private: other mounts must still propagate, bind mounts with "rshared" depend on it. */
	mount(NULL, "/sys/fs/cgroup", NULL, MS_REC | MS_PRIVATE, NULL);
	umount2("/sys/fs/cgroup/unified", MNT_DETACH);
}

#define FREEZER_STATE "/freezer.state"

/* What is made of a group's path fits a path of the kernel. A longer one is left to the runtime, which tells what is wrong with it. */
static int fits(const char *group)
{
	return strlen(group) + sizeof(FREEZER_STATE) <= PATH_MAX;
}

/* Moves this process, which has one thread, into every group; false when one of them cannot be entered. */
static int join_groups(char **groups)
{
	for (char **group = groups; *group; group++)
		if (!fits(*group))
			return 0;
	for (; *groups; groups++) {
		char path[PATH_MAX];
		int fd, rc;

		snprintf(path, sizeof(path), "%s/tasks", *groups);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		rc = fd < 0 ? -1 : (int)write(fd, "0", 1);
		if (fd >= 0)
			close(fd);
		if (rc < 0)
			return 0;
	}
	return 1;
}

static void make_directories(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	mkdir(path, 0700);
}

/*
 * Hides all control groups but one: the freezer's, where the runtime reads whether the container is paused. That one is an ordinary
 * directory; what the runtime writes there goes nowhere.
 */
static void stand_in(char **groups)
{
	char path[PATH_MAX];
	int fd;

	if (unshare(CLONE_NEWNS) != 0)
		return;
	mount(NULL, "/sys/fs/cgroup", NULL, MS_REC | MS_PRIVATE, NULL);
	if (mount("none", "/sys/fs/cgroup", "tmpfs", 0, "mode=700,size=64k") != 0)
		return;
	for (; *groups; groups++) {
		if (strncmp(*groups, "/sys/fs/cgroup/freezer/", 23) != 0)
			continue;
		snprintf(path, sizeof(path), "%s", *groups);
		make_directories(path);
		strcat(path, FREEZER_STATE);
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (fd >= 0 && write(fd, "THAWED\n", 7) == 7)
			close(fd);
	}
}

static void set_stdio(const struct launch *l)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* The descriptors are all above 5 (the shim keeps 0 to 5 busy), so none is overwritten before it is used. */
	for (int i = 0; i < 3; i++)
		dup2(l->stdio[i] >= 0 ? l->stdio[i] : null, i);
	for (int i = 0; i < MAX_EXTRA && l->extra[i] >= 0; i++)
		dup2(l->extra[i], 3 + i);
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
	if (l->join && join_groups(l->join))
		stand_in(l->join);
	else if (l->hide_unified)
		hide_unified();
	set_stdio(l);
	execvp(l->argv[0], l->argv);
	dprintf(2, "%s: %s\n", l->argv[0], strerror(errno));
	_exit(127);
}
