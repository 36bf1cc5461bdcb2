// relevo kubectl: runs the kubectl found on PATH against a cluster, whatever the user's own kubeconfig says.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import type { Command } from 'commander';
import { kubeconfigText } from './cluster-client.ts';
import { clusterOf, messagesOf, verb } from './verb.ts';

export function command(): Command {
  return verb('kubectl')
    .usage('[options] [--] <arguments of kubectl…>')
    .argument('[arguments...]', 'passed on as they are')
    .passThroughOptions()
    .action(async (args: string[], _options: object, self: Command) => {
      const cluster = clusterOf(self);
      kubeconfigText(cluster);
      if (!cluster.running()) throw new Error(messagesOf(self).status.notRunning(cluster.name));
      process.exitCode = await runKubectl(args, cluster.kubeconfig);
    });
}

/** Resolves with kubectl's exit code. Throws, saying how to get one, when there is none. */
async function runKubectl(args: readonly string[], kubeconfig: string): Promise<number> {
  const child = spawn('kubectl', args, { stdio: 'inherit', env: { ...process.env, KUBECONFIG: kubeconfig } });
  // Ctrl-C reaches kubectl as well: it decides what that means, and this process waits for it.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + os.constants.signals[signal as NodeJS.Signals];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(howToGetKubectl(), { cause: error });
  } finally {
    process.off('SIGINT', ignore);
  }
}

function howToGetKubectl(): string {
  if (process.platform === 'darwin') return 'kubectl is not on PATH: get it with "brew install kubectl"';
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const address = `https://dl.k8s.io/release/v1.32.0/bin/linux/${architecture}/kubectl`;
  return `kubectl is not on PATH: get it with "curl -LO ${address} && chmod +x kubectl && sudo mv kubectl /usr/local/bin/"`;
}
