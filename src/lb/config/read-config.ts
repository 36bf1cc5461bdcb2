// Reads the configuration file of `relevo lb run`.

import { readYamlFile, type YamlFile } from '../../api/schema/yaml-file.ts';
import { lbConfigSchema } from './config-schema.ts';
import type { LbConfig } from './config-types.ts';

/** `file` is what faults call it. Throws FileFaults with everything that is wrong with its form. */
export function readConfig(source: string, file: string): YamlFile<LbConfig> {
  return readYamlFile(source, file, lbConfigSchema, 'a configuration: a map with frontends and backends');
}
