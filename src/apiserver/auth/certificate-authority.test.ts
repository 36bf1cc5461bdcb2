import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import {
  CertificateError,
  type CertificateOptions,
  type ClusterCertificates,
  childIssuer,
  ensureCertificates,
  nodeOrder,
} from './certificate-authority.ts';
import { issueCertificates, type KeyPair } from './certificate-issuer.ts';
import { clientCertificateOf } from './client-certificate.ts';

const dayMs = 86_400_000;
const now = Date.now();
let root: string;
let directories = 0;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'relevo-pki-'));
});
after(() => rm(root, { recursive: true }));

const options: CertificateOptions = {
  now,
  names: ['up.example'],
  addresses: ['10.96.0.1'],
  clients: { n1: nodeOrder('n1') },
};
const noIssue = () => Promise.reject(new Error('nothing may be issued here'));

function newDirectory(): string {
  return join(root, `sub-${directories++}`, 'pki');
}

async function newSet(): Promise<{ dir: string; made: ClusterCertificates }> {
  const dir = newDirectory();
  return { dir, made: await ensureCertificates(dir, options) };
}

/** Connects with TLS, both sides verified, and gives the user that the server saw. */
async function handshake(
  made: ClusterCertificates,
  client: KeyPair,
  servername: string,
  ca = made.caCertificate,
) {
  const { apiServer, caCertificate } = made;
  const settings = {
    key: apiServer.privateKey,
    cert: apiServer.certificate,
    ca: caCertificate,
    requestCert: true,
  };
  const server = tls.createServer({ ...settings, rejectUnauthorized: true });
  const seen = Promise.withResolvers<ReturnType<typeof clientCertificateOf>>();
  server.on('secureConnection', (socket) => seen.resolve(clientCertificateOf(socket.getPeerCertificate())));
  server.on('tlsClientError', () => seen.resolve(undefined));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const checkServerIdentity = (_host: string, peer: tls.PeerCertificate) =>
    tls.checkServerIdentity(servername, peer);
  const identity = { key: client.privateKey, cert: client.certificate };
  let socket: tls.TLSSocket | undefined;
  try {
    socket = tls.connect({ port, host: '127.0.0.1', ca, checkServerIdentity, ...identity });
    await once(socket, 'secureConnect');
    return await seen.promise;
  } finally {
    socket?.destroy();
    server.close();
  }
}

test('client and server verify each other, under every name and address', async () => {
  const { made } = await newSet();
  const names = [
    'localhost',
    'kubernetes',
    'kubernetes.default.svc.cluster.local',
    '127.0.0.1',
    '::1',
    '10.96.0.1',
    'up.example',
  ];
  for (const name of names) {
    const seen = await handshake(made, made.admin, name);
    assert.deepEqual(seen, { commonName: 'relevo-admin', organizations: ['system:masters'] }, name);
  }
  await assert.rejects(handshake(made, made.admin, 'elsewhere.example'), /altnames/);
});

test('kubelets and others get certificates of their own', async () => {
  const { made } = await newSet();
  const expected = { commonName: 'system:node:n1', organizations: ['system:nodes'] };
  assert.deepEqual(await handshake(made, made.clients.n1 as KeyPair, 'localhost'), expected);
  const issued = await made.issueClientCertificate({ commonName: 'bob', organizations: ['a', 'b'], days: 1 });
  assert.deepEqual(await handshake(made, issued, 'localhost'), {
    commonName: 'bob',
    organizations: ['a', 'b'],
  });
  const days = (new X509Certificate(issued.certificate).validToDate.getTime() - now) / dayMs;
  assert.ok(Math.abs(days - 1) < 0.01);
});

test('another cluster’s certificates are refused on both sides', async () => {
  const [{ made }, { made: other }] = [await newSet(), await newSet()];
  assert.equal(await handshake(made, other.admin, 'localhost').catch(() => undefined), undefined);
  await assert.rejects(handshake(made, made.admin, 'localhost', other.caCertificate), /certificate/);
});

test('a complete set is read without issuing or changing anything', async () => {
  const { dir, made } = await newSet();
  const again = await ensureCertificates(dir, { ...options, issue: noIssue });
  assert.deepEqual({ ...again, issueClientCertificate: 0 }, { ...made, issueClientCertificate: 0 });
});

test('a cold start does not load the library', async () => {
  const { dir } = await newSet();
  const source = `
    import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (/x509|reflect-metadata|certificate-issuer/.test(name)) throw new Error('loaded ' + name);
      return next(name, context);
    } });
    const { ensureCertificates } = await import(${JSON.stringify(new URL('./certificate-authority.ts', import.meta.url).href)});
    await ensureCertificates(${JSON.stringify(dir)}, ${JSON.stringify(options)});
    process.exit(42);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'inherit' });
  const [code] = await once(child, 'close');
  assert.equal(code, 42);
});

test('the issuer runs as a process of its own', async () => {
  const entry = fileURLToPath(new URL('./certificate-issuer-process.ts', import.meta.url));
  const made = await ensureCertificates(newDirectory(), { ...options, issue: childIssuer(entry) });
  assert.equal((await handshake(made, made.admin, 'localhost'))?.commonName, 'relevo-admin');
  const broken = childIssuer(join(root, 'none.ts'));
  await assert.rejects(
    ensureCertificates(newDirectory(), { now, issue: broken }),
    /the certificate issuer ended with code 1/,
  );
});

test('files are for the owner only, and nothing is left beside them', async () => {
  const { dir } = await newSet();
  assert.equal((await stat(dir)).mode & 0o777, 0o700);
  for (const name of await readdir(dir))
    assert.equal((await stat(join(dir, name))).mode & 0o777, 0o600, name);
  assert.deepEqual(await readdir(join(dir, '..')), ['pki']);
});

test('leaves are issued anew when their end is near or names change; CA and token key stay', async () => {
  const { dir, made } = await newSet();
  const early = await ensureCertificates(dir, { ...options, now: now + 270 * dayMs, issue: noIssue });
  assert.equal(early.admin.certificate, made.admin.certificate);
  const later = await ensureCertificates(dir, { ...options, now: now + 280 * dayMs });
  assert.notEqual(later.admin.certificate, made.admin.certificate);
  assert.notEqual(later.apiServer.certificate, made.apiServer.certificate);
  assert.equal(later.caCertificate, made.caCertificate);
  assert.equal(later.serviceAccountKey, made.serviceAccountKey);
  const moved = await ensureCertificates(dir, {
    ...options,
    now: now + 280 * dayMs,
    addresses: ['10.0.0.1'],
  });
  assert.equal(moved.admin.certificate, later.admin.certificate);
  assert.deepEqual(new X509Certificate(moved.apiServer.certificate).checkIP('10.0.0.1'), '10.0.0.1');
  assert.equal(new X509Certificate(moved.apiServer.certificate).checkIP('10.96.0.1'), undefined);
  const fewer = await ensureCertificates(dir, {
    ...options,
    now: now + 280 * dayMs,
    names: [],
    addresses: [],
  });
  assert.doesNotMatch(
    new X509Certificate(fewer.apiServer.certificate).subjectAltName ?? '',
    /10\.0\.0\.1|up\.example/,
  );
});

test('a new kubelet’s certificate is added to a kept set', async () => {
  const { dir, made } = await newSet();
  const clients = { n1: nodeOrder('n1'), n2: nodeOrder('n2') };
  const more = await ensureCertificates(dir, { ...options, clients });
  assert.equal(more.clients.n1?.certificate, made.clients.n1?.certificate);
  assert.equal(
    (await handshake(more, more.clients.n2 as KeyPair, 'localhost'))?.commonName,
    'system:node:n2',
  );
  await assert.rejects(ensureCertificates(dir, { now, clients: { '../x': nodeOrder('x') } }), /file name/);
});

const damagedLeaves: [text: string, damage: (dir: string, other: string) => Promise<void>][] = [
  ['missing', (dir) => rm(join(dir, 'admin.crt'))],
  ['torn', (dir) => writeFile(join(dir, 'admin.crt'), '-----BEGIN CERTIFICATE-----\nMIIB')],
  [
    'half replaced',
    async (dir, other) => writeFile(join(dir, 'admin.key'), await readFile(join(other, 'admin.key'))),
  ],
  [
    'of another CA',
    async (dir, other) => {
      for (const name of ['admin.key', 'admin.crt'])
        await writeFile(join(dir, name), await readFile(join(other, name)));
    },
  ],
  [
    'signed by another key in our CA’s name',
    async (dir, other) => {
      const [certificate, privateKey] = await Promise.all(
        [join(dir, 'ca.crt'), join(other, 'ca.key')].map((file) => readFile(file, 'utf8')),
      );
      const leaf = {
        usage: 'client' as const,
        commonName: 'relevo-admin',
        organizations: ['system:masters'],
      };
      const leaves = [{ ...leaf, names: [], addresses: [], days: 365 }];
      const ca = { certificate, privateKey } as KeyPair;
      const issued = await issueCertificates({ now, ca, leaves, serviceAccountKey: false });
      await writeFile(join(dir, 'admin.key'), issued.leaves[0]?.privateKey ?? '');
      await writeFile(join(dir, 'admin.crt'), issued.leaves[0]?.certificate ?? '');
    },
  ],
];
for (const [text, damage] of damagedLeaves) {
  test(`a leaf that is ${text} is issued anew, and only that one`, async () => {
    const [{ dir, made }, other] = [await newSet(), await newSet()];
    await damage(dir, other.dir);
    const repaired = await ensureCertificates(dir, options);
    assert.equal((await handshake(repaired, repaired.admin, 'localhost'))?.commonName, 'relevo-admin');
    assert.equal(repaired.apiServer.certificate, made.apiServer.certificate);
    await ensureCertificates(dir, { ...options, issue: noIssue });
  });
}

const damagedRoots: [
  text: string,
  file: string,
  content: (other: string) => Promise<string | undefined>,
  message: RegExp,
][] = [
  ['without its key', 'ca.key', async () => undefined, /ca.crt or ca.key is missing or unreadable/],
  ['without its certificate', 'ca.crt', async () => undefined, /missing or unreadable/],
  ['torn', 'ca.crt', async () => 'x', /missing or unreadable/],
  [
    'with another’s key',
    'ca.key',
    (other) => readFile(join(other, 'ca.key'), 'utf8'),
    /ca.key does not belong to ca.crt/,
  ],
  [
    'with a leaf in its place',
    'ca.crt',
    (other) => readFile(join(other, 'admin.crt'), 'utf8'),
    /not a certificate authority/,
  ],
  ['without the token key', 'sa.key', async () => undefined, /sa.key is missing or unreadable/],
];
for (const [text, file, content, message] of damagedRoots) {
  test(`a CA ${text} is one clear error, and nothing is changed`, async () => {
    const [{ dir }, other] = [await newSet(), await newSet()];
    const replacement = await content(other.dir);
    await rm(join(dir, file));
    if (replacement !== undefined) await writeFile(join(dir, file), replacement);
    const before = await readdir(dir);
    await assert.rejects(ensureCertificates(dir, options), (error) => {
      assert.ok(error instanceof CertificateError);
      assert.match(error.message, message);
      assert.ok(error.message.includes(dir));
      return true;
    });
    assert.deepEqual(await readdir(dir), before);
  });
}

test('an expired CA is one clear error', async () => {
  const { dir } = await newSet();
  await assert.rejects(ensureCertificates(dir, { ...options, now: now + 3651 * dayMs }), /ca.crt expired on/);
});

test('a leaf lives no longer than its CA, and is not issued anew for that', async () => {
  const { dir } = await newSet();
  const late = { ...options, now: now + 3600 * dayMs };
  const made = await ensureCertificates(dir, late);
  const [leaf, ca] = [made.admin.certificate, made.caCertificate].map((pem) =>
    new X509Certificate(pem).validToDate.getTime(),
  );
  assert.equal(leaf, ca);
  await ensureCertificates(dir, { ...late, issue: noIssue });
});

test('a crash while the first set was written leaves nothing behind that matters', async () => {
  const dir = newDirectory();
  await ensureCertificates(dir, { ...options, issue: noIssue }).catch(() => {});
  await mkdir(`${dir}.new`, { recursive: true });
  await writeFile(join(`${dir}.new`, 'ca.key'), 'half');
  await ensureCertificates(dir, options);
  assert.deepEqual(await readdir(join(dir, '..')), ['pki']);
});
