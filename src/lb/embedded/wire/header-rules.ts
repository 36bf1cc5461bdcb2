// Rules of routes for the fields of a head: set, add, remove. What an array of rules comes to is made out once, for the first message.

import type { HeaderRule } from '../../model.ts';

/** What a list of rules comes to: fields that go, and lines that come. */
interface Plan {
  readonly removed?: RegExp;
  readonly lines: string;
}

const plans = new WeakMap<readonly HeaderRule[], Plan>();

/** `text`: whole lines with CRLF. Names that say how long a message is or whether a connection goes on are not touched by rules. */
export function applyRules(text: string, rules: readonly HeaderRule[]): string {
  let plan = plans.get(rules);
  if (plan === undefined) {
    plan = planOf(rules);
    plans.set(rules, plan);
  }
  const kept = plan.removed === undefined ? text : text.replace(plan.removed, '');
  return kept + plan.lines;
}

/** `text` without the fields of these names (any case). */
export function withoutNames(text: string, names: readonly string[]): string {
  return text.replace(linesNamed(names), '');
}

const untouchable = new Set([
  ...['connection', 'content-length', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding'],
  'upgrade',
]);

function planOf(rules: readonly HeaderRule[]): Plan {
  const removed = new Set<string>();
  let added: { readonly name: string; readonly line: string }[] = [];
  for (const rule of rules) {
    const name = rule.name.toLowerCase();
    if (untouchable.has(name) || !/^[!#$%&'*+\-.^_`|~\da-z]+$/.test(name)) continue;
    if (rule.action !== 'add') {
      // A request without Host would be none.
      if (rule.action === 'remove' && name === 'host') continue;
      removed.add(name);
      added = added.filter((other) => other.name !== name);
    }
    if (rule.action !== 'remove') added.push({ name, line: `${rule.name}: ${wireText(rule.value)}\r\n` });
  }
  const lines = added.map((one) => one.line).join('');
  return removed.size === 0 ? { lines } : { removed: linesNamed([...removed]), lines };
}

/** UTF-8 as latin1 text, so that no character can become CR or LF on the wire, and without control characters. */
function wireText(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return Buffer.from(value.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, ' '), 'utf8').toString('latin1');
}

function linesNamed(names: readonly string[]): RegExp {
  const escaped = names.map((name) => name.replace(/[.*+^$|]/g, '\\$&'));
  return new RegExp(`^(?:${escaped.join('|')}):[^\\r]*\\r\\n`, 'gim');
}
