// Puts a run's report into its folder: the page, and the aggregate table for spreadsheets.

import path from 'node:path';
import type { Language } from '../../base/language.ts';
import { replaceFile } from '../../base/replace-file.ts';
import type { LoadResults } from '../results/load-results.ts';
import { aggregateCsv } from './aggregate-csv.ts';
import { reportPage } from './html/report-page.ts';

/** What was measured is nobody else's business. */
const mode = 0o600;

/** Returns the path of the page. Throws when the folder cannot be written. */
export function writeReport(folder: string, results: LoadResults, language: Language): string {
  const page = path.join(folder, 'report.html');
  replaceFile(path.join(folder, 'aggregate.csv'), aggregateCsv(results), mode);
  replaceFile(page, reportPage(results, language, folder), mode);
  return page;
}
