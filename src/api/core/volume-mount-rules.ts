// Validation of where a container mounts its volumes.

import { type FieldError, forbidden, invalid, notFound } from '../field-error.ts';
import { checkOptionalOneOf, checkPresent } from '../field-rules.ts';
import type { V1Container, V1EphemeralContainer, V1VolumeMount } from '../generated/types.ts';

const propagations = ['Bidirectional', 'HostToContainer', 'None'];

/** A path that stays below where it starts. */
export function descendingPathErrors(path: string, field: string, errors: FieldError[]): void {
  if (path.startsWith('/')) errors.push(invalid(field, path, 'must be a relative path'));
  if (path.split('/').includes('..')) errors.push(invalid(field, path, "must not contain '..'"));
}

export function mountErrors(
  { volumeMounts = [], securityContext }: V1Container | V1EphemeralContainer,
  path: string,
  volumes: ReadonlySet<string>,
  errors: FieldError[],
): void {
  const mountPaths = new Set<string>();
  for (const [index, mount] of volumeMounts.entries()) {
    const at = `${path}[${index}]`;
    if (checkPresent(mount.name, `${at}.name`, errors) && !volumes.has(mount.name)) {
      errors.push(notFound(`${at}.name`, mount.name));
    }
    if (checkPresent(mount.mountPath, `${at}.mountPath`, errors) && mountPaths.has(mount.mountPath)) {
      errors.push(invalid(`${at}.mountPath`, mount.mountPath, 'must be unique'));
    }
    mountPaths.add(mount.mountPath);
    subPathErrors(mount, at, errors);
    checkOptionalOneOf(mount.mountPropagation, propagations, `${at}.mountPropagation`, errors);
    if (mount.mountPropagation === 'Bidirectional' && !securityContext?.privileged) {
      const text = 'Bidirectional mount propagation is available only to privileged containers';
      errors.push(forbidden(`${at}.mountPropagation`, text));
    }
  }
}

function subPathErrors({ subPath, subPathExpr }: V1VolumeMount, path: string, errors: FieldError[]): void {
  if (subPath) descendingPathErrors(subPath, `${path}.subPath`, errors);
  if (!subPathExpr) return;
  if (subPath) {
    const text = 'subPathExpr and subPath are mutually exclusive';
    errors.push(invalid(`${path}.subPathExpr`, subPathExpr, text));
  }
  descendingPathErrors(subPathExpr, `${path}.subPathExpr`, errors);
}
