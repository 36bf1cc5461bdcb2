// The cluster's own certificate authority and everything it signs: made once, kept, and checked at every start. Leaf
// certificates are issued anew when they no longer serve; the CA and the token signing key are never replaced silently, since
// every kubeconfig and every token depends on them.

import { spawn } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { caFault, leafServes } from './certificate-check.ts';
import { createFileSet, type FileSet, readFileSet, replaceFiles } from './certificate-files.ts';
import type { Issued, IssueOrder, KeyPair, LeafOrder } from './certificate-issuer.ts';
import { TokenKey } from './json-web-token.ts';

const caOrder = { commonName: 'relevo-ca', days: 3650 };
const leafDays = 365;
const fixedNames = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'localhost',
];
const fixedAddresses = ['127.0.0.1', '::1'];

export interface ClientOrder {
  /** Becomes the user's name. */
  commonName: string;
  /** Become the user's groups. */
  organizations: readonly string[];
  /** Default 365. */
  days?: number;
  /** Where it serves with the same certificate; none for a mere client. */
  addresses?: readonly string[];
}

/** The rights of the cluster's owner. */
export const adminOrder: ClientOrder = { commonName: 'relevo-admin', organizations: ['system:masters'] };

/** The kubelet of a node, which serves logs and the like at these addresses. */
export function nodeOrder(nodeName: string, addresses: readonly string[] = []): ClientOrder {
  return { commonName: `system:node:${nodeName}`, organizations: ['system:nodes'], addresses };
}

export interface CertificateOptions {
  /** Of the API server, beyond the kubernetes Service's names and localhost. */
  names?: readonly string[];
  /** Of the API server, beyond 127.0.0.1 and ::1: the kubernetes Service's address, the nodes' way to the API. */
  addresses?: readonly string[];
  /** Client certificates to keep beside the admin's, by file name: letters, digits, `.` and `-`. */
  clients?: Readonly<Record<string, ClientOrder>>;
  /** Wall-clock milliseconds. */
  now: number;
  /** How certificates are made; default in this process, which loads the X.509 library. */
  issue?: (order: IssueOrder) => Promise<Issued>;
}

export interface ClusterCertificates {
  /** PEM. */
  caCertificate: string;
  apiServer: KeyPair;
  admin: KeyPair;
  /** Those of options.clients, by the same names. */
  clients: Record<string, KeyPair>;
  /** Signs service-account tokens: PKCS #8, PEM. */
  serviceAccountKey: string;
  /** Loads the X.509 library; the pair is not kept on disk. */
  issueClientCertificate(order: ClientOrder): Promise<KeyPair>;
}

/** The kept set is damaged in a way that must not be repaired silently. */
export class CertificateError extends Error {
  override name = 'CertificateError';
}

/**
 * Reads the set kept in `dir`, makes what is missing, and returns all of it. `dir` holds nothing else. Only one process may run this
 * on a directory at a time. Throws CertificateError when the CA or the signing key is missing or damaged.
 */
export async function ensureCertificates(
  dir: string,
  options: CertificateOptions,
): Promise<ClusterCertificates> {
  const orders = leafOrders(options);
  const kept = await readFileSet(dir);
  const files = kept ? await repaired(dir, kept, orders, options) : await created(dir, orders, options);
  return certificatesOf(files, orders, options);
}

/** An issuer that runs certificate-issuer-process.ts (or what it was built into: `entry`) in a process of its own. */
export function childIssuer(entry: string): (order: IssueOrder) => Promise<Issued> {
  return async (order) => {
    const child = spawn(process.execPath, [entry], { stdio: ['pipe', 'pipe', 'pipe'] });
    // A child that dies early breaks the pipe; its exit code below says more.
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(order));
    const exited = new Promise<number | null>((resolve, reject) =>
      child.on('error', reject).on('close', resolve),
    );
    const [code, answer, complaint] = await Promise.all([exited, textOf(child.stdout), textOf(child.stderr)]);
    if (code !== 0) throw new Error(`the certificate issuer ended with code ${code}: ${complaint.trim()}`);
    return JSON.parse(answer) as Issued;
  };
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) text += chunk as string;
  return text;
}

async function issueHere(order: IssueOrder): Promise<Issued> {
  const { issueCertificates } = await import('./certificate-issuer.ts');
  return issueCertificates(order);
}

const clientPrefix = 'client-';

/** By file name without its ending. */
function leafOrders({
  names = [],
  addresses = [],
  clients = {},
}: CertificateOptions): Map<string, LeafOrder> {
  const server: LeafOrder = {
    ...{ usage: 'server', commonName: 'kube-apiserver', organizations: [], days: leafDays },
    names: [...new Set([...fixedNames, ...names])],
    addresses: [...new Set([...fixedAddresses, ...addresses])],
  };
  const orders = new Map([
    ['apiserver', server],
    ['admin', clientLeaf(adminOrder)],
  ]);
  for (const [name, order] of Object.entries(clients)) {
    if (!/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name))
      throw new TypeError(`"${name}" cannot be a certificate's file name`);
    orders.set(clientPrefix + name, clientLeaf(order));
  }
  return orders;
}

function clientLeaf({ commonName, organizations, days = leafDays, addresses = [] }: ClientOrder): LeafOrder {
  const usage = addresses.length > 0 ? 'peer' : 'client';
  return { usage, commonName, organizations, names: [], addresses, days };
}

async function created(
  dir: string,
  orders: Map<string, LeafOrder>,
  options: CertificateOptions,
): Promise<FileSet> {
  const { now, issue = issueHere } = options;
  const issued = await issue({ now, ca: caOrder, leaves: [...orders.values()], serviceAccountKey: true });
  const files = {
    'ca.key': issued.ca.privateKey,
    'ca.crt': issued.ca.certificate,
    'sa.key': issued.serviceAccountKey ?? '',
    ...leafFiles([...orders.keys()], issued.leaves),
  };
  await createFileSet(dir, files);
  return files;
}

async function repaired(
  dir: string,
  kept: FileSet,
  orders: Map<string, LeafOrder>,
  options: CertificateOptions,
): Promise<FileSet> {
  const { now, issue = issueHere } = options;
  const ca = pairOf(kept, 'ca');
  refuseDamaged(dir, caFault(ca, now) ?? tokenKeyFault(kept['sa.key']));
  await chmod(dir, 0o700);
  const stale = [...orders].filter(
    ([name, order]) => !leafServes(pairOf(kept, name), order, ca.certificate, now),
  );
  if (stale.length === 0) return kept;
  const issued = await issue({ now, ca, leaves: stale.map(([, order]) => order), serviceAccountKey: false });
  const files = leafFiles(
    stale.map(([name]) => name),
    issued.leaves,
  );
  await replaceFiles(dir, files);
  return { ...kept, ...files };
}

function refuseDamaged(dir: string, fault: string | undefined): void {
  if (fault === undefined) return;
  throw new CertificateError(
    `the cluster's certificates in ${dir} cannot be used: ${fault}; restore the directory from a copy, or delete it to start ` +
      'with a new certificate authority (kubeconfigs and tokens issued so far then stop working)',
  );
}

function tokenKeyFault(privateKey: string | undefined): string | undefined {
  try {
    new TokenKey(privateKey ?? '');
    return undefined;
  } catch {
    return 'sa.key is missing or unreadable';
  }
}

function leafFiles(names: string[], pairs: KeyPair[]): FileSet {
  const files: FileSet = {};
  for (const [i, name] of names.entries()) {
    files[`${name}.key`] = pairs[i]?.privateKey ?? '';
    files[`${name}.crt`] = pairs[i]?.certificate ?? '';
  }
  return files;
}

function pairOf(files: FileSet, name: string): KeyPair {
  return { certificate: files[`${name}.crt`] ?? '', privateKey: files[`${name}.key`] ?? '' };
}

function certificatesOf(
  files: FileSet,
  orders: Map<string, LeafOrder>,
  { now, issue = issueHere }: CertificateOptions,
): ClusterCertificates {
  const ca = pairOf(files, 'ca');
  const clients = [...orders.keys()].filter((name) => name.startsWith(clientPrefix));
  return {
    caCertificate: ca.certificate,
    apiServer: pairOf(files, 'apiserver'),
    admin: pairOf(files, 'admin'),
    clients: Object.fromEntries(
      clients.map((name) => [name.slice(clientPrefix.length), pairOf(files, name)]),
    ),
    serviceAccountKey: files['sa.key'] ?? '',
    async issueClientCertificate(order) {
      const issued = await issue({ now, ca, leaves: [clientLeaf(order)], serviceAccountKey: false });
      return issued.leaves[0] as KeyPair;
    },
  };
}
