import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conditionProblem, functionProblems } from './function-problems.ts';

test('functions that are carried out are no problem', () => {
  for (const text of [
    'plain',
    '${x} ${__jm__Loop__idx}',
    '${__Random(1,${max})}',
    '${__time(yyyy-MM-dd)}',
    '${__groovy(vars.get("x") == "${y}")}',
    '${__FileToString(${file})}',
    '${__V(A_${__threadNum})}',
  ]) {
    assert.deepEqual(functionProblems(text), [], text);
  }
});

test('what is not carried out is named', () => {
  const problems: readonly (readonly [string, RegExp])[] = [
    ['${__XPath(a,b)}', /^the function __XPath is not supported$/],
    ['${__V(${__BeanShell(1)})}', /__BeanShell is not supported/],
    ['${__Random(1)}', /__Random takes 2 to 3 arguments, not 1/],
    ['${__groovy(new Date())}', /__groovy does not support the script new Date\(\)/],
    ['${__javaScript("${x}".split("a"))}', /the method split\(\) is not supported/],
    ['${__time(YYYY-ww)}', /the letter Y of date patterns/],
    ['${__FileToString(/etc/passwd)}', /only files in the plan's folder/],
    ['${__regexFunction((.),$1$)}', /the last answer/],
    ['${__digest(MD2,a)}', /the digest "MD2"/],
  ];
  for (const [text, problem] of problems) {
    const found = functionProblems(text);
    assert.equal(found.length, 1, text);
    assert.match(found[0] as string, problem);
  }
});

test('conditions are looked at with a value in each place', () => {
  for (const text of ['', 'true', '${done}', '"${a}" == "b" && ${n} < 3', '${__counter(TRUE)} != 2']) {
    assert.equal(conditionProblem(text), undefined, text);
  }
  assert.match(conditionProblem('${a} == open') ?? '', /open is not known here: texts stand in quotes/);
  assert.match(conditionProblem('"${a}" = "b"') ?? '', /is not understood/);
  assert.match(conditionProblem('vars.get("a") == "${b}') ?? '', /not understood/);
});
