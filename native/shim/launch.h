/* Starting programs: the OCI runtime with its stdio and, where the host needs it, its own view of the cgroup file systems. */
#ifndef SLIPWAY_LAUNCH_H
#define SLIPWAY_LAUNCH_H

#include <sys/types.h>

struct launch {
	char **argv;
	int stdio[3]; /* -1 is /dev/null */
	int extra; /* becomes descriptor 3, or -1 */
	/*
	 * On a hybrid cgroup host crun refuses to work when /sys/fs/cgroup/unified has a controller. In a mount namespace without that
	 * mount it sees plain cgroup v1; the host is not touched.
	 */
	int hide_unified;
};

/* Forks and executes; the process id, or -1. A program that cannot be executed exits with 127. */
pid_t launch(const struct launch *launch);

#endif
