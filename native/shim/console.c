/* See console.h. */
#define _GNU_SOURCE
#include "console.h"
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int listen_unix(const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(name.sun_path))
		return -1;
	strcpy(name.sun_path, path);
	unlink(path);
	if (bind(fd, (struct sockaddr *)&name, sizeof(name)) < 0 || listen(fd, 128) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int console_receive(int listener)
{
	int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC), terminal = -1;
	char name[4096];
	struct iovec part = { name, sizeof(name) };
	union {
		char space[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	struct cmsghdr *header;

	if (connection < 0)
		return -1;
	if (recvmsg(connection, &message, MSG_CMSG_CLOEXEC) >= 0) {
		header = CMSG_FIRSTHDR(&message);
		if (header && header->cmsg_type == SCM_RIGHTS)
			memcpy(&terminal, CMSG_DATA(header), sizeof(int));
	}
	close(connection);
	if (terminal >= 0)
		fcntl(terminal, F_SETFL, O_RDWR | O_NONBLOCK);
	return terminal;
}

void console_resize(int terminal, int rows, int columns)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };

	ioctl(terminal, TIOCSWINSZ, &size);
}
