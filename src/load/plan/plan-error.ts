// What is wrong with a plan, whichever form it has: told before anything is started, every fault with its place.

import { FileFaults } from '../../api/schema/file-faults.ts';

export class PlanError extends FileFaults {
  override name = 'PlanError';
}
