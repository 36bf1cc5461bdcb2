import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IgnoreRules } from './ignore.ts';

function ignored(rules: string, ...files: string[]): string[] {
  const ignore = new IgnoreRules(rules);
  return files.filter((file) => ignore.ignores(file));
}

test('patterns count from the folder, and what is in an ignored folder goes with it', () => {
  const files = ['node_modules/a/b.js', 'src/node_modules/c', 'x.md', 'docs/y.md', '.git/config'];
  assert.deepEqual(ignored('node_modules\n*.md\n/.git/\n', ...files), [
    'node_modules/a/b.js',
    'x.md',
    '.git/config',
  ]);
  assert.deepEqual(ignored('**/node_modules\n**/*.md', ...files), files.slice(0, 4));
});

test('the last rule that fits decides', () => {
  assert.deepEqual(ignored('*.md\n!README.md', 'a.md', 'README.md'), ['a.md']);
  assert.deepEqual(ignored('!README.md\n*.md', 'a.md', 'README.md'), ['a.md', 'README.md']);
  assert.deepEqual(ignored('*\n!src\n!src/**', 'a', 'src/b'), ['a']);
});

test('comments, empty lines, ?, classes and ** in the middle', () => {
  assert.deepEqual(ignored('# *\n\n', 'a'), []);
  assert.deepEqual(ignored('a?c\nx[0-9]', 'abc', 'a/c', 'x1', 'xy'), ['abc', 'x1']);
  assert.deepEqual(ignored('a/**/z', 'a/z', 'a/b/z', 'a/b/c/z', 'b/z'), ['a/z', 'a/b/z', 'a/b/c/z']);
  assert.deepEqual(ignored('dir/**', 'dir/x', 'dirx'), ['dir/x']);
  assert.throws(() => new IgnoreRules('a[b'), /the bracket in "a\[b" is not closed/);
});

test('a file whose name is written out is ignored, and no other', () => {
  const name = fc.stringMatching(/^[a-zA-Z0-9.+()^$|{}-]{1,6}$/).filter((text) => !/^\.+$/.test(text));
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 3 }), name, (parts, other) => {
      const rules = new IgnoreRules(parts.join('/'));
      assert.equal(rules.ignores(parts.join('/')), true);
      assert.equal(rules.ignores([...parts, other].join('/')), true);
      assert.equal(rules.ignores(`${other}x/${parts.join('/')}`), false);
    }),
  );
});
