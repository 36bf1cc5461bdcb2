// Puts the evidence of drills into their folder: the page for people, JSON for programs, JUnit XML for CI.

import path from 'node:path';
import type { Language } from '../../base/language.ts';
import { replaceFile } from '../../base/replace-file.ts';
import type { DrillResult } from '../verdict/evidence.ts';
import { type AllResults, allJsonOf } from './all-results.ts';
import { allPage } from './html/all-page.ts';
import { drillPage } from './html/drill-page.ts';
import { junitOf } from './junit.ts';
import { jsonOf } from './result-json.ts';

/** What was measured is nobody else's business. */
const mode = 0o600;

/** Returns the path of the page. Throws when the folder cannot be written. */
export function writeDrillReport(folder: string, result: DrillResult, language: Language): string {
  const page = path.join(folder, 'report.html');
  replaceFile(path.join(folder, 'result.json'), `${JSON.stringify(jsonOf(result), null, 2)}\n`, mode);
  replaceFile(path.join(folder, 'junit.xml'), junitOf([result]), mode);
  replaceFile(page, drillPage(result, language), mode);
  return page;
}

/** Beside the folders of the drills themselves. Returns the path of the page. Throws when the folder cannot be written. */
export function writeAllReport(folder: string, all: AllResults, language: Language): string {
  const page = path.join(folder, 'all.html');
  const results = all.attempts.flatMap(({ result }) => result ?? []);
  replaceFile(path.join(folder, 'all.json'), `${JSON.stringify(allJsonOf(all), null, 2)}\n`, mode);
  replaceFile(path.join(folder, 'all.xml'), junitOf(results), mode);
  replaceFile(page, allPage(all, language), mode);
  return page;
}
