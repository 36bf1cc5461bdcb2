// A fault as measures know it.

import type { AttributedFault } from '../accounting/victim-names.ts';
import type { Proof } from '../fault/fault.ts';

export interface MeasuredFault extends AttributedFault {
  /** Undefined: it never was, and nothing after it can be measured. */
  readonly proof?: Proof;
}
