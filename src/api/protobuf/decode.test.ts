import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { definitionNameOf } from '../schema/definitions.ts';
import { decodeObject } from './decode.ts';
import { WireError } from './wire-reader.ts';

const decode = (bytes: Uint8Array) => decodeObject(bytes, definitionNameOf);

/** As `kubectl create configmap a --from-literal=x=y` sends it. */
const configMap = Buffer.from(
  '6b3873000a0f0a02763112' +
    '09436f6e6669674d6170121b0a110a016112001a0022002a0032003800420012060a017812' +
    '01791a002200',
  'hex',
);

test('an object from kubectl has the JSON that kubectl would have sent', () => {
  assert.deepEqual(decode(configMap), {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a' },
    data: { x: 'y' },
  });
});

// A small encoder, so that every shape can be tried.
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
const field = (number: number, ...bytes: number[]): number[] => [
  ...varint(number * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
];
const text = (number: number, value: string): number[] => field(number, ...Buffer.from(value));
const number = (fieldNumber: number, value: number): number[] => [
  ...varint(fieldNumber * 8),
  ...varint(value),
];
const envelope = (apiVersion: string, kind: string, raw: number[]) =>
  Uint8Array.from([
    0x6b,
    0x38,
    0x73,
    0,
    ...field(1, ...text(1, apiVersion), ...text(2, kind)),
    ...field(2, ...raw),
  ]);

test('zero is kept where Go has a pointer, and left out where it has none', () => {
  const zeros = field(2, ...number(1, 0), ...number(5, 0), ...number(7, 0));
  assert.deepEqual(decode(envelope('apps/v1', 'Deployment', zeros)).spec, { replicas: 0 });
});

test('times, quantities and numbers that may be texts have their JSON form', () => {
  const port = field(
    1,
    ...text(1, 'http'),
    ...number(3, 80),
    ...field(4, ...number(1, 0), ...number(2, 8080), ...text(3, '')),
  );
  const named = field(1, ...number(3, 81), ...field(4, ...number(1, 1), ...number(2, 0), ...text(3, 'web')));
  const service = decode(
    envelope('v1', 'Service', [
      ...field(1, ...field(8, ...number(1, 86_400))),
      ...field(2, ...port, ...named),
    ]),
  );
  assert.deepEqual(service.metadata, { creationTimestamp: '1970-01-02T00:00:00Z' });
  assert.deepEqual(service.spec, {
    ports: [
      { name: 'http', port: 80, targetPort: 8080 },
      { port: 81, targetPort: 'web' },
    ],
  });
});

test('messages that JSON does not name stand among the fields of their owner', () => {
  const secretVolume = field(1, ...text(1, 'v'), ...field(2, ...field(6, ...text(1, 'keys'))));
  const pod = decode(envelope('v1', 'Pod', field(2, ...secretVolume)));
  assert.deepEqual(pod.spec, { volumes: [{ name: 'v', secret: { secretName: 'keys' } }] });
});

test('bytes become base64, and a key may have any name', () => {
  const secret = decode(envelope('v1', 'Secret', field(2, ...text(1, '__proto__'), ...field(2, 0, 255))));
  assert.deepEqual(Object.entries(secret.data as object), [['__proto__', 'AP8=']]);
});

test('fields that are not known are passed over', () => {
  const raw = [...field(1, ...text(1, 'a')), ...number(999, 5), ...text(998, 'x')];
  assert.deepEqual(decode(envelope('v1', 'ConfigMap', raw)).metadata, { name: 'a' });
});

test('a kind that is not served, and bytes that are none, are refused by name', () => {
  assert.throws(() => decode(envelope('batch/v1', 'Job', [])), /Job batch\/v1 is not known/);
  assert.throws(() => decode(Buffer.from('{}')), /lacks the prefix/);
});

test('whatever bytes come, the answer is an object or a WireError', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(configMap.length - 1),
      fc.nat(255),
      (noise, at, byte) => {
        const bent = Uint8Array.from(configMap);
        bent[at] = byte;
        for (const bytes of [bent, Uint8Array.from([...configMap.subarray(0, at), ...noise])]) {
          try {
            assert.equal(typeof decode(bytes), 'object');
          } catch (error) {
            assert.ok(error instanceof WireError, String(error));
          }
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
