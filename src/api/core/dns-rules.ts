// Validation of how a pod resolves names.

import { type FieldError, invalid, required } from '../field-error.ts';
import { checkName, checkOneOf } from '../field-rules.ts';
import type { V1HostAlias, V1PodDNSConfig, V1PodSpec } from '../generated/types.ts';
import { ipProblems } from '../ip-address.ts';
import { dnsSubdomainProblems } from '../names.ts';

const policies = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];
const maxNameservers = 3;
const maxSearches = 32;
const maxSearchLength = 2048;

export function dnsErrors({ dnsPolicy, dnsConfig }: V1PodSpec, path: string, errors: FieldError[]): void {
  checkOneOf(dnsPolicy, policies, `${path}.dnsPolicy`, errors);
  const at = `${path}.dnsConfig`;
  if (dnsPolicy === 'None') {
    if (!dnsConfig) errors.push(required(at, 'must provide `dnsConfig` when `dnsPolicy` is None'));
    else if (!dnsConfig.nameservers?.length) {
      const text = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      errors.push(required(`${at}.nameservers`, text));
    }
  }
  if (dnsConfig) configErrors(dnsConfig, at, errors);
}

function configErrors(
  { nameservers = [], searches = [], options = [] }: V1PodDNSConfig,
  path: string,
  errors: FieldError[],
): void {
  if (nameservers.length > maxNameservers) {
    const text = `must not have more than ${maxNameservers} nameservers`;
    errors.push(invalid(`${path}.nameservers`, nameservers, text));
  }
  for (const [index, address] of nameservers.entries()) {
    checkName(ipProblems, address, `${path}.nameservers[${index}]`, errors);
  }
  if (searches.length > maxSearches) {
    errors.push(invalid(`${path}.searches`, searches, `must not have more than ${maxSearches} search paths`));
  }
  if (searches.join(' ').length > maxSearchLength) {
    const text = `must not have more than ${maxSearchLength} characters (including spaces) in the search list`;
    errors.push(invalid(`${path}.searches`, searches, text));
  }
  for (const [index, search] of searches.entries()) {
    if (search !== '.')
      checkName(dnsSubdomainProblems, search.replace(/\.$/, ''), `${path}.searches[${index}]`, errors);
  }
  for (const [index, { name }] of options.entries()) {
    if (!name) errors.push(required(`${path}.options[${index}]`, 'must not be empty'));
  }
}

export function hostAliasErrors(
  aliases: V1HostAlias[] | undefined,
  path: string,
  errors: FieldError[],
): void {
  for (const [index, { ip, hostnames = [] }] of (aliases ?? []).entries()) {
    checkName(ipProblems, ip, `${path}[${index}].ip`, errors);
    for (const name of hostnames)
      checkName(dnsSubdomainProblems, name, `${path}[${index}].hostnames`, errors);
  }
}
