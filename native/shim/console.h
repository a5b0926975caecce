/* The console socket: the OCI runtime makes the terminal inside the container and sends its other end here. */
#ifndef SLIPWAY_CONSOLE_H
#define SLIPWAY_CONSOLE_H

/* A listening unix socket at a path relative to the working directory, or -1. */
int listen_unix(const char *path);

/* Takes the terminal from the runtime's connection; its descriptor, or -1. */
int console_receive(int listener);

void console_resize(int terminal, int rows, int columns);

#endif
