import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { group, plan } from '../../../tests/support/load/user-world.ts';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import type { DataFile } from '../plan/plan.ts';
import { evaluatedPlan } from './evaluated-plan.ts';

const data: DataFile = {
  ...{ id: 'd', file: 'users.csv', encoding: '', variables: [], skipFirstLine: false },
  ...{ delimiter: ',', quoted: false, atEnd: 'recycle', sharing: 'all' },
};

async function fileOf(folder: string, text: string, given: Partial<DataFile> = {}) {
  writeFileSync(path.join(folder, 'users.csv'), text);
  const { dataFiles } = await evaluatedPlan(
    plan([group([])], { folder, dataFiles: [{ ...data, ...given }] }),
  );
  return dataFiles[0];
}

async function valuesOf(variables: readonly { name: string; value: string; table?: string }[]) {
  const evaluated = await evaluatedPlan(plan([group([])], { variables }));
  return Object.fromEntries(evaluated.variables.map(({ name, value }) => [name, value]));
}

test('names in the first line may be quoted, whatever the rows are', async (t) => {
  const folder = temporaryFolder(t);
  for (const quoted of [true, false]) {
    const file = await fileOf(folder, '"last, first","say ""age""", x \r\nAna,30,1\n', { quoted });
    assert.deepEqual(file?.variables, ['last, first', 'say "age"', 'x'], `quoted: ${quoted}`);
    assert.equal(file?.skipFirstLine, true);
    assert.equal(file?.file, path.join(folder, 'users.csv'));
  }
});

test('names of the plan leave the first line a row, unless it is to be skipped', async (t) => {
  const folder = temporaryFolder(t);
  const named = { variables: ['name'] };
  assert.equal((await fileOf(folder, 'ana\n', named))?.skipFirstLine, false);
  await assert.rejects(fileOf(folder, 'ana\n', { ...named, skipFirstLine: true }), /users\.csv has no rows/);
  await assert.rejects(fileOf(folder, 'name\n'), /users\.csv has no rows/);
  await assert.rejects(fileOf(folder, ''), /users\.csv has no rows/);
});

test('a file that is not there, not text, or no CSV is told before the run', async (t) => {
  const folder = temporaryFolder(t);
  await assert.rejects(fileOf(folder, '', { file: 'gone.csv' }), /gone\.csv cannot be read: ENOENT/);
  await assert.rejects(
    fileOf(folder, 'a\n', { encoding: 'klingon' }),
    /users\.csv cannot be read: .*klingon/,
  );
  await assert.rejects(fileOf(folder, 'name\n"ana\n', { quoted: true }), /users\.csv:\d+: not valid CSV/);
});

test('variables of one table do not see each other, and see those of the tables before', async () => {
  const first = { table: 'first' };
  const variables = [
    { name: 'a', value: '1', ...first },
    { name: 'b', value: '${a}', ...first },
    { name: 'a', value: 'the first one is valid', ...first },
    { name: 'sum', value: '${__intSum(1,2,set)}', ...first },
    { name: 'c', value: '${a}${b}${set}', table: 'second' },
  ];
  assert.deepEqual(await valuesOf(variables), { a: '1', b: '${a}', sum: '3', set: '3', c: '1${a}3' });
});

test('variables without a table see all before them', async () => {
  const variables = [
    { name: 'a', value: '1' },
    { name: 'b', value: '${a}2' },
    { name: 'c', value: '${b}3' },
  ];
  assert.deepEqual(await valuesOf(variables), { a: '1', b: '12', c: '123' });
});

test('when the test began is known to variables', async () => {
  const { began, ...others } = await valuesOf([{ name: 'began', value: '${TESTSTART.MS}' }]);
  assert.match(began ?? '', /^\d{13}$/);
  assert.deepEqual(others, {});
});
