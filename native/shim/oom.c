/* See oom.h. */
#define _GNU_SOURCE
#include "oom.h"
#include "io.h"
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int open_in(const char *dir, const char *name, int flags)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return open(path, flags | O_CLOEXEC);
}

/* cgroup v1 reports "under OOM" to an eventfd whose number is written, with that of memory.oom_control, to cgroup.event_control. */
static void register_eventfd(struct oom *oom, const char *cgroup)
{
	int control = open_in(cgroup, "cgroup.event_control", O_WRONLY);
	char line[64];

	oom->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	snprintf(line, sizeof(line), "%d %d", oom->event, oom->counter);
	if (control < 0 || oom->event < 0 || write_all(control, line, strlen(line)) < 0) {
		if (oom->event >= 0)
			close(oom->event);
		oom->event = -1;
	}
	if (control >= 0)
		close(control);
	oom->poll_events = POLLIN;
}

void oom_watch(struct oom *oom, const char *cgroup)
{
	oom->event = oom->counter = -1;
	oom->kills = 0;
	if (!cgroup)
		return;
	oom->counter = open_in(cgroup, "memory.events", O_RDONLY);
	if (oom->counter >= 0) {
		oom->event = oom->counter;
		oom->poll_events = POLLPRI;
		return;
	}
	oom->counter = open_in(cgroup, "memory.oom_control", O_RDONLY);
	if (oom->counter >= 0)
		register_eventfd(oom, cgroup);
}

int oom_happened(struct oom *oom)
{
	char text[512];
	const char *line;
	uint64_t events;
	ssize_t size;
	long long kills;

	if (oom->counter < 0)
		return 0;
	if (oom->event >= 0 && oom->event != oom->counter && read(oom->event, &events, sizeof(events)) < 0)
		events = 0;
	size = pread(oom->counter, text, sizeof(text) - 1, 0);
	if (size <= 0)
		return 0;
	text[size] = '\0';
	line = strstr(text, "oom_kill ");
	kills = line ? atoll(line + strlen("oom_kill ")) : 0;
	if (kills <= oom->kills)
		return 0;
	oom->kills = kills;
	return 1;
}
