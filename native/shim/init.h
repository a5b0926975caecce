/* The init process of containers that ask for one (`--init`): starts the command, passes signals on, reaps orphans. */
#ifndef SLIPWAY_INIT_H
#define SLIPWAY_INIT_H

/* Runs argv as the only child that counts; returns the container's exit code. */
int init_run(char **argv);

#endif
