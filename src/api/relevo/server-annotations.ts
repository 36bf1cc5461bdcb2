// What is written on a pod or a node to treat it otherwise as a server.

/** ready, drain or maint. */
export const stateAnnotation = 'relevo.dev/state';
/** 0 to 256. */
export const weightAnnotation = 'relevo.dev/weight';
