// Victims to begin with.

import type { Victims } from '../fault.ts';

export const nobody: Victims = { pods: [], nodes: [], balancer: false, controlPlane: false, states: [] };
