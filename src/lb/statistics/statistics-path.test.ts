import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateStructure } from '../../api/schema/structural.ts';
import { lbConfigSchema } from '../config/config-schema.ts';
import { isStatisticsPath } from './statistics-path.ts';

const paths: [path: string, isOne: boolean][] = [
  ...['/', '/stats', '/a/b', '/haproxy?stats', '/?stats', '/haproxy?'].map((path): [string, boolean] => [
    path,
    true,
  ]),
  ...['', 'stats', '?stats', '/a b', '/a;csv', '/a?b;csv', '/a?b?c', '/a#b', '/a\n'].map(
    (path): [string, boolean] => [path, false],
  ),
];
for (const [path, isOne] of paths) {
  test(`${JSON.stringify(path)} is ${isOne ? 'a' : 'no'} path of statistics, for verbs and for files`, () => {
    assert.equal(isStatisticsPath(path), isOne);
    const frontends = [{ name: 'web', bind: ['*:80'] }];
    const faults = validateStructure(lbConfigSchema, { frontends, statistics: { path } });
    assert.deepEqual(faults.filter(({ field }) => field.includes('statistics.path')).length, isOne ? 0 : 1);
  });
}
