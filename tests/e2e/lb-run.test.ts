// `relevo lb` as a user runs it, without a cluster: it serves, shows its statistics, reads its file again, and leaves nothing behind.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { stringify } from 'yaml';
import { engineNames } from '../../src/lb/engine.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { Origin } from '../support/lb/origin.ts';
import { ask, askMany, shares } from '../support/lb/user.ts';
import { type Ended, processesOf, RelevoHome, type Running } from '../support/relevo.ts';

const examples = path.join(import.meta.dirname, '../../examples/balancer');

interface Site {
  readonly home: RelevoHome;
  readonly file: string;
  /** Where it may leave temporary files. */
  readonly temporary: string;
  readonly port: number;
  readonly statisticsPort: number;
  readonly origins: readonly Origin[];
}

async function site(t: TestContext): Promise<Site> {
  const home = new RelevoHome();
  t.after(() => home.remove());
  const temporary = path.join(home.path, 'temporary');
  mkdirSync(temporary);
  const origins = await Promise.all(['one', 'two'].map((name) => Origin.start(t, name)));
  const file = path.join(home.path, 'lb.yaml');
  return { home, file, temporary, origins, port: await freePort(), statisticsPort: await freePort() };
}

/** Two servers, a log, statistics both on a port of their own and inside the frontend. */
function configOf({ port, statisticsPort, origins }: Site) {
  return {
    frontends: [
      {
        ...{ name: 'web', bind: [`127.0.0.1:${port}`], defaultBackend: 'app' },
        routes: [{ exactPath: '/haproxy', statistics: true }],
      },
    ],
    backends: [
      {
        name: 'app',
        servers: origins.map((origin) => ({ name: origin.name, address: `127.0.0.1:${origin.port}` })),
        check: { http: { path: '/healthz' }, inter: '100ms' },
      },
    ],
    statistics: {
      ...{ bind: `127.0.0.1:${statisticsPort}`, path: '/haproxy?stats' },
      ...{ user: 'admin', password: 'a-secret' },
    },
    accessLog: { format: 'httplog', file: 'access.log' },
  };
}

function start(t: TestContext, { home, temporary }: Site, ...words: string[]): Running {
  const running = home.startUnder(['env', `TMPDIR=${temporary}`], 'lb', ...words);
  t.after(async () => {
    running.process.kill('SIGKILL');
    await running.ended;
  });
  return running;
}

async function serve(t: TestContext, at: Site, config: object, engine: string): Promise<Running> {
  writeFileSync(at.file, stringify(config));
  const running = start(t, at, 'run', at.file, '--engine', engine, '--workers', '2');
  await running.says(/kill -HUP/);
  return running;
}

async function ctrlC(running: Running): Promise<Ended> {
  running.process.kill('SIGINT');
  return running.ended;
}

const login = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
const known = login('admin', 'a-secret');

async function page(url: string, headers: Record<string, string> = known) {
  const response = await fetch(url, { headers: { ...headers, connection: 'close' } });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

/** Each of its lines is about one thing, and none is a stack trace. */
function complaints({ stderr }: Ended): string[] {
  const lines = stderr.trim().split('\n');
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('relevo: ')),
    [],
  );
  return lines;
}

for (const engine of engineNames) {
  suite(`relevo lb run, ${engine}`, () => {
    test('serves, shows statistics to who logs in, and writes its log', async (t) => {
      const at = await site(t);
      const running = await serve(t, at, configOf(at), engine);
      assert.match(running.stdout, new RegExp(`http://127.0.0.1:${at.port}`));
      assert.doesNotMatch(running.stdout, /a-secret/, 'the password of the file is not shown');
      assert.deepEqual(shares(await askMany(at.port, 10)), { one: 5, two: 5 });

      const own = `http://127.0.0.1:${at.statisticsPort}`;
      assert.equal((await page(`${own}/haproxy?stats`, {})).status, 401);
      assert.equal((await page(`${own}/haproxy?stats`, login('admin', 'wrong'))).status, 401);
      for (const base of [own, `http://127.0.0.1:${at.port}`]) {
        const html = await page(`${base}/haproxy?stats`);
        assert.deepEqual([html.status, html.type], [200, 'text/html; charset=utf-8']);
        for (const name of ['web', 'app', 'one', 'two']) assert.match(html.text, new RegExp(`>${name}<`));
        const csv = await page(`${base}/haproxy?stats;csv`);
        assert.match(csv.text, /^# pxname,svname,qcur,/);
        assert.match(csv.text, /^app,one,/m);
      }
      assert.match((await page(`${own}/metrics`)).text, /^haproxy_server_http_responses_total\{/m);
      await eventually(() => {
        const lines = readFileSync(path.join(at.home.path, 'access.log'), 'utf8').split('\n');
        assert.equal(lines.filter((line) => / web app\/(one|two) .* 200 /.test(line)).length, 10);
        return true;
      });
    });

    test('serves without statistics and without a log, too, and says nothing else', async (t) => {
      const at = await site(t);
      const { frontends, backends } = configOf(at);
      const plain = frontends.map((frontend) => ({ ...frontend, routes: [] }));
      const running = await serve(t, at, { frontends: plain, backends }, engine);
      assert.deepEqual(shares(await askMany(at.port, 10)), { one: 5, two: 5 });
      const ended = await ctrlC(running);
      assert.deepEqual(ended.stderr.trim().split('\n').filter(Boolean), ['Stopping …']);
    });

    test('SIGHUP reads the file again; a broken one changes nothing and is told of', async (t) => {
      const at = await site(t);
      const config = configOf(at);
      const running = await serve(t, at, config, engine);
      const [app] = config.backends;
      const onlyTwo = { ...app, servers: app?.servers.slice(1) };
      writeFileSync(at.file, stringify({ ...config, backends: [onlyTwo] }));
      running.process.kill('SIGHUP');
      await running.says(/read again/);
      assert.deepEqual(shares(await askMany(at.port, 6)), { two: 6 });

      writeFileSync(at.file, 'frontends:\n  - name: web\n    bnid: []\n');
      running.process.kill('SIGHUP');
      await running.says(/lb\.yaml:\d+: .*\n[\s\S]*nothing was changed/);
      assert.deepEqual(shares(await askMany(at.port, 6)), { two: 6 });
    });

    test('Ctrl-C leaves no process, no file and no open port', async (t) => {
      const at = await site(t);
      const running = await serve(t, at, configOf(at), engine);
      assert.equal((await ask(at.port)).status, 200);
      assert.notDeepEqual(readdirSync(at.temporary), []);
      await ctrlC(running);
      assert.deepEqual(processesOf(at.home.path), []);
      assert.deepEqual(readdirSync(at.temporary), []);
      await assert.rejects(ask(at.port), { code: 'ECONNREFUSED' });
    });

    test('killed with -9, it leaves no process behind, and its files go with the next start', async (t) => {
      const at = await site(t);
      const running = await serve(t, at, configOf(at), engine);
      running.process.kill('SIGKILL');
      await running.ended;
      await eventually(() => processesOf(at.home.path).length === 0);
      await ctrlC(await serve(t, at, configOf(at), engine));
      assert.deepEqual(readdirSync(at.temporary), []);
    });

    test('a port in use is named, and taken when it is free', async (t) => {
      const at = await site(t);
      const other = createServer().listen(at.port, '127.0.0.1');
      const running = await serve(t, at, configOf(at), engine);
      await running.says(new RegExp(`relevo: web: .*${at.port}`));
      await new Promise((resolve) => other.close(resolve));
      await eventually(async () => (await ask(at.port)).status === 200, 15_000);
    });

    for (const name of ['two-servers.cfg', 'full-servers.cfg']) {
      test(`what is made of ${name} runs`, async (t) => {
        const at = await site(t);
        const { code, stdout, stderr } = await at.home.run('lb', 'import', ownPorts(at, name));
        assert.equal(code, 0);
        assert.match(stderr, / taken, 0 could not be/);
        writeFileSync(at.file, stdout);
        const running = start(t, at, 'run', at.file, '--engine', engine);
        await running.says(/kill -HUP/);
        assert.deepEqual(shares(await askMany(at.port, 6, {}, 1)), { one: 3, two: 3 });
        const [, made] = /password of this run: (\S+)\)/.exec(running.stdout) ?? [];
        const html = await page(
          `http://127.0.0.1:${at.port}/haproxy?stats`,
          login('admin', made ?? 'change-me'),
        );
        assert.equal(html.status, 200);
        const { code: ended } = await ctrlC(running);
        assert.equal(ended, 0);
      });
    }
  });
}

/** The example, with ports that are free and servers that are there. */
function ownPorts({ home, port, origins }: Site, name: string): string {
  const text = readFileSync(path.join(examples, name), 'utf8')
    .replace('*:8080', `127.0.0.1:${port}`)
    .replace(':8001', `:${origins[0]?.port}`)
    .replace(':8002', `:${origins[1]?.port}`);
  const file = path.join(home.path, name);
  writeFileSync(file, text);
  return file;
}

suite('relevo lb, used wrongly', () => {
  test('a file that is missing, or wrong, is exit code 2 and a line for each fault', async (t) => {
    const at = await site(t);
    const missing = path.join(at.home.path, 'none.yaml');
    for (const verb of ['run', 'check']) {
      const ended = await at.home.run('lb', verb, missing);
      assert.equal(ended.code, 2);
      assert.deepEqual(complaints(ended), [`relevo: ${missing}: there is no such file`]);
    }
    const faulty = configOf(at);
    const broken = stringify(faulty)
      .replace('name: app\n', 'name: app\n    balnce: first\n')
      .replace(/address: .*/, 'address: nowhere');
    writeFileSync(at.file, broken);
    for (const verb of ['run', 'check']) {
      const ended = await at.home.run('lb', verb, at.file);
      assert.equal(ended.code, 2);
      for (const line of complaints(ended)) assert.match(line, /lb\.yaml:\d+: /);
    }
    writeFileSync(at.file, 'frontends: [\n');
    const ended = await at.home.run('lb', 'check', at.file);
    assert.equal(ended.code, 2);
    assert.match(String(complaints(ended)[0]), /lb\.yaml:\d+: /);
  });

  test('check says that a good file is valid, and starts nothing', async (t) => {
    const at = await site(t);
    writeFileSync(at.file, stringify(configOf(at)));
    const { code, stdout } = await at.home.run('lb', 'check', at.file);
    assert.equal(code, 0);
    assert.match(stdout, /is valid: 1 frontend, 1 backend\./);
    assert.equal(existsSync(path.join(at.home.path, 'access.log')), false);
  });

  test('check finds what is well written and makes no sense', async (t) => {
    const at = await site(t);
    const config = configOf(at);
    const lost = config.frontends.map((frontend) => ({ ...frontend, defaultBackend: 'nobody' }));
    writeFileSync(at.file, stringify({ ...config, frontends: lost }));
    const ended = await at.home.run('lb', 'check', at.file);
    assert.equal(ended.code, 1);
    assert.match(String(complaints(ended)[0]), /nobody/);
  });

  test('statistics on a port in use are one line', async (t) => {
    const at = await site(t);
    const other = createServer().listen(at.statisticsPort, '127.0.0.1');
    t.after(() => other.close());
    writeFileSync(at.file, stringify(configOf(at)));
    const ended = await at.home.run('lb', 'run', at.file);
    assert.equal(ended.code, 1);
    assert.equal(complaints(ended).length, 1);
    assert.match(ended.stderr, new RegExp(`${at.statisticsPort}: another program has it`));
  });

  test('import lists what it cannot take, with its line', async (t) => {
    const at = await site(t);
    const file = path.join(at.home.path, 'odd.cfg');
    const lines = [
      'frontend f',
      ' bind :80',
      ' default_backend b',
      'backend b',
      ' server a 10.0.0.1:80',
      ' lua x',
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    const { code, stderr } = await at.home.run('lb', 'import', file);
    assert.equal(code, 0);
    assert.match(stderr, /^line 6: NOT TAKEN: lua x/m);
    const none = await at.home.run('lb', 'import', path.join(at.home.path, 'none.cfg'));
    assert.equal(none.code, 2);
    assert.equal(complaints(none).length, 1);
  });
});
