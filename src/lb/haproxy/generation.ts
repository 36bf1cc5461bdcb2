// A process together with the configuration that it was started with, and what it was told since.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../engine.ts';
import type { Certificate } from '../model.ts';
import { configurationText, filesOf, type Setting, structureOf } from './config/configuration.ts';
import { configLine } from './config/server-line.ts';
import { certificateFile, certificateText } from './config/tls-files.ts';
import { waitingRoom, waitingRoomNumber } from './config/waiting-room.ts';
import { derivedMaps } from './derived.ts';
import { configurationFile, HaproxyProcess } from './haproxy-process.ts';
import { LiveMaps } from './live-maps.ts';
import { LiveServers, type WantedServers } from './live-servers.ts';
import { proxyName } from './names.ts';
import { type Sample, sampleBackend, sampleServers } from './sample.ts';
import { serverStates } from './server-states.ts';

export interface Wanted {
  readonly setting: Setting;
  readonly servers: WantedServers;
  /** Those that are used. */
  readonly certificates: readonly Certificate[];
}

export interface Place {
  readonly program: string;
  /** Made for it, and removed by remove(). */
  readonly folder: string;
  /** To be inherited, in the order of their numbers. */
  readonly descriptors: readonly number[];
}

export class Generation {
  readonly process: HaproxyProcess;
  readonly servers: LiveServers;
  readonly structure: string;
  readonly #maps: LiveMaps;
  readonly #mapsOf = derivedMaps();
  readonly #folder: string;
  readonly #certificates: Map<string, string>;

  private constructor(process: HaproxyProcess, folder: string, wanted: Wanted) {
    this.process = process;
    this.#folder = folder;
    this.structure = structureOf(wanted.setting);
    this.servers = new LiveServers(process.api, wanted.servers);
    this.#maps = new LiveMaps(process.api, this.#mapsOf.of(wanted.setting));
    this.#certificates = new Map(wanted.certificates.map((one) => [one.name, certificateText(one)]));
  }

  /** Rejects when haproxy does not take the configuration. `before` tells which servers are down. */
  static async start(place: Place, wanted: Wanted, before?: Generation): Promise<Generation> {
    const states = await before?.process.api.send('show servers state').catch(() => undefined);
    writeFolder(place.folder, wanted, states);
    try {
      const process = await HaproxyProcess.start(place);
      const generation = new Generation(process, place.folder, wanted);
      await generation.servers.sync(wanted.servers);
      return generation;
    } catch (error) {
      rmSync(place.folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** What can be had of it without another process. Certificates that are not in it stay as they are. */
  async update({ setting, servers, certificates }: Wanted): Promise<Problem[]> {
    const renewed = await this.#renew(certificates);
    const problems = await this.servers.sync(servers);
    await this.#maps.sync(this.#mapsOf.of(setting));
    return [...renewed, ...problems];
  }

  /** Of one backend, by its name in the model: all of it, or these of its entries only. Empty where the process does not have it. */
  sample(backend: string, entries?: Iterable<string>): Promise<Sample> {
    const { api } = this.process;
    const proxy = proxyName(backend);
    if (!entries) return sampleBackend(api, proxy);
    const names = new Set(entries);
    const numbers = this.servers.numbersOf(backend, names);
    return sampleServers(api, proxy, names.has(waitingRoom) ? [...numbers, waitingRoomNumber] : numbers);
  }

  /** When its process is gone. Idempotent. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #renew(certificates: readonly Certificate[]): Promise<Problem[]> {
    const changed = certificates
      .filter(({ name }) => this.#certificates.has(name))
      .filter((one) => this.#certificates.get(one.name) !== certificateText(one));
    const problems = await Promise.all(changed.map((one) => this.#replace(one)));
    return problems.filter((problem) => problem !== undefined);
  }

  async #replace(certificate: Certificate): Promise<Problem | undefined> {
    const { api } = this.process;
    const file = certificateFile(certificate.name);
    const text = certificateText(certificate);
    try {
      await api.order(`set ssl cert ${file} <<\n${text}`, /transaction/i);
      await api.order(`commit ssl cert ${file}`, /success/i);
      this.#certificates.set(certificate.name, text);
      writeSecret(path.join(this.#folder, file), text);
      return undefined;
    } catch (error) {
      await api.send(`abort ssl cert ${file}`).catch(() => '');
      return { subject: certificate.name, kind: 'certificate', message: (error as Error).message };
    }
  }
}

function writeFolder(folder: string, wanted: Wanted, states: string | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { setting, servers, certificates } = wanted;
  for (const [name, text] of filesOf(setting, certificates)) writeSecret(path.join(folder, name), text);
  if (states !== undefined) writeSecret(path.join(folder, 'server-states'), serverStates(states, servers));
  const lines = ({ name }: { name: string }) =>
    (servers.get(name) ?? []).map(({ entry, admin }) => configLine(entry, admin !== 'ready'));
  writeSecret(path.join(folder, configurationFile), configurationText(setting, lines, states !== undefined));
}

function writeSecret(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
}
