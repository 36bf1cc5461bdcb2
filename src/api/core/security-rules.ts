// Validation of security contexts.

import { type FieldError, invalid } from '../field-error.ts';
import { checkOptionalOneOf, checkRange } from '../field-rules.ts';
import type { V1PodSecurityContext, V1SecurityContext } from '../generated/types.ts';

/** The greatest uid and gid: of 32 bits. */
const maxId = 0xffff_ffff;

export function containerSecurityErrors(
  context: V1SecurityContext | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (!context) return;
  checkRange(context.runAsUser, 0, maxId, `${path}.runAsUser`, errors);
  checkRange(context.runAsGroup, 0, maxId, `${path}.runAsGroup`, errors);
  checkOptionalOneOf(context.procMount, ['Default', 'Unmasked'], `${path}.procMount`, errors);
  if (context.allowPrivilegeEscalation !== false) return;
  if (context.privileged) {
    errors.push(
      invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'),
    );
  }
  if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) {
    errors.push(
      invalid(
        path,
        context,
        'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
      ),
    );
  }
}

export function podSecurityErrors(
  context: V1PodSecurityContext | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (!context) return;
  checkRange(context.runAsUser, 0, maxId, `${path}.runAsUser`, errors);
  checkRange(context.runAsGroup, 0, maxId, `${path}.runAsGroup`, errors);
  checkRange(context.fsGroup, 0, maxId, `${path}.fsGroup`, errors);
  for (const [index, group] of (context.supplementalGroups ?? []).entries()) {
    checkRange(group, 0, maxId, `${path}.supplementalGroups[${index}]`, errors);
  }
  checkOptionalOneOf(
    context.fsGroupChangePolicy,
    ['Always', 'OnRootMismatch'],
    `${path}.fsGroupChangePolicy`,
    errors,
  );
}
