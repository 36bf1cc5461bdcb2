// English; it sets the example of what every language must have.

import { drillsEn } from './drills/en.ts';

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
    ownNetworks: () => 'Network      netns: every node and every pod has its own',
    sharedNetwork: (whyNot: string) => `Nodes share the network of this machine: ${whyNot}`,
    noEgress: (whyNot: string) => `Pods cannot reach beyond the cluster: ${whyNot}`,
    ingress: (urls: string) => `Ingress      ${urls}`,
    statistics: (url: string, user: string, password: string) =>
      `Statistics   ${url}  (user ${user}, password ${password})`,
    networkLost: () => 'The network of the nodes was lost; everything on it is started anew.',
    networkIsYours: () =>
      'Pods have roots and processes of their own, but the network of this machine and your rights: whoever may create pods is to be trusted like you.',
    processesAreYours: (whyNot: string | undefined) =>
      `Pods run as plain processes with your own rights: whoever may create pods can do what you can${whyNot === undefined ? '' : ` (${whyNot})`}.`,
    howToStop: () => 'Ctrl-C stops it; everything is kept for the next start.',
    howToStopDetached: (down: string) => `Runs in the background; "${down}" stops it.`,
    stopping: () => 'Stopping …',
    stopped: () => 'Stopped. Everything is kept.',
  },
  lb: {
    valid: (file: string, frontends: number, backends: number) =>
      `${file} is valid: ${frontends} ${frontends === 1 ? 'frontend' : 'frontends'}, ${backends} ${backends === 1 ? 'backend' : 'backends'}.`,
    frontend: (place: string) => `Frontend     ${place}`,
    statistics: (url: string, user: string, password: string | undefined) =>
      `Statistics   ${url}  (user ${user}${password === undefined ? '' : `, password of this run: ${password}`})`,
    howToStop: (pid: number) => `Ctrl-C stops it; "kill -HUP ${pid}" reads the file again.`,
    reloaded: () => 'The file was read again and is in force.',
    notReloaded: () => 'nothing was changed: what was in force stays so',
    stopping: () => 'Stopping …',
    imported: (lines: number, left: number) =>
      `${lines} ${lines === 1 ? 'line was' : 'lines were'} taken, ${left} could not be.`,
  },
  load: {
    stopping: () => 'Stopping: requests under way may end …',
    report: (file: string) => `Report  ${file}`,
  },
  drills: drillsEn,
  down: {
    removed: (path: string) => `Removed ${path} and all that was in it.`,
  },
  cleanup: {
    cleaning: () => 'Cleaning up …',
    removed: (name: string, what: string) => `Removed what was left of the cluster "${name}": ${what}.`,
    processes: (pids: readonly number[]) =>
      `${pids.length} ${pids.length === 1 ? 'process' : 'processes'} (${pids.join(', ')})`,
    controlGroups: (count: number) => `${count} ${count === 1 ? 'control group' : 'control groups'}`,
    nothing: (name: string) => `Nothing was left of the cluster "${name}".`,
    runs: (name: string) => `The cluster "${name}" is in use: nothing of it was touched.`,
    noClusters: () => 'There are no clusters, and nothing is left of any.',
  },
  demo: {
    title: () => 'A shop with three replicas and two backups on three nodes; one of the nodes is lost.',
    address: (url: string) => `Address   ${url}`,
    requests: (traffic: string) => `Requests  ${traffic}`,
    states: { ready: 'ready', notReady: 'not ready' },
    events: {
      nodeReady: (node: string) => `${node} is ready`,
      nodeNotReady: (node: string) => `${node} is taken for lost`,
      podPlaced: (pod: string, node: string) => `${pod} is to run on ${node}`,
      podReady: (pod: string, node: string) => `${pod} is ready on ${node}`,
      podEvicted: (pod: string, node: string) => `${pod} is given up on ${node}`,
      podGone: (pod: string, node: string) => `${pod} is gone from ${node}`,
    },
    next: () => 'Next: "relevo up -f YOUR-MANIFESTS", then kubectl as you know it.',
  },
  status: {
    notRunning: (name: string) => `The cluster "${name}" does not run; "relevo up" starts it.`,
    unknown: (name: string) => `There is no cluster "${name}"; "relevo up" makes one.`,
    running: (name: string, since: string) => `The cluster "${name}" has been running since ${since}.`,
    api: (url: string, state: string) => `API server   ${url}  ${state}`,
    answers: () => 'answers',
    doesNotAnswer: () => 'does not answer',
    network: (text: string) => `Network      ${text}`,
    sharedNetwork: () => 'loopback, shared with this machine',
    ownNetworks: (host: string) =>
      `netns; pods reach the world, and this machine as host.relevo.internal (${host})`,
    noEgress: (whyNot: string) => `netns; pods cannot reach beyond the cluster: ${whyNot}`,
    process: (name: string, state: string, pid: number) => `Process      ${name}  ${state}, pid ${pid}`,
    waiting: (name: string, why: string) => `Process      ${name}  not running: ${why}`,
    node: (name: string, state: string, pods: number) =>
      `Node         ${name}  ${state}, ${pods} ${pods === 1 ? 'pod' : 'pods'}`,
    balancer: (engine: string, accessLog: string) =>
      `Balancer     engine ${engine}; requests in ${accessLog}`,
    held: (name: string, words: string) =>
      `Pod          ${name}  held back, until "relevo pod thaw ${words}"`,
    ready: () => 'ready',
    notReady: () => 'not ready',
    workload: (name: string, ready: number, wanted: number) =>
      `Deployment   ${name}  ${ready} of ${wanted} ready`,
    service: (name: string, url: string) => `Service      ${name}  ${url}`,
  },
  node: {
    pods: (count: number) => `${count} ${count === 1 ? 'pod' : 'pods'}`,
    states: {
      running: 'running',
      starting: 'starting',
      waiting: 'restarting',
      frozen: 'frozen',
      stopped: 'stopped',
    },
    kubelet: (pid: number) => `kubelet ${pid}`,
    noKubelet: () => 'no kubelet',
    adding: () => 'Adding a node …',
    added: (name: string) => `${name} has joined.`,
    addedUnheard: (name: string) => `${name} was added, but is not ready yet.`,
    draining: (name: string) => `Moving the pods of ${name} …`,
    removed: (name: string) => `${name} is gone.`,
    removedUnheard: (name: string) =>
      `${name} is gone, but the API does not answer: "relevo kubectl -- delete node ${name}" removes its object.`,
    stopped: (name: string) =>
      `${name} is stopped, with all that ran on it, until "relevo node start ${name}".`,
    starting: (name: string) => `Starting ${name} …`,
    started: (name: string) => `${name} runs.`,
    startedUnheard: (name: string) =>
      `${name} was started, but is not ready yet: does the control plane answer?`,
    frozen: (name: string) =>
      `${name} stands still, with all that runs on it, until "relevo node thaw ${name}".`,
    thawed: (name: string) => `${name} goes on.`,
    cut: (name: string) => `${name} is cut off until "relevo node heal ${name}".`,
    healed: (name: string) => `The network of ${name} is as before.`,
    slowed: (name: string) => `The network of ${name} is slow until "relevo node heal ${name}".`,
    stayStopped: (names: string) => `Stopped: ${names} ("relevo node start NAME" starts a node).`,
    kubeletKilled: (name: string) =>
      `The kubelet of ${name} was killed and is started again; its pods go on.`,
    controlPlaneKilled: (pid: number) =>
      `The control plane (process ${pid}) was killed and is started again; pods and balancer go on.`,
  },
  pod: {
    killed: (pod: string, node: string, count: number) =>
      `Killed ${pod} on ${node} (${count} ${count === 1 ? 'process' : 'processes'}).`,
    frozen: (pod: string, node: string, count: number) =>
      `${pod} on ${node} stands still (${count} ${count === 1 ? 'process' : 'processes'}).`,
    held: (release: string) => `It is not started again until "${release}".`,
    thawed: (pod: string, node: string) => `${pod} on ${node} goes on.`,
    released: (pod: string, node: string) => `${pod} on ${node} may start again.`,
  },
  balancer: {
    killed: () => 'The balancer was killed and is started again; who connects meanwhile waits.',
    engineKilled: (engine: string, pid: number) =>
      `The engine ${engine} (pid ${pid}) was killed and is started again; who connects meanwhile waits.`,
    installed: (names: string) => `Installed    ${names}`,
    serves: (server: string, name: string) => `Balances for ${server} as "${name}".`,
    ingress: (places: string) => `Ingress      ${places}`,
    statistics: (url: string, user: string, password: string) =>
      `Statistics   ${url}  (user ${user}, password of this run: ${password})`,
    howToStop: () => 'Ctrl-C stops it.',
    stopping: () => 'Stopping …',
  },
  server: {
    columns: () => [
      'BACKEND',
      'SERVER',
      'ROLE',
      'STATE',
      'HEALTH',
      'SERVES',
      'WEIGHT',
      'SHARE',
      'NODE',
      'REASON',
    ],
    none: () => 'No balancer reports any server.',
    notAwaited: (balancer: string) =>
      `Kubelets of this cluster do not wait for "${balancer}" when a pod is to go; "kubectl describe balancer ${balancer}" says what to do.`,
    yes: () => 'yes',
    no: () => 'no',
    ejected: () => 'ejected',
    state: (server: string, state: string) => `${server} is to be in the state "${state}".`,
    weight: (server: string, weight: number) => `${server} is to have the weight ${weight}.`,
  },
  image: {
    waiting: () => 'Waiting for another "relevo image" …',
    built: (names: string, id: string, size: string) => `Built ${names}  ${id}  ${size}`,
    loading: () => 'Loading …',
    loaded: (names: string, id: string, size: string) => `Loaded ${names}  ${id}  ${size}`,
    warning: (text: string) => `Warning: ${text}`,
    removed: (name: string) => `Removed ${name}.`,
    none: () => 'There are no images; "relevo image build" and "relevo image load" make some.',
    columns: () => ['NAME', 'ID', 'SOURCE', 'BASE', 'SIZE', 'CREATED'],
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
