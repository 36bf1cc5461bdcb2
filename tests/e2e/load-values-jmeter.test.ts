// Templates, functions, conditions, assertions and extractors: JMeter and Relevo carry out the same plan, and send and say the same.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { suite, test } from 'node:test';
import { readPlanFile } from '../../src/load/plan/read-plan-file.ts';
import { startLoadRun } from '../../src/load/run/start-load-run.ts';
import { JMeter, type JtlRow, jtlRows } from '../support/load/jmeter.ts';
import { type ValuePlan, valuePlan } from '../support/load/value-plan.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const body = 'hello\nworld {"k":1} café 42\nend\n';

/** Nothing that is given by chance, or that only later versions have. */
const templates = [
  ...[
    '${x}',
    'a\\,b',
    'a\\,b${x}',
    '\\${x}',
    '\\${x}${x}',
    '\\\\${x}',
    '\\d${x}',
    '${undefined}',
    'a${b',
    '${b',
    '${}',
    '$ {x}',
  ],
  ...[
    '${esc}',
    '${esc2}',
    '$${x}',
    '{x}$',
    '(${__javaScript((1+2)*3)})',
    '${__javaScript("a\\,b")}',
    '${__intSum(1,2,3)}',
  ],
  ...[
    '${__V(A_${__intSum(0,1)})}',
    '${__V(nope)}',
    '${__eval(\\${x})}',
    '${__intSum(2147483647,1)}',
    '${__intSum(1,2,s)}${s}',
  ],
  ...[
    '${__longSum(9223372036854775807,1)}',
    '${__P(nope)}',
    '${__P(nope,)}',
    '${__P( nope , d )}',
    '${__property(nope)}',
  ],
  ...[
    '${__setProperty(sp,1)}${__P(sp)}',
    '${__setProperty(sp,2,true)}${__P(sp)}',
    '${__counter(TRUE)}',
    '${__counter(FALSE,c)}${c}',
  ],
  ...[
    '${__split(a\\,b\\,c,s)} ${s_n} ${s_1} ${s_3} ${s_4}',
    '${__split(a||c,s,|)} ${s_n} ${s_2}',
    '${__split(\\,a\\,,q)} ${q_n} ${q_2}',
  ],
  ...[
    '${__urlencode(a b&c/é~!*())}',
    '${__escapeHtml(<a href="é">&)}',
    '${__unescapeHtml(&lt;&#65;&#x41;&nope;&apos;)}',
  ],
  ...[
    '${__unescape(a\\tb\\u0041)}',
    '${__char(65,0x42,0103,xx)}',
    '${__escapeOroRegexpChars([^"].+?,)}',
    '${__threadNum}',
  ],
  ...[
    '${__samplerName()}',
    '${__javaScript("${x}" == "5")}',
    '${__javaScript(7/2)}',
    '${__javaScript("a" && "b")}',
  ],
  ...[
    '${__jexl2(1+2)}',
    '${__jexl2(7/2)}',
    '${__jexl2("10" < 9)}',
    '${__jexl2("5" == 5)}',
    '${__jexl2("true" == true)}',
  ],
  ...[
    '${__jexl2(vars.get("x"))}',
    '${__jexl2(vars.get("nope"))}',
    '${__jexl2(5 eq 5 and not (3 gt 4))}',
    '${__jexl2("abc" =~ "a.*")}',
  ],
  // Of tables of variables that look at each other.
  ...[
    '${own}',
    '${same}',
    '${sum}',
    '${bySum}',
    '${after}',
    '${next}',
    '${joined}',
    '${late}',
    '${function}',
    '${last}',
  ],
  ...[
    '${__regexFunction(h(.)l,$1$-$0$,1,,none,o,in)}',
    '${__log(hello)}',
    '${__logn(hello)}',
    '${__javaScript("abc".length)}',
  ],
];

const patterns = [
  ...[
    'hello',
    'nope',
    '^world$',
    '(?m)^hello$',
    'HELLO',
    '(?i)HELLO',
    'h[ea]l{2}o',
    '\\bworld\\b',
    'end$',
    'end\\Z',
    'end\\z',
  ],
  ...[
    '\\Ahello',
    'caf\\w',
    'caf\\w\\b',
    '\\d\\d',
    '(\\w)\\1',
    '[[:alpha:]]+',
    'a{,3}',
    '(?x) hel lo # c',
    'hel(?=lo)',
    'hello.world',
  ],
  ...[
    '(?s)hello.world',
    '$x',
    '{"k',
    'k":1}',
    '\\x68ello',
    '\\150ello',
    '[^\\W]ello',
    'hello${re}',
    'he${re}o',
    'a-z]',
    'hello\\s+w',
  ],
];

const assertions: ValuePlan['assertions'] = [
  ...patterns.map((pattern) => ({ type: 2, field: 'response_data', pattern })),
  { type: 6, field: 'response_data', pattern: 'hello' },
  { type: 1, field: 'response_data', pattern: 'hello' },
  { type: 1, field: 'response_data', pattern: '(?s).*world.*' },
  { type: 8, field: 'response_data', pattern: 'hello' },
  { type: 16, field: 'response_data', pattern: 'he.lo' },
  { type: 20, field: 'response_data', pattern: 'hello' },
  { type: 2, field: 'response_headers', pattern: 'HTTP/1.1 200 OK\n' },
  { type: 2, field: 'response_headers', pattern: '(?m)^X-Test: yes$' },
  { type: 2, field: 'response_headers', pattern: 'HTTP/1.0' },
  { type: 8, field: 'response_code', pattern: '404' },
  { type: 2, field: 'response_message', pattern: 'KO' },
  { type: 2, field: 'sample_label', pattern: '/nope$' },
];

const extractors: ValuePlan['extractors'] = [
  { pattern: 'h(.)l', template: '$1$', match: '1' },
  { pattern: '(h)(.)(l)', template: '$2$-$3$', match: '1' },
  { pattern: '(\\w+)', template: '$1$', match: '-1' },
  { pattern: '(l)(o)?', template: '$1$x$2$', match: '1' },
  { pattern: '(l)', template: '$1$', match: '9' },
  { pattern: '(h)(e)', template: '$1$', match: '-1' },
  { pattern: '(q)', template: '$1$', match: '-1' },
  { pattern: 'h', template: 'lit', match: '1' },
  { pattern: '(zz)', template: '$1$', match: '1' },
];

const conditions = [
  ...[
    'true',
    'false',
    '',
    '1 == 1',
    '"${x}" == "5"',
    '${x} == 5',
    '${x} > 3 && ${x} < 6',
    '"10" < "9"',
    '"10" < 9',
    '"5" == 5',
  ],
  ...[
    '!("a" == "b")',
    '"abc".length == 3',
    '"abc".indexOf("b") != -1',
    'x == 5',
    'a == a',
    '1',
    '"true"',
    '${undefined} == 5',
  ],
  ...[
    '(1+2)*3 == 9',
    '7 % 4 == 3',
    '1 < 2 ? true : false',
    '1 ==',
    '"a" = "a"',
    "'${x}' === '5'",
    '${x} !== 6',
    '1 == 1;',
  ],
];

suite('values of plans', () => {
  test('JMeter and Relevo send the same bodies, and say the same of each assertion', async (t) => {
    const sent: string[] = [];
    const server = createServer(async (request, response) => {
      let received = '';
      for await (const chunk of request.setEncoding('utf8')) received += chunk;
      sent.push(`${request.url} ${received}`);
      response.setHeader('X-Test', 'yes').setHeader('Content-Type', 'text/plain; charset=utf-8').end(body);
    });
    t.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const folder = temporaryFolder(t);
    const file = path.join(folder, 'values.jmx');
    const port = String((server.address() as AddressInfo).port);
    const own = {
      plain: '1',
      own: '${plain}x',
    };
    const first = {
      x: '5',
      A_1: 'one',
      re: 'l+',
      in: 'hello',
      esc: 'a\\,b',
      esc2: 'a\\,b${__intSum(1,1)}',
      same: '${x}-${plain}',
      sum: '${__intSum(1,2,bySum)}',
      after: '${bySum}',
    };
    const second = { next: '${x}', x: '5', joined: '${x}${same}', late: '${last}', function: '${__V(next)}' };
    const tables = [own, first, second, { last: '${joined}' }];
    writeFileSync(file, valuePlan({ port, tables, templates, assertions, extractors, conditions }));
    const theirRows = await new JMeter(folder).run(file, {});
    const theirs = sent.splice(0);
    const { plan } = readPlanFile(file);
    const out = path.join(folder, 'ours');
    await (await startLoadRun({ plan, folder: out })).finished;
    assert.ok(theirs.length > templates.length + assertions.length);
    assert.deepEqual(sent, theirs);
    assert.deepEqual(jtlRows(path.join(out, 'results.jtl')).map(said), theirRows.map(said));
  });
});

function said({ label, success, failureMessage }: JtlRow): string {
  return `${label} ${success} ${failureMessage}`;
}
