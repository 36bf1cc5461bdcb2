import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { temporaryFolder, writeFiles } from '../../../tests/support/temporary-folder.ts';
import { multipartBody } from './multipart-body.ts';
import { type BodyContent, bodyOf, queryOf } from './request-body.ts';
import { encodeText } from './text-encoding.ts';

const nothing: BodyContent = {
  method: 'POST',
  arguments: [],
  files: [],
  multipart: false,
  encoding: '',
  folder: '/',
};

function argument(
  name: string,
  value: string,
  changes: { encode?: boolean; withEquals?: boolean; decodeFirst?: boolean } = {},
) {
  return { name, value, encode: true, withEquals: true, ...changes };
}

test('arguments are a form: encoded where they ask for it, in the bytes of its encoding', async () => {
  const named = [
    argument('a b', 'c&d=é*-._'),
    argument('raw', 'x%20y', { encode: false }),
    argument('flag', '', { withEquals: false }),
    argument('glued', 'x', { withEquals: false }),
    argument(' ', 'nameless'),
  ];
  assert.equal(queryOf(named, ''), 'a+b=c%26d%3D%C3%A9*-._&raw=x%20y&flag&gluedx');
  const decoded = (value: string, encoding = '') =>
    queryOf([argument('n', value, { decodeFirst: true })], encoding);
  assert.equal(decoded('a+b%20c=%C3%B1%26'), 'n=a+b+c%3D%C3%B1%26');
  assert.equal(decoded('100%'), 'n=100%25');
  assert.equal(decoded('%F1', 'iso-8859-1'), 'n=%F1');
  assert.equal(queryOf([argument('n', 'ñ€')], 'ISO-8859-1'), 'n=%F1%3F');
  assert.equal(queryOf([argument('n', 'ñ€')], 'windows-1252'), 'n=%F1%80');
  const { body, contentType } = (await bodyOf({ ...nothing, arguments: [argument('a', 'ü')] })) ?? {};
  assert.deepEqual([body?.toString(), contentType], ['a=%C3%BC', 'application/x-www-form-urlencoded']);
});

test('any argument comes out of the query as it went in', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string({ unit: 'grapheme' }),
      (name, value) => {
        fc.pre(name.trim() !== '');
        assert.deepEqual(
          [...new URLSearchParams(queryOf([argument(name, value)], 'UTF-8'))],
          [[name, value]],
        );
      },
    ),
  );
});

test('what goes into the query is no body; a text is one as it is, with every method', async () => {
  for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS']) {
    assert.equal(await bodyOf({ ...nothing, method, arguments: [argument('a', 'b')] }), undefined);
    const { body } = (await bodyOf({ ...nothing, method, body: '{"ñ":1}', encoding: 'latin1' })) ?? {};
    assert.deepEqual(body, Buffer.from('{"ñ":1}', 'latin1'));
  }
});

test('one file without a name is the whole body, others are parts', async (t) => {
  const folder = writeFiles(temporaryFolder(t), { 'a.bin': 'bytes', 'sub/b"c.txt': 'text' });
  const file = { path: 'a.bin', field: '', mimeType: '' };
  const whole = await bodyOf({ ...nothing, method: 'PUT', files: [file], folder });
  assert.deepEqual(whole, { body: Buffer.from('bytes'), contentType: undefined });
  const typed = await bodyOf({ ...nothing, files: [{ ...file, mimeType: 'x/y' }], folder });
  assert.equal(typed?.contentType, 'x/y');
  const parts = await multipartBody(
    {
      arguments: [argument('na"me', 'välue'), argument('', 'nameless')],
      files: [
        { ...file, field: 'one' },
        { path: `${folder}/sub/b"c.txt`, field: 'two', mimeType: 'text/plain' },
      ],
      encoding: '',
      folder,
    },
    'EDGE',
  );
  assert.equal(parts.contentType, 'multipart/form-data; boundary=EDGE');
  assert.equal(
    parts.body.toString(),
    [
      '--EDGE',
      'Content-Disposition: form-data; name="na%22me"',
      '',
      'välue',
      '--EDGE',
      'Content-Disposition: form-data; name="one"; filename="a.bin"',
      'Content-Type: application/octet-stream',
      '',
      'bytes',
      '--EDGE',
      'Content-Disposition: form-data; name="two"; filename="b%22c.txt"',
      'Content-Type: text/plain',
      '',
      'text',
      '--EDGE--',
      '',
    ].join('\r\n'),
  );
});

test('a multipart body is one to others, and each has a boundary of its own', async (t) => {
  const folder = writeFiles(temporaryFolder(t), { f: 'in the file' });
  const content = {
    ...nothing,
    multipart: true,
    arguments: [argument('a', 'b')],
    files: [{ path: 'f', field: 'f', mimeType: '' }],
    folder,
  };
  const [one, two] = [await bodyOf(content), await bodyOf(content)];
  assert.notEqual(one?.contentType, two?.contentType);
  const form = await new Response(one?.body as Uint8Array<ArrayBuffer>, {
    headers: { 'content-type': one?.contentType ?? '' },
  }).formData();
  assert.equal(form.get('a'), 'b');
  assert.equal(await (form.get('f') as File).text(), 'in the file');
  const plain = await bodyOf({ ...nothing, multipart: true, arguments: [argument('a', 'b')] });
  assert.match(plain?.contentType ?? '', /^multipart/);
});

test('a file that is not there, and an encoding that nobody knows, are said by name', async () => {
  const files = [{ path: 'missing.bin', field: '', mimeType: '' }];
  await assert.rejects(bodyOf({ ...nothing, files, folder: '/nowhere' }), /\/nowhere\/missing\.bin/);
  await assert.rejects(
    bodyOf({ ...nothing, body: 'x', encoding: 'klingon' }),
    /encoding klingon is not known/,
  );
  await assert.rejects(
    bodyOf({ ...nothing, body: 'x', encoding: 'shift_jis' }),
    /encoding shift_jis is not known/,
  );
});

test('text is written in the encodings that Java’s users name', () => {
  for (const [encoding, bytes] of [
    ['', 'c3b1e282ac'],
    ['utf8', 'c3b1e282ac'],
    ['US-ASCII', '3f3f'],
    ['ISO-8859-1', 'f13f'],
    ['iso-8859-15', 'f1a4'],
    ['windows-1252', 'f180'],
    ['UTF-16LE', 'f100ac20'],
    ['UTF-16BE', '00f120ac'],
    ['UTF-16', 'feff00f120ac'],
    ['koi8-r', '3f3f'],
  ] as const)
    assert.equal(encodeText('ñ€', encoding).toString('hex'), bytes, encoding);
});
