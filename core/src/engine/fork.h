/* Inside: telling a forked child from its parent, without asking the system for a process id at each call. */
#ifndef CM_ENGINE_FORK_H
#define CM_ENGINE_FORK_H

/* Grows by one in each forked child. The first call starts the counting. */
unsigned cm_fork_generation(void);
#endif
