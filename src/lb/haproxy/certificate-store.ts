// The certificates that can be used: of each name the newest good one, so that a broken one leaves the one before in force.

import type { Problem } from '../engine.ts';
import type { Certificate } from '../model.ts';
import { certificateProblem } from './config/tls-files.ts';

export class CertificateStore {
  readonly #good = new Map<string, Certificate>();
  readonly #judged = new WeakMap<Certificate, Problem | undefined>();

  get usable(): ReadonlyMap<string, Certificate> {
    return this.#good;
  }

  /** Returns what is wrong with them. */
  take(certificates: readonly Certificate[]): Problem[] {
    const names = new Set(certificates.map(({ name }) => name));
    for (const name of this.#good.keys()) if (!names.has(name)) this.#good.delete(name);
    const problems = certificates.map((certificate) => this.#takeOne(certificate));
    return problems.filter((problem) => problem !== undefined);
  }

  #takeOne(certificate: Certificate): Problem | undefined {
    if (!this.#judged.has(certificate)) this.#judged.set(certificate, certificateProblem(certificate));
    const problem = this.#judged.get(certificate);
    if (!problem) this.#good.set(certificate.name, certificate);
    return problem;
  }
}
