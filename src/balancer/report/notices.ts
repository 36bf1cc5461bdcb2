// Turns what is wrong into events of the objects that it is wrong with, each once for as long as it lasts.

import type { KubeObject } from '../../api/object.ts';
import type { Logger } from '../../base/logger.ts';
import type { EventRecorder } from '../../client/event-recorder.ts';
import type { Problem } from '../../lb/engine.ts';
import type { Note } from '../note.ts';
import type { Watched } from '../watched.ts';

const reasons: Record<Problem['kind'], string> = {
  bind: 'PortUnavailable',
  certificate: 'CertificateUnusable',
  server: 'ServerUnusable',
  page: 'SorryPageUnusable',
  other: 'NotInForce',
};

export class Notices {
  readonly #watched: Watched;
  readonly #recorder: EventRecorder;
  readonly #logger: Logger;
  #told: ReadonlySet<string> = new Set();

  constructor(watched: Watched, recorder: EventRecorder, logger: Logger) {
    this.#watched = watched;
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
    for (const { subject, kind, message } of problems) {
      if (!this.#isNew(told, `${subject} ${kind} ${message}`)) continue;
      this.#logger.warn(message, { subject, reason: reasons[kind] });
      const about = this.#objectOf(subject);
      if (about) this.#recorder.event(about, 'Warning', reasons[kind], message);
    }
    this.#told = told;
  }

  #isNew(told: Set<string>, text: string): boolean {
    const isNew = !this.#told.has(text) && !told.has(text);
    told.add(text);
    return isNew;
  }

  /** Frontends and backends are called after Services, certificates after Secrets, routes after Ingresses. */
  #objectOf(subject: string): KubeObject | undefined {
    const { services, secrets, ingresses } = this.#watched;
    const colon = subject.lastIndexOf(':');
    if (colon >= 0) return services.lister.get(subject.slice(0, colon));
    const key = subject.split(' ', 1)[0] ?? '';
    return secrets.lister.get(key) ?? ingresses.lister.get(key);
  }
}
