// Faults by name, for tests that read drills and injure nobody.

import { count, fields } from '../../../src/api/relevo/field-schemas.ts';
import type { KnownFaults } from '../../../src/drill/scenario/read-fault-steps.ts';

const parameters = fields('Of a fault.', { count: count('How many.', { default: 1 }) });

export const knownFaults: KnownFaults = new Map([
  ['replica-kill', { lasts: false, parameters }],
  ['node-stop', { lasts: true, parameters }],
  ['surge', { lasts: true, parameters }],
]);
