// English; it sets the example of what every language must have.

export const en = {
  up: {
    starting: (name: string) => `Starting the cluster "${name}" …`,
    apiReady: (url: string, seconds: string) => `API server   ${url}  (ready after ${seconds} s)`,
    kubeconfig: (file: string) => `Kubeconfig   ${file}`,
    nodes: (names: string) => `Nodes        ${names}`,
    service: (name: string, url: string) => `Service      ${name}  ${url}`,
    applying: () => 'Asking the API …',
    applied: (what: string) => `Applied      ${what}`,
    portTaken: (wanted: number, instead: number) => `Port ${wanted} is taken; using ${instead} instead.`,
    died: (name: string, how: string) => `${name} died (${how}); it is started again.`,
    runsAgain: (name: string) => `${name} runs again.`,
    processesAreYours: () =>
      'Pods run as plain processes with your own rights: whoever may create pods can do what you can.',
    howToStop: () => 'Ctrl-C stops it; everything is kept for the next start.',
    howToStopDetached: (down: string) => `Runs in the background; "${down}" stops it.`,
    stopping: () => 'Stopping …',
    stopped: () => 'Stopped. Everything is kept.',
  },
  down: {
    removed: (path: string) => `Removed ${path} and all that was in it.`,
  },
  demo: {
    title: () => 'Three replicas of a web application on three nodes, and what happens when one is killed.',
    applying: (files: string) => `Applying ${files}`,
    waitingForReplicas: (count: number) => `Waiting for ${count} replicas to be ready …`,
    asking: (url: string) => `Asking ${url} a few times: who answers?`,
    answer: (pod: string, node: string) => `  answered by ${pod} on ${node}`,
    killing: (pod: string, pid: number) => `Killing ${pod} (kill -9 ${pid}) …`,
    replaced: (pod: string, seconds: string) => `${pod} is ready again after ${seconds} s.`,
    lost: (failed: number, asked: number) => `${failed} of ${asked} requests failed meanwhile.`,
    done: () => 'That was it. The cluster of the demo is removed again.',
    next: () => 'Next: "relevo up -f YOUR-MANIFESTS", then kubectl as you know it.',
  },
  status: {
    notRunning: (name: string) => `The cluster "${name}" does not run; "relevo up" starts it.`,
    unknown: (name: string) => `There is no cluster "${name}"; "relevo up" makes one.`,
    running: (name: string, since: string) => `The cluster "${name}" has been running since ${since}.`,
    api: (url: string, state: string) => `API server   ${url}  ${state}`,
    answers: () => 'answers',
    doesNotAnswer: () => 'does not answer',
    process: (name: string, state: string, pid: number) => `Process      ${name}  ${state}, pid ${pid}`,
    waiting: (name: string, why: string) => `Process      ${name}  not running: ${why}`,
    node: (name: string, state: string, pods: number) =>
      `Node         ${name}  ${state}, ${pods} ${pods === 1 ? 'pod' : 'pods'}`,
    ready: () => 'ready',
    notReady: () => 'not ready',
    workload: (name: string, ready: number, wanted: number) =>
      `Deployment   ${name}  ${ready} of ${wanted} ready`,
    service: (name: string, url: string) => `Service      ${name}  ${url}`,
  },
  snapshot: {
    saving: () => 'Saving …',
    saved: (name: string, file: string) => `All objects of the cluster "${name}" are in ${file}.`,
    restoring: () => 'Restoring …',
    restored: (name: string, file: string) =>
      `The cluster "${name}" has the objects of ${file}; "relevo up" starts it.`,
    replaced: (file: string) => `What it had before is kept in ${file}.`,
  },
};

export type Messages = typeof en;
