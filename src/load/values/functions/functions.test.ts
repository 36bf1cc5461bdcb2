import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { valueContext, valueOfText } from '../../../../tests/support/load/value-world.ts';
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts';

const variables = {
  x: '5',
  y: 'a b',
  A_1: 'one',
  t: '${x}!',
  in: 'hello',
  v_matchNr: '2',
  v_1: 'p',
  v_2: 'q',
};

const values: readonly (readonly [template: string, value: string])[] = [
  ['${__P(known)} ${__P(nope)} ${__P(nope,)} ${__P(nope, d )}', 'yes 1  d'],
  ['${__property(nope)} ${__property(nope,pv,dd)}${pv}', 'nope dddd'],
  ['${__setProperty(a,1)}${__P(a)}${__setProperty(a,2,true)}${__P(a)}', '112'],
  ['${__isPropDefined(known)} ${__isPropDefined(nope)}', 'true false'],
  ['${__isVarDefined(x)} ${__isVarDefined(nope)}', 'true false'],
  ['${__V(A_1)} ${__V(nope)} ${__V(nope,d)}', 'one nope d'],
  ['${__eval(${t})} ${__evalVar(t)} ${__eval(\\${x})}', '5! 5! 5'],
  ['${__intSum(1,2,3)} ${__intSum(1,2,v)}${v} ${__intSum(-5,2)}', '6 33 -3'],
  ['${__intSum(2147483647,1)} ${__longSum(9223372036854775807,1)}', '-2147483648 -9223372036854775808'],
  ['${__split(a\\,b\\,c,s)} ${s_n} ${s_1} ${s_3} ${s_4}', 'a,b,c 3 a c ${s_4}'],
  ['${__split(a||c,s,|)} ${s_n} ${s_2}', 'a||c 3 ?'],
  ['${__split(\\,a\\,,s)} ${s_n} ${s_1} ${s_2}', ',a, 2 a ?'],
  ['${__split(,s)} ${s_n}', ' 0'],
  ["${__urlencode(a b&c/é~!*()')}", 'a+b%26c%2F%C3%A9%7E%21*%28%29%27'],
  ['${__urldecode(a+b%26%C3%A9)}', 'a b&é'],
  ['${__escapeHtml(<a href="é">\'&)}', "&lt;a href=&quot;&eacute;&quot;&gt;'&amp;"],
  ['${__unescapeHtml(&lt;&eacute;&#65;&#x41;&nope;&apos;&euro;)}', '<éAA&nope;&apos;€'],
  ['${__escapeXml(<\'">)}', '&lt;&apos;&quot;&gt;'],
  ['${__unescape(a\\tb\\u0041)}', 'a\tbA'],
  ['${__escapeOroRegexpChars([^"].+?,)}', '\\[\\^\\"\\]\\.\\+\\?'],
  ['${__changeCase(aB c,UPPER,)} ${__changeCase(aB,lower,)} ${__changeCase(ab,CAPITALIZE,)}', 'AB C ab Ab'],
  ['${__char(65,0x42,0103,xx)}', 'ABC'],
  [
    '${__digest(MD5,abc)} ${__digest(SHA-1,a,bc,true)}',
    '900150983cd24fb0d6963f7d28e17f72 A9993E364706816ABA3E25717850C26C9CD0D89D',
  ],
  ['${__threadNum} ${__threadGroupName} ${__samplerName()} ${__TestPlanName}', '3 Group Login Plan'],
  ['${__log(hello)}|${__logn(hello)}', 'hello|'],
  ['${__regexFunction(h(.)(l),$1$-$0$,1,,d,o,in)} ${o} ${o_g2} ${o_matchNr}', 'e-hel e-hel l 1'],
  ['${__regexFunction((l),<$1$>,ALL,+,d,,in)} ${__regexFunction(z,$0$,1,,d,,in)}', '<l>+<l> d'],
  ['${__Random(5,5)} ${__Random(0,9,r)}${r}', '5 55'],
  ['${__Random(-9007199254740993,-9007199254740993)}', '-9007199254740993'],
  ['${__RandomString(3,a)} ${__RandomString(0)}', 'aaa '],
  ['${__RandomFromMultipleVars(v)} ${__RandomFromMultipleVars(x|A_1)}', 'q one'],
  ['${__javaScript("${x}" == "5")} ${__javaScript(7/2)} ${__javaScript(null)}', 'true 3.5 null'],
  ['${__jexl3(${x} > 3 and not ("${y}" eq "b"))} ${__jexl2(7/2)} ${__jexl2(vars.get("nope"))}', 'true 3 '],
  ['${__groovy(vars.get("y").contains("a") ? "yes" : "no")} ${__groovy("5" == 5)}', 'yes false'],
  ['${__groovy(vars.put("z"\\, "1"))}${z}', '1'],
  [
    '${__strLen(abc)} ${__uppercase(aé)} ${__substring(abcd,1,3)} ${__base64Encode(hi)} ${__iterationNum}',
    '3 AÉ bc aGk= 2',
  ],
];

test('functions give what JMeter gives', () => {
  for (const [template, value] of values)
    assert.equal(valueOfText(template, valueContext(variables)), value, template);
});

test('what is given by chance lies between its bounds', () => {
  for (const [random, value] of [
    [0, '10'],
    [0.999_999_999_999, '12'],
  ] as const) {
    assert.equal(valueOfText('${__Random(10,12)}', valueContext({}, { random: () => random })), value);
  }
  const far = '${__Random(1000000000000000000,9223372036854775807)}';
  assert.equal(valueOfText(far, valueContext({}, { random: () => 0 })), '1000000000000000000');
  assert.match(valueOfText(far), /^\d{19}$/);
  assert.match(valueOfText('${__UUID}'), /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  assert.notEqual(valueOfText('${__UUID}'), valueOfText('${__UUID}'));
});

test('times and dates', () => {
  const now = Date.now();
  assert.ok(Math.abs(Number(valueOfText('${__time}')) - now) < 60_000);
  assert.ok(Math.abs(Number(valueOfText('${__time(/1000,)}')) - now / 1_000) < 60);
  assert.match(valueOfText('${__time(YMDHMS)}'), /^\d{8}-\d{6}$/);
  assert.equal(valueOfText('${__timeShift(yyyy-MM-dd,2024-02-28,P2D,,v)}'), '2024-03-01');
  assert.equal(
    valueOfText('${__timeShift(yyyy-MM-dd HH:mm,2024-02-28 01:00,-PT1H30M,,)}'),
    '2024-02-27 23:30',
  );
  assert.equal(valueOfText('${__timeShift(,1000,PT1.5S,,)}'), '2500');
  assert.equal(valueOfText('${__RandomDate(,2024-01-01,2024-01-05,,)}'), '2024-01-03');
  assert.equal(valueOfText('${__RandomDate(dd MM yyyy,05 01 2024,01 01 2024,,)}'), '');
  const convert = '${__dateTimeConvert(28/02/2024 13:05,dd/MM/yyyy HH:mm,EEEE d MMM yyyy h:mm a,)}';
  assert.equal(valueOfText(convert), 'Wednesday 28 Feb 2024 1:05 PM');
  assert.equal(valueOfText('${__dateTimeConvert(nonsense,dd/MM/yyyy,yyyy,)}'), '');
});

test('files are read below the folder of the plan, and nowhere else', (t) => {
  const folder = temporaryFolder(t);
  const inside = path.join(folder, 'plan');
  mkdirSync(inside);
  writeFileSync(path.join(inside, 'lines.txt'), 'a,1\nb,2\n');
  writeFileSync(path.join(folder, 'secret.txt'), 'secret');
  symlinkSync('../secret.txt', path.join(inside, 'link.txt'));
  const context = valueContext({}, { folder: inside });
  assert.equal(valueOfText('${__FileToString(lines.txt,,all)}${all}', context), 'a,1\nb,2\na,1\nb,2\n');
  const next = '${__StringFromFile(lines.txt,line)}';
  assert.equal(valueOfText(`${next}`, context), 'a,1');
  assert.equal(context.variables.get('line'), 'a,1');
  for (const file of ['nope.txt', '../secret.txt', 'link.txt', path.join(folder, 'secret.txt')]) {
    assert.equal(valueOfText(`\${__FileToString(${file})}`, context), '**ERR**', file);
  }
});

test('each user reads rows of its own from a file of all users, as long as it does not ask for the next', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(path.join(folder, 'rows.csv'), 'a,1\nb,2\n\n# no row\n');
  const first = valueContext({}, { folder });
  const second = { ...first, own: new Map() };
  const row = '${__CSVRead(rows.csv,0)}${__CSVRead(rows.csv,1)}';
  assert.deepEqual(
    [valueOfText(row, first), valueOfText(row, second), valueOfText(row, first)],
    ['a1', 'b2', 'a1'],
  );
  assert.equal(valueOfText(`\${__CSVRead(rows.csv,next)}${row}\${__CSVRead(rows.csv,7)}`, first), 'a1');
  assert.equal(valueOfText('${__CSVRead(rows.csv,*TWO)}${__CSVRead(*TWO,1)}', first), '1');
});

test('what is encoded is what is decoded', () => {
  for (const [there, back] of [
    ['__urlencode', '__urldecode'],
    ['__escapeHtml', '__unescapeHtml'],
    ['__base64Encode', '__base64Decode'],
  ] as const) {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const context = valueContext({ text });
        context.variables.set('coded', valueOfText(`\${${there}(\${text})}`, context));
        assert.equal(valueOfText(`\${${back}(\${coded})}`, context), text, there);
      }),
    );
  }
});

test('sums are those of Java', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 2, maxLength: 6 }), (numbers) => {
      const sum = numbers.reduce((before, number) => (before + number) | 0, 0);
      assert.equal(valueOfText(`\${__intSum(${numbers.join(',')})}`), String(sum));
    }),
  );
});
