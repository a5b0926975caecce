/*
 * A gate before an exec's command: crun gives the terminal away while the process is starting already, so a command that asks for the
 * size of its terminal at once would find 0 by 0. What crun starts is therefore this program (a copy in memory, descriptor 3), which waits
 * at descriptor 4 until the shim has set the size, and then becomes the command.
 */
#ifndef SLIPWAY_GATE_H
#define SLIPWAY_GATE_H

enum { GATE_PROGRAM = 3, GATE_SOCKET = 4 };

/* In the container: waits, then executes. Reports errno at the socket when it cannot. */
int gate_run(char **argv);

/* In the shim: a sealed copy of this program, or -1. */
int gate_program(void);

/* In the shim: opens the gate; 0 once the command runs, or the errno of its execution. */
int gate_open(int socket);

#endif
