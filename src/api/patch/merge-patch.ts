// JSON merge patch (RFC 7386): null removes, objects merge, everything else replaces. Lists are replaced whole.

import { jsonClone } from '../../base/json-clone.ts';
import { badRequest } from '../status.ts';
import { isObject, type JsonObject, own, setOwn } from './json-value.ts';

/**
 * Applies an RFC 7386 patch to an object. The result shares nothing with its inputs, which are not changed.
 * Throws 400 when the patch is not an object (RFC 7386 would replace the whole document, which no resource can be).
 */
export function applyMergePatch<T extends object>(original: T, patch: unknown): T {
  if (!isObject(patch)) throw badRequest('Invalid JSON Patch');
  return mergeValue(original, patch) as T;
}

function mergeValue(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return jsonClone(patch);
  return mergeObject(isObject(target) ? target : {}, patch);
}

function mergeObject(target: JsonObject, patch: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const key of Object.keys(target)) {
    if (!Object.hasOwn(patch, key)) setOwn(out, key, jsonClone(target[key]));
    else if (patch[key] !== null) setOwn(out, key, mergeValue(target[key], patch[key]));
  }
  for (const key of Object.keys(patch)) {
    if (patch[key] === null || Object.hasOwn(target, key)) continue;
    setOwn(out, key, mergeValue(own(target, key), patch[key]));
  }
  return out;
}
