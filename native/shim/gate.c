/* See gate.h. */
#define _GNU_SOURCE
#include "gate.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x10u
#endif

int gate_run(char **argv)
{
	char opened;
	int error;

	fcntl(GATE_PROGRAM, F_SETFD, FD_CLOEXEC);
	fcntl(GATE_SOCKET, F_SETFD, FD_CLOEXEC);
	if (read(GATE_SOCKET, &opened, 1) != 1)
		return 1;
	execvp(argv[0], argv);
	error = errno;
	if (write(GATE_SOCKET, &error, sizeof(error)) != sizeof(error))
		return 1;
	return 127;
}

int gate_program(void)
{
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), copy;
	struct stat st;

	if (self < 0 || fstat(self, &st) < 0)
		return -1;
	copy = memfd_create("slipway-exec", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
	if (copy < 0 && errno == EINVAL)
		copy = memfd_create("slipway-exec", MFD_CLOEXEC | MFD_ALLOW_SEALING); /* kernels before 6.3 */
	if (copy < 0)
		return -1;
	while (st.st_size > 0) {
		ssize_t n = sendfile(copy, self, NULL, (size_t)st.st_size);

		if (n <= 0)
			return -1;
		st.st_size -= n;
	}
	close(self);
	fchmod(copy, 0555);
	fcntl(copy, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
	return copy;
}

int gate_open(int socket)
{
	int error = 0;

	if (send(socket, "", 1, MSG_NOSIGNAL) != 1)
		return 0; /* it was killed: that is an exit like any other */
	return read(socket, &error, sizeof(error)) == sizeof(error) ? error : 0;
}
