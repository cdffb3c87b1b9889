import { kindDefinitions, type FieldSchema } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from './kinds';
import { SUPPORT, type SupportEntry } from './supportTable';

const isBelow = (path: string, ancestor: string) => path === ancestor || path.startsWith(`${ancestor}.`) || path.startsWith(`${ancestor}[]`);

/** The entry that holds for a field: the longest path that is the field or stands above it. */
export function supportOf(kind: string, path: string): SupportEntry | undefined {
  const above = (SUPPORT[kind] ?? []).filter(entry => isBelow(path, entry.path));
  return above.sort((a, b) => b.path.length - a.path.length)[0];
}

/** Every field of a schema below `path`, parents before children; `[]` marks list items. */
export function fieldsOf(schema: FieldSchema, path: string): string[] {
  const inner = schema.type === 'array' ? schema.items! : schema;
  const here = schema.type === 'array' ? `${path}[]` : path;
  return Object.entries(inner.properties ?? {}).flatMap(([name, field]) => [`${here}.${name}`, ...fieldsOf(field, `${here}.${name}`)]);
}

/** Every field of `spec` of one of our kinds, in the schema's order. */
export function specFields(kind: string): string[] {
  const definition = kindDefinitions.find(each => each.spec.names.kind === kind)!;
  return fieldsOf(definition.spec.versions[0].schema.openAPIV3Schema.properties!.spec, 'spec');
}

/** The places in an object where a field has a value, with list indices: `spec.components[1].placement.volcano`. */
function placesOf(value: unknown, path: string, steps: readonly string[]): string[] {
  if (value === undefined || value === null) return [];
  if (steps.length === 0) return [path];
  const [step, ...rest] = steps;
  const name = step.replace('[]', '');
  const next = (value as Record<string, unknown>)[name];
  const at = path ? `${path}.${name}` : name;
  if (!step.endsWith('[]')) return placesOf(next, at, rest);
  return Array.isArray(next) ? next.flatMap((item, index) => placesOf(item, `${at}[${index}]`, rest)) : [];
}

/** Turning something off has the effect of doing nothing, which is what happens. */
function saysNothing(object: KubeObject, path: string): boolean {
  const value = path
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .reduce<any>((at, step) => at?.[step], object);
  return value === false || (typeof value === 'object' && value !== null && value.enabled === false);
}

/** Fields of an object that are kept and have no effect yet, each with what is missing. */
export function unsupportedIn(object: KubeObject): { path: string; note: string }[] {
  if (!object.apiVersion.includes('.kurator.dev/')) return [];
  return (SUPPORT[object.kind] ?? [])
    .filter(entry => entry.support === 'stored')
    .flatMap(entry => placesOf(object, '', entry.path.split('.')).map(path => ({ path, note: entry.note ?? 'not carried out yet' })))
    .filter(({ path }) => !saysNothing(object, path));
}

/** `docs/support.md`: every field of every kind, and whether it acts. */
export function supportDocument(): string {
  const parts = kindDefinitions.map(definition => {
    const { kind } = definition.spec.names;
    const rows = specFields(kind).map(path => {
      const entry = supportOf(kind, path);
      const note = entry?.path === path || entry?.support === 'stored' ? entry?.note : undefined;
      return `| \`${path}\` | ${entry?.support ?? 'unknown'} | ${note ?? ''} |`;
    });
    return `## ${kind}\n\n| field | today | note |\n| --- | --- | --- |\n${rows.join('\n')}`;
  });
  return `# What acts, and what is stored\n\n<!-- Generated from plugins/fleet-backend/src/model/supportTable.ts by its test (UPDATE_DOCS=1). Do not edit. -->\n\nA field that is \`stored\` is kept and shown and has no effect yet: writing it gives a \`Warning:\`, and the object says it in condition \`Unsupported\`.\n\n${parts.join('\n\n')}\n`;
}
