// All of HAProxy's configuration from a model: one text, and the files that it names. Pure.

import { createHash } from 'node:crypto';
import { cookieValue } from '../../identity/cookie-value.ts';
import type { Backend, Certificate, Frontend, LbModel } from '../../model.ts';
import { frontendName, proxyName } from '../names.ts';
import { backendSection } from './backend-section.ts';
import {
  errorPageEntries,
  errorPageFiles,
  errorPageMap,
  errorTypeMap,
  hasServerErrorPages,
} from './error-pages.ts';
import { type FrontendContext, frontendSection, type OpenBind } from './frontend-section.ts';
import { globalSections } from './global-section.ts';
import { proxyNameMap, serverNameMap } from './log-format.ts';
import { pageEntries, pageFiles, pageMap, retryAfterMap } from './page.ts';
import { cookieMap, cookieValueMap } from './persistence.ts';
import { exactMap, type OwnCookies, prefixMap, routeTables } from './routes.ts';
import { type Entry, fixedWords } from './server-line.ts';
import { certificateFile, certificateList, certificateText, ticketKeyFile, ticketKeys } from './tls-files.ts';
import {
  hasWaitingRoom,
  waitingRoomScript,
  waitingRoomScriptFile,
  waitingRoomSection,
} from './waiting-room.ts';

export interface Setting {
  readonly model: LbModel;
  /** By frontend. One that is not there listens nowhere. */
  readonly binds: ReadonlyMap<string, readonly OpenBind[]>;
  readonly threads: number;
  /** Entries of each backend, by its name. */
  readonly entries: ReadonlyMap<string, readonly Entry[]>;
  readonly logDescriptor?: number;
  /** Whether HAProxy was built with Lua. Default false. */
  readonly hasLua?: boolean;
}

/** `lines` are the servers of a backend. */
export function configurationText(
  setting: Setting,
  lines: (backend: Backend) => readonly string[],
  hasServerStates: boolean,
): string {
  const { model, threads } = setting;
  const rooms = waitingRooms(setting);
  return [
    globalSections(model, {
      threads,
      hasServerStates,
      scripts: rooms.length > 0 ? [waitingRoomScriptFile] : [],
    }),
    ...model.frontends.map((frontend) => frontendSection(frontend, contextOf(setting, frontend))),
    ...model.backends.map((backend) =>
      backendSection(backend, {
        servers: lines(backend),
        waits: rooms.includes(backend),
        hasOwnPages: model.frontends.some(hasServerErrorPages),
      }),
    ),
    ...rooms.map(waitingRoomSection),
  ].join('\n');
}

/** Backends with one. */
function waitingRooms({ model, hasLua }: Setting): Backend[] {
  return hasLua ? model.backends.filter(hasWaitingRoom) : [];
}

/** Equal for settings that one process can serve after the other, with what its runtime API can change. */
export function structureOf(setting: Setting): string {
  const { model } = setting;
  const text = configurationText(
    setting,
    (backend) => fixedPart(backend, setting.entries.get(backend.name)),
    false,
  );
  const files = [ticketKeys(model.secrets.ticketKeys), ...[...bindLists(setting)].flat()];
  return createHash('sha256')
    .update([text, ...files].join('\n'))
    .digest('hex');
}

// For life are the numbers, in whose order `first` goes, and the weights that agents report shares of.
function fixedPart(backend: Backend, entries: readonly Entry[] = []): string[] {
  const kinds = (['primary', 'backup', 'twin'] as const).map((kind) => fixedWords(backend, kind).join(' '));
  const order = backend.balance === 'first' ? entries.map(({ name, number }) => `${number} ${name}`) : [];
  const weights = backend.check?.agent ? entries.map(({ name, weight }) => `${weight} ${name}`) : [];
  return [...kinds, ...order, ...weights];
}

function contextOf({ binds, model, logDescriptor }: Setting, { name }: Frontend): FrontendContext {
  return { binds: binds.get(name) ?? [], ownCookies: ownCookies(model), log: model.accessLog, logDescriptor };
}

function ownCookies({ backends }: LbModel): OwnCookies {
  const inserting = backends.flatMap(({ name, persistence }): [string, string][] => {
    return persistence?.mode === 'insert' ? [[name, persistence.name]] : [];
  });
  return new Map(inserting);
}

/** Lists of certificates, by the name of their file. */
function bindLists({ binds }: Setting): Map<string, string> {
  const lists = [...binds.values()].flat().flatMap(({ certificates, names }): [string, string][] => {
    return certificates === undefined ? [] : [[certificates, certificateList(names)]];
  });
  return new Map(lists);
}

/** Everything else that the text names, by the name of the file. `certificates` are those that are used. */
export function filesOf(setting: Setting, certificates: readonly Certificate[]): Map<string, string> {
  const { model } = setting;
  return new Map([
    ...model.frontends.flatMap(errorPageFiles),
    ...model.backends.flatMap((backend) => [...pageFiles(backend)]),
    ...[...mapsOf(setting)].map(([name, entries]): [string, string] => [name, mapText(entries)]),
    ...(waitingRooms(setting).length > 0 ? ([[waitingRoomScriptFile, waitingRoomScript]] as const) : []),
    ...certificates.map((one): [string, string] => [certificateFile(one.name), certificateText(one)]),
    ...bindLists(setting),
    [ticketKeyFile, ticketKeys(model.secrets.ticketKeys)],
  ]);
}

export type MapEntries = ReadonlyMap<string, string>;

/** Maps by the name of their file: what a running process is told when it changes. */
export function mapsOf({ model, entries, logDescriptor }: Setting): Map<string, MapEntries> {
  const { exact, prefix } = routeTables(model.frontends);
  const http = model.backends.filter(({ mode }) => mode === 'http');
  // An entry for each of a thousand servers, which nothing but a log reads.
  const named = logDescriptor === undefined ? [] : [...entries.values()].flat();
  const errors = errorPageEntries(model.frontends);
  return new Map([
    [exactMap, new Map(exact)],
    [prefixMap, new Map(prefix)],
    [pageMap, new Map(http.flatMap((backend) => pageEntries(proxyName(backend.name), backend)))],
    [
      retryAfterMap,
      new Map(http.map(({ name, sorry }) => [proxyName(name), String(sorry.retryAfterSeconds)])),
    ],
    [errorPageMap, errors.pages],
    [errorTypeMap, errors.types],
    ...cookieMaps(model, entries),
    [serverNameMap, new Map(named.map(({ name, server }) => [name, server.name.replace(/\s/g, '_')]))],
    [proxyNameMap, proxyNames(model)],
  ]);
}

/** A backup is kept by its twin, which keeps persisted users when it is not called in any more; the native entry does not. */
function cookieMaps(model: LbModel, entries: Setting['entries']): [string, MapEntries][] {
  const key = Buffer.from(model.secrets.cookieKey, 'base64');
  const named = model.backends
    .filter(({ persistence }) => persistence !== undefined)
    .flatMap(({ name }) => entries.get(name) ?? [])
    .map((entry) => ({ entry, value: cookieValue(key, entry.server.id) }));
  const homes = named.toSorted((a, b) => Number(a.entry.kind === 'twin') - Number(b.entry.kind === 'twin'));
  return [
    [cookieMap, new Map(homes.map(({ entry, value }) => [value, entry.name]))],
    [cookieValueMap, new Map(named.map(({ entry, value }) => [entry.name, value]))],
  ];
}

function proxyNames({ frontends, backends }: LbModel): MapEntries {
  return new Map([
    ...frontends.map(({ name }): [string, string] => [frontendName(name), name]),
    ...backends.map(({ name }): [string, string] => [proxyName(name), name]),
  ]);
}

function mapText(entries: MapEntries): string {
  return [...entries].map(([key, value]) => `${key} ${value}\n`).join('');
}
