/* Out-of-memory kills of one cgroup, told by the kernel: v1 by an eventfd on memory.oom_control, v2 by a poll on memory.events. */
#ifndef SLIPWAY_OOM_H
#define SLIPWAY_OOM_H

struct oom {
	int counter; /* memory.oom_control or memory.events, kept open so that it can be read after the end */
	int event; /* to be polled, -1 when there is none */
	short poll_events;
	long long kills;
};

/* Watches the cgroup directory; without it, or without a memory controller, nothing is ever reported. */
void oom_watch(struct oom *oom, const char *cgroup);

/* Reads the counter; true when there were kills since the last time. */
int oom_happened(struct oom *oom);

#endif
