// Builds dist/: one bundle for the command line interface and one for every file named in an entryUrl() call, their common parts shared.
// Packages stay imports (npm installs them, the native one included); JSON is bundled.

import { globSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { bundleName } from '../src/base/entry.ts';

const root = path.join(import.meta.dirname, '..');

/** Bundle → source. Throws when a call names a file that does not exist. */
function entryPoints(): Record<string, string> {
  const entries: Record<string, string> = { relevo: 'src/cli/main.ts' };
  for (const file of globSync('src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts', 'src/base/entry.ts'] })) {
    const text = readFileSync(path.join(root, file), 'utf8');
    for (const [, name] of text.matchAll(/\bentryUrl\(\s*'([^']+)'/g)) {
      entries[bundleName(String(name))] = `src/${name}.ts`;
    }
  }
  return entries;
}

rmSync(path.join(root, 'dist'), { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: entryPoints(),
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  packages: 'external',
  keepNames: true,
  metafile: true,
  logLevel: 'warning',
});
const outputs = Object.values(result.metafile.outputs);
const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
console.log(`dist/: ${outputs.length} files, ${Math.round(bytes / 1024)} KiB`);
