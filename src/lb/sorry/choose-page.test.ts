import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SorryPage } from '../model.ts';
import { chooseVariant } from './choose-page.ts';
import { plainPages } from './plain-pages.ts';

function page(...variants: readonly string[]): SorryPage {
  return {
    retryAfterSeconds: 5,
    variants: variants.map((variant) => {
      const [contentType = '', language] = variant.split(' ');
      return { contentType, language, body: variant };
    }),
  };
}

function chosen(of: SorryPage, accept?: string, acceptLanguage?: string): string {
  return chooseVariant(of, accept, acceptLanguage).body;
}

test('the form is negotiated by Accept', () => {
  const three = page('text/html', 'application/json', 'text/plain');
  const chrome = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
  const cases: [string | undefined, string][] = [
    [undefined, 'text/html'],
    ['', 'text/html'],
    ['*/*', 'text/html'],
    [chrome, 'text/html'],
    ['application/json', 'application/json'],
    ['Application/JSON; charset=utf-8', 'application/json'],
    ['application/json, text/plain, */*', 'application/json'],
    ['text/plain, application/json', 'text/plain'],
    ['*/*, application/json', 'application/json'],
    ['text/*', 'text/html'],
    ['text/*, text/html;q=0', 'text/plain'],
    ['text/plain;q=0.9, application/json;q=0.1', 'text/plain'],
    ['text/plain;q=0.1 , application/json;q=0.9', 'application/json'],
    ['text/html;q=0.5, */*', 'application/json'],
    ['*/*;q=0.1, application/*;q=0.2', 'application/json'],
    ['text/html;level=1;q=0.3, text/plain;q=0.4', 'text/plain'],
    ['text/html;q=0, application/json;q=0.000, text/plain;q=0.001', 'text/plain'],
    ['text/plain;q=nonsense', 'text/plain'],
  ];
  for (const [accept, expected] of cases) assert.equal(chosen(three, accept), expected, accept);
});

test('where no form is accepted the first is sent all the same', () => {
  assert.equal(chosen(page('text/html', 'text/plain'), 'image/png'), 'text/html');
  assert.equal(chosen(page('text/html', 'text/plain'), 'text/plain;q=0, text/html;q=0'), 'text/html');
});

test('the language is looked up from the best range, truncated step by step', () => {
  const pages = page('text/html en', 'text/html es', 'text/html zh-Hant', 'text/html pt-BR');
  const cases: [string | undefined, string][] = [
    [undefined, 'text/html en'],
    ['es', 'text/html es'],
    ['ES-mx', 'text/html es'],
    ['es-419-x-here, en;q=0.9', 'text/html es'],
    ['zh-Hant-CN-x-private1', 'text/html zh-Hant'],
    ['zh-Hans, es;q=0.1', 'text/html es'],
    ['fr, es;q=0.5, en;q=0.4', 'text/html es'],
    ['en;q=0.4, es;q=0.5', 'text/html es'],
    ['fr', 'text/html en'],
    ['pt', 'text/html pt-BR'],
    ['p', 'text/html en'],
    ['*, es;q=0.5', 'text/html en'],
    ['en;q=0', 'text/html es'],
    ['en;q=0, *', 'text/html es'],
    ['fr, *;q=0.1', 'text/html en'],
    [',;q=, ;', 'text/html en'],
  ];
  for (const [language, expected] of cases)
    assert.equal(chosen(pages, 'text/html', language), expected, language);
});

test('a page for everyone is shown to those whose language is missing', () => {
  const pages = page('text/html es', 'text/html');
  assert.equal(chosen(pages, undefined, 'fr'), 'text/html');
  assert.equal(chosen(pages, undefined, 'es-AR'), 'text/html es');
  assert.equal(chosen(pages), 'text/html es', 'who says nothing gets the first');
});

test('a missing language changes nothing of the form', () => {
  assert.equal(chosen(page('text/html es', 'application/json'), undefined, 'fr'), 'text/html es');
});

test('a language by its name is not refused by the refusal of what it belongs to', () => {
  const pages = page('text/html en', 'text/html en-GB');
  assert.equal(chosen(pages, undefined, 'en;q=0, en-GB;q=0.1'), 'text/html en-GB');
});

test('the form counts before the language', () => {
  const pages = page('text/html es', 'application/json en');
  assert.equal(chosen(pages, 'application/json', 'es'), 'application/json en');
});

test('without pages of its own there are plain ones, each form in each language', () => {
  const none = page();
  const cases: [string, string, string, string][] = [
    ['text/html', 'es-MX,es;q=0.9', 'text/html', 'es'],
    ['application/json', 'de', 'application/json', 'en'],
    ['text/plain', 'es', 'text/plain', 'es'],
  ];
  for (const [accept, asked, contentType, language] of cases) {
    const variant = chooseVariant(none, accept, asked);
    assert.deepEqual([variant.contentType, variant.language], [contentType, language]);
  }
});

test('there is always one, and always one of the page, whatever is asked', () => {
  const scrap = fc.string({ unit: fc.constantFrom(...'abe*/;q=0.1, -ns'.split('')), maxLength: 40 });
  const pages = page('text/html en', 'text/html es', 'application/json');
  fc.assert(
    fc.property(scrap, scrap, (accept, language) => {
      assert.ok(pages.variants.includes(chooseVariant(pages, accept, language)));
      assert.ok(plainPages.includes(chooseVariant(page(), accept, language)));
    }),
  );
});
