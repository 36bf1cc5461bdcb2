// From an haproxy.cfg to the configuration of `relevo lb run`: what is understood, and a list of what is not.

import { assemble } from './assemble.ts';
import { backendLine } from './backend-lines.ts';
import { activateBackups, limitsOf } from './backup-of-condition.ts';
import { conditionOf } from './conditions.ts';
import { type BackendDraft, type FrontendDraft, type LooseConfig, newBackend, newFrontend } from './draft.ts';
import { frontendLine } from './frontend-lines.ts';
import { type ConfigLine, parseHaproxyFile, type Section } from './haproxy-file.ts';
import { ImportReport } from './import-report.ts';
import { whyNotNeeded } from './not-needed.ts';
import { routesOf } from './routes-of-condition.ts';

/** `config` is what `lb run` reads, without what is as by default. */
export function importHaproxy(text: string): { config: LooseConfig; report: ImportReport } {
  const importing = new Importing();
  importing.read(text);
  return { config: importing.finish(), report: importing.report };
}

class Importing {
  readonly report = new ImportReport();
  readonly #frontends: FrontendDraft[] = [];
  readonly #backends = new Map<string, BackendDraft>();

  read(text: string): void {
    const { sections, stray } = parseHaproxyFile(text);
    for (const line of stray) this.report.note(line, { left: 'it stands before the first section' });
    const defaults = new Map<string, Section>();
    let before: Section | undefined;
    for (const section of sections) {
      const base = section.from === undefined ? before : defaults.get(section.from);
      if (section.kind === 'defaults') {
        before = section;
        defaults.set(section.name, section);
        for (const line of section.lines) this.#note(line, 'elsewhere', false);
      } else this.#section(section, base);
    }
  }

  finish(): LooseConfig {
    const conditions = this.#frontends.flatMap((draft) => draft.routes.map((route) => ({ draft, ...route })));
    const places = new Map<
      FrontendDraft,
      NonNullable<LooseConfig['frontends']>[number]['routes'] & object[]
    >();
    for (const { draft, line, backend, words } of conditions) {
      const routes = this.#route(draft, line, backend, words);
      places.set(draft, [...(places.get(draft) ?? []), ...routes]);
    }
    return assemble(this.#frontends, this.#backends, places);
  }

  #section(section: Section, base: Section | undefined): void {
    const { kind, name } = section;
    if (kind === 'global') {
      for (const line of section.lines) this.#note(line, { left: 'it is not supported' }, true);
      return;
    }
    if (!['frontend', 'backend', 'listen'].includes(kind)) {
      const verdict = { left: `sections "${kind}" are not supported` };
      for (const line of [section.head, ...section.lines]) this.report.note(line, verdict);
      return;
    }
    const frontend = kind === 'backend' ? undefined : newFrontend(name);
    const backend = kind === 'frontend' ? undefined : newBackend(name);
    if (frontend) this.#frontends.push(frontend);
    if (backend) this.#backends.set(name, backend);
    if (frontend && backend) frontend.config.defaultBackend = name;
    for (const line of base?.lines ?? []) this.#line(line, frontend, backend);
    for (const line of section.lines) this.#line(line, frontend, backend);
    this.report.note(section.head, 'taken');
  }

  /** In a listen section a line may mean something for both sides: the better verdict counts. */
  #line(line: ConfigLine, frontend: FrontendDraft | undefined, backend: BackendDraft | undefined): void {
    const why = whyNotNeeded(line.words, false);
    if (why !== undefined) {
      this.report.note(line, { notNeeded: why });
      return;
    }
    if (frontend && (!backend || !isForServers(line))) this.report.note(line, frontendLine(frontend, line));
    if (backend) this.report.note(line, backendLine(backend, line.words));
  }

  #note(line: ConfigLine, otherwise: Parameters<ImportReport['note']>[1], inGlobal: boolean): void {
    const why = whyNotNeeded(line.words, inGlobal);
    this.report.note(line, why === undefined ? otherwise : { notNeeded: why });
  }

  #route(draft: FrontendDraft, line: ConfigLine, backend: string, words: readonly string[]) {
    const alternatives = conditionOf(words, draft.acls);
    if (typeof alternatives === 'string') return this.#leave(line, alternatives);
    const limits = limitsOf(alternatives);
    if (limits) return this.#backups(line, backend, limits);
    if (!this.#backends.has(backend)) return this.#leave(line, `there is no backend "${backend}"`);
    const routes = alternatives.map(routesOf);
    const problem = routes.find((one) => typeof one === 'string');
    if (typeof problem === 'string') return this.#leave(line, problem);
    return (routes as object[][]).flat().map((place) => ({ ...place, backend }));
  }

  #leave(line: ConfigLine, left: string): [] {
    this.report.leave(line, left);
    return [];
  }

  #backups(line: ConfigLine, helper: string, limits: NonNullable<ReturnType<typeof limitsOf>>): [] {
    const [first] = limits;
    const helped = first && this.#backends.get(first.backend);
    const helping = this.#backends.get(helper);
    if (!helped || !helping || limits.some(({ backend }) => backend !== first?.backend)) {
      return this.#leave(line, `backends "${first?.backend}" and "${helper}" have to be there`);
    }
    activateBackups(helped, limits);
    helped.servers.push(...helping.servers.map((server) => ({ ...server, backup: true })));
    this.#backends.delete(helper);
    return [];
  }
}

/** Of a listen section: what both sides know, but only servers need. */
function isForServers({ words: [first, second] }: ConfigLine): boolean {
  return first === 'stats' || (first === 'timeout' && second !== 'client' && second !== 'http-keep-alive');
}
