// Validation of a pod's volumes: one kind each, with names, paths and modes that make sense.

import { duplicate, type FieldError, forbidden, invalid, required } from '../field-error.ts';
import { checkAtMostOne, checkOptionalOneOf, checkPresent, checkRequiredName } from '../field-rules.ts';
import type {
  V1DownwardAPIVolumeFile,
  V1KeyToPath,
  V1ProjectedVolumeSource,
  V1Volume,
} from '../generated/types.ts';
import { dnsLabelProblems } from '../names.ts';
import { parseQuantity } from '../quantity.ts';
import { fieldRefErrors, resourceFieldErrors, volumeFields } from './env-rules.ts';
import { descendingPathErrors } from './volume-mount-rules.ts';

const modeText = 'must be a number between 0 and 0777 (octal), both inclusive';
const hostPathTypes = [
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
const projections = ['secret', 'downwardAPI', 'configMap', 'serviceAccountToken', 'clusterTrustBundle'];

/** Answers the volumes' names, for the mounts. */
export function volumesErrors(
  volumes: V1Volume[] | undefined,
  path: string,
  errors: FieldError[],
): Set<string> {
  const names = new Set<string>();
  for (const [index, volume] of (volumes ?? []).entries()) {
    const at = `${path}[${index}]`;
    checkRequiredName(dnsLabelProblems, volume.name, `${at}.name`, errors);
    if (volume.name && names.has(volume.name)) errors.push(duplicate(`${at}.name`, volume.name));
    names.add(volume.name);
    sourceErrors(volume, at, errors);
  }
  return names;
}

function sourceErrors(volume: V1Volume, path: string, errors: FieldError[]): void {
  const kinds = Object.keys(volume).filter((key) => key !== 'name');
  if (checkAtMostOne(volume, kinds, path, 'may not specify more than 1 volume type', errors) === 0) {
    errors.push(required(path, 'must specify a volume type'));
  }
  const { configMap, secret, emptyDir, hostPath, downwardAPI, projected, persistentVolumeClaim, nfs } =
    volume;
  if (configMap) {
    checkPresent(configMap.name, `${path}.configMap.name`, errors);
    modeErrors(configMap.defaultMode, `${path}.configMap.defaultMode`, errors);
    itemErrors(configMap.items, `${path}.configMap.items`, errors);
  }
  if (secret) {
    checkPresent(secret.secretName, `${path}.secret.secretName`, errors);
    modeErrors(secret.defaultMode, `${path}.secret.defaultMode`, errors);
    itemErrors(secret.items, `${path}.secret.items`, errors);
  }
  if (emptyDir?.sizeLimit !== undefined && parseQuantity(emptyDir.sizeLimit).nanos < 0n) {
    const text = 'SizeLimit field must be a valid resource quantity';
    errors.push(forbidden(`${path}.emptyDir.sizeLimit`, text));
  }
  if (hostPath) hostPathErrors(hostPath.path, hostPath.type, `${path}.hostPath`, errors);
  if (downwardAPI) {
    modeErrors(downwardAPI.defaultMode, `${path}.downwardAPI.defaultMode`, errors);
    downwardErrors(downwardAPI.items, `${path}.downwardAPI`, errors);
  }
  if (projected) projectedErrors(projected, `${path}.projected`, errors);
  if (persistentVolumeClaim) {
    checkPresent(persistentVolumeClaim.claimName, `${path}.persistentVolumeClaim.claimName`, errors);
  }
  if (nfs) nfsErrors(nfs.server, nfs.path, `${path}.nfs`, errors);
}

function modeErrors(mode: number | undefined, field: string, errors: FieldError[]): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) errors.push(invalid(field, mode, modeText));
}

/** A file's place in a volume: below it, and not a name that the volume's own machinery uses. */
function filePathErrors(path: string, field: string, errors: FieldError[]): void {
  if (!checkPresent(path, field, errors)) return;
  descendingPathErrors(path, field, errors);
  if (path.startsWith('..') && !path.startsWith('../') && path !== '..') {
    errors.push(invalid(field, path, "must not start with '..'"));
  }
}

function itemErrors(items: V1KeyToPath[] | undefined, path: string, errors: FieldError[]): void {
  for (const [index, { key, path: file, mode }] of (items ?? []).entries()) {
    const at = `${path}[${index}]`;
    checkPresent(key, `${at}.key`, errors);
    filePathErrors(file, `${at}.path`, errors);
    modeErrors(mode, `${at}.mode`, errors);
  }
}

function hostPathErrors(path: string, type: string | undefined, at: string, errors: FieldError[]): void {
  if (!checkPresent(path, `${at}.path`, errors)) return;
  if (path.split('/').includes('..')) errors.push(invalid(`${at}.path`, path, "must not contain '..'"));
  checkOptionalOneOf(type, hostPathTypes, `${at}.type`, errors);
}

function nfsErrors(server: string, path: string, at: string, errors: FieldError[]): void {
  checkPresent(server, `${at}.server`, errors);
  if (checkPresent(path, `${at}.path`, errors) && !path.startsWith('/')) {
    errors.push(invalid(`${at}.path`, path, 'must be an absolute path'));
  }
}

function downwardErrors(
  files: V1DownwardAPIVolumeFile[] | undefined,
  path: string,
  errors: FieldError[],
): void {
  for (const file of files ?? []) {
    const { fieldRef, resourceFieldRef } = file;
    filePathErrors(file.path, `${path}.path`, errors);
    modeErrors(file.mode, `${path}.mode`, errors);
    if (fieldRef) {
      fieldRefErrors(fieldRef, volumeFields, `${path}.fieldRef`, errors);
      if (resourceFieldRef) {
        errors.push(
          invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'),
        );
      }
    } else if (resourceFieldRef) {
      checkPresent(resourceFieldRef.containerName, `${path}.resourceFieldRef.containerName`, errors);
      resourceFieldErrors(resourceFieldRef, `${path}.resourceFieldRef`, errors);
    } else errors.push(required(`${path}.fieldRef`, 'one of fieldRef and resourceFieldRef is required'));
  }
}

function projectedErrors(
  { sources, defaultMode }: V1ProjectedVolumeSource,
  path: string,
  errors: FieldError[],
): void {
  modeErrors(defaultMode, `${path}.defaultMode`, errors);
  for (const [index, source] of (sources ?? []).entries()) {
    const at = `${path}.sources[${index}]`;
    const count = checkAtMostOne(
      source,
      projections,
      at,
      'may not specify more than 1 volume type per source',
      errors,
    );
    if (count === 0) errors.push(required(at, 'must specify exactly one volume projection'));
    for (const kind of ['secret', 'configMap'] as const) {
      const given = source[kind];
      if (!given) continue;
      checkPresent(given.name, `${at}.${kind}.name`, errors);
      itemErrors(given.items, `${at}.${kind}.items`, errors);
    }
    if (source.downwardAPI) downwardErrors(source.downwardAPI.items, `${at}.downwardAPI`, errors);
    if (source.serviceAccountToken) {
      const { expirationSeconds, path: file } = source.serviceAccountToken;
      tokenErrors(expirationSeconds, file, `${at}.serviceAccountToken`, errors);
    }
  }
}

/** A token lives for ten minutes at least, and for what fits into 32 bits at most. */
function tokenErrors(seconds: number | undefined, file: string, path: string, errors: FieldError[]): void {
  if (seconds !== undefined && seconds < 600) {
    errors.push(
      invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'),
    );
  } else if (seconds !== undefined && seconds > 2 ** 32) {
    errors.push(
      invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds'),
    );
  }
  filePathErrors(file, `${path}.path`, errors);
}
