// Makes keys and certificates (ECDSA P-256). The X.509 library costs a tenth of a second and tens of megabytes, so nothing imports
// this file but by import() when something must be issued, or certificate-issuer-process.ts.

import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate and its private key (PKCS #8), both PEM. */
export interface KeyPair {
  certificate: string;
  privateKey: string;
}

export interface LeafOrder {
  /** `peer`: both, as a kubelet is. */
  usage: 'server' | 'client' | 'peer';
  commonName: string;
  organizations: readonly string[];
  /** Subject alternative names; mere clients have none. */
  names: readonly string[];
  addresses: readonly string[];
  days: number;
}

export interface IssueOrder {
  /** Wall-clock milliseconds: certificates are valid from a little earlier, for clocks that are behind. */
  now: number;
  /** What signs; absent: a new CA with this name is made, valid for `days`. */
  ca: KeyPair | { commonName: string; days: number };
  leaves: readonly LeafOrder[];
  /** Also make a signing key for service-account tokens. */
  serviceAccountKey: boolean;
}

export interface Issued {
  ca: KeyPair;
  /** In the order's order. */
  leaves: KeyPair[];
  /** PKCS #8, PEM. */
  serviceAccountKey?: string;
}

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };
const backdatedMs = 5 * 60_000;
const dayMs = 86_400_000;
const clientAuth = '1.3.6.1.5.5.7.3.2';
const serverAuth = '1.3.6.1.5.5.7.3.1';
const purposes = { server: [serverAuth], client: [clientAuth], peer: [serverAuth, clientAuth] };

interface Signer {
  certificate: x509.X509Certificate;
  key: webcrypto.CryptoKey;
}

export async function issueCertificates(order: IssueOrder): Promise<Issued> {
  const ca = 'days' in order.ca ? await newCa(order.ca, order.now) : order.ca;
  const signer: Signer = {
    certificate: new x509.X509Certificate(ca.certificate),
    key: await importedKey(ca.privateKey),
  };
  const leaves = await Promise.all(order.leaves.map((leaf) => issueLeaf(leaf, signer, order.now)));
  const issued: Issued = { ca, leaves };
  if (order.serviceAccountKey) issued.serviceAccountKey = await exportedKey((await newKeys()).privateKey);
  return issued;
}

async function newCa(
  { commonName, days }: { commonName: string; days: number },
  now: number,
): Promise<KeyPair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: serialNumber(), name: [{ CN: [commonName] }], keys, signingAlgorithm },
    ...validity(now, days),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate), privateKey: await exportedKey(keys.privateKey) };
}

async function issueLeaf(leaf: LeafOrder, signer: Signer, now: number): Promise<KeyPair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: serialNumber(), publicKey: keys.publicKey, signingKey: signer.key, signingAlgorithm },
    ...{ subject: subjectOf(leaf), issuer: signer.certificate.subjectName },
    ...validity(now, leaf.days, signer.certificate.notAfter),
    extensions: await leafExtensions(leaf, signer),
  });
  return { certificate: pem(certificate), privateKey: await exportedKey(keys.privateKey) };
}

/** Every organization an attribute of its own, as Go's verifiers and Node read them. */
function subjectOf({ organizations, commonName }: LeafOrder): x509.Name {
  return new x509.Name([
    ...organizations.map((organization) => ({ O: [organization] })),
    { CN: [commonName] },
  ]);
}

async function leafExtensions(leaf: LeafOrder, signer: Signer): Promise<x509.Extension[]> {
  const extensions: x509.Extension[] = [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension(purposes[leaf.usage]),
    await x509.AuthorityKeyIdentifierExtension.create(signer.certificate.publicKey),
  ];
  const names = [
    ...leaf.names.map((value) => ({ type: 'dns' as const, value })),
    ...leaf.addresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  if (names.length > 0) extensions.push(new x509.SubjectAlternativeNameExtension(names));
  return extensions;
}

/** Never longer than the CA itself. */
function validity(now: number, days: number, limit?: Date): { notBefore: Date; notAfter: Date } {
  const notAfter = Math.min(now + days * dayMs, limit?.getTime() ?? Number.POSITIVE_INFINITY);
  return { notBefore: new Date(now - backdatedMs), notAfter: new Date(notAfter) };
}

/** 16 random bytes whose first bit is clear (the number must be positive) and whose first byte is not zero. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(keyAlgorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
}

async function exportedKey(key: webcrypto.CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

function importedKey(privateKey: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(privateKey);
  return webcrypto.subtle.importKey('pkcs8', der as ArrayBuffer, keyAlgorithm, false, ['sign']);
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}
