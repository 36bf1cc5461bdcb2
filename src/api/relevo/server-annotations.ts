// What is written on a pod, a node or a slice to treat it otherwise as a server.

/** ready, drain or maint. */
export const stateAnnotation = 'relevo.dev/state';
/** 0 to 256. */
export const weightAnnotation = 'relevo.dev/weight';
/** On a slice without pods: `backup`. */
export const roleLabel = 'relevo.dev/role';
