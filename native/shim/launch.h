/* Starting programs: the OCI runtime with its stdio and, where the host needs it, its own view of the cgroup file systems. */
#ifndef SLIPWAY_LAUNCH_H
#define SLIPWAY_LAUNCH_H

#include <sys/types.h>

#define MAX_EXTRA 3

struct launch {
	char **argv;
	int stdio[3]; /* -1 is /dev/null */
	int extra[MAX_EXTRA]; /* become descriptors 3, 4, 5; -1 ends the list */
	/*
	 * On a hybrid cgroup host crun refuses to work when /sys/fs/cgroup/unified has a controller. In a mount namespace without that
	 * mount it sees plain cgroup v1; the host is not touched.
	 */
	int hide_unified;
	/*
	 * Control groups (v1 directories, NULL-terminated, or NULL) that the program enters before it runs, in place of being moved there by
	 * the runtime. Moving another process makes the kernel wait for an RCU grace period, 15 ms on an idle machine; a thread that moves
	 * itself does not wait. The runtime then finds a stand-in for the cgroup file systems, in which its own move has no effect.
	 */
	char **join;
};

/* Forks and executes; the process id, or -1. A program that cannot be executed exits with 127. */
pid_t launch(const struct launch *launch);

#endif
