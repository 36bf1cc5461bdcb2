// Header, cookie, cache and authorization managers, and the DNS cache.

import type { Authorization } from '../../plan/http-step.ts';
import type { NameValue } from '../../plan/template.ts';
import { constantOf, numberOf } from '../numbers.ts';
import type { Reading } from '../reading.ts';
import type { Settings } from '../settings.ts';
import type { TestElement } from '../tree/test-element.ts';
import type { Level } from './level.ts';

type ManagerReader = (settings: Settings, level: Level, reading: Reading) => void;

const readers: Readonly<Record<string, ManagerReader>> = {
  HeaderManager: (settings, level) => level.headers.push(headersOf(settings)),
  CookieManager: readCookieManager,
  CacheManager: readCacheManager,
  AuthManager: (settings, level) => level.authorizations.push(authorizationsOf(settings)),
  DNSCacheManager: readDnsCache,
};

/** False: it is none of them. */
export function readManager(element: TestElement, level: Level, reading: Reading): boolean {
  if (!Object.hasOwn(readers, element.className)) return false;
  const settings = reading.settings(element);
  readers[element.className]?.(settings, level, reading);
  settings.refuseRest();
  return true;
}

function headersOf(settings: Settings): NameValue[] {
  return settings.elements('HeaderManager.headers').flatMap((header) => {
    // JMeter 2.x before 2.4 kept the name elsewhere.
    const name = header.text('Header.name', header.text('TestElement.name', '')).trim();
    return name === '' ? [] : [{ name, value: header.text('Header.value') }];
  });
}

function readCookieManager(settings: Settings, level: Level, reading: Reading): void {
  const policy = settings.text('CookieManager.policy').toLowerCase();
  // Which of the client libraries' cookie readers it was; ours follows RFC 6265.
  settings.ignore('CookieManager.implementation');
  const followsGroup = settings.flag('CookieManager.controlledByThreadGroup');
  const clearEachIteration = settings.flag('CookieManager.clearEachIteration');
  const cookies = settings.elements('CookieManager.cookies').map(cookieOf);
  if (policy === 'ignorecookies') return void level.cookieJars.push(null);
  const id = reading.idOf(settings.element, 'cookies', (newId) =>
    reading.cookieJars.push({ id: newId, clearEachIteration, followsGroup, cookies }),
  );
  level.cookieJars.push(id);
}

function cookieOf(cookie: Settings) {
  const expires = cookie.text('Cookie.expires', '0').trim();
  if (!['', '0'].includes(expires)) cookie.refuse('Cookie.expires', 'a time at which the cookie expires');
  return {
    name: cookie.element.name,
    value: cookie.text('Cookie.value'),
    domain: cookie.text('Cookie.domain'),
    path: cookie.text('Cookie.path'),
    secure: cookie.flag('Cookie.secure'),
  };
}

const jmetersCacheSize = 5000;

function readCacheManager(settings: Settings, level: Level, reading: Reading): void {
  const size = numberOf(settings, 'maxSize', { empty: String(jmetersCacheSize), least: 0 });
  const maxEntries = constantOf(size);
  if (maxEntries === undefined) settings.refuse('maxSize', 'a size with an expression');
  const cache = {
    clearEachIteration: settings.flag('clearEachIteration'),
    followsGroup: settings.flag('CacheManager.controlledByThread'),
    useExpires: settings.flag('useExpires'),
    maxEntries: maxEntries ?? jmetersCacheSize,
  };
  level.caches.push(reading.idOf(settings.element, 'cache', (id) => reading.caches.push({ id, ...cache })));
}

function authorizationsOf(settings: Settings): Authorization[] {
  // They clear what Kerberos remembers.
  settings.ignore('AuthManager.clearEachIteration', 'AuthManager.controlledByThreadGroup');
  return settings.elements('AuthManager.auth_list').flatMap((entry) => {
    const mechanism = entry.text('Authorization.mechanism', 'BASIC_DIGEST').toUpperCase();
    entry.refuse('Authorization.domain', 'a Windows domain');
    if (mechanism === 'KERBEROS') {
      entry.refuse('Authorization.mechanism', 'Kerberos');
      return [];
    }
    return [
      {
        url: entry.text('Authorization.url'),
        user: entry.text('Authorization.username'),
        password: entry.text('Authorization.password'),
        realm: entry.text('Authorization.realm'),
        mechanism: mechanism === 'DIGEST' ? 'digest' : 'basic',
      } as const,
    ];
  });
}

function readDnsCache(settings: Settings): void {
  const { findings, element } = settings;
  settings.ignore('DNSCacheManager.clearEachIteration');
  const ownResolver = settings.flag('DNSCacheManager.isCustomResolver');
  const servers = settings.list('DNSCacheManager.servers').length;
  const hosts = settings.list('DNSCacheManager.hosts').length;
  if (ownResolver && servers + hosts > 0) findings.unsupportedAt(element, 'name servers or hosts of its own');
  else findings.adaptedAt(element, 'names are looked up as the system does');
}
