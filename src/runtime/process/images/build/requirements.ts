// What a RUN line that is not run would have installed, and what of that the host lacks: known before a program fails for it.

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { isProgram } from '../bases.ts';
import { splitWords } from '../dockerfile/words.ts';
import type { Requirement } from '../image-record.ts';
import { placeIn } from '../rooted-path.ts';

const patienceMs = 10_000;
/** Of pip's options those that are followed by a value. */
const withValue =
  /^(-c|--constraint|-i|--index-url|--extra-index-url|-t|--target|--trusted-host|-f|--find-links|--prefix|--root|--timeout|--cache-dir)$/;
/** They are pip's own business. */
const ofPip = /^(pip|setuptools|wheel)$/i;

/** `root` has the files that are there when the line would be run, in the folder `workingDir`. */
export function requirementsOf(script: string, root: string, workingDir: string): Requirement[] {
  return script.split(/&&|\|\||;|\|/).flatMap((command) => {
    const words = splitWords(command, '\\').map((word) => word.replace(/["']/g, ''));
    const pip = afterWords(words, /^pip3?(\.\d+)?$/, /^install$/);
    if (pip) return requirement('python', pipPackages(pip, root, workingDir));
    const isNode = words.some((word, at) => isNodeInstall(word, words[at + 1]));
    return isNode
      ? requirement('node', nodePackages(words, root, workingDir)).map((one) => ({
          ...one,
          folder: workingDir || '/',
        }))
      : [];
  });
}

/** What a container with a root of its own searches programs in: not where a version manager or a home folder has them. */
export const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** One line for each thing that is missing; none when all is there. `root` has the image's files; a PATH each for what may run it. */
export async function missingRequirements(
  requirements: readonly Requirement[],
  root: string,
  searchPaths: readonly string[],
): Promise<string[]> {
  const python = requirements.filter(({ kind }) => kind === 'python').flatMap(({ packages }) => packages);
  const lines: string[] = [];
  if (python.length > 0) {
    for (const program of new Set(searchPaths.map((one) => pythonOn(one))))
      lines.push(...(await missingInPython(program, [...new Set(python)])));
  }
  for (const { kind, packages, folder = '/' } of requirements) {
    const absent = kind === 'node' ? packages.filter((name) => !isNodePackage(root, folder, name)) : [];
    if (absent.length > 0)
      lines.push(
        `the image lacks the packages ${absent.join(', ')}: run "npm install" where its package.json is, leave node_modules out of .dockerignore, and build again`,
      );
  }
  return lines;
}

function requirement(kind: Requirement['kind'], packages: readonly string[]): Requirement[] {
  const distinct = [...new Set(packages)].sort();
  return distinct.length === 0 ? [] : [{ kind, packages: distinct }];
}

/** What follows the word `second` when one like `first` stands before it. */
function afterWords(words: readonly string[], first: RegExp, second: RegExp): string[] | undefined {
  const program = words.findIndex((word) => first.test(path.posix.basename(word)));
  const verb = words.findIndex((word, at) => at > program && second.test(word));
  return program < 0 || verb < 0 ? undefined : words.slice(verb + 1);
}

function pipPackages(words: readonly string[], root: string, workingDir: string): string[] {
  const packages: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const file = /^(?:-r|--requirement)(?:=?(.+))?$/.exec(word);
    if (file) packages.push(...requirementsFile(file[1] ?? words[++at] ?? '', root, workingDir));
    else if (withValue.test(word)) at++;
    else packages.push(...packageName(word));
  }
  return packages;
}

function requirementsFile(file: string, root: string, workingDir: string): string[] {
  const text = textIn(root, path.posix.resolve('/', workingDir, file)) ?? '';
  return text.split(/\r?\n/).flatMap((line) => packageName(line.replace(/(^|\s)#.*/, '').trim()));
}

/** Of `Flask[async]>=3; python_version > "3.8"` the name. Options, paths and addresses name no package. */
function packageName(text: string): string[] {
  const [, name = ''] = /^([A-Za-z0-9][\w.-]*)\s*(?:$|[[<>=!~;@ ])/.exec(text) ?? [];
  return name === '' || ofPip.test(name) || /\.(whl|zip|gz)$/.test(name) ? [] : [name];
}

function isNodeInstall(word: string, next: string | undefined): boolean {
  if (/^(npm|pnpm)$/.test(word)) return /^(install|i|ci|add)$/.test(next ?? '');
  return word === 'yarn' && (next === undefined || /^(install|add|--.*)$/.test(next));
}

function nodePackages(words: readonly string[], root: string, workingDir: string): string[] {
  if (words.some((word) => word === '-g' || word === '--global')) return [];
  const verb = words.findIndex((word) => /^(install|i|add)$/.test(word));
  const named = verb < 0 ? [] : words.slice(verb + 1).filter((word) => /^@?[a-z0-9]/.test(word));
  const text = textIn(root, path.posix.resolve('/', workingDir, 'package.json'));
  try {
    const { dependencies = {} } = JSON.parse(text ?? '{}');
    return [...Object.keys(dependencies), ...named.map((word) => word.replace(/(?<=.)@.*$/, ''))];
  } catch {
    return [];
  }
}

function textIn(root: string, inside: string): string | undefined {
  const file = placeIn(root, inside, { followLast: true });
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** As Node looks for it: in the folder and in all above. */
function isNodePackage(root: string, folder: string, name: string): boolean {
  for (let here = folder; ; here = path.posix.dirname(here)) {
    if (existsSync(placeIn(root, path.posix.join(here, 'node_modules', name)))) return true;
    if (here === '/') return false;
  }
}

const pythonProgram = `
import importlib.metadata as metadata, importlib.util as util, sys
def there(name):
    try:
        metadata.distribution(name)
        return True
    except metadata.PackageNotFoundError:
        return util.find_spec(name.replace("-", "_").split(".")[0]) is not None
print("\\n".join(name for name in sys.argv[1:] if not there(name)))
`;

async function missingInPython(program: string, packages: readonly string[]): Promise<string[]> {
  const missing = await absentFrom(program, packages);
  if (missing.length === 0) return [];
  const debian = missing.map((name) => `python3-${name.toLowerCase()}`).join(' ');
  const isSystem = path.dirname(program) === '/usr/bin';
  return [
    `this machine's python3 lacks ${missing.join(', ')} (${program}): ` +
      `"${program} -m pip install ${missing.join(' ')}"${isSystem ? ` or "apt-get install ${debian}"` : ''} brings it`,
  ];
}

async function absentFrom(program: string, packages: readonly string[]): Promise<readonly string[]> {
  try {
    const options = { timeout: patienceMs };
    const { stdout } = await promisify(execFile)(program, ['-c', pythonProgram, ...packages], options);
    return stdout.split('\n').filter((line) => line !== '');
  } catch {
    // No python3, or one that is broken: it has none of them.
    return packages;
  }
}

function pythonOn(searched: string): string {
  const folder = searched.split(path.delimiter).find((one) => isProgram('python3', one));
  return path.join(folder ?? '', 'python3');
}
