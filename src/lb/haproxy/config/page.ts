// The sorry page: shown at once where no server is usable, and to whoever waited or was retried in vain. HAProxy negotiates by itself: its
// converter `language` chooses by quality from any field that is made like Accept-Language.

import type { Backend, SorryPage, SorryVariant } from '../../model.ts';
import { outcomeHeader } from '../../outcome.ts';
import { chooseVariant } from '../../sorry/choose-page.ts';
import { plainPages } from '../../sorry/plain-pages.ts';
import { digest } from '../names.ts';
import { ownPage, ownPageHead, unlessOwnPage } from './error-pages.ts';
import { oneLine, word } from './quoting.ts';

export const pageMap = 'pages.map';
export const retryAfterMap = 'retry-after.map';

const noLanguage = 'none';
const ours = `{ status 502 503 504 } { res.hdr(${outcomeHeader}) -m found }`;

/** What Accept and Accept-Language were: they are gone when HAProxy makes an answer. Stands with the rules for requests. */
export const rememberWishes = [
  `http-request set-var-fmt(txn.accept) '%[req.fhdr(accept)]'`,
  `http-request set-var-fmt(txn.languages) '%[req.fhdr(accept-language)]'`,
];

/** Who finds the queue full. `deny` instead of `return` makes the difference in the log (P instead of L). */
export function pageForOverflow(name: string, { queue, sorry }: Backend): string {
  const isFull = queue.max > 0 ? `{ queue ge ${queue.max} }` : '{ be_conn_free eq 0 }';
  const page = word(`%[${chosenPage(name, sorry)}]`);
  return `http-request deny status 503 content-type text/html lf-string ${page} ${headers(name, 'shed')} if ${isFull} { nbsrv gt 0 }`;
}

/** Who waited first of all for a backup, in vain. Stands in a frontend of its own: see waiting-room.ts. */
export function pageAfterWait(name: string, { sorry }: Backend, inVain: string): string[] {
  const page = word(`%[${chosenPage(name, sorry)}]`);
  return [
    ...rememberWishes,
    `http-request return status 503 content-type text/html lf-string ${page} ${headers(name, 'sorry')} if ${inVain}`,
    ...typeOfPage,
  ];
}

/** Last of the rules for requests: whatever may go on leaves here. It may where one of the conditions holds. */
export function pageAtOnce(name: string, backend: Backend, mayGoOn: readonly string[]): string[] {
  const until = backend.maintenanceUntil;
  const isOver = until === undefined ? '' : ` { date(0,ms) gt ${Math.round(until)} }`;
  const always = headers(name, 'sorry');
  const pages = pagesOf(backend.sorry).map(({ key, variant, file }) => {
    const type = word(contentType(variant.contentType));
    const language = variant.language ? ` hdr Content-Language ${word(variant.language)}` : '';
    const condition = `{ var(txn.page) -m str ${word(key)} }`;
    return `http-request return status 503 content-type ${type} file ${file} ${always}${language} if ${condition}`;
  });
  return [
    `http-request allow if ${mayGoOn.map((condition) => condition + isOver).join(' || ')}`,
    `http-request return status 503 ${always} if { req.hdr(upgrade) -m found }`,
    `http-request set-var(txn.page) ${word(choice(backend.sorry))}`,
    ...pages,
  ];
}

// What a page is in is known only when it is chosen.
const typeOfPage = [
  `http-after-response set-header Content-Type '%[var(txn.type)]' if ${ours} { var(txn.type) -m found }`,
  `http-after-response set-header Content-Type '%[var(txn.type)]; charset=utf-8' if ${ours} { var(txn.type) -m beg text/ }`,
];

interface LastWords {
  /** Condition: no server is usable. */
  readonly isNone: string;
  /** Whether frontends have pages of their own for 502 and 504. */
  readonly hasOwnPages: boolean;
}

/** Where HAProxy itself gives up: no server, time-out in the queue (503), no answer (502, 504). */
export function pageAtLast(name: string, { sorry }: Backend, { isNone, hasOwnPages }: LastWords): string[] {
  const answers = [502, 503, 504].map((status) => {
    const isOwn = hasOwnPages && status !== 503;
    const body = isOwn
      ? `${ownPage(status)}%[${chosenPage(name, sorry, [unlessOwnPage])}]`
      : `%[${chosenPage(name, sorry)}]`;
    return `http-error status ${status} content-type text/html lf-string ${word(body)} ${headers(name, 'shed')}`;
  });
  return [
    ...answers,
    ...typeOfPage,
    ...(hasOwnPages ? ownPageHead : []),
    `http-after-response set-header ${outcomeHeader} sorry if ${ours} ${isNone} !{ stopping }`,
    `http-after-response set-var(txn.outcome) str(sorry) if ${ours} ${isNone} !{ stopping }`,
    // What had a server did not wait in vain: a plain error of that server, not the balancer's word.
    `http-after-response del-header ${outcomeHeader} if ${ours} { srv_name -m found } !{ var(txn.outcome) -m str sorry }`,
    'http-after-response set-status 503 if { status 502 504 } { var(txn.outcome) -m str sorry }',
  ];
}

/** What pageAtOnce() names, by the name of the file. */
export function pageFiles({ sorry }: Backend): Map<string, string> {
  return new Map(pagesOf(sorry).map(({ file, variant }) => [file, variant.body]));
}

/** Of pageMap. */
export function pageEntries(name: string, { sorry }: Backend): [string, string][] {
  return pagesOf(sorry).map(({ key, variant }) => {
    return [`${key}|${name}`, Buffer.from(oneLine(variant.body)).toString('base64')];
  });
}

/** Field values that are made when the answer is, so that another number needs no other process. */
function headers(name: string, outcome: 'sorry' | 'shed'): string {
  return `hdr ${outcomeHeader} ${outcome} hdr Retry-After '%[str(${name}),map_str(${retryAfterMap},5)]' hdr Cache-Control no-store hdr Vary 'Accept, Accept-Language'`;
}

interface Page {
  /** `text/html|es` */
  readonly key: string;
  readonly variant: SorryVariant;
  readonly file: string;
}

/** For each form and language that can be asked for, the variant that is shown. */
function pagesOf(sorry: SorryPage): Page[] {
  return formsOf(sorry).flatMap((form) =>
    [noLanguage, ...languagesOf(sorry)].map((language) => {
      const variant = chooseVariant(sorry, form, language === noLanguage ? undefined : language);
      return { key: `${form}|${language}`, variant, file: `page-${digest(variant.body)}` };
    }),
  );
}

/** Wildcards count as the first form, and least: `application/json` with a wildcard behind it means JSON. */
function choice(sorry: SorryPage): string {
  const forms = formsOf(sorry);
  const first = forms[0] ?? 'text/html';
  const text = forms.find((form) => form.startsWith('text/')) ?? first;
  return [
    `var(txn.languages),language("${languagesOf(sorry).join(';') || noLanguage}","${noLanguage}")`,
    'set-var(txn.language),concat(|,txn.accept),field(2,|)',
    `regsub("[*]/[*](;q=[0-9.]+)?","${first};q=0.001",g),regsub("text/[*]","${text}",g)`,
    `language("${forms.join(';')}","${first}"),set-var(txn.type),concat(|,txn.language)`,
  ].join(',');
}

/** `more` converters of the key. */
function chosenPage(name: string, sorry: SorryPage, more: readonly string[] = []): string {
  return [choice(sorry), `concat("|${name}")`, ...more, `map_str(${pageMap})`, 'b64dec'].join();
}

function formsOf(sorry: SorryPage): string[] {
  const forms = variantsOf(sorry).map(({ contentType }) => contentType.toLowerCase());
  return [...new Set(forms.filter((form) => /^[\w.+-]+\/[\w.+-]+$/.test(form)))];
}

function languagesOf(sorry: SorryPage): string[] {
  const languages = variantsOf(sorry).map(({ language }) => language?.toLowerCase() ?? '');
  return [...new Set(languages.filter((language) => /^[a-z\d-]+$/.test(language)))];
}

function variantsOf(sorry: SorryPage): readonly SorryVariant[] {
  return sorry.variants.length > 0 ? sorry.variants : plainPages;
}

// JSON is always UTF-8 and has no such parameter (RFC 8259 section 11).
function contentType(type: string): string {
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type;
}
