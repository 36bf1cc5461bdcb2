// Who owns the fields that a request sets: the manager it names, else the program in its User-Agent.

import { invalid } from '../../api/field-error.ts';
import { defaultManager } from '../../api/patch/managed-fields.ts';
import { invalidObject } from '../../api/status.ts';

const maxLength = 128;

export function fieldManager(given: string, userAgent: string | undefined): string {
  if (given === '') return defaultManager(userAgent ?? '');
  if (given.length > maxLength || !/^[\P{Cc}]*$/u.test(given)) {
    const error = invalid('fieldManager', given, `must be at most ${maxLength} printable characters`);
    throw invalidObject({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [error]);
  }
  return given;
}
