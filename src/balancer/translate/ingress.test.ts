import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { meta } from '../../../tests/support/objects.ts';
import { testCertificates } from '../../../tests/support/test-certificates.ts';
import type {
  V1HTTPIngressPath,
  V1Ingress,
  V1IngressClass,
  V1IngressSpec,
  V1Secret,
  V1Service,
} from '../../api/generated/types.ts';
import type { Route } from '../../lb/model.ts';
import { type IngressPlaces, ownIngresses, translateIngresses } from './ingress.ts';

const { server, client } = await testCertificates();
const places: IngressPlaces = {
  ...{
    http: [{ address: '10.9.0.1', port: 80 }],
    https: [{ address: '10.9.0.1', port: 8443 }],
    published: [],
  },
};

interface Shape {
  readonly annotations?: Record<string, string>;
  readonly createdAt?: string;
}

function ingress(
  name: string,
  spec: V1IngressSpec,
  { annotations, createdAt = '2030-01-01T00:00:00Z' }: Shape = {},
): V1Ingress {
  const metadata = meta(name, { creationTimestamp: createdAt, ...(annotations ? { annotations } : {}) });
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec };
}

const web = { service: { name: 'web', port: { number: 80 } } };

function path(value: string, pathType = 'Prefix', backend = web): V1HTTPIngressPath {
  return { path: value, pathType, backend };
}

function rule(host: string | undefined, ...paths: V1HTTPIngressPath[]) {
  return { ...(host === undefined ? {} : { host }), http: { paths } };
}

function secret(name: string, pair: { cert: string; key: string }): V1Secret {
  const data = {
    'tls.crt': Buffer.from(pair.cert).toString('base64'),
    'tls.key': Buffer.from(pair.key).toString('base64'),
  };
  return { apiVersion: 'v1', kind: 'Secret', metadata: meta(name), type: 'kubernetes.io/tls', data };
}

const services: V1Service[] = [
  {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: meta('web') },
    spec: {
      ports: [
        { port: 80, name: 'http' },
        { port: 53, protocol: 'UDP' },
      ],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta('out'),
    spec: { type: 'ExternalName', ports: [{ port: 80 }] },
  },
];

const secrets = [
  secret('good', server),
  secret('mixed', { cert: server.cert, key: client.key }),
  secret('broken', { cert: 'nonsense', key: server.key }),
];

function translate(ingresses: V1Ingress[], where = places) {
  const named = <T extends { metadata: { name: string } }>(all: T[], key: string) =>
    all.find(({ metadata }) => `default/${metadata.name}` === key);
  const lookup = {
    service: (key: string) => named(services, key),
    hasPolicy: () => false,
    secret: (key: string) => named(secrets, key),
    selfSigned: (key: string) =>
      key === 'default/own' ? { chain: server.cert, key: server.key } : undefined,
  };
  const found = translateIngresses(ingresses, lookup, where, ['127.0.0.0/8']);
  const frontend = (name: string) => found.frontends.find((one) => one.name === `ingress:${name}`);
  const reasons = found.notes.map(({ reason, about }) => `${about.metadata.name} ${reason}`);
  return { ...found, http: frontend('http'), https: frontend('https'), reasons };
}

function inShort({ host, path: match, action }: Route): string {
  const to = action.type === 'backend' ? action.backend : action.type;
  return `${host ?? '*'} ${match?.type ?? ''} ${match?.value ?? ''} ${to}`;
}

describe('routes of Ingresses', () => {
  it('are their hosts and paths, and the default backend is for everything else', () => {
    const paths = [
      path('/a', 'Exact'),
      path('/b'),
      path('/c', 'ImplementationSpecific'),
      path('', 'ImplementationSpecific'),
    ];
    const { http, ports } = translate([
      ingress('shop', {
        rules: [rule('Shop.test', ...paths), rule(undefined, path('/d'))],
        defaultBackend: web,
      }),
    ]);
    assert.deepEqual(http?.routes.map(inShort), [
      'shop.test exact /a default/web:http',
      'shop.test prefix /b default/web:http',
      'shop.test prefix /c default/web:http',
      'shop.test   default/web:http',
      '* prefix /d default/web:http',
      '*   default/web:http',
    ]);
    assert.deepEqual([...ports], [['default/web', new Set(['http'])]]);
  });

  it('belong to the oldest, and the others hear of it', () => {
    const found = translate([
      ingress('first', { rules: [rule('a.test', path('/x/'))] }),
      ingress('second', { rules: [rule('a.test', path('/x'), path('/y'))] }),
    ]);
    assert.deepEqual(
      found.http?.routes.map((route) => `${route.origin} ${route.path?.value}`),
      ['default/first /x/', 'default/second /y'],
    );
    assert.deepEqual(found.reasons, ['second DuplicatePath']);
  });

  const missing: [what: string, backend: object, expected: RegExp][] = [
    [
      'a Service that is not there',
      { service: { name: 'lost', port: { number: 80 } } },
      /Service "lost" does not exist/,
    ],
    ['a port that is not there', { service: { name: 'web', port: { number: 81 } } }, /no port 81/],
    ['a port of UDP', { service: { name: 'web', port: { number: 53 } } }, /no port 53/],
    ['a name of a port that is not there', { service: { name: 'web', port: { name: 'x' } } }, /no port x/],
    ['an external name', { service: { name: 'out', port: { number: 80 } } }, /external name/],
    ['no Service', { resource: { kind: 'Bucket', name: 'b' } }, /only Services/],
  ];
  for (const [what, backend, expected] of missing) {
    it(`answer with 503 for ${what}`, () => {
      const found = translate([ingress('shop', { defaultBackend: backend })]);
      const action = found.http?.routes[0]?.action;
      assert.ok(action?.type === 'respond' && action.status === 503);
      assert.match(action.reason, expected);
      assert.deepEqual(found.reasons, ['shop BackendNotFound']);
    });
  }

  it('carry the rules of annotations', () => {
    const annotations = {
      'relevo.dev/rewrite-path': '/v2',
      'relevo.dev/request-headers': 'X-A: 1',
      'relevo.dev/response-headers': '-Server',
      'relevo.dev/body-limit': '1k',
      'relevo.dev/trusted-proxies': '10.0.0.0/8',
    };
    const { http, reasons } = translate([ingress('shop', { defaultBackend: web }, { annotations })]);
    const { action: _, origin: __, ...edits } = http?.routes[0] ?? ({} as Route);
    assert.deepEqual(edits, {
      rewritePath: '/v2',
      requestHeaders: [{ action: 'set', name: 'X-A', value: '1' }],
      responseHeaders: [{ action: 'remove', name: 'Server' }],
      bodyBytes: 1_000,
    });
    assert.deepEqual(http?.trustedProxies, ['127.0.0.0/8', '10.0.0.0/8']);
    assert.deepEqual(reasons, []);
  });

  for (const path of ['v2', '/a b', '/a?b', '/a#b', '/a"b', '/a\r\nb']) {
    it(`are not rewritten to ${JSON.stringify(path)}`, () => {
      const annotations = { 'relevo.dev/rewrite-path': path };
      const { http, reasons } = translate([ingress('shop', { defaultBackend: web }, { annotations })]);
      assert.equal(http?.routes[0]?.rewritePath, undefined);
      assert.deepEqual(reasons, ['shop InvalidAnnotation']);
    });
  }

  it('are none where there is no Ingress: nothing is listened on', () => {
    assert.deepEqual(translate([]).frontends, []);
  });
});

describe('certificates of Ingresses', () => {
  const rules = [rule('a.test', path('/')), rule('b.test', path('/'))];

  it('open HTTPS, and plain HTTP leads there for the hosts they are for', () => {
    const found = translate([ingress('shop', { rules, tls: [{ hosts: ['a.test'], secretName: 'good' }] })]);
    assert.deepEqual(found.https?.binds, [
      { address: '10.9.0.1', port: 8443, certificates: ['default/good'] },
    ]);
    assert.deepEqual(found.https?.routes.map(inShort), [
      'a.test prefix / default/web:http',
      'b.test prefix / default/web:http',
    ]);
    assert.deepEqual(found.http?.routes.map(inShort), [
      'a.test prefix / redirect',
      'b.test prefix / default/web:http',
    ]);
    assert.deepEqual(found.http?.routes[0]?.action, { type: 'redirect', scheme: 'https', port: 8443 });
    assert.equal(found.certificates[0]?.key, server.key);
  });

  it('are for every host where none is named, and for those of a wildcard', () => {
    const redirects = (hosts?: string[]) =>
      translate([
        ingress('shop', { rules, tls: [{ ...(hosts ? { hosts } : {}), secretName: 'good' }] }),
      ]).http?.routes.map(({ action }) => action.type === 'redirect');
    assert.deepEqual(redirects(), [true, true]);
    assert.deepEqual(redirects(['*.test']), [true, true]);
    assert.deepEqual(redirects(['*.other']), [false, false]);
  });

  it('lead nobody anywhere when that is not wanted, or the public port is another', () => {
    const tls = [{ secretName: 'good' }];
    const annotations = { 'relevo.dev/ssl-redirect': 'false' };
    const plain = translate([ingress('shop', { rules, tls }, { annotations })]);
    assert.equal(plain.http?.routes[0]?.action.type, 'backend');
    const elsewhere = translate([ingress('shop', { rules, tls })], { ...places, publicHttpsPort: 443 });
    assert.deepEqual(elsewhere.http?.routes[0]?.action, { type: 'redirect', scheme: 'https', port: 443 });
  });

  for (const secretName of ['lost', 'mixed', 'broken', undefined]) {
    it(`of no use are told, and plain HTTP goes on: ${secretName}`, () => {
      const found = translate([
        ingress('shop', { rules, tls: [secretName === undefined ? {} : { secretName }] }),
      ]);
      assert.equal(found.https, undefined);
      assert.equal(found.http?.routes[0]?.action.type, 'backend');
      assert.deepEqual(found.reasons, ['shop CertificateUnusable']);
    });
  }

  it('are made for the asking; until then plain HTTP goes on', () => {
    const annotations = { 'relevo.dev/tls': 'self-signed' };
    const of = (name: string) => translate([ingress(name, { rules }, { annotations })]);
    assert.deepEqual(
      of('own').certificates.map(({ name }) => name),
      ['default/own (self-signed)'],
    );
    assert.equal(of('own').http?.routes[0]?.action.type, 'redirect');
    assert.equal(of('new').https, undefined);
    assert.equal(of('new').http?.routes[0]?.action.type, 'backend');
  });

  it('are of no interest where HTTPS is listened for nowhere', () => {
    const found = translate([ingress('shop', { rules, tls: [{ secretName: 'good' }] })], {
      ...places,
      https: [],
    });
    assert.deepEqual(found.certificates, []);
    assert.equal(found.http?.routes[0]?.action.type, 'backend');
  });
});

describe('our Ingresses', () => {
  const classOf = (name: string): V1IngressClass | undefined => {
    const controller = { ours: 'relevo.dev/balancer', theirs: 'k8s.io/ingress-nginx' }[name];
    if (controller === undefined) return undefined;
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: meta(name),
      spec: { controller },
    };
  };
  const table: [ingressClassName: string | undefined, annotation: string | undefined, own: boolean][] = [
    [undefined, undefined, true],
    ['relevo', undefined, true],
    ['ours', undefined, true],
    ['theirs', undefined, false],
    ['unknown', undefined, false],
    [undefined, 'relevo', true],
    [undefined, 'nginx', false],
  ];
  for (const [ingressClassName, annotation, own] of table) {
    it(`are ${own ? '' : 'not '}those of the class ${ingressClassName ?? annotation}`, () => {
      const annotations: Record<string, string> =
        annotation === undefined ? {} : { 'kubernetes.io/ingress.class': annotation };
      const spec = ingressClassName === undefined ? {} : { ingressClassName };
      assert.equal(ownIngresses([ingress('a', spec, { annotations })], classOf).length, own ? 1 : 0);
    });
  }

  it('come the oldest first', () => {
    const all = [ingress('b', {}), ingress('c', {}, { createdAt: '2029-01-01T00:00:00Z' }), ingress('a', {})];
    assert.deepEqual(
      ownIngresses(all, classOf).map(({ metadata }) => metadata.name),
      ['c', 'a', 'b'],
    );
  });
});
