// The certificates of Ingresses: those of their Secrets, and those that are made for the asking. Pure.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { V1Ingress, V1Secret } from '../../api/generated/types.ts';
import { keyFor, keyOf } from '../../client/object-key.ts';
import type { Certificate } from '../../lb/model.ts';
import { AnnotationReader, annotation } from '../annotations.ts';
import type { Note } from '../note.ts';

export interface CertificateLookup {
  /** Of type kubernetes.io/tls, by key. */
  secret(key: string): V1Secret | undefined;
  /** The one that was made for an Ingress; undefined: not yet. */
  selfSigned(ingressKey: string): Omit<Certificate, 'name'> | undefined;
}

export interface IngressCertificates {
  /** The first is for clients that name no host. */
  readonly certificates: readonly Certificate[];
  isSecure(ingress: V1Ingress, host: string | undefined): boolean;
}

/** Whether it asks for a certificate of its own making. */
export function wantsSelfSigned(ingress: V1Ingress): boolean {
  return new AnnotationReader(ingress, []).text(annotation.tls) === 'self-signed';
}

/** The names that a certificate of its own has to have. */
export function hostsOf({ spec: { rules = [], tls = [] } }: V1Ingress): string[] {
  const hosts = [...rules.map(({ host }) => host ?? ''), ...tls.flatMap((entry) => entry.hosts ?? [])];
  return [...new Set(hosts.filter((host) => host !== '').map((host) => host.toLowerCase()))].sort();
}

/** `ingresses` are ours, the oldest first. */
export function ingressCertificates(
  ingresses: readonly V1Ingress[],
  lookup: CertificateLookup,
  notes: Note[],
): IngressCertificates {
  const certificates = new Map<string, Certificate>();
  /** By Ingress; `*` stands for all of its hosts. */
  const secured = new Map<string, Set<string>>();
  for (const ingress of ingresses) {
    const hosts = new Set<string>();
    for (const { certificate, covers } of certificatesOf(ingress, lookup, notes)) {
      certificates.set(certificate.name, certificate);
      for (const host of covers) hosts.add(host.toLowerCase());
    }
    secured.set(keyOf(ingress), hosts);
  }
  const isSecure = (ingress: V1Ingress, host: string | undefined) =>
    covers(secured.get(keyOf(ingress)) ?? new Set(), host);
  return { certificates: [...certificates.values()], isSecure };
}

function covers(hosts: ReadonlySet<string>, host: string | undefined): boolean {
  if (hosts.has('*')) return true;
  if (host === undefined) return false;
  return hosts.has(host) || hosts.has(`*${host.slice(host.indexOf('.'))}`);
}

interface Covering {
  readonly certificate: Certificate;
  readonly covers: readonly string[];
}

function certificatesOf(ingress: V1Ingress, lookup: CertificateLookup, notes: Note[]): Covering[] {
  if (wantsSelfSigned(ingress)) {
    const made = lookup.selfSigned(keyOf(ingress));
    return made ? [{ certificate: { name: `${keyOf(ingress)} (self-signed)`, ...made }, covers: ['*'] }] : [];
  }
  return (ingress.spec.tls ?? []).flatMap(({ secretName, hosts = [] }) => {
    const reading = readCertificate(ingress.metadata.namespace ?? '', secretName, lookup);
    if (typeof reading !== 'string') {
      return [{ certificate: reading, covers: hosts.length > 0 ? hosts : ['*'] }];
    }
    notes.push({
      about: ingress,
      reason: 'CertificateUnusable',
      message: `${reading}; HTTPS goes without it`,
    });
    return [];
  });
}

/** The certificate, or what is wrong. */
function readCertificate(
  namespace: string,
  name: string | undefined,
  { secret }: CertificateLookup,
): Certificate | string {
  if (!name)
    return `spec.tls names no Secret: name one, or set the annotation ${annotation.tls}: self-signed`;
  const found = secret(keyFor(namespace, name));
  if (!found) return `the Secret "${name}" of type kubernetes.io/tls does not exist`;
  const chain = textOf(found, 'tls.crt');
  const key = textOf(found, 'tls.key');
  const problem = pairProblem(chain, key);
  if (problem !== undefined) return `the certificate of the Secret "${name}" is of no use: ${problem}`;
  return { name: keyFor(namespace, name), chain, key };
}

function textOf({ data }: V1Secret, entry: string): string {
  return Buffer.from(data?.[entry] ?? '', 'base64').toString();
}

function pairProblem(chain: string, key: string): string | undefined {
  try {
    const fits = new X509Certificate(chain).checkPrivateKey(createPrivateKey(key));
    return fits ? undefined : 'its key belongs to another certificate';
  } catch {
    // The library's texts are numbers of errors.
    return 'tls.crt or tls.key cannot be read';
  }
}
