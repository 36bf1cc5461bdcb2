// How many pods on each node match a question (a spread constraint's selector, an affinity's terms): asked once in full, kept
// up to date from then on, so that a decision does not walk over all pods.

import type { PodInfo } from './pod-info.ts';

export interface PodQuestion {
  /** Equal for questions with equal answers. */
  readonly id: string;
  matches(pod: PodInfo): boolean;
}

export type CountsByNode = ReadonlyMap<string, number>;

interface Answer {
  readonly question: PodQuestion;
  readonly counts: Map<string, number>;
}

/** Enough for every kind of workload of a large cluster; the one longest unused is forgotten. */
const maxQuestions = 256;

export function bump(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

export class PodCounts {
  readonly #answers = new Map<string, Answer>();

  /** The answer per node name; nodes without a match are absent. Valid until the next change. */
  of(question: PodQuestion, everyPod: () => Iterable<[nodeName: string, pod: PodInfo]>): CountsByNode {
    const known = this.#answers.get(question.id);
    if (known) {
      this.#answers.delete(question.id);
      this.#answers.set(question.id, known);
      return known.counts;
    }
    return this.#ask(question, everyPod());
  }

  add(nodeName: string, pod: PodInfo): void {
    this.#change(nodeName, pod, 1);
  }

  remove(nodeName: string, pod: PodInfo): void {
    this.#change(nodeName, pod, -1);
  }

  /** Forgets everything; for changes that alter what matches (a namespace's labels). */
  clear(): void {
    this.#answers.clear();
  }

  #ask(question: PodQuestion, pods: Iterable<[string, PodInfo]>): CountsByNode {
    const counts = new Map<string, number>();
    for (const [nodeName, pod] of pods) if (question.matches(pod)) bump(counts, nodeName, 1);
    const oldest = this.#answers.keys().next();
    if (this.#answers.size >= maxQuestions && !oldest.done) this.#answers.delete(oldest.value);
    this.#answers.set(question.id, { question, counts });
    return counts;
  }

  #change(nodeName: string, pod: PodInfo, by: 1 | -1): void {
    for (const { question, counts } of this.#answers.values()) {
      if (question.matches(pod)) bump(counts, nodeName, by);
    }
  }
}
