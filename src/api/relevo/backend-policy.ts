// relevo.dev/v1alpha1 BackendPolicy: how the balancer treats one Service. The schema is the reference of its fields: kubectl explain
// prints these texts.

import type { Schema } from '../schema.ts';
import { backup } from './backup-schema.ts';
import {
  choice,
  conditions,
  count,
  duration,
  fields,
  filledIn,
  flag,
  percent,
  text,
} from './field-schemas.ts';

const targetRef = fields(
  'The Service that the policy is for, in the same namespace. One policy for each Service: of several the oldest is accepted.',
  {
    kind: choice(['Service'], 'What the policy is for.', { default: 'Service' }),
    name: text('The name of the Service.', { minLength: 1, maxLength: 63 }),
  },
  { required: ['name'] },
);

const balance = choice(
  ['roundrobin', 'leastconn', 'source', 'random', 'first'],
  'How a request finds its server. roundrobin: in turn, by weight. leastconn: the one with the fewest requests in flight. source: by a consistent hash of the client address. random: the better of two drawn at random. first: the first that has a free slot.',
  { default: 'roundrobin' },
);

const check = fields(
  'Active health checks. Without them only the traffic itself tells whether a server works.',
  {
    http: fields('Checks by a request. Without it a check is a TCP connection.', {
      method: choice(['GET', 'HEAD', 'OPTIONS'], 'The method of the request.', { default: 'GET' }),
      host: text('The Host of the request. Without it the address of the server.', {
        pattern: String.raw`^[A-Za-z0-9._:\[\]-]+$`,
        maxLength: 255,
      }),
      path: text('The path that is asked for.', { default: '/', pattern: '^/', maxLength: 2048 }),
      expect: text('The status codes of a healthy server: codes and ranges with commas between them.', {
        default: '200-399',
        pattern: String.raw`^[1-5]\d\d(-[1-5]\d\d)?(,[1-5]\d\d(-[1-5]\d\d)?)*$`,
      }),
      header: fields(
        'A field that the answer of a healthy server has.',
        {
          name: text('The name of the field.', {
            pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
            maxLength: 128,
          }),
          value: text('What its value contains. Without it any value will do.', {
            minLength: 1,
            maxLength: 1024,
          }),
        },
        { required: ['name'] },
      ),
      body: text('What the first 16 KiB of the body of a healthy server contain.', {
        minLength: 1,
        maxLength: 1024,
      }),
    }),
    port: count('The port that is checked. Without it the port of the server.', { maximum: 65_535 }),
    inter: duration('The time between two checks of a server.', { default: '500ms' }),
    timeout: duration('How long a check may take.', { default: '250ms' }),
    rise: count('So many good checks in a row bring a server back.', { default: 2 }),
    fall: count('So many failed checks in a row take a server out.', { default: 2 }),
    agent: fields(
      'Asks a port of each server for its weight, as HAProxy asks its agents: a line such as 75%, drain, maint or up.',
      {
        port: count('The port of the agent on the address of the server.', { maximum: 65_535 }),
        inter: duration('The time between two questions.', { default: '2s' }),
      },
      { required: ['port'] },
    ),
  },
);

const observe = fields(
  'What real traffic says about a server. Time-outs, truncated answers and answers 5xx (but 501 and 505) count as failures; a refused or reset connection takes the server out at once.',
  {
    failures: count('So many failures in a row take a server out.', { default: 3 }),
    ejectFor: duration('How long it stays out at least.', { default: '2s' }),
    maxEjected: percent('At most this share of the servers is out because of answers 5xx.', {
      default: '50%',
    }),
  },
  filledIn,
);

const retries = fields(
  'What becomes of a request whose server failed before it sent a byte of the answer. Only requests that are safe to repeat are sent again.',
  {
    attempts: count('How often a request is sent again; 0 is never.', { default: 2, minimum: 0 }),
    redispatch: flag('Whether it is sent to another server, also against its persistence.', {
      default: true,
    }),
  },
  filledIn,
);

const persistence = fields(
  'Keeps a user on one server.',
  {
    cookie: fields(
      'By a cookie that names the server.',
      {
        name: text('The name of the cookie.', {
          minLength: 1,
          maxLength: 128,
          pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
        }),
        mode: choice(
          ['insert', 'prefix'],
          'insert: the balancer sets a cookie of its own. prefix: it puts the server before the value of the cookie that the application sets.',
          { default: 'insert' },
        ),
      },
      { required: ['name'] },
    ),
  },
  { required: ['cookie'] },
);

const servers = fields(
  'The servers of the Service. The weight of one is the annotation relevo.dev/weight of its pod.',
  {
    from: choice(
      ['pods', 'nodes'],
      'pods: every ready pod is a server. nodes: every ready node is one, on the NodePort of the Service.',
      { default: 'pods' },
    ),
    maxconn: count(
      'How many requests a server has in flight at most; further ones wait in the queue. Without it there is no limit, and saturation cannot be measured.',
    ),
    minconn: count(
      'The limit of a server while little is going on: it grows to maxconn as the traffic grows to fullconn.',
    ),
    fullconn: count('The number of requests in flight on the backend at which every server has its maxconn.'),
    slowstart: duration('The time in which the share of a server that comes back grows to its weight.'),
  },
  filledIn,
);

const queue = fields(
  'Where requests wait when every server has as many as it may have.',
  {
    timeout: duration('How long a request waits before it gets the sorry page. Without it timeouts.queue.'),
    max: count('How many wait at most; the next gets the sorry page at once.', { default: 1000 }),
  },
  filledIn,
);

const sorry = fields('What users see while no server is usable. Without it a plain page.', {
  configMap: fields(
    'A page of your own, of at most 64 kB.',
    {
      name: text('The name of the ConfigMap, in the same namespace.', { minLength: 1, maxLength: 253 }),
      key: text('The entry with the page. Others beside it may be for other languages and types.', {
        default: 'index.html',
        minLength: 1,
        maxLength: 253,
      }),
    },
    { required: ['name'] },
  ),
  retryAfter: count('Seconds after which clients are told to come back.', { default: 5 }),
});

const maintenance = fields(
  'Shows the sorry page on purpose, whatever the servers do.',
  { until: text('When that ends by itself.', { format: 'date-time' }) },
  { required: ['until'] },
);

const drain = fields(
  'How servers leave.',
  {
    timeout: duration(
      'How long requests in flight have to end, within the grace period of the pod; tunnels are closed at its end.',
      { default: '30s' },
    ),
  },
  filledIn,
);

const timeouts = fields(
  'How long the balancer waits for others.',
  {
    connect: duration('For a connection to a server.', { default: '1s' }),
    server: duration('For a server to go on with its answer.', { default: '30s' }),
    client: duration('For a client to go on with its request.', { default: '30s' }),
    idle: duration('For the next request of a connection.', { default: '60s' }),
    tunnel: duration('For either side of an upgraded connection, such as a WebSocket.', { default: '1h' }),
    queue: duration('For a free server, where queue.timeout is not set.', { default: '2s' }),
  },
  filledIn,
);

export const backendPolicySchema: Schema = fields(
  'How the balancer treats one Service: which server gets a request, when a server is taken out, when backups come in, and what users see when nothing is left.',
  {
    spec: fields(
      'What is wanted.',
      {
        ...{ targetRef, balance, check, observe, retries, persistence, servers, queue },
        ...{ backup, sorry, maintenance, drain, timeouts },
      },
      { required: ['targetRef'] },
    ),
    status: fields('What the balancers made of it.', {
      observedGeneration: {
        type: 'integer',
        format: 'int64',
        description: 'The generation of the policy that is in force.',
      },
      lastGood: text(
        'The last spec that was accepted, as JSON: it stays in force when the policy becomes bad.',
      ),
      conditions: conditions(
        'Accepted: whether the policy is in force, or why not. SaturationMeasurable: whether servers.maxconn says when backups are to come in because of load. BackupsFound: whether there is anything that backup.selector means.',
      ),
    }),
  },
  { required: ['spec'] },
);
