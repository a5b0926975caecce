/*
 * See shim.h. The life of a shim: prepare stdio; let the OCI runtime start the process and wait for the runtime to leave (the process
 * is ours then: we are its subreaper); move bytes until the process has ended and its output is read; tell the exit; delete the
 * container; stay for clients that have not read everything yet.
 *
 * Control frames to the engine: S "pid startTime startedNs" started · E "status" the runtime failed · O "kills" out of memory ·
 * X "code exitedNs kills" exited · D deleted. From the engine: W "rows columns" resize.
 */
#define _GNU_SOURCE
#include "shim.h"
#include "client.h"
#include "console.h"
#include "gate.h"
#include "io.h"
#include "launch.h"
#include "log.h"
#include "oom.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_GRACE_MS 2000 /* for output that somebody else keeps open after the process has ended */
#define HANG_UP_MS 50
#define LINGER_MS 10000 /* how long a client that has read everything may take to close its end */
#define OOM_RECHECK_MS 10 /* cgroup v1 tells that memory has run out before it counts the kill */
#define OOM_PATIENCE_MS 5000
#define MAX_ENDED 64

struct ended {
	pid_t pid;
	int code;
	int64_t at;
};

struct shim {
	const struct request *request;
	int terminal, stdin_once;
	int signals, listener, console, gate;
	int input; /* where attached clients' input goes: a pipe or the terminal; -1 when there is none (any more) */
	int output[2]; /* stdout, stderr; a terminal has only the first; -1 when it has ended */
	char pending[65536]; /* input that the process has not taken yet */
	size_t pending_at, pending_size;
	int input_closing; /* close the input when nothing is pending */
	pid_t runtime, process, deleter;
	int64_t started_at;
	struct ended ended[MAX_ENDED]; /* children that ended before we knew which one is the process */
	int ended_count;
	int hung_up; /* the terminal has no user: looked at again after a while, because poll would return at once */
	int exited, told, deleted;
	struct ended exit;
	int64_t deadline;
	int64_t oom_until; /* memory ran out lately: the counter is looked at until it has grown */
	struct log log;
	struct oom oom;
	struct clients clients;
};

static _Noreturn void fail(struct shim *s, const char *what)
{
	char text[256];

	snprintf(text, sizeof(text), "%s: %s", what, strerror(errno));
	clients_tell(&s->clients, 'E', text);
	_exit(1);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void pipe_for(struct shim *s, int *ours, int *theirs, int ours_reads)
{
	int both[2];

	if (pipe2(both, O_CLOEXEC) < 0)
		fail(s, "pipe");
	*ours = both[ours_reads ? 0 : 1];
	*theirs = both[ours_reads ? 1 : 0];
	fcntl(*ours, F_SETFL, O_NONBLOCK | (ours_reads ? 0 : O_WRONLY));
}

/* The process document of an exec, in memory: nothing is left on disk. */
static int process_document(struct shim *s)
{
	const char *text = request_get(s->request, "process");
	int fd;

	if (!text)
		return -1;
	fd = memfd_create("process", MFD_CLOEXEC);
	if (fd < 0 || write_all(fd, text, strlen(text)) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		fail(s, "memfd");
	return fd;
}

static void make_gate(struct shim *s, struct launch *l)
{
	int both[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) < 0)
		fail(s, "socketpair");
	s->gate = both[0];
	l->extra[0] = gate_program();
	l->extra[1] = both[1];
	if (l->extra[0] < 0)
		fail(s, "memfd");
}

static void start_runtime(struct shim *s)
{
	struct launch l = { .argv = request_list(s->request, "arg"), .stdio = { -1, -1, -1 }, .extra = { -1, -1, -1 } };
	int document = process_document(s);

	l.extra[0] = document;
	if (request_number(s->request, "gate")) {
		make_gate(s, &l);
		l.extra[2] = document;
	}
	l.hide_unified = (int)request_number(s->request, "hide-unified");
	l.join = request_list(s->request, "join");
	if (s->terminal) {
		s->console = listen_unix(request_get(s->request, "console"));
		if (s->console < 0)
			fail(s, "console socket");
	} else {
		if (request_number(s->request, "stdin"))
			pipe_for(s, &s->input, &l.stdio[0], 0);
		pipe_for(s, &s->output[0], &l.stdio[1], 1);
		pipe_for(s, &s->output[1], &l.stdio[2], 1);
	}
	s->started_at = now_ns();
	s->runtime = launch(&l);
	if (s->runtime < 0)
		fail(s, "fork");
	for (int i = 0; i < 3; i++)
		close_fd(&l.stdio[i]);
	for (int i = 0; i < MAX_EXTRA; i++)
		close_fd(&l.extra[i]);
	free(l.argv);
	free(l.join);
}

static void take_terminal(struct shim *s)
{
	s->output[0] = console_receive(s->console);
	s->input = s->output[0] < 0 ? -1 : fcntl(s->output[0], F_DUPFD_CLOEXEC, 4);
	if (s->output[0] >= 0 && request_number(s->request, "rows") > 0)
		console_resize(s->output[0], (int)request_number(s->request, "rows"), (int)request_number(s->request, "columns"));
	close_fd(&s->console);
	unlink(request_get(s->request, "console"));
}

/* Field 22 of /proc/PID/stat: with the pid it names one process for ever. */
static unsigned long long start_time(pid_t pid)
{
	char path[64], text[1024];
	const char *at;
	unsigned long long time = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (read_file(path, text, sizeof(text)) <= 0)
		return 0;
	at = strrchr(text, ')');
	if (at)
		sscanf(at + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &time);
	return time;
}

static void describe(const struct shim *s, char *text, size_t size)
{
	snprintf(text, size, "%d %llu %lld", s->process, start_time(s->process), (long long)s->started_at);
}

static void describe_exit(const struct shim *s, char *text, size_t size)
{
	snprintf(text, size, "%d %lld %lld", s->exit.code, (long long)s->exit.at, s->oom.kills);
}

static void set_exit(struct shim *s, const struct ended *e)
{
	s->exited = 1;
	s->hung_up = 0;
	s->exit = *e;
	s->deadline = monotonic_ms() + OUTPUT_GRACE_MS;
}

/* What was only needed for the start. */
static void remove_files(const struct shim *s)
{
	char **names = request_list(s->request, "remove");

	for (int i = 0; names && names[i]; i++)
		unlink(names[i]);
	free(names);
}

static void pass_gate(struct shim *s)
{
	int error = gate_open(s->gate);

	close_fd(&s->gate);
	if (error != 0) {
		remove_files(s);
		errno = error;
		fail(s, "exec");
	}
}

/* The runtime has left and the process runs, or has run already. */
static void process_started(struct shim *s)
{
	const char *pid_file = request_get(s->request, "pid-file");
	char text[128];

	if (s->console >= 0)
		take_terminal(s);
	if (s->gate >= 0)
		pass_gate(s);
	if (!pid_file || read_file(pid_file, text, sizeof(text)) <= 0)
		fail(s, "pid file");
	s->process = atoi(text);
	remove_files(s);
	oom_watch(&s->oom, request_get(s->request, "memory-cgroup"));
	describe(s, text, sizeof(text));
	if (s->listener >= 0 && write_file("started", text) < 0)
		fail(s, "started");
	clients_tell(&s->clients, 'S', text);
	for (int i = 0; i < s->ended_count; i++)
		if (s->ended[i].pid == s->process)
			set_exit(s, &s->ended[i]);
}

static void start_deleter(struct shim *s)
{
	struct launch l = { .argv = request_list(s->request, "after"), .stdio = { -1, -1, -1 }, .extra = { -1, -1, -1 } };

	l.hide_unified = (int)request_number(s->request, "hide-unified");
	s->deleter = l.argv ? launch(&l) : -1;
	s->deleted = s->deleter < 0;
	free(l.argv);
}

/* The engine reads why in the runtime's log. Nobody gets anything more: clients see the end of their stream. */
static void start_failed(struct shim *s, int status)
{
	char text[32];

	while (s->clients.first && s->clients.first->kind == CLIENT_ATTACHED)
		clients_remove(&s->clients, s->clients.first);
	snprintf(text, sizeof(text), "%d", status);
	close_fd(&s->listener);
	unlink("shim.sock");
	start_deleter(s);
	if (s->deleter > 0)
		waitpid(s->deleter, NULL, 0);
	clients_tell(&s->clients, 'E', text);
	_exit(1);
}

static void child_ended(struct shim *s, pid_t pid, int status)
{
	struct ended e = { pid, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), now_ns() };

	if (pid == s->runtime) {
		s->runtime = 0;
		if (e.code != 0)
			start_failed(s, e.code);
		process_started(s);
	} else if (pid == s->deleter) {
		s->deleted = 1;
	} else if (s->process > 0) {
		if (pid == s->process)
			set_exit(s, &e);
	} else if (s->ended_count < MAX_ENDED) {
		s->ended[s->ended_count++] = e;
	}
}

static void reap(struct shim *s)
{
	struct signalfd_siginfo info;
	pid_t pid;
	int status;

	while (read(s->signals, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		child_ended(s, pid, status);
}

/* Moves one piece of output. */
static void read_output(struct shim *s, int index)
{
	static char data[65536];
	ssize_t n = read(s->output[index], data, sizeof(data));
	int64_t time = now_ns();

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		/* EIO of a terminal that nobody has open is not the end while the process lives: it may open it again. */
		if (n < 0 && s->terminal && !s->exited) {
			s->hung_up = 1;
			return;
		}
		close_fd(&s->output[index]);
		log_end(&s->log, index, time);
		return;
	}
	log_write(&s->log, index, data, (size_t)n, time);
	clients_output(&s->clients, index + 1, data, (size_t)n);
}

static void flush_input(struct shim *s)
{
	while (s->pending_size > 0 && s->input >= 0) {
		ssize_t n = write(s->input, s->pending + s->pending_at, s->pending_size);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n < 0) {
			close_fd(&s->input);
			break;
		}
		s->pending_at += (size_t)n;
		s->pending_size -= (size_t)n;
	}
	s->pending_at = s->pending_size = 0;
	if (s->input_closing)
		close_fd(&s->input);
}

/* A client ended its input. Docker closes the process's stdin when it was opened for one client, and ends the stream otherwise. */
static int input_ended(struct shim *s, struct client *c)
{
	if (s->told)
		return -1;
	c->input_ended = 1;
	if (!(c->flags & ATTACH_STDIN))
		return 0;
	if (!s->stdin_once || s->terminal)
		return -1;
	s->input_closing = 1;
	flush_input(s);
	return 0;
}

/* -1 when the client is gone. */
static int read_client_input(struct shim *s, struct client *c)
{
	char unwanted[4096];
	int wanted = (c->flags & ATTACH_STDIN) && s->input >= 0 && !s->input_closing;
	ssize_t n = wanted ? read(c->fd, s->pending, sizeof(s->pending)) : read(c->fd, unwanted, sizeof(unwanted));

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	if (n == 0)
		return input_ended(s, c);
	if (wanted) {
		s->pending_at = 0;
		s->pending_size = (size_t)n;
		flush_input(s);
	}
	return 0;
}

static void control(struct shim *s, char type, const char *text)
{
	int rows, columns;

	if (type == 'W' && s->terminal && s->output[0] >= 0 && sscanf(text, "%d %d", &rows, &columns) == 2)
		console_resize(s->output[0], rows, columns);
}

/* Control frames may come in pieces. */
static int read_control(struct shim *s, struct client *c)
{
	ssize_t n = read(c->fd, c->input + c->input_used, sizeof(c->input) - 1 - c->input_used);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	if (n == 0)
		return -1;
	c->input_used += (size_t)n;
	while (c->input_used >= 8) {
		size_t length = (size_t)c->input[7], whole = length + 8;
		char text[sizeof(c->input)];

		if (whole >= sizeof(c->input))
			return -1;
		if (c->input_used < whole)
			break;
		memcpy(text, c->input + 8, length);
		text[length] = '\0';
		control(s, (char)c->input[0], text);
		memmove(c->input, c->input + whole, c->input_used - whole);
		c->input_used -= whole;
	}
	return 0;
}

/* The first two bytes of a connection say what it is: "C" control, or "A" and flags for an attached stream, which is answered by "a". */
static int read_hello(struct shim *s, struct client *c)
{
	uint8_t hello[2];
	char text[128];
	ssize_t n = recv(c->fd, hello, sizeof(hello), MSG_DONTWAIT | MSG_PEEK);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	if (n < 2)
		return n == 0 ? -1 : 0;
	if (read(c->fd, hello, sizeof(hello)) != 2)
		return -1;
	if (hello[0] == 'A') {
		if (s->told)
			return -1;
		c->kind = CLIENT_ATTACHED;
		c->flags = hello[1];
		c->position = s->clients.spool.end;
		return send(c->fd, "a", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 ? 0 : -1;
	}
	c->kind = CLIENT_CONTROL;
	if (s->process > 0) {
		describe(s, text, sizeof(text));
		send_frame(c->fd, 'S', text);
	}
	if (s->told) {
		describe_exit(s, text, sizeof(text));
		send_frame(c->fd, 'X', text);
	}
	return hello[0] == 'C' ? 0 : -1;
}

static int client_readable(struct shim *s, struct client *c)
{
	if (c->kind == CLIENT_NEW)
		return read_hello(s, c);
	return c->kind == CLIENT_CONTROL ? read_control(s, c) : read_client_input(s, c);
}

/* Input waits in the socket while the process has not taken what came before; at the end only after the client has read everything. */
static int reads_from(const struct shim *s, const struct client *c)
{
	if (c->kind != CLIENT_ATTACHED)
		return 1;
	return s->told ? !client_is_behind(&s->clients, c) : !c->input_ended && s->pending_size == 0;
}

static void serve_client(struct shim *s, struct client *c, short events)
{
	int rc = 0;

	if ((events & POLLOUT) || ((events & POLLHUP) && client_is_behind(&s->clients, c))) {
		rc = client_catch_up(&s->clients, c);
		clients_trim(&s->clients);
	}
	if (rc == 0 && (events & POLLIN) && reads_from(s, c))
		rc = client_readable(s, c);
	else if (rc == 0 && (events & (POLLHUP | POLLERR)) && !(events & POLLIN))
		rc = -1;
	if (rc < 0)
		clients_remove(&s->clients, c);
}

/* The output is read and the process has ended: file first, so that an engine that connects later finds it. */
static void tell_exit(struct shim *s)
{
	char text[160];

	oom_happened(&s->oom);
	describe_exit(s, text, sizeof(text));
	if (s->listener >= 0)
		write_file("exit", text);
	clients_tell(&s->clients, 'X', text);
	close_fd(&s->input);
	s->pending_size = 0;
	s->told = 1;
	start_deleter(s);
}

/*
 * Clients that have everything see the end of their stream. Their end is kept open until they close it: a client that still sends input
 * must not run into an error before it has read what we sent.
 */
static void end_clients(struct shim *s)
{
	for (struct client *c = s->clients.first, *next; c; c = next) {
		next = c->next;
		if (c->kind == CLIENT_NEW && s->deleted) {
			clients_remove(&s->clients, c);
			continue;
		}
		if (c->kind != CLIENT_ATTACHED || client_is_behind(&s->clients, c))
			continue;
		if (c->end_sent_at == 0) {
			shutdown(c->fd, SHUT_WR);
			c->end_sent_at = monotonic_ms();
		} else if (monotonic_ms() - c->end_sent_at > LINGER_MS) {
			clients_remove(&s->clients, c);
		}
	}
}

static int output_is_over(const struct shim *s)
{
	return (s->output[0] < 0 && s->output[1] < 0) || monotonic_ms() >= s->deadline;
}

static void end_output(struct shim *s)
{
	for (int i = 0; i < 2; i++) {
		if (s->output[i] >= 0)
			log_end(&s->log, i, now_ns());
		close_fd(&s->output[i]);
	}
}

/* After the exit: what is still to do. False when the shim is done. */
static int wind_down(struct shim *s)
{
	static int deleted_told;
	struct client *c;

	if (!s->told && output_is_over(s)) {
		end_output(s);
		tell_exit(s);
	}
	if (!s->told)
		return 1;
	end_clients(s);
	if (s->deleted && !deleted_told) {
		deleted_told = 1;
		/* From here on nobody can connect, and nothing of the container is left: an engine may start it again. */
		if (s->listener >= 0)
			unlink("shim.sock");
		close_fd(&s->listener);
		clients_tell(&s->clients, 'D', "");
	}
	for (c = s->clients.first; c && c->kind == CLIENT_CONTROL; c = c->next)
		;
	return !s->deleted || c != NULL;
}

enum { SLOT_SIGNALS, SLOT_LISTENER, SLOT_CONSOLE, SLOT_STDOUT, SLOT_STDERR, SLOT_INPUT, SLOT_OOM, SLOT_CLIENTS };

static void fill(const struct shim *s, struct pollfd *slots)
{
	struct pollfd *at = slots + SLOT_CLIENTS;

	slots[SLOT_SIGNALS] = (struct pollfd){ s->signals, POLLIN, 0 };
	slots[SLOT_LISTENER] = (struct pollfd){ s->listener, POLLIN, 0 };
	slots[SLOT_CONSOLE] = (struct pollfd){ s->console, POLLIN, 0 };
	/* While the runtime is at work what it writes is not the container's output; if it fails, nobody shall see it. */
	slots[SLOT_STDOUT] = (struct pollfd){ s->hung_up || s->runtime > 0 ? -1 : s->output[0], POLLIN, 0 };
	slots[SLOT_STDERR] = (struct pollfd){ s->runtime > 0 ? -1 : s->output[1], POLLIN, 0 };
	slots[SLOT_INPUT] = (struct pollfd){ s->pending_size > 0 ? s->input : -1, POLLOUT, 0 };
	slots[SLOT_OOM] = (struct pollfd){ s->exited ? -1 : s->oom.event, s->oom.poll_events, 0 };
	for (const struct client *c = s->clients.first; c; c = c->next)
		*at++ = (struct pollfd){ c->fd, (short)((reads_from(s, c) ? POLLIN : 0) | (client_is_behind(&s->clients, c) ? POLLOUT : 0)), 0 };
}

static void serve_clients(struct shim *s, const struct pollfd *slots, int count)
{
	struct client *next, *c = s->clients.first;

	/* New clients are put first, so the list from the first polled one on is as it was when the slots were filled. */
	for (int i = 0; i < count && c; i++, c = next) {
		next = c->next;
		if (slots[i].revents)
			serve_client(s, c, slots[i].revents);
	}
}

static void report_oom(struct shim *s)
{
	char text[32];

	if (!oom_happened(&s->oom))
		return;
	s->oom_until = 0;
	snprintf(text, sizeof(text), "%lld", s->oom.kills);
	clients_tell(&s->clients, 'O', text);
}

static void step(struct shim *s, struct pollfd *slots)
{
	int count = s->clients.count, timeout = s->hung_up ? HANG_UP_MS : -1;

	fill(s, slots);
	s->hung_up = 0;
	if (s->exited && !s->told) {
		int64_t left = s->deadline - monotonic_ms();

		timeout = left < 0 ? 0 : (int)left;
	} else if (s->told) {
		timeout = LINGER_MS;
	} else if (s->oom_until > monotonic_ms()) {
		timeout = OOM_RECHECK_MS;
	}
	if (poll(slots, (nfds_t)(SLOT_CLIENTS + count), timeout) < 0)
		return;
	serve_clients(s, slots + SLOT_CLIENTS, count);
	if (slots[SLOT_CONSOLE].revents)
		take_terminal(s);
	if (slots[SLOT_OOM].revents)
		s->oom_until = monotonic_ms() + OOM_PATIENCE_MS;
	if (s->oom_until > monotonic_ms())
		report_oom(s);
	for (int i = 0; i < 2; i++)
		if (slots[SLOT_STDOUT + i].revents)
			read_output(s, i);
	if (slots[SLOT_INPUT].revents)
		flush_input(s);
	if (slots[SLOT_SIGNALS].revents)
		reap(s);
	if (slots[SLOT_LISTENER].revents) {
		int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd >= 0)
			clients_add(&s->clients, fd, CLIENT_NEW, 0);
	}
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Input that a client sent before it was passed on to us, in hexadecimal. It goes first. */
static void add_early_input(struct shim *s, const char *hex)
{
	for (; hex_digit(hex[0]) >= 0 && hex_digit(hex[1]) >= 0 && s->pending_size < sizeof(s->pending); hex += 2)
		s->pending[s->pending_size++] = (char)(hex_digit(hex[0]) << 4 | hex_digit(hex[1]));
}

/* The descriptors that came with the request are attached streams; "attach" holds "flags early-input" of each. */
static void add_passed_clients(struct shim *s)
{
	char **fields = request_list(s->request, "attach");

	for (int i = 0; fields && fields[i] && i < s->request->fd_count; i++) {
		const char *early = strchr(fields[i], ' ');

		clients_add(&s->clients, s->request->fd[i], CLIENT_ATTACHED, atoi(fields[i]));
		if (early && (atoi(fields[i]) & ATTACH_STDIN))
			add_early_input(s, early + 1);
	}
	free(fields);
}

static int signal_descriptor(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void prepare(struct shim *s, int connection)
{
	const char *dir = request_get(s->request, "dir");

	s->listener = s->console = s->gate = s->input = s->output[0] = s->output[1] = s->oom.event = s->oom.counter = s->clients.spool.fd = -1;
	s->terminal = s->clients.terminal = request_get(s->request, "console") != NULL;
	s->stdin_once = (int)request_number(s->request, "stdin-once");
	s->clients.spool.dir = request_get(s->request, "spool");
	clients_add(&s->clients, connection, CLIENT_CONTROL, 0);
	add_passed_clients(s);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	s->signals = signal_descriptor();
	if (!dir || chdir(dir) < 0)
		fail(s, "chdir");
	if (request_number(s->request, "listen")) {
		s->listener = listen_unix("shim.sock");
		if (s->listener < 0)
			fail(s, "shim.sock");
	}
	s->log = (struct log){ .path = request_get(s->request, "log"), .attributes = request_get(s->request, "log-attributes"), .fd = -1 };
	s->log.max_size = request_number(s->request, "log-max-size");
	s->log.max_files = (int)request_number(s->request, "log-max-files");
	log_open(&s->log);
}

_Noreturn void shim_run(const struct request *request, int connection)
{
	static struct shim s;
	struct pollfd *slots = NULL;
	int room = 0;

	s.request = request;
	prepare(&s, connection);
	start_runtime(&s);
	while (!s.exited || wind_down(&s)) {
		if (room < SLOT_CLIENTS + s.clients.count) {
			room = SLOT_CLIENTS + s.clients.count + 16;
			slots = realloc(slots, sizeof(*slots) * (size_t)room);
			if (!slots)
				fail(&s, "realloc");
		}
		step(&s, slots);
	}
	_exit(0);
}

_Noreturn void program_run(const struct request *request, int connection)
{
	struct launch l = { .argv = request_list(request, "arg"), .stdio = { -1, -1, -1 }, .extra = { -1, -1, -1 } };
	char text[32];
	int status = 0;
	pid_t pid;

	l.hide_unified = (int)request_number(request, "hide-unified");
	for (int i = 0; i < 3 && i < request->fd_count; i++)
		l.stdio[i] = request->fd[i];
	pid = l.argv ? launch(&l) : -1;
	for (int i = 0; i < request->fd_count; i++)
		close(request->fd[i]);
	snprintf(text, sizeof(text), "%d", pid);
	send_frame(connection, 'S', text);
	if (pid > 0)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	snprintf(text, sizeof(text), "%d", pid < 0 ? 127 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	send_frame(connection, 'X', text);
	_exit(0);
}
