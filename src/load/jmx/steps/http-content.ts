// What a request carries: arguments, a body as it is, files.

import type { Argument, HttpRequest, UploadedFile } from '../../plan/http-step.ts';
import type { Template } from '../../plan/template.ts';
import { isTemplate } from '../numbers.ts';
import type { Settings } from '../settings.ts';

type Content = Pick<HttpRequest, 'arguments' | 'body' | 'files' | 'multipart'>;

export function readContent(settings: Settings, method: Template): Content {
  const isRaw = settings.flag('HTTPSampler.postBodyRaw');
  const entries = settings.inner('HTTPsampler.Arguments')?.elements('Arguments.arguments') ?? [];
  const files = filesOf(settings);
  const multipart = settings.flag('HTTPSampler.DO_MULTIPART_POST');
  // It leaves out headers of the parts that browsers do not send; ours are a browser's.
  settings.ignore('HTTPSampler.BROWSER_COMPATIBLE_MULTIPART');
  const hasParts = multipart || files.length > 0;
  const values = entries.map((entry) => argumentOf(entry, hasParts));
  // Without a single name the values are the body, one after the other; beside others a nameless one is left out.
  const isBody = isRaw || (values.length > 0 && values.every(({ name }) => name === ''));
  if (isBody) return { files, multipart, arguments: [], body: bodyOf(values, settings) };
  const named = values.filter(({ name }) => name !== '');
  // JMeter gives HEAD neither a query of its own nor a body.
  return { files, multipart, arguments: method === 'HEAD' ? [] : namedArguments(named, method, hasParts) };
}

const withQuery: ReadonlySet<string> = new Set(['GET', 'DELETE', 'OPTIONS']);

function namedArguments(
  named: readonly Argument[],
  method: Template,
  hasParts: boolean,
): readonly Argument[] {
  const isForm = !hasParts && !withQuery.has(method) && !isTemplate(method);
  return isForm ? named.map(ofForm) : named;
}

function ofForm(argument: Argument): Argument {
  if (argument.encode) return argument;
  const { value } = argument;
  if (isTemplate(value)) return { ...argument, encode: true, decodeFirst: true };
  return { ...argument, value: urlDecoded(value), encode: true };
}

/** What cannot be decoded stays as it is. */
function urlDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function bodyOf(values: readonly Argument[], settings: Settings): Template {
  const parts = values.map(({ value, encode }) => {
    if (!encode) return value;
    if (!isTemplate(value)) return urlEncoded(value);
    const { findings, element } = settings;
    findings.unsupportedAt(element, 'a value with an expression that is encoded into the body');
    return value;
  });
  return parts.join('');
}

function argumentOf(entry: Settings, isMultipart: boolean): Argument {
  const metadata = entry.text('Argument.metadata', '=');
  const type = entry.text('HTTPArgument.content_type').trim();
  if (isMultipart && !['', 'text/plain'].includes(type)) {
    entry.refuse('HTTPArgument.content_type', 'the type of a part');
  }
  return {
    // Recorded arguments have the name only in the attribute.
    name: entry.text('Argument.name', entry.has('Argument.value') ? '' : entry.element.name),
    value: entry.text('Argument.value'),
    encode: entry.flag('HTTPArgument.always_encode'),
    withEquals: metadata !== '',
  };
}

/** As java.net.URLEncoder does: more than encodeURIComponent, and a plus for a blank. */
function urlEncoded(text: string): string {
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, hex)
    .replaceAll('%20', '+');
}

function filesOf(settings: Settings): UploadedFile[] {
  const listed = settings.inner('HTTPsampler.Files')?.elements('HTTPFileArgs.files') ?? [];
  const files = listed.map((file) => ({
    path: file.text('File.path', file.element.name).trim(),
    field: file.text('File.paramname'),
    mimeType: file.text('File.mimetype'),
  }));
  // Plans of before 2.4 have one file, among the sampler's own properties.
  const old = {
    path: settings.text('HTTPSampler.FILE_NAME').trim(),
    field: settings.text('HTTPSampler.FILE_FIELD'),
    mimeType: settings.text('HTTPSampler.mimetype'),
  };
  return [...files, old].filter(({ path }) => path !== '');
}
