// The configuration file of `relevo lb run`, as a schema: what a balancer without a cluster is told. Fields that a BackendPolicy has too are
// the policy's own, with its words and defaults.

import { backendPolicySchema } from '../../api/relevo/backend-policy.ts';
import { choice, count, duration, fields, filledIn, flag, text } from '../../api/relevo/field-schemas.ts';
import type { Schema } from '../../api/schema.ts';
import { accessLogFormats } from '../access-log/formats.ts';
import { statisticsPathPattern } from '../statistics/statistics-path.ts';

const policy = backendPolicySchema.properties?.spec?.properties ?? {};

function policyField(name: string): Schema {
  const schema = policy[name];
  if (!schema) throw new Error(`a BackendPolicy has no ${name}`);
  return schema;
}

function without(schema: Schema, ...names: readonly string[]): Schema {
  const kept = Object.entries(schema.properties ?? {}).filter(([name]) => !names.includes(name));
  const required = schema.required?.filter((name) => !names.includes(name));
  return { ...schema, properties: Object.fromEntries(kept), required };
}

function list(description: string, items: Schema, more: Schema = {}): Schema {
  return { type: 'array', description, items, ...more };
}

const name = text('Unique among its kind; statistics and logs call it so.', { minLength: 1, maxLength: 253 });
const port = (description: string) => count(description, { maximum: 65_535 });

const server = fields(
  'One server of the application.',
  {
    name: text('What people see. Without it its address.', { maxLength: 253 }),
    address: text('ADDRESS:PORT; IPv6 in brackets, names are looked up once.', { minLength: 3 }),
    weight: count('Its share of the traffic, 0 to 256.', { minimum: 0, maximum: 256, default: 1 }),
    maxconn: count('How many requests it has in flight at most, instead of perServer.maxconn.'),
    backup: flag('Whether it stands by for the others.', { default: false }),
    state: choice(['ready', 'drain', 'maint'], 'Whether it takes new users.', { default: 'ready' }),
    cookie: text('What persistence cookies call it across changes of its name. Without it its name.'),
    node: text('Where it runs: shares are also told per node.'),
  },
  { required: ['address'] },
);

const page = fields('One page; the best by Accept and Accept-Language is shown.', {
  file: text('A file with the page, beside the configuration or by its whole path.'),
  text: text('The page itself.', { maxLength: 65_536 }),
  contentType: text('Without it by the name of the file.'),
  language: text('Such as es or en-GB. Without it for everyone.'),
});

const errorStatus: Schema = {
  type: 'integer',
  description: 'The status of the answer.',
  enum: [400, 403, 404, 408, 413, 414, 431, 500, 502, 504],
};

const backend = fields(
  'Servers, and how they are treated.',
  {
    name,
    mode: choice(['http', 'tcp'], 'What the servers speak.', { default: 'http' }),
    servers: list('The servers.', server, filledList()),
    perServer: { ...without(policyField('servers'), 'from'), description: 'Limits of each server.' },
    backup: without(policyField('backup'), 'selector', 'max', 'start'),
    sorry: fields(
      'What users see while no server is usable. Without it a plain page.',
      {
        pages: list('The first is for everybody who asks for nothing in particular.', page, filledList()),
        retryAfter: count('Seconds after which clients are told to come back.', { default: 5 }),
      },
      filledIn,
    ),
    affinity: duration('A client address keeps its server for so long. Without it it does not.'),
    ...Object.fromEntries(
      ['balance', 'check', 'observe', 'retries', 'persistence', 'queue', 'maintenance', 'drain'].map(
        (field) => [field, policyField(field)],
      ),
    ),
    timeouts: without(policyField('timeouts'), 'client', 'idle'),
  },
  { required: ['name'] },
);

const headerRule = fields(
  'One change of a header field.',
  {
    action: choice(['set', 'add', 'remove'], 'What is done.'),
    name: text('The name of the field.', { pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" }),
    value: text('For set and add.', { maxLength: 4096 }),
  },
  { required: ['action', 'name'] },
);

const route = fields('Which requests go where: exactly one of backend, redirect and statistics.', {
  host: text('A host name, or *.example.org for one label below. Without it every host.'),
  path: text('A path, for itself and all below it.', { pattern: '^/' }),
  exactPath: text('A path, and nothing below it.', { pattern: '^/' }),
  backend: text('The name of a backend.'),
  redirect: choice(['https', 'http'], 'Sends clients to the same place by another scheme.'),
  redirectPort: port('The port that clients are sent to. Without it that of the scheme.'),
  statistics: flag('Shows the statistics there; statistics.path has to be the path.'),
  rewritePath: text(
    'What the path of the route becomes; in Location and in the path of cookies it is changed back.',
    { pattern: '^/' },
  ),
  requestHeaders: list('Changes of requests.', headerRule),
  responseHeaders: list('Changes of answers.', headerRule),
  bodyLimit: count('Bytes of a request body at most.'),
});

const frontend = fields(
  'Where users come in.',
  {
    name,
    mode: choice(['http', 'tcp'], 'What is spoken there.', { default: 'http' }),
    bind: list('ADDRESS:PORT; * is every address.', text('One of them.'), { minItems: 1 }),
    tls: list(
      'Certificates; with them every bind is TLS. The name that a client asks for chooses.',
      fields(
        'One certificate.',
        {
          certificate: text('A PEM file with the certificate and its chain; it may have the key as well.'),
          key: text('A PEM file with the key.'),
        },
        { required: ['certificate'] },
      ),
    ),
    defaultBackend: text('The backend of whatever no route takes.'),
    routes: list('The best match of host and path wins, wherever it stands.', route, filledList()),
    trustedProxies: list('CIDRs of peers whose X-Forwarded-* are believed.', text('One.'), filledList()),
    proxyProtocolFrom: list('CIDRs of peers that speak the PROXY protocol.', text('One.'), filledList()),
    limits: fields(
      'What a request may be.',
      {
        head: count('Bytes of request line and header fields.', { default: 16_384 }),
        headers: count('Header fields.', { default: 100 }),
        body: count('Bytes of a body. Without it no limit.'),
      },
      filledIn,
    ),
    timeouts: fields(
      'How long is waited for clients.',
      {
        client: duration('To go on with a request, or to take the answer.', { default: '30s' }),
        idle: duration('For the next request of a connection.', { default: '60s' }),
      },
      filledIn,
    ),
    maxconn: count('Connections at once; more wait.'),
    errorPages: list(
      "What the balancer's own answers with these statuses look like; for 503 there is sorry.",
      { ...page, properties: { ...page.properties, status: errorStatus }, required: ['status'] },
    ),
  },
  { required: ['name', 'bind'] },
);

const statistics = fields(
  'A page with everything that happens, and the same as CSV, JSON and for Prometheus.',
  {
    bind: text('ADDRESS:PORT. Without it 127.0.0.1:8404, or nowhere else where a route shows them.'),
    path: text('Where it is.', { default: '/stats', pattern: statisticsPathPattern }),
    user: text('Who may see it.', { default: 'admin', minLength: 1 }),
    password: text('There is no default: without it one is made up and printed at every start.', {
      minLength: 1,
    }),
  },
);

export const lbConfigSchema: Schema = fields(
  'A balancer without a cluster.',
  {
    frontends: list('Where users come in.', frontend, { minItems: 1 }),
    backends: list('Whom they are passed on to.', backend, filledList()),
    statistics,
    accessLog: fields(
      'One line for each request.',
      {
        format: choice(accessLogFormats, 'As HAProxy writes it, or as JSON.', { default: 'httplog' }),
        file: text('Lines are appended to it.', { minLength: 1 }),
      },
      { required: ['file'] },
    ),
    cookieKey: text(
      '32 bytes in base64, so that cookies outlive a change of this file. Without it by the names of the backends.',
      {
        pattern: '^[A-Za-z0-9+/]{43}=$',
      },
    ),
  },
  { required: ['frontends'] },
);

function filledList(): Schema {
  return { default: [] };
}
