import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DockerfileError } from './dockerfile-error.ts';
import { parseDockerfile } from './parse.ts';

function read(text: string): [string, string, number][] {
  return parseDockerfile(text).instructions.map(({ name, rest, line }) => [name, rest, line]);
}

test('instructions are read whatever their letters, with the lines they begin in', () => {
  assert.deepEqual(read('from python:3\n\n# a comment\n  Run  pip install x  \nCMD ["a", "b"]\n'), [
    ['FROM', 'python:3', 1],
    ['RUN', 'pip install x', 4],
    ['CMD', '["a", "b"]', 5],
  ]);
});

test('continued lines are joined; comments and empty lines within them are left out', () => {
  assert.deepEqual(read('RUN a && \\\n# why\n\n   b && \\  \n c\r\nUSER x'), [
    ['RUN', 'a &&    b &&  c', 1],
    ['USER', 'x', 6],
  ]);
  assert.deepEqual(read('ENV A=1 \\\n'), [['ENV', 'A=1', 1]], 'also at the end of the file');
});

test('a directive changes the escape character, but only before everything else', () => {
  assert.deepEqual(read('# escape=`\nRUN a `\nb\nCOPY x c:\\\n'), [
    ['RUN', 'a b', 2],
    ['COPY', 'x c:\\', 4],
  ]);
  assert.equal(parseDockerfile('# syntax=docker/dockerfile:1\n# escape=`\nFROM x').escapeWith, '`');
  assert.equal(parseDockerfile('# a comment\n# escape=`\nFROM x').escapeWith, '\\');
  assert.throws(() => parseDockerfile('# escape=%\n'), /line 1: the escape character/);
});

test('flags stand before the words', () => {
  const [copy, cmd] = parseDockerfile('COPY --from=a --chown=1:2 --link x --y /\nCMD x --z').instructions;
  assert.deepEqual(copy?.flags, { from: 'a', chown: '1:2', link: 'true' });
  assert.equal(copy?.rest, 'x --y /');
  assert.equal(cmd?.rest, 'x --z');
  assert.throws(() => parseDockerfile('COPY --from=a --from=b x y'), /the flag --from is there twice/);
});

test('here-documents are refused with their line', () => {
  assert.throws(
    () => parseDockerfile('FROM x\nRUN <<EOF\nls\nEOF\n'),
    (error) => error instanceof DockerfileError && /^Dockerfile line 2: here-documents/.test(error.message),
  );
  assert.throws(() => parseDockerfile('COPY <<"END" /x\n'), /here-documents/);
  assert.equal(read('RUN cat <<<"$X"').length, 1, 'a here-string is the shell’s own');
});

test('breaking an instruction anywhere between its words changes nothing but blanks', () => {
  const word = fc.stringMatching(/^[a-z0-9=./:]{1,8}$/);
  const breaks = fc.constantFrom(' ', ' \\\n', ' \\ \n# x\n', ' \\\r\n \n');
  fc.assert(
    fc.property(fc.array(fc.tuple(word, breaks), { minLength: 1, maxLength: 8 }), (parts) => {
      const text = `RUN ${parts.map(([one, between]) => one + between).join('')}end`;
      const [instruction] = parseDockerfile(text).instructions;
      assert.deepEqual(instruction?.rest.split(/\s+/), [...parts.map(([one]) => one), 'end']);
    }),
  );
});
