import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findUserStack } from './user-stack.ts';

function found(installed: readonly string[], { isRoot = false, tun = true } = {}): string {
  const isInstalled = (program: string) => installed.includes(program);
  const stack = findUserStack({ isRoot, isInstalled, mayOpen: () => tun });
  return typeof stack === 'string' ? `- ${stack}` : stack.program;
}

test('slirp4netns is taken where there is a choice, pasta where it is the only one that can do it', () => {
  assert.equal(found(['slirp4netns', 'pasta', 'nft']), 'slirp4netns');
  assert.equal(found(['slirp4netns'], { isRoot: true }), 'slirp4netns');
  assert.equal(found(['pasta', 'nft']), 'pasta');
});

test('what is missing is named with what to do', () => {
  assert.match(found([]), /^- install slirp4netns \("apt install slirp4netns"\)$/);
  assert.match(found(['pasta', 'nft'], { isRoot: true }), /^- install slirp4netns .*slirp4netns"\)$/);
  assert.match(found(['pasta']), /, or nft, which pasta needs/);
  assert.match(found(['slirp4netns'], { tun: false }), /slirp4netns may not open \/dev\/net\/tun .*modprobe/);
});
