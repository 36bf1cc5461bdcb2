import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { htmlText } from './html-text.ts';

test('what means something in HTML is written so that it means itself', () => {
  assert.equal(htmlText(`<a href="x" id='y'>&`), '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;');
});

test('what cannot be shown, or would turn the direction, is replaced; line ends and tabs stay', () => {
  assert.equal(htmlText('a\0b\u001bc\u202ed\u2066e\ud800f'), 'a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf');
  assert.equal(htmlText('a\tb\r\nc'), 'a\tb\r\nc');
});

test('no text ends what it stands in', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[<>"']/.test(htmlText(text))));
});
