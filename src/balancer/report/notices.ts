// Turns what is wrong into events of the objects that it is wrong with, each once for as long as it lasts.

import type { V1Ingress, V1Secret } from '../../api/generated/types.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Logger } from '../../base/logger.ts';
import type { EventRecorder } from '../../client/event-recorder.ts';
import type { Problem } from '../../lb/engine.ts';
import type { Note } from '../note.ts';
import type { Watched } from '../watched.ts';
import { isOfIngresses } from './addresses.ts';

const reasons: Record<Problem['kind'], string> = {
  bind: 'PortUnavailable',
  certificate: 'CertificateUnusable',
  server: 'ServerUnusable',
  page: 'SorryPageUnusable',
  other: 'NotInForce',
};

export interface NoticesOptions {
  readonly watched: Watched;
  readonly recorder: EventRecorder;
  readonly logger: Logger;
  ownIngresses(): readonly V1Ingress[];
}

export class Notices {
  readonly #watched: Watched;
  readonly #recorder: EventRecorder;
  readonly #logger: Logger;
  readonly #ownIngresses: () => readonly V1Ingress[];
  #told: ReadonlySet<string> = new Set();

  /** `ownIngresses`: those that are served. */
  constructor({ watched, recorder, logger, ownIngresses }: NoticesOptions) {
    this.#watched = watched;
    this.#ownIngresses = ownIngresses;
    this.#recorder = recorder;
    this.#logger = logger;
  }

  /** All that is wrong at this moment. */
  tell(notes: readonly Note[], problems: readonly Problem[]): void {
    const told = new Set<string>();
    for (const { about, reason, message } of notes) {
      const { namespace, name } = about.metadata;
      const isNew = this.#isNew(told, `${about.metadata.uid} ${reason} ${message}`);
      if (!isNew) continue;
      this.#logger.warn(message, { kind: about.kind, namespace, name, reason });
      this.#recorder.event(about, 'Warning', reason, message);
    }
    for (const problem of problems) this.#tellProblem(problem, told);
    this.#told = told;
  }

  #tellProblem({ subject, kind, message }: Problem, told: Set<string>): void {
    const text = `${subject} ${kind} ${message}`;
    if (this.#isNew(told, text)) this.#logger.warn(message, { subject, reason: reasons[kind] });
    for (const about of this.#objectsOf(subject)) {
      if (!this.#isNew(told, `${about.metadata.uid} ${text}`)) continue;
      this.#recorder.event(about, 'Warning', reasons[kind], message);
    }
  }

  #isNew(told: Set<string>, text: string): boolean {
    const isNew = !this.#told.has(text) && !told.has(text);
    told.add(text);
    return isNew;
  }

  /** Frontends and backends are called after Services, certificates after Secrets, routes after Ingresses. */
  #objectsOf(subject: string): KubeObject[] {
    // Their frontends are all Ingresses' own.
    if (isOfIngresses(subject)) return [...this.#ownIngresses()];
    const { services, secrets, ingresses } = this.#watched;
    const colon = subject.lastIndexOf(':');
    if (colon >= 0) return present(services.lister.get(subject.slice(0, colon)));
    const key = subject.split(' ', 1)[0] ?? '';
    const secret = secrets.lister.get(key);
    if (!secret) return present(ingresses.lister.get(key));
    return [secret, ...this.#ownIngresses().filter((ingress) => uses(ingress, secret))];
  }
}

function present(object: KubeObject | undefined): KubeObject[] {
  return object ? [object] : [];
}

function uses({ metadata: { namespace }, spec: { tls = [] } }: V1Ingress, secret: V1Secret): boolean {
  return (
    namespace === secret.metadata.namespace &&
    tls.some(({ secretName }) => secretName === secret.metadata.name)
  );
}
