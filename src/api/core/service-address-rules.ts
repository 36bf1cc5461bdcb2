// Validation of a Service's addresses, inside and outside the cluster.

import { duplicate, type FieldError, invalid, notSupported, required } from '../field-error.ts';
import { checkName, checkOptionalOneOf } from '../field-rules.ts';
import type { V1ServiceSpec } from '../generated/types.ts';
import { goStrings, invalidPrinted } from '../go-value.ts';
import { ipProblems, isCidr, specialIpProblems } from '../ip-address.ts';

const families = ['IPv4', 'IPv6'];
const familyPolicies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

export function addressErrors(spec: V1ServiceSpec, errors: FieldError[]): void {
  if (spec.type !== 'ExternalName') clusterAddressErrors(spec, errors);
  familyErrors(spec, errors);
  for (const [index, address] of (spec.externalIPs ?? []).entries()) {
    const field = `spec.externalIPs[${index}]`;
    const problems = ipProblems(address);
    if (problems.length > 0) checkName(ipProblems, address, field, errors);
    else checkName(specialIpProblems, address, field, errors);
  }
  for (const [index, range] of (spec.loadBalancerSourceRanges ?? []).entries()) {
    if (isCidr(range.trim())) continue;
    const text = 'must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24 ';
    errors.push(invalid(`spec.loadBalancerSourceRanges[${index}]`, range, text));
  }
}

function clusterAddressErrors({ clusterIP, clusterIPs = [] }: V1ServiceSpec, errors: FieldError[]): void {
  const field = 'spec.clusterIPs';
  if (clusterIP && clusterIPs.length === 0) errors.push(required(field));
  if (clusterIPs.length > 0 && clusterIPs[0] !== (clusterIP ?? '')) {
    errors.push(invalidPrinted(field, goStrings(clusterIPs), 'first value must match `clusterIP`'));
  }
  if (clusterIPs.includes('None')) {
    if (clusterIPs.length > 1) {
      errors.push(invalid(field, clusterIPs, "'None' must be the first and only value"));
    }
    return;
  }
  for (const [index, address] of clusterIPs.entries()) {
    if (address !== '') checkName(ipProblems, address, `${field}[${index}]`, errors);
  }
  if (clusterIPs.length > 2) {
    errors.push(invalidPrinted(field, goStrings(clusterIPs), 'may only hold up to 2 values'));
  }
}

function familyErrors({ ipFamilies = [], ipFamilyPolicy }: V1ServiceSpec, errors: FieldError[]): void {
  const seen = new Set<string>();
  for (const [index, family] of ipFamilies.entries()) {
    const field = `spec.ipFamilies[${index}]`;
    if (!families.includes(family)) errors.push(notSupported(field, family, families));
    if (seen.has(family)) errors.push(duplicate(field, family));
    seen.add(family);
  }
  checkOptionalOneOf(ipFamilyPolicy, familyPolicies, 'spec.ipFamilyPolicy', errors);
}

/** A Service's address is known to its clients: as long as it has one, it keeps it. */
export function addressChangeErrors(next: V1ServiceSpec, old: V1ServiceSpec): FieldError[] {
  if (next.type === 'ExternalName' || old.type === 'ExternalName') return [];
  const before = old.clusterIPs?.[0] ?? '';
  if (before === '' || before === (next.clusterIPs?.[0] ?? '')) return [];
  return [invalidPrinted('spec.clusterIPs[0]', goStrings(next.clusterIPs), 'may not change once set')];
}
