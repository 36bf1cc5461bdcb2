// The results tree: requests and answers that were kept, each folded up. Whatever a server answered stays text.

import type { LoadResults } from '../../results/load-results.ts';
import { correctedMs, type Sample, type SampleDetail } from '../../sample.ts';
import type { Figures } from '../figures.ts';
import type { Words } from '../words/en.ts';
import { html, type Markup } from './markup.ts';

/** Characters of requests and answers in a page: beyond that, browsers get slow. */
const roomForTexts = 8_000_000;
const deepest = 5;

export function resultsTree(results: LoadResults, words: Words, figures: Figures): Markup {
  const { tree } = words;
  const writer = new TreeWriter(results, words, figures);
  const failures = results.tree.filter(({ success }) => !success);
  const good = results.tree.filter(({ success }) => success);
  const notKept = results.failuresNotKept;
  const list = (samples: readonly Sample[]) =>
    samples.length === 0
      ? html`<p class="note">${tree.none}</p>`
      : samples.map((sample) => writer.sample(sample));
  return html`<p>${tree.text(figures.count(failures.length), figures.count(good.length))}${notKept > 0 && ` ${tree.notKept(figures.count(notKept))}`}</p>
<h3>${tree.failures}</h3>${list(failures)}
<h3>${tree.good}</h3>${list(good)}`;
}

class TreeWriter {
  readonly #words: Words;
  readonly #figures: Figures;
  /** machineTime() of the start. */
  readonly #startedAt: number;
  #room = roomForTexts;

  constructor({ startedAt, clockOffsetMs, tree }: LoadResults, words: Words, figures: Figures) {
    this.#words = words;
    this.#figures = figures;
    this.#startedAt = clockOffsetMs === undefined ? (tree[0]?.startedAt ?? 0) : startedAt - clockOffsetMs;
  }

  sample(sample: Sample, depth = 0): Markup {
    const { tree } = this.#words;
    const { label, success, code, startedAt, elapsedMs } = sample;
    const at = tree.at(this.#figures.amount(Math.max(0, startedAt - this.#startedAt) / 1_000));
    const took = tree.took(this.#figures.amount(elapsedMs));
    return html`<details><summary><span class="${success ? 'good' : 'bad'}">${success ? tree.ok : tree.failed}</span> · ${label} · ${code} · ${took} · ${at}</summary>${this.#fields(sample)}${sample.detail && this.#detail(sample.detail, depth)}</details>\n`;
  }

  #fields(sample: Sample): Markup {
    const { fields } = this.#words.tree;
    const corrected = correctedMs(sample);
    const times = [sample.connectMs, sample.latencyMs, sample.elapsedMs].map(
      (ms) => `${this.#figures.amount(ms)} ms`,
    );
    const late =
      corrected === undefined ? undefined : `${this.#figures.amount(corrected - sample.elapsedMs)} ms`;
    const rows: [string, string | undefined][] = [
      [fields.url, sample.url],
      [fields.user, sample.user],
      [fields.message, sample.message],
      [fields.failure, sample.failure],
      [fields.times, times.join(', ')],
      [fields.due, late],
      [fields.bytes, `${this.#figures.count(sample.sentBytes)}, ${this.#figures.count(sample.bytes)}`],
      [fields.id, sample.loadId],
    ];
    return html`<dl>${rows.map(([name, value]) => value && html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
  }

  #detail({ request, response, isCut, assertions, below }: SampleDetail, depth: number): Markup {
    const { tree } = this.#words;
    this.#room -= request.length + response.length;
    if (this.#room < 0) return html`<p class="note">${tree.leftOut}</p>`;
    return html`${assertions.length > 0 && this.#assertions(assertions)}<h4>${tree.request}</h4><pre>${request}</pre><h4>${tree.response}</h4>${response === '' ? html`<p class="note">${tree.noResponse}</p>` : html`<pre>${response}</pre>`}${isCut && html`<p class="note">${tree.cut}</p>`}${below.length > 0 && depth < deepest && html`<h4>${tree.below}</h4>${below.map((one) => this.sample(one, depth + 1))}`}`;
  }

  #assertions(assertions: SampleDetail['assertions']): Markup {
    const { tree } = this.#words;
    return html`<h4>${tree.assertions}</h4><ul>${assertions.map(
      ({ name, failure }) =>
        html`<li>${name}: <span class="${failure === undefined ? 'good' : 'bad'}">${failure ?? tree.ok}</span></li>`,
    )}</ul>`;
  }
}
