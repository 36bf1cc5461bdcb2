import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CompiledPattern, patternOf } from './compiled-pattern.ts';
import { UnsupportedPattern } from './unsupported-pattern.ts';

const text = 'hello\nworld {"k":1} café 42\nend\n';

test('patterns are found where JMeter finds them', () => {
  for (const pattern of [
    ...[
      'hello',
      'h[ea]l{2}o',
      '\\bworld\\b',
      'end$',
      'end\\Z',
      '\\Ahello',
      'caf\\w\\b',
      '\\d\\d',
      '(\\w)\\1',
      'hello\nworld',
    ],
    ...[
      '(?m)^hello$',
      '(?i)HELLO',
      '(?s)hello.world',
      'hel(?=lo)',
      '{"k',
      'k":1}',
      '\\x68ello',
      '\\150ello',
      '[^\\W]ello',
    ],
    ...[
      '[[:alpha:]]+',
      '(?x) hel lo # a remark',
      '[]h]ello',
      '[a-]',
      '\\{"k"',
      '(?:hello)',
      'HEL(?i)LO|WORLD',
      '\\u0068ello',
    ],
    ...[
      '\\Qhello\\E',
      '[\\Q{"\\Ek]+',
      '\\p{Lower}+',
      '(?<first>h)ello',
      '(?i:HELLO)',
      'h\\Sllo\\s',
      '\\Hello',
      'end\\R',
    ],
  ]) {
    assert.equal(patternOf(pattern).isIn(text), true, pattern);
  }
});

test('and not where it does not', () => {
  for (const pattern of [
    ...[
      'nope',
      '^world$',
      'HELLO',
      'hello.world',
      'end\\z',
      '$x',
      'a{,3}',
      'hello\\b\\w',
      '(?i)(?-i)HELLO',
      '\\Qhel.o\\E',
    ],
    ...['a-z]', '(?x)hello\\ world', 'WORLD(?i)'],
  ]) {
    assert.equal(patternOf(pattern).isIn(text), false, pattern);
  }
});

test('"matches" means the whole text, alternatives included', () => {
  assert.equal(patternOf('a|ab').isWhole('ab'), true);
  assert.equal(patternOf('a').isWhole('a\n'), false);
  assert.equal(patternOf('.*').isWhole('a\nb'), false);
  assert.equal(patternOf('(?s).*').isWhole('a\nb'), true);
});

test('what cannot be carried out is said', () => {
  for (const [pattern, about] of [
    ['a++', /possessive/],
    ['(?>a)', /atomic/],
    ['(?(1)a|b)', /group/],
    ['[a-z&&[^b]]', /intersection/],
    ['(a', /without its \)/],
    ['a)', /without its \(/],
    ['[a-', /without its \]/],
    ['\\', /at the end/],
    ['\\p{Nonsense}', /property/],
    ['[[:nonsense:]]', /class/],
    ['\\9', /without such a group/],
    ['*a', /./],
    ['[z-a]', /./],
  ] as const) {
    assert.throws(
      () => patternOf(pattern),
      (error) => error instanceof UnsupportedPattern && about.test(error.message),
      pattern,
    );
  }
});

test('matches come in their order, empty ones too', () => {
  const pattern = patternOf('l*');
  assert.deepEqual(
    pattern.matches('hallo').map(([found]) => found),
    ['', '', 'll', '', ''],
  );
  assert.equal(pattern.matches('hallo', 2).length, 2);
  assert.deepEqual(patternOf('(l)(x)?').matches('l')[0]?.slice(), ['l', 'l', undefined]);
});

test('a change of case holds up to the end of its group, in all alternatives', () => {
  const pattern = new CompiledPattern('(?:a(?i)b|c)d');
  for (const good of ['abd', 'aBd', 'Cd']) assert.equal(pattern.isWhole(good), true, good);
  for (const bad of ['Abd', 'abD', 'CD']) assert.equal(pattern.isWhole(bad), false, bad);
});

test('a quoted text matches itself and nothing else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (quoted, other) => {
      fc.pre(!quoted.includes('\\E'));
      const pattern = new CompiledPattern(`\\Q${quoted}\\E`);
      assert.equal(pattern.isWhole(quoted), true);
      assert.equal(pattern.isWhole(other), other === quoted);
    }),
  );
});

test('simple patterns mean what they mean in JavaScript', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '(a|b)',
    '[ab]',
    '[^a]',
    'a*',
    'b+?',
    'a{1,2}',
    '(?:ab)?',
    'a|b',
    '^',
    'c',
    '[a-c]',
    '(?=b)',
  );
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), letters, (pieces, input) => {
      const pattern = pieces.join('');
      const found = new CompiledPattern(pattern).matches(input, 1)[0];
      assert.deepEqual(found?.slice(), new RegExp(pattern).exec(input)?.slice(), `${pattern} in ${input}`);
    }),
    { numRuns: 500 },
  );
});

test('no text breaks the reader', () => {
  const piece = fc.constantFrom(
    '(',
    ')',
    '[',
    ']',
    '\\',
    '?',
    '*',
    '+',
    '{',
    '}',
    '1',
    ',',
    'a',
    '^',
    '$',
    '|',
    ':',
    '<',
    'i',
    '-',
    '&&',
    'Q',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      try {
        new CompiledPattern(pieces.join(''));
      } catch (error) {
        assert.ok(error instanceof UnsupportedPattern, String(error));
      }
    }),
    { numRuns: 1_000 },
  );
});
