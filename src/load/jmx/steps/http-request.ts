// HTTP Request: a sampler, with the defaults merged in and everything around it, as one step.

import type { HttpRequest, HttpStep } from '../../plan/http-step.ts';
import type { Template } from '../../plan/template.ts';
import { isTemplate, numberOf } from '../numbers.ts';
import type { Reading } from '../reading.ts';
import { withDefaults } from '../scope/http-defaults.ts';
import { inForce, type Surroundings } from '../scope/surroundings.ts';
import { Settings } from '../settings.ts';
import type { TestElement } from '../tree/test-element.ts';
import { readContent } from './http-content.ts';

export const httpSamplers: ReadonlySet<string> = new Set(['HTTPSamplerProxy', 'HTTPSampler', 'HTTPSampler2']);

export function readHttpRequest(sampler: TestElement, around: Surroundings, reading: Reading): HttpStep {
  const merged = withDefaults(sampler, around.defaults);
  const settings = new Settings(sampler, reading, merged);
  const request = requestOf(settings, around);
  refuseWhatMatters(settings);
  settings.refuseRest();
  return { type: 'http', name: sampler.name, at: sampler.path, request, ...inForce(around) };
}

function requestOf(settings: Settings, around: Surroundings): HttpRequest {
  const connectMs = numberOf(settings, 'HTTPSampler.connect_timeout', { empty: '', least: 0 });
  const responseMs = numberOf(settings, 'HTTPSampler.response_timeout', { empty: '', least: 0 });
  const { cookieJar, cache, authorizations = [], headers } = around;
  const method = settings.text('HTTPSampler.method').trim() || 'GET';
  return {
    method,
    protocol: protocolOf(settings),
    host: settings.text('HTTPSampler.domain').trim(),
    port: portOf(settings),
    path: pathOf(settings.text('HTTPSampler.path').trim()),
    ...readContent(settings, method),
    headers,
    redirects: redirectsOf(settings),
    keepAlive: settings.flag('HTTPSampler.use_keepalive'),
    ...(connectMs === '' ? {} : { connectMs }),
    ...(responseMs === '' ? {} : { responseMs }),
    encoding: settings.text('HTTPSampler.contentEncoding').trim(),
    ...(cookieJar === undefined || cookieJar === null ? {} : { cookieJar }),
    ...(cache === undefined ? {} : { cache }),
    authorizations,
  };
}

function protocolOf(settings: Settings): Template {
  const protocol = settings.text('HTTPSampler.protocol').trim();
  if (isTemplate(protocol)) return protocol;
  const lower = protocol.toLowerCase();
  if (!['', 'http', 'https'].includes(lower))
    settings.refuse('HTTPSampler.protocol', `the protocol "${protocol}"`);
  return lower;
}

const largestPort = 65_535;

function portOf(settings: Settings): Template {
  const port = numberOf(settings, 'HTTPSampler.port', { empty: '', least: 0 });
  if (!isTemplate(port) && Number(port) > largestPort) {
    const { findings, element } = settings;
    findings.fault(element.line, `${element.path}: HTTPSampler.port is ${port}, more than ${largestPort}`);
  }
  // 0 is JMeter's "not set".
  return port === '0' ? '' : port;
}

/** Only what begins with a template may lack its slash here: it may turn out to be a whole URL. */
function pathOf(path: string): Template {
  return /^(\/|https?:\/\/|\$\{)/.test(path) ? path : `/${path}`;
}

function redirectsOf(settings: Settings): HttpRequest['redirects'] {
  const isAutomatic = settings.flag('HTTPSampler.auto_redirects');
  const isFollowed = settings.flag('HTTPSampler.follow_redirects');
  if (isAutomatic) return 'silently';
  return isFollowed ? 'sub-samples' : 'no';
}

function refuseWhatMatters(settings: Settings): void {
  settings.refuse('HTTPSampler.image_parser', 'Retrieve All Embedded Resources');
  settings.refuse('HTTPSampler.md5', 'Save response as MD5 hash');
  settings.refuse('HTTPSampler.ipSource', 'Source address');
  settings.refuse('HTTPSampler.proxyHost', 'Proxy Server');
  settings.ignore(
    // They matter with embedded resources, a source address or a proxy alone.
    'HTTPSampler.concurrentDwn',
    'HTTPSampler.concurrentPool',
    'HTTPSampler.embedded_url_re',
    'HTTPSampler.embedded_url_exclude_re',
    'HTTPSampler.ipSourceType',
    'HTTPSampler.proxyScheme',
    'HTTPSampler.proxyPort',
    'HTTPSampler.proxyUser',
    'HTTPSampler.proxyPass',
    // There is one client here, and no results monitor.
    'HTTPSampler.implementation',
    'HTTPSampler.monitor',
    // Left by the Login Config Element and by the window.
    'ConfigTestElement.username',
    'ConfigTestElement.password',
    // GraphQL requests have them in their body already.
    'GraphQLHTTPSampler.operationName',
    'GraphQLHTTPSampler.query',
    'GraphQLHTTPSampler.variables',
  );
}
