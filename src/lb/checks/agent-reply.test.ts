import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AgentReply, parseAgentReply } from './agent-reply.ts';

test('an agent tells weight, limit, wish and health, in any order and case', () => {
  const cases: [string, AgentReply][] = [
    ['75%\n', { weightPercent: 75 }],
    ['up 75%\r\n', { health: 'up', weightPercent: 75 }],
    ['READY,UP\tmaxconn:30 100%', { admin: 'ready', health: 'up', maxconn: 30, weightPercent: 100 }],
    ['drain', { admin: 'drain' }],
    ['maint', { admin: 'maint' }],
    ['stopped', { health: 'stopped' }],
    ['failed #disk full, 12% left\n', { health: 'failed', description: 'disk full, 12% left' }],
    ['up\ndown', { health: 'up' }],
    ['25% 50%', { weightPercent: 50 }],
    ['0%', { weightPercent: 0 }],
    ['99999%', { weightPercent: 25_600 }],
  ];
  for (const [text, expected] of cases) assert.deepEqual(parseAgentReply(text), expected, text);
});

test('what is no word of the protocol is passed over', () => {
  for (const text of [
    '',
    '\n',
    '-5%',
    '5',
    '%',
    'maxconn:',
    'maxconn:0',
    'upp',
    'HTTP/1.1 400 Bad Request',
  ]) {
    assert.deepEqual(parseAgentReply(text), {}, text);
  }
});

test('any text gives numbers in their ranges', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const { weightPercent = 0, maxconn = 1 } = parseAgentReply(text);
      return weightPercent >= 0 && weightPercent <= 25_600 && maxconn >= 1;
    }),
  );
});
