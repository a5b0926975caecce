/* See init.h. */
#define _GNU_SOURCE
#include "init.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t start(char **argv, const sigset_t *old)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	/* A group of its own, in the foreground: Ctrl+C on a terminal reaches the command and its children. */
	setpgid(0, 0);
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(0, getpgrp());
	signal(SIGTTOU, SIG_DFL);
	sigprocmask(SIG_SETMASK, old, NULL);
	execvp(argv[0], argv);
	fprintf(stderr, "[FATAL init] exec %s failed: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Reaps everything that has ended; the command's exit code, or -1 while it runs. */
static int reap(pid_t command)
{
	int status, code = -1;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == command)
			code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return code;
}

int init_run(char **argv)
{
	sigset_t all, old;
	pid_t command;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	command = start(argv, &old);
	if (command < 0)
		return 126;
	for (;;) {
		int number = sigwaitinfo(&all, NULL), code;

		if (number < 0)
			continue;
		if (number != SIGCHLD) {
			kill(command, number);
			continue;
		}
		code = reap(command);
		if (code >= 0)
			return code;
	}
}
