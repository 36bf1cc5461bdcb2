// Ends a process that may have ended already.

/** By signal 9. Nothing happens when there is no such process; throws for somebody else's. */
export function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
