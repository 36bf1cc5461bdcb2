// Reads the official client's generated models: types and formats from each class's attribute map, descriptions and
// optionality from its declaration file.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ModelField {
  name: string;
  /** As the client writes it: `string`, `Array<V1Container>`, `{ [key: string]: string; }`, `V1PodSpec`, … */
  type: string;
  format: string;
  required: boolean;
  /** '' where the client has none (fields that are references). */
  description: string;
}

export interface Model {
  name: string;
  description: string;
  fields: ModelField[];
}

interface Attribute {
  baseName: string;
  type: string;
  format: string;
}

const directory = join(dirname(fileURLToPath(import.meta.resolve('@kubernetes/client-node'))), 'gen/models');

/** The release every model file names; the schema keys are written for exactly that one. */
const kubernetesVersion = 'v1.32.0';

export function modelExists(name: string): boolean {
  return existsSync(join(directory, `${name}.js`));
}

export async function readModel(name: string): Promise<Model> {
  const file = join(directory, name);
  const declaration = readFileSync(`${file}.d.ts`, 'utf8');
  if (!declaration.includes(`OpenAPI spec version: ${kubernetesVersion}\n`)) {
    throw new Error(
      `${name} is not of Kubernetes ${kubernetesVersion}: install @kubernetes/client-node 1.0.0`,
    );
  }
  const module = (await import(`${file}.js`)) as Record<string, { attributeTypeMap: Attribute[] }>;
  const attributes = module[name]?.attributeTypeMap;
  if (!attributes) throw new Error(`${file}.js has no attribute map`);
  return {
    name,
    description: descriptionBefore(declaration, 'export declare class'),
    fields: attributes.map((attribute) => fieldOf(attribute, declaration)),
  };
}

/** The models that a field's type names. */
export function modelsIn(type: string): string[] {
  return (type.match(/\b[A-Z]\w*/g) ?? []).filter(modelExists);
}

function fieldOf({ baseName, type, format }: Attribute, declaration: string): ModelField {
  // A name that is a keyword or no identifier is declared with another spelling: `_default`, `x_kubernetes_list_type`.
  const declared = baseName.replace(/^\$/, '').replace(/[^\w]/g, '_');
  const line = new RegExp(`^ {4}'(${declared}|_${declared})'(\\??):`, 'm').exec(declaration);
  if (!line) throw new Error(`the declarations have no field ${baseName}`);
  return {
    name: baseName,
    type,
    format,
    required: line[2] === '',
    description: descriptionBefore(declaration, line[0]),
  };
}

/** The text of the comment that ends right before `anchor`. */
function descriptionBefore(declaration: string, anchor: string): string {
  const before = declaration.slice(0, declaration.indexOf(anchor)).trimEnd();
  if (!before.endsWith('*/')) return '';
  const comment = before.slice(before.lastIndexOf('/**') + 3, -2);
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s?/, '').trimEnd())
    .join(' ')
    .trim()
    .replaceAll("\\'", "'")
    .replaceAll('\\"', '"')
    .replaceAll('\\\\', '\\');
}
