// Proves that the documents lead somewhere: every relative link, and every verb and option of Relevo that they name; and that what
// exists in two languages says the same in both.

import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, suite, test } from 'node:test';
import type { Command } from 'commander';
import { flagsOf, loadVerbs } from '../../scripts/generate-docs/verbs.ts';
import { anchorsOf, commandsIn, linksIn } from '../support/markdown.ts';

const root = path.join(import.meta.dirname, '../..');
const pages = globSync(['*.md', '{docs,examples,bench}/**/*.md'], { cwd: root }).sort();
const textOf = (page: string): string => readFileSync(path.join(root, page), 'utf8');

/** Verb and options: what a placeholder is called differs between languages. */
const withoutNames = (words: readonly string[]): string =>
  words.filter((word, index) => index === 0 || word.startsWith('-')).join(' ');

for (const page of pages) {
  test(`${page}: every relative link leads to something`, () => {
    for (const link of linksIn(textOf(page))) {
      const [target = '', anchor] = link.split('#');
      const file = target === '' ? page : path.join(path.dirname(page), target);
      assert.ok(existsSync(path.join(root, file)), `${link}: there is no ${file}`);
      if (anchor === undefined) continue;
      assert.ok(anchorsOf(textOf(file)).includes(anchor), `${link}: ${file} has no such heading`);
    }
  });
}

suite('what the documents let people type', () => {
  let verbs: Command[];
  before(async () => {
    verbs = await loadVerbs();
  });

  /** What is wrong with a command line, without `relevo` itself. */
  function complaint([first = '', second = '', ...rest]: readonly string[]): string | undefined {
    if (['help', '--help', '--version', 'VERB'].includes(first)) return undefined;
    const verb = verbs.find((each) => each.name() === first);
    if (!verb) return `there is no verb "${first}"`;
    const below = verb.commands.find((each) => each.name() === second);
    if (verb.commands.length > 0 && !below && !/^[-[]/.test(second)) return `"${first}" has no "${second}"`;
    const known = [...flagsOf(verb), ...(below ? flagsOf(below) : [])];
    const unknown = [second, ...rest].find((word) => /^--?[a-z]/.test(word) && !known.includes(word));
    return unknown && `"${first}" has no ${unknown}`;
  }

  for (const page of pages) {
    test(`${page}: every verb and option exists`, () => {
      const complaints = commandsIn(textOf(page)).flatMap((words) => complaint(words) ?? []);
      assert.deepEqual(complaints, []);
    });
  }

  test('a verb, a verb below and an option that do not exist are noticed', () => {
    const text = '`relevo fly`, `relevo snapshot lose`, `relevo up --fly` and `relevo kubectl -- get --fly`';
    assert.deepEqual(commandsIn(text).map(complaint), [
      'there is no verb "fly"',
      '"snapshot" has no "lose"',
      '"up" has no --fly',
      undefined,
    ]);
  });
});

suite('two languages', () => {
  const guides = globSync(['README.md', 'docs/README.md', 'docs/guides/*.md', 'examples/**/README.md'], {
    cwd: root,
  });
  const english = guides.filter((page) => !page.endsWith('.es.md'));

  for (const page of english) {
    test(`${page} has the same parts and the same commands in Spanish`, () => {
      const spanish = page.replace(/\.md$/, '.es.md');
      assert.ok(existsSync(path.join(root, spanish)), `there is no ${spanish}`);
      const [one, other] = [textOf(page), textOf(spanish)];
      assert.equal(anchorsOf(other).length, anchorsOf(one).length, 'as many headings');
      assert.deepEqual(commandsIn(other).map(withoutNames), commandsIn(one).map(withoutNames));
    });
  }
});
