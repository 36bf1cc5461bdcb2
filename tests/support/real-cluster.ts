// A cluster of real processes, shared by the tests of a file, and what a user of kubectl does with the pods in it.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from './eventually.ts';
import { RelevoHome } from './relevo.ts';

const patienceMs = 60_000;

export class RealCluster {
  readonly home = new RelevoHome();

  async up(...args: string[]): Promise<void> {
    const { code, stderr } = await this.home.run('up', '--detach', ...args);
    assert.equal(code, 0, stderr);
  }

  async delete(): Promise<void> {
    await this.home.run('delete');
    this.home.remove();
  }

  /** Resolves with what it printed; rejects when it failed. */
  relevo(...args: string[]): Promise<string> {
    return this.home.relevo(...args);
  }

  kubectl(...args: string[]): Promise<string> {
    return this.home.kubectl('default', ...args);
  }

  async apply(yaml: string): Promise<string> {
    const file = path.join(this.home.path, 'manifest.yml');
    writeFileSync(file, yaml);
    return this.kubectl('apply', '-f', file);
  }

  async ready(...pods: string[]): Promise<void> {
    const names = pods.map((name) => `pod/${name}`);
    await this.kubectl('wait', '--for=condition=Ready', '--timeout=30s', ...names);
  }

  /** What a shell in the pod says, of its first container unless `more` names another. */
  async says(pod: string, script: string, ...more: string[]): Promise<string> {
    return (await this.kubectl('exec', pod, ...more, '--', 'sh', '-c', script)).trim();
  }

  field(name: string, jsonpath: string): Promise<string> {
    return this.kubectl('get', 'pod', name, '-o', `jsonpath={${jsonpath}}`);
  }

  /** Resolves with the pod's description once it has this. */
  described(name: string, pattern: RegExp): Promise<string> {
    return eventually(async () => {
      const text = await this.kubectl('describe', 'pod', name);
      return pattern.test(text) && text;
    }, patienceMs);
  }
}
