// Starts backups that are kept at zero, when the engine asks for them, and lets them go again when nothing is under way to them. The Deployment
// of a policy's cold backups is the balancers' to scale.

import type { V1Deployment, V1Service } from '../api/generated/types.ts';
import type { PolicyBackup } from '../api/relevo/backend-policy-types.ts';
import type { Clock } from '../base/clock.ts';
import type { Client } from '../client/client.ts';
import { splitKey } from '../client/object-key.ts';
import { deployments } from '../client/resources.ts';
import type { EngineStats } from '../lb/engine.ts';
import { backupDeployments } from './backup-candidates.ts';
import type { Note } from './note.ts';
import { othersWantBackups } from './other-balancers.ts';
import type { Decision } from './policy/policies.ts';
import type { KeyedWrites } from './report/keyed-writes.ts';
import { isBackendOf } from './translate/service.ts';

export interface ColdBackupsOptions {
  client: Client;
  clock: Clock;
  writes: KeyedWrites;
  /** Of this balancer. */
  name: string;
  /** By the key of their Service. */
  decisions(): ReadonlyMap<string, Decision>;
  deploymentsIn(namespace: string): readonly V1Deployment[];
  service(key: string): V1Service | undefined;
  stats(): Promise<EngineStats>;
  /** Services whose policy wants backups that no Deployment can start; replaces what was said before. */
  complain(notes: readonly Note[]): void;
}

const againMs = 1_000;

export class ColdBackups {
  readonly #options: ColdBackupsOptions;
  /** How many each backend asks for. */
  readonly #wanted = new Map<string, number>();
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(options: ColdBackupsOptions) {
    this.#options = options;
  }

  /** So many are asked for from now on, those that run among them. */
  wants(backend: string, count: number): void {
    if (count > 0) this.#wanted.set(backend, count);
    else this.#wanted.delete(backend);
    this.#look();
  }

  /** Policies or Deployments may have changed: looked at within a second. */
  changed(): void {
    if (this.#policies().length > 0) this.#later();
  }

  /** Idempotent. What is being written is the writes' to end. */
  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  /** Scales what has to be scaled; while something is wanted, or about to be let go, it is looked at every second. */
  #look(): void {
    const all = this.#policies();
    if (this.#closed || all.length === 0) return;
    this.#options.writes.put('cold backups', async (signal) => {
      const notes: Note[] = [];
      let again = false;
      for (const [key, backup] of all) again = (await this.#reconcile(key, backup, notes, signal)) || again;
      this.#options.complain(notes);
      if (again) this.#later();
    });
  }

  #later(): void {
    if (this.#closed) return;
    this.#cancel ??= this.#options.clock.after(againMs, () => {
      this.#cancel = undefined;
      this.#look();
    });
  }

  #policies(): [string, PolicyBackup][] {
    return [...this.#options.decisions()].flatMap(([key, { inForce }]): [string, PolicyBackup][] => {
      const backup = inForce?.spec.backup;
      return backup?.start === 'cold' ? [[key, backup]] : [];
    });
  }

  /** Resolves with whether it has to be looked at again soon. */
  async #reconcile(
    key: string,
    { selector, max }: PolicyBackup,
    notes: Note[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const wanted = Math.min(max, this.#wantedBy(key));
    // Of several the first by name.
    const [deployment] = backupDeployments(this.#options.deploymentsIn(splitKey(key).namespace), selector);
    if (!deployment) {
      if (wanted > 0) this.#complain(key, notes);
      return wanted > 0;
    }
    const replicas = deployment.spec.replicas ?? 1;
    if (wanted > replicas) await this.#scale(deployment, wanted, signal);
    const isOver = wanted === 0 && replicas > 0 && (await this.#isIdle(key, signal));
    if (isOver) await this.#scale(deployment, 0, signal);
    return wanted > 0 || (replicas > 0 && !isOver);
  }

  #wantedBy(serviceKey: string): number {
    const own = [...this.#wanted].filter(([backend]) => isBackendOf(backend, serviceKey));
    return Math.max(0, ...own.map(([, count]) => count));
  }

  /** Nothing is under way to a backup here, and no other live balancer asks for one. */
  async #isIdle(serviceKey: string, signal: AbortSignal): Promise<boolean> {
    const { backends } = await this.#options.stats();
    const servers = backends
      .filter(({ name }) => isBackendOf(name, serviceKey))
      .flatMap((one) => one.servers);
    if (servers.some(({ role, inFlight }) => role === 'backup' && inFlight > 0)) return false;
    const { client, clock, name } = this.#options;
    return !(await othersWantBackups({ client, name, nowMs: clock.now() }, serviceKey, signal));
  }

  async #scale(deployment: V1Deployment, replicas: number, signal: AbortSignal): Promise<void> {
    const { name, namespace } = deployment.metadata;
    const api = this.#options.client.resource(deployments, namespace);
    await api.patch(name, { spec: { replicas } }, { subresource: 'scale', signal });
  }

  #complain(key: string, notes: Note[]): void {
    const about = this.#options.service(key);
    const message =
      'backups are wanted, but no Deployment has pods that spec.backup.selector of its policy means';
    if (about) notes.push({ about, reason: 'BackupsMissing', message });
  }
}
