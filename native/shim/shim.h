/*
 * The shim: one small process per container (or per exec) that outlives the engine. It owns the process's stdio or terminal, writes the
 * log, serves attached clients, and tells the exit code: as a frame to whoever is connected, as a file for an engine that is not there.
 */
#ifndef SLIPWAY_SHIM_H
#define SLIPWAY_SHIM_H

#include "request.h"

/* Never returns. `connection` is where the request came from; it becomes the first control connection. */
_Noreturn void shim_run(const struct request *request, int connection);

/* Runs one program with the passed descriptors as its stdio and tells its exit code; never returns. */
_Noreturn void program_run(const struct request *request, int connection);

#endif
