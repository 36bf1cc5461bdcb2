import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import test from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { loadRequest } from '../../../tests/support/load/load-request.ts';
import { answerOf, RawOrigin } from '../../../tests/support/load/raw-origin.ts';
import { createHttpClient, type HttpClientOptions } from './create-http-client.ts';
import type { HttpClient } from './http-exchange.ts';

function clientOf(t: TestContext, options?: HttpClientOptions): HttpClient {
  const client = createHttpClient(options);
  t.after(() => client.close());
  return client;
}

/** Answers by the target of the request. */
function site(pages: Readonly<Record<string, Buffer | ((head: string) => Buffer)>>) {
  return ({ head }: { head: string }) => {
    const page = pages[head.split(' ')[1] ?? ''] ?? answerOf('404 Not Found');
    return typeof page === 'function' ? page(head) : page;
  };
}

const linesOf = (head: string | undefined, name: string) =>
  (head ?? '').split('\r\n').filter((line) => line.toLowerCase().startsWith(`${name}:`));

test('redirects are followed, each with an answer and an id of its own', async (t) => {
  const origin = await RawOrigin.start(
    t,
    site({
      '/': answerOf('302 Found', ['Location: /two?x=1#there'], 'one'),
      '/two?x=1': answerOf('301 Moved', ['Location: three/../last'], 'two'),
      '/last': answerOf('200 OK', [], 'last'),
    }),
  );
  const answer = await clientOf(t).send(loadRequest(origin.port), 'r-0-7', true);
  const chain = [...answer.redirectedFrom, answer];
  assert.deepEqual(
    chain.map(({ status, loadId, url, body, requests }) => [
      status,
      loadId,
      new URL(url).pathname,
      body?.toString(),
      requests,
    ]),
    [
      [302, 'r-0-7', '/', 'one', 1],
      [301, 'r-0-7.1', '/two', 'two', 1],
      [200, 'r-0-7.2', '/last', 'last', 1],
    ],
  );
  assert.deepEqual(
    origin.heads.map((head) => linesOf(head, 'x-relevo-load-id')[0]),
    ['r-0-7', 'r-0-7.1', 'r-0-7.2'].map((id) => `X-Relevo-Load-Id: ${id}`),
  );
  assert.equal(origin.connections, 1);
});

test('redirects that are followed silently are one answer, which has what all of them cost', async (t) => {
  const origin = await RawOrigin.start(
    t,
    site({ '/': answerOf('302 Found', ['Location: /last'], 'one'), '/last': answerOf('200 OK', [], 'last') }),
  );
  const client = clientOf(t);
  const answer = await client.send(loadRequest(origin.port, { redirects: 'silently' }), 'id', false);
  assert.deepEqual(
    [answer.status, answer.redirectedFrom.length, answer.requests, answer.loadId],
    [200, 0, 2, 'id.1'],
  );
  assert.equal(answer.bodyBytes, 7);
  assert.equal(answer.sentBytes, origin.heads.join('').length + 8);
  assert.ok(
    answer.connectMs > 0 && answer.latencyMs > answer.connectMs && answer.elapsedMs >= answer.latencyMs,
  );
  const plain = await client.send(loadRequest(origin.port, { redirects: 'no' }), 'id', false);
  assert.deepEqual([plain.status, plain.redirectedFrom.length], [302, 0]);
});

test('methods and bodies change with redirects as in browsers and JMeter', async (t) => {
  const origin = await RawOrigin.start(t, ({ head }) => {
    const status = /^\S+ \/(\d{3})/.exec(head)?.[1];
    return status === undefined ? answerOf('200 OK') : answerOf(`${status} Over`, ['Location: /there']);
  });
  const client = clientOf(t);
  const followed = async (method: string, status: number) => {
    origin.requests.length = 0;
    const body = method === 'GET' || method === 'HEAD' ? undefined : Buffer.from('abc');
    const headers = [
      ['Content-Type', 'text/plain'],
      ['Accept', 'x'],
    ] as const;
    await client.send(loadRequest(origin.port, { method, body, headers, target: `/${status}` }), 'x', false);
    const last = origin.requests.at(-1);
    const type = linesOf(last?.head, 'content-type').length;
    assert.equal(linesOf(last?.head, 'accept').length, 1);
    return `${last?.head.split(' ').slice(0, 2).join(' ')} ${last?.body.toString()} ${type}`;
  };
  for (const status of [301, 302, 303]) {
    assert.equal(await followed('POST', status), 'GET /there  0');
    assert.equal(await followed('PUT', status), 'GET /there  0');
    assert.equal(await followed('HEAD', status), 'HEAD /there  1');
  }
  for (const status of [307, 308]) {
    assert.equal(await followed('POST', status), 'POST /there abc 1');
    assert.equal(await followed('GET', status), 'GET /there  1');
  }
  assert.equal(await followed('GET', 304), 'GET /304  1');
});

test('redirects without end, to nowhere and to other protocols fail, and say where', async (t) => {
  const origin = await RawOrigin.start(t, ({ head }) => {
    const [, target = ''] = head.split(' ');
    return answerOf('302 Found', [`Location: ${target === '/' ? '/' : decodeURIComponent(target.slice(1))}`]);
  });
  const client = clientOf(t);
  const endless = await client.send(loadRequest(origin.port), 'x', false);
  assert.deepEqual(
    [endless.failure?.name, endless.message],
    ['java.io.IOException', 'Exceeded maximum number of redirects: 20'],
  );
  assert.equal(endless.redirectedFrom.length, 21);
  assert.equal(origin.requests.length, 21);
  for (const [where, pattern] of [
    ['ftp://x/', /another protocol than HTTP: ftp:\/\/x\//],
    ['http://[', /no URL: http:\/\/\[/],
  ] as const) {
    const { failure, redirectedFrom } = await client.send(
      loadRequest(origin.port, { target: `/${encodeURIComponent(where)}` }),
      'x',
      false,
    );
    assert.match(failure?.message ?? '', pattern);
    assert.equal(redirectedFrom[0]?.status, 302);
  }
});

test('what is meant for one origin is not told to another', async (t) => {
  const other = await RawOrigin.start(t, () => answerOf('200 OK'));
  const origin = await RawOrigin.start(t, () =>
    answerOf('302 Found', [`Location: http://localhost:${other.port}/`]),
  );
  const headers = [
    ['Authorization', 'secret'],
    ['Cookie', 'a=b'],
    ['Host', 'shop.example'],
    ['X', 'y'],
  ] as const;
  await clientOf(t).send(loadRequest(origin.port, { headers }), 'x', false);
  assert.match(origin.heads[0] ?? '', /Host: shop\.example/);
  const [head = ''] = other.heads;
  assert.doesNotMatch(head, /secret|a=b|shop/);
  assert.match(head, new RegExp(`Host: localhost:${other.port}\r\n`));
  assert.match(head, /\r\nX: y/);
});

test('cookies come along, also from redirects, and go with the iteration or the user', async (t) => {
  const origin = await RawOrigin.start(
    t,
    site({
      '/login': answerOf('302 Found', [
        'Location: /home',
        'Set-Cookie: session=1; Path=/; HttpOnly',
        'Set-Cookie: x=2',
      ]),
      '/home': answerOf('200 OK'),
    }),
  );
  const jar = {
    clearEachIteration: false,
    cookies: [{ name: 'lang', value: 'e\ns', domain: '127.0.0.1', path: '/', secure: false }],
  };
  const client = clientOf(t, {
    cookieJars: [
      { ...jar, id: 'kept' },
      { ...jar, id: 'each', clearEachIteration: true },
      { ...jar, id: 'user', clearEachIteration: true, followsGroup: true },
    ],
  });
  const cookieOf = async (cookieJar: string, target = '/home', headers: [string, string][] = []) => {
    await client.send(loadRequest(origin.port, { cookieJar, target, headers }), 'x', false);
    return linesOf(origin.heads.at(-1), 'cookie').join();
  };
  const own = 'Cookie: lang=es';
  const all = 'Cookie: lang=es; session=1; x=2';
  for (const id of ['kept', 'each', 'user']) {
    assert.equal(await cookieOf(id), own);
    assert.equal(await cookieOf(id, '/login'), all);
  }
  assert.equal(await cookieOf('kept', '/home', [['Cookie', 'mine=1']]), 'Cookie: mine=1');
  client.nextIteration(true);
  assert.deepEqual([await cookieOf('kept'), await cookieOf('each'), await cookieOf('user')], [all, own, all]);
  client.nextIteration(false);
  assert.deepEqual([await cookieOf('kept'), await cookieOf('user')], [all, own]);
});

test('basic credentials go along unasked, where their URL says and the plan’s own header does not', async (t) => {
  const origin = await RawOrigin.start(t, () => answerOf('401 No', ['WWW-Authenticate: Basic realm="x"']));
  const url = `http://127.0.0.1:${origin.port}/private`;
  const authorizations = [{ url, user: 'ana', password: 'ñ:1', realm: '', mechanism: 'basic' as const }];
  const client = clientOf(t);
  for (const changes of [
    { target: '/private/x' },
    { target: '/public' },
    { target: '/private', headers: [['Authorization', 'own']] },
  ] as const)
    assert.equal(
      (await client.send(loadRequest(origin.port, { authorizations, ...changes }), 'x', false)).status,
      401,
    );
  assert.deepEqual(
    origin.heads.map((head) => linesOf(head, 'authorization')),
    [[`Authorization: Basic ${Buffer.from('ana:ñ:1').toString('base64')}`], [], ['Authorization: own']],
  );
});

test('a challenge of digest is answered, its nonce used on and renewed, wrong passwords are not tried for ever', async (t) => {
  let nonce = 1;
  const challenge = () =>
    answerOf(
      '401 No',
      [`WWW-Authenticate: Digest realm="r", qop="auth", algorithm=SHA-256, nonce="n${nonce}"`],
      'no',
    );
  const origin = await RawOrigin.start(t, ({ head }) => {
    const [line = ''] = linesOf(head, 'authorization');
    return line.includes(`nonce="n${nonce}"`) && line.includes('username="ana"')
      ? answerOf('200 OK')
      : challenge();
  });
  const client = clientOf(t);
  const send = (user: string, realm = '') =>
    client.send(
      loadRequest(origin.port, {
        authorizations: [{ url: '', user, password: 'p', realm, mechanism: 'digest' }],
      }),
      'id',
      false,
    );
  const first = await send('ana');
  assert.deepEqual([first.status, first.requests, first.loadId, first.bodyBytes], [200, 2, 'id.1', 2]);
  const second = await send('ana');
  assert.deepEqual([second.status, second.requests], [200, 1]);
  nonce = 2;
  const third = await send('ana');
  assert.deepEqual([third.status, third.requests], [200, 2]);
  const counts = origin.heads.map((head) => /nc=(\d+)/.exec(head)?.[1]);
  assert.deepEqual(counts, [undefined, '00000001', '00000002', '00000003', '00000001']);
  const wrong = await send('eva');
  assert.deepEqual([wrong.status, wrong.requests], [401, 2]);
  const elsewhere = await send('ivo', 'another realm');
  assert.deepEqual([elsewhere.status, elsewhere.requests], [401, 1]);
});

test('a cache asks with what it knows, and not at all while that is fresh', async (t) => {
  const origin = await RawOrigin.start(
    t,
    site({
      '/tagged': (head) =>
        head.includes('If-None-Match: "1"')
          ? answerOf('304 Same')
          : answerOf(
              '200 OK',
              ['ETag: "1"', 'Last-Modified: Tue, 01 Jan 2030 00:00:00 GMT', 'Cache-Control: no-cache'],
              'x',
            ),
      '/fresh': answerOf('200 OK', ['Cache-Control: max-age=60'], 'x'),
      '/over': answerOf('302 Found', ['Location: /fresh']),
    }),
  );
  const clock = new FakeClock();
  const client = clientOf(t, {
    clock,
    caches: [{ id: 'c', clearEachIteration: true, useExpires: true, maxEntries: 10 }],
  });
  const send = async (target: string, method = 'GET') => {
    const { status, isCached, requests } = await client.send(
      loadRequest(origin.port, { target, cache: 'c', method }),
      'x',
      true,
    );
    return [status, isCached, requests];
  };
  assert.deepEqual(await send('/tagged'), [200, false, 1]);
  assert.deepEqual(await send('/tagged'), [304, false, 1]);
  assert.match(
    origin.heads[1] ?? '',
    /\r\nIf-Modified-Since: Tue, 01 Jan 2030 00:00:00 GMT\r\nIf-None-Match: "1"\r\n/,
  );
  assert.deepEqual(await send('/fresh'), [200, false, 1]);
  assert.deepEqual(await send('/fresh'), [200, true, 0]);
  assert.deepEqual(await send('/fresh', 'POST'), [200, false, 1]);
  const over = await client.send(loadRequest(origin.port, { target: '/over', cache: 'c' }), 'x', true);
  // As with JMeter: nothing was asked behind it.
  assert.deepEqual([over.status, over.isCached, over.redirectedFrom.length], [302, false, 0]);
  clock.advance(60_001);
  assert.deepEqual(await send('/fresh'), [200, false, 1]);
  client.nextIteration(true);
  assert.deepEqual(await send('/tagged'), [200, false, 1]);
});

test('bodies are decoded for those who want them, however large', async (t) => {
  const text = Buffer.from('hello '.repeat(50_000));
  const noise = Buffer.from(Array.from({ length: 60_000 }, (_, index) => (index * 7_919) % 251));
  const codings: Record<string, (bytes: Buffer) => Buffer> = {
    gzip: (bytes) => gzipSync(bytes),
    'x-gzip': (bytes) => gzipSync(bytes),
    deflate: (bytes) => deflateSync(bytes),
    'deflate ': (bytes) => deflateRawSync(bytes),
    br: (bytes) => brotliCompressSync(bytes),
    'deflate, gzip': (bytes) => gzipSync(deflateSync(bytes)),
    identity: (bytes) => bytes,
  };
  for (const content of [text, noise, Buffer.from('x')]) {
    for (const [name, code] of Object.entries(codings)) {
      const origin = await RawOrigin.start(t, () =>
        answerOf('200 OK', [`Content-Encoding: ${name}`], code(content)),
      );
      const answer = await clientOf(t).send(loadRequest(origin.port), 'x', true);
      assert.ok(answer.body?.equals(content), name);
      assert.equal(answer.bodyBytes, code(content).length);
    }
  }
});

test('what cannot be decoded, or grows without end, is a failure for those who want it alone', async (t) => {
  const bodies: Record<string, Buffer> = {
    '/junk': Buffer.from('junk'),
    '/bomb': gzipSync(Buffer.alloc(5_000_000)),
  };
  const origin = await RawOrigin.start(t, ({ head }) =>
    answerOf('200 OK', ['Content-Encoding: gzip'], bodies[head.split(' ')[1] ?? '']),
  );
  const client = clientOf(t, { mostOfBody: 1_000_000 });
  const send = async (target: string, wantsBody: boolean) => {
    const { failure, status } = await client.send(loadRequest(origin.port, { target }), 'x', wantsBody);
    return [status, failure?.name, failure?.message];
  };
  assert.deepEqual(await send('/bomb', true), [
    200,
    'java.io.IOException',
    'The decoded body is larger than 1000000 bytes',
  ]);
  assert.deepEqual(await send('/junk', true), [200, 'java.util.zip.ZipException', 'incorrect header check']);
  assert.deepEqual(await send('/junk', false), [200, undefined, undefined]);
});
