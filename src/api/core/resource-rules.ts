// Validation of what a container requests and what it is limited to.

import { type FieldError, forbidden, invalid, required } from '../field-error.ts';
import { nonNegativeText } from '../field-rules.ts';
import type { V1ResourceRequirements } from '../generated/types.ts';
import { labelKeyErrors } from '../label-syntax.ts';
import { compareQuantities, parseQuantity, wholeUnits } from '../quantity.ts';

const standard = new Set(['cpu', 'memory', 'ephemeral-storage']);

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

/** Something only some nodes have, as GPUs: counted in whole pieces and never shared. */
export function isExtended(name: string): boolean {
  return name.includes('/') && !/^(.*\.)?kubernetes\.io\//.test(name);
}

export function resourceErrors(
  resources: V1ResourceRequirements | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (!resources) return;
  const { limits, requests } = resources;
  if (limits) listErrors(limits, `${path}.limits`, errors);
  if (!requests) return;
  listErrors(requests, `${path}.requests`, errors);
  for (const name in requests) requestErrors(name, requests[name] ?? '0', limits?.[name], path, errors);
  hugePagesErrors(resources, path, errors);
}

function listErrors(list: Record<string, string>, path: string, errors: FieldError[]): void {
  for (const name in list) {
    resourceNameErrors(name, path, errors);
    const text = list[name] ?? '0';
    const first = text.charCodeAt(0);
    // Plain digits are neither negative nor, for the resources everybody has, to be whole.
    if (first >= 0x30 && first <= 0x39 && standard.has(name)) continue;
    quantityErrors(name, text, `${path}[${name}]`, errors);
  }
}

function resourceNameErrors(name: string, path: string, errors: FieldError[]): void {
  if (standard.has(name)) return;
  for (const problem of labelKeyErrors(name)) errors.push(invalid(path, name, problem));
  if (!name.includes('/') && !isHugePages(name)) {
    errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
    errors.push(invalid(path, name, 'must be a standard resource for containers'));
  }
}

function quantityErrors(name: string, text: string, path: string, errors: FieldError[]): void {
  const quantity = parseQuantity(text);
  if (quantity.nanos < 0n) errors.push(invalid(path, text, nonNegativeText));
  if (isExtended(name) && quantity.nanos % 1_000_000_000n !== 0n) {
    errors.push(invalid(path, String(wholeUnits(quantity)), 'must be an integer'));
  }
}

function requestErrors(
  name: string,
  request: string,
  limit: string | undefined,
  path: string,
  errors: FieldError[],
): void {
  const shared = standard.has(name);
  if (limit === undefined) {
    if (!shared && (isExtended(name) || isHugePages(name))) {
      errors.push(required(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
    }
    return;
  }
  if (request === limit) return;
  const order = compareQuantities(parseQuantity(request), parseQuantity(limit));
  if (!shared && order !== 0) {
    errors.push(invalid(`${path}.requests`, request, `must be equal to ${name} limit of ${limit}`));
  } else if (order > 0) {
    errors.push(
      invalid(`${path}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`),
    );
  }
}

function hugePagesErrors(
  { limits, requests }: V1ResourceRequirements,
  path: string,
  errors: FieldError[],
): void {
  const names = Object.keys({ ...limits, ...requests });
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
}
