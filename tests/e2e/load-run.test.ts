// `relevo load` as a user runs it: what it prints and writes, what its exit codes say, and what it answers to what makes no sense.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { freePort } from '../support/free-port.ts';
import { type Ended, RelevoHome, type Running } from '../support/relevo.ts';
import { writeFiles } from '../support/temporary-folder.ts';

interface Site {
  readonly home: RelevoHome;
  readonly url: string;
  /** No longer listens, and no connection stays. */
  vanish(): Promise<void>;
}

async function site(t: TestContext, answer: RequestListener): Promise<Site> {
  const home = new RelevoHome();
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const vanish = async () => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  t.after(async () => {
    await vanish();
    home.remove();
  });
  const { port } = server.address() as AddressInfo;
  return { home, url: `http://127.0.0.1:${port}`, vanish };
}

const ok: RequestListener = (_, response) => void response.end('hello');

function start(t: TestContext, { home }: Site, ...words: string[]): Running {
  const running = home.start('load', ...words);
  t.after(async () => {
    running.process.kill('SIGKILL');
    await running.ended;
  });
  return running;
}

function load(t: TestContext, at: Site, ...words: string[]): Promise<Ended> {
  return start(t, at, ...words).ended;
}

/** One line, and exit code 2: nothing was started. */
function assertRefused({ code, stdout, stderr }: Ended, pattern: RegExp): void {
  assert.equal(code, 2, stderr);
  assert.match(stderr, pattern);
  assert.equal(stdout, '');
  assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
}

suite('load run', { concurrency: 2 }, () => {
  test('an address and two flags give tables, and a folder with everything', async (t) => {
    const at = await site(t, ok);
    const out = path.join(at.home.path, 'out');
    const { code, stdout, stderr } = await load(
      t,
      at,
      'run',
      at.url,
      '--users',
      '2',
      '--loops',
      '3',
      '--out',
      out,
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Summary Report\nLabel[\s\S]*\nTOTAL +6 [\s\S]*Aggregate Report/);
    assert.deepEqual(readdirSync(out).sort(), [
      'aggregate.csv',
      'report.html',
      'results.json',
      'results.jtl',
    ]);
    assert.match(readFileSync(path.join(out, 'report.html'), 'utf8'), /relevo load run http:/);
    assert.equal(readFileSync(path.join(out, 'results.jtl'), 'utf8').trimEnd().split('\n').length, 7);
  });

  test('-o json prints the results and nothing else', async (t) => {
    const at = await site(t, ok);
    const { stdout } = await load(t, at, 'run', at.url, '--loops', '4', '-o', 'json');
    assert.equal(JSON.parse(stdout).total.count, 4);
  });

  test('while it runs there is a line a second on standard error', async (t) => {
    const at = await site(t, ok);
    const words = ['run', at.url, '--rate', '20/s', '--duration', '2s'];
    const { stderr } = await load(t, at, ...words);
    assert.match(stderr, /1 s {2}\d+ users, \d+\/s, 0\/s failed, p50 /);
  });

  test('thresholds decide the exit code', async (t) => {
    const at = await site(t, (_, response) => {
      response.statusCode = 500;
      response.end();
    });
    // Slow machines send late: nothing here is about times.
    const words = ['run', at.url, '--threshold', 'p99<60s', '--threshold'];
    const missed = await load(t, at, ...words, 'errors<1%');
    assert.equal(missed.code, 1, missed.stderr);
    assert.match(missed.stdout, /errors<1% +100 % +no/);
    assert.equal((await load(t, at, ...words, 'count=1')).code, 0);
    assert.equal((await load(t, at, 'run', at.url)).code, 0, 'nothing was asked for');
  });

  test('a generator that cannot do what the plan asks for decides nothing', async (t) => {
    const at = await site(t, (_, response) => void setTimeout(() => response.end(), 300).unref());
    const steps = `[{ get: ${at.url}/ }]`;
    const group = `{ name: g, rate: 40/s, duration: 1s, maxUsers: 1, steps: ${steps} }`;
    writeFiles(at.home.path, { 'plan.yaml': `groups: [${group}]\nthresholds: ["errors<1%"]\n` });
    const { code, stdout } = await load(t, at, 'run', path.join(at.home.path, 'plan.yaml'));
    assert.equal(code, 3, stdout);
    assert.match(stdout, /THE GENERATOR WAS SATURATED[\s\S]*iterations were dropped/);
    assert.match(stdout, /Dropped iterations +\d+/);
  });

  test('Ctrl-C ends it in good order and shows what was measured', async (t) => {
    const at = await site(t, ok);
    const out = path.join(at.home.path, 'out');
    const running = start(t, at, 'run', at.url, '--rate', '50/s', '--duration', '1h', '--out', out);
    await running.says(/1 s {2}/);
    running.process.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 130, stderr);
    assert.match(stdout, /stopped before its end[\s\S]*Aggregate Report/);
    assert.equal(JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8')).end, 'stopped');
    assert.ok(readdirSync(out).includes('report.html'));
  });

  test('a target that vanishes half-way is a result', async (t) => {
    const at = await site(t, ok);
    const words = [
      '--rate',
      '50/s',
      '--duration',
      '3s',
      '--threshold',
      'p99<60s',
      '--threshold',
      'errors<1%',
    ];
    const running = start(t, at, 'run', at.url, '-o', 'json', ...words);
    await running.says(/1 s {2}/);
    await at.vanish();
    const { code, stdout, stderr } = await running.ended;
    const { total, end } = JSON.parse(stdout);
    assert.equal(code, 1, stderr);
    assert.equal(end, 'done');
    assert.ok(total.failed > 0 && total.failed < total.count, stdout.slice(0, 500));
    assert.ok(total.errors.some((error: { code: string }) => /^Non HTTP response code/.test(error.code)));
  });

  test('no secret is in anything that is written or printed', async (t) => {
    const at = await site(t, (request, response) => {
      response.setHeader('Set-Cookie', 'sid=topsecret-cookie; Path=/');
      response.end(`{"token": "topsecret-token", "you": "${request.headers.authorization}"}`);
    });
    const steps = `
      - post: /login/\${city}?password=\${password}
        headers: { Authorization: Bearer topsecret-header, X-Api-Key: topsecret-key }
        form: { user: "\${city}", password: "\${password}" }
        check: { contains: "\${password}" }
      - get: /key/\${password}
        name: Key \${password}
      - get: /basic`;
    writeFiles(at.home.path, {
      'users.csv': 'city,password\nCádiz,topsecret-csv\n',
      'plan.yaml': `
defaults: { url: "${at.url}" }
authorizations: [{ user: bob, password: topsecret-basic }]
variables: { apiToken: topsecret-variable }
data: [{ file: users.csv }]
groups:
  - name: g
    loops: 2
    steps:${steps}
`,
    });
    const out = path.join(at.home.path, 'out');
    const { code, stdout, stderr } = await load(
      ...[
        t,
        at,
        'run',
        path.join(at.home.path, 'plan.yaml'),
        '--out',
        out,
        '-J',
        'dbPassword=topsecret-property',
      ],
    );
    assert.equal(code, 0, stderr);
    const basic = Buffer.from('bob:topsecret-basic').toString('base64');
    const written = readdirSync(out).map(
      (name) => [name, readFileSync(path.join(out, name), 'utf8')] as const,
    );
    for (const [name, text] of [...written, ['stdout', stdout], ['stderr', stderr]] as const) {
      assert.deepEqual([...text.matchAll(/topsecret-\w+/g)].map(String), [], name);
      assert.ok(!text.includes(basic), name);
    }
    assert.match(written.find(([name]) => name === 'report.html')?.[1] ?? '', /C\u00e1diz|C%C3%A1diz/);
  });

  test('users of all workers are one at a time where the plan has a lock, also when the time is over', async (t) => {
    const inside = { now: 0, most: 0, asked: 0 };
    const at = await site(t, (_, response) => {
      inside.asked++;
      inside.most = Math.max(inside.most, ++inside.now);
      setTimeout(() => {
        inside.now--;
        response.end();
      }, 5);
    });
    const steps = '[{ lock: till, steps: [{ get: / }] }]';
    writeFiles(at.home.path, {
      'plan.yaml': `defaults: { url: "${at.url}" }\ngroups: [{ name: g, users: 20, duration: 1s, steps: ${steps} }]\n`,
    });
    const plan = path.join(at.home.path, 'plan.yaml');
    const { code, stdout, stderr } = await load(t, at, 'run', plan, '--workers', '2', '-o', 'json');
    assert.equal(code, 0, stderr);
    const { total, workers } = JSON.parse(stdout);
    assert.deepEqual([workers, total.failed, total.count], [2, 0, inside.asked]);
    assert.ok(inside.asked > 5, `${inside.asked} requests`);
    assert.equal(inside.most, 1);
  });
});

suite('load report, compare and check', { concurrency: 2 }, () => {
  test('a report is made anew in another language, and two runs are compared', async (t) => {
    const at = await site(t, ok);
    const [one, two] = ['one', 'two'].map((name) => path.join(at.home.path, name)) as [string, string];
    for (const out of [one, two]) await load(t, at, 'run', at.url, '--loops', '5', '--out', out);
    const spanish = await load(t, at, 'report', one, '--lang', 'es');
    assert.equal(spanish.code, 0, spanish.stderr);
    assert.match(spanish.stdout, /Reporte resumen/);
    assert.match(readFileSync(path.join(one, 'report.html'), 'utf8'), /<html lang="es">/);
    const compared = await load(t, at, 'compare', one, two);
    assert.match(compared.stdout, /Label +Metric +First +Second +Change +Times\nGET \/ +average /);
    const json = await load(t, at, 'compare', one, two, '-o', 'json');
    assert.equal(JSON.parse(json.stdout).labels[0].label, 'GET /');
    assertRefused(await load(t, at, 'report', at.home.path), /results\.json cannot be read/);
    assertRefused(await load(t, at, 'compare', one, at.home.path), /results\.json cannot be read/);
  });

  test('a plan is described, and starts nothing', async (t) => {
    const at = await site(t, () => assert.fail('nobody is to be asked'));
    const group = '{ name: visitors, users: 3, rampUp: 20s, loops: 2, steps: [{ get: / }] }';
    writeFiles(at.home.path, { 'plan.yaml': `defaults: { url: "${at.url}" }\ngroups: [${group}]\n` });
    const { code, stdout } = await load(t, at, 'check', path.join(at.home.path, 'plan.yaml'));
    assert.equal(code, 0);
    assert.match(
      stdout,
      /Group "visitors": 3 users, all started within 20 s, each does it 2 times\n {2}1 request:/,
    );
  });

  test('what a .jmx has that is not supported is named with its place', async (t) => {
    const at = await site(t, ok);
    const plan = path.join(import.meta.dirname, '../../examples/load/shop.jmx');
    const text = readFileSync(plan, 'utf8').replaceAll(/UniformRandomTimer(?=["> ])/g, 'BeanShellTimer');
    const file = path.join(at.home.path, 'plan.jmx');
    writeFiles(at.home.path, { 'plan.jmx': text });
    for (const verb of ['check', 'run'])
      assertRefused(
        await load(t, at, verb, file),
        /plan\.jmx:\d+: not supported: .*BeanShellTimer[\s\S]*--skip-unsupported/,
      );
    const words = ['-J', `url=${at.url}`, '-J', 'users=1', '-J', 'loops=1', '-J', 'rampUp=0'];
    assert.equal((await load(t, at, 'run', file, '--skip-unsupported', ...words)).code, 0);
  });
});

suite('bad input is one message before anything is started', { concurrency: 2 }, () => {
  const steps = 'steps: [{ get: http://127.0.0.1:9/ }]';
  const plans: [what: string, text: string, message: RegExp][] = [
    ['an unknown key', `groups:\n  - name: g\n    userz: 3\n    ${steps}\n`, /plan\.yaml:3: .*userz/],
    ['broken YAML', 'groups:\n  - name: "g\n', /plan\.yaml:\d+: /],
    [
      'a time that is none',
      `groups:\n  - name: g\n    duration: soon\n    ${steps}\n`,
      /plan\.yaml:3: .*soon|duration/,
    ],
    [
      'an impossible ramp-up',
      `groups: [{ name: g, users: 3, rampUp: 20s, duration: 5s, ${steps} }]`,
      /ramp-up is longer/,
    ],
    ['a rate without an end', `groups: [{ name: g, rate: 5/s, ${steps} }]`, /it needs a duration/],
    [
      'a threshold that is none',
      `groups: [{ name: g, ${steps} }]\nthresholds: [fast]`,
      /"fast" is no threshold/,
    ],
    ['a missing data file', `groups: [{ name: g, ${steps} }]\ndata: [{ file: no.csv }]`, /no\.csv/],
    [
      'a broken data file',
      `groups: [{ name: g, ${steps} }]\ndata: [{ file: broken.csv }]`,
      /broken\.csv:\d+: not valid CSV/,
    ],
    ['broken XML', '<jmeterTestPlan>\n<hashTree>\n</oops>\n', /plan\.yaml:3: /],
    ['XML with entities', '<!DOCTYPE x [<!ENTITY a "b">]>\n<jmeterTestPlan/>', /plan\.yaml/],
  ];
  for (const [what, text, message] of plans) {
    test(`${what}`, async (t) => {
      const at = await site(t, ok);
      const own = text.replace('http://127.0.0.1:9', at.url);
      writeFiles(at.home.path, { 'plan.yaml': own, 'broken.csv': 'a,b\n1,2\n"3,4\n5,6\n' });
      assertRefused(await load(t, at, 'run', path.join(at.home.path, 'plan.yaml')), message);
    });
  }

  test('a target that does not answer', async (t) => {
    const at = await site(t, ok);
    const url = `http://127.0.0.1:${await freePort()}/`;
    assertRefused(await load(t, at, 'run', url), /nobody listens at 127\.0\.0\.1:\d+: nothing was started/);
  });

  test('a folder that has something, and one that cannot be made', async (t) => {
    const at = await site(t, ok);
    writeFiles(at.home.path, { 'full/a.txt': '' });
    const out = (name: string) => ['run', at.url, '--out', path.join(at.home.path, name)];
    assertRefused(await load(t, at, ...out('full')), /full is not empty/);
    assertRefused(await load(t, at, ...out('full/a.txt')), /a\.txt/);
    assertRefused(await load(t, at, ...out('full/a.txt/below')), /cannot make the folder/);
  });

  const lines: [words: string[], message: RegExp][] = [
    [['run', 'URL', '--rate', '5/s'], /--rate needs --duration/],
    [['run', 'URL', '--rate', '5/s', '--users', '3', '--duration', '1s'], /--users and --rate/],
    [['run', 'URL', '--duration', 'soon'], /write a duration/],
    [['run', 'URL', '-H', 'nonsense'], /is no header/],
    [['run', 'URL', '--threshold', 'p99'], /"p99" is no threshold/],
    [['run', 'no-such-plan.yaml'], /there is no such file/],
    [['run', 'URL', '--lang', 'fr'], /there are no messages in "fr"/],
    [['run', 'URL', '-o', 'xml'], /Allowed choices are text, json/],
  ];
  for (const [words, message] of lines) {
    test(`relevo load ${words.join(' ')}`, async (t) => {
      const at = await site(t, ok);
      assertRefused(await load(t, at, ...words.map((word) => word.replace('URL', at.url))), message);
    });
  }
});
