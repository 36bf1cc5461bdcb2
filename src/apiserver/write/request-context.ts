// What a write knows about its request.

import type { Warnings } from '../admission/admission.ts';
import type { User } from '../auth/user.ts';
import type { WriteOptions } from '../options.ts';
import type { ServedKind } from '../scheme.ts';

export interface WriteContext {
  kind: ServedKind;
  namespace: string;
  /** '' for a creation. */
  name: string;
  subresource: string;
  user: User;
  options: WriteOptions;
  /** The field manager: from the options, else from the User-Agent. */
  manager: string;
  warnings: Warnings;
}
