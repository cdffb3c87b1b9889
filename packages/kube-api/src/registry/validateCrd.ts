import { serviceNameProblems, subdomainProblems } from '../kinds/names';
import { causes } from '../schema/causes';
import { isObject } from '../schema/decode';
import { equal } from '../schema/equal';
import type { KubeObject, Schema, StatusCause } from '../types';
import type { CrdSpec, CrdVersion } from './crdInfos';
import { validateStructural } from './validateStructural';

/** Objects of a definition so annotated are stored without its CEL rules being run; otherwise such rules are refused. */
export const CEL_ANNOTATION = 'flotilla.dev/cel';

/** What a server fills into a definition. In place. */
export function fillCrd(crd: KubeObject): void {
  const spec = crd.spec as CrdSpec | undefined;
  if (!spec?.names?.kind) return;
  spec.names.singular ??= spec.names.kind.toLowerCase();
  spec.names.listKind ??= `${spec.names.kind}List`;
  spec.conversion ??= { strategy: 'None' };
}

/** Causes in a CustomResourceDefinition. */
export function validateCrd(crd: KubeObject): StatusCause[] {
  const spec = crd.spec as CrdSpec | undefined;
  if (!isObject(spec)) return [causes.required('spec')];
  const found: StatusCause[] = [];
  const wanted = `${spec.names?.plural}.${spec.group}`;
  if (spec.names?.plural && crd.metadata.name !== wanted) {
    found.push(causes.invalid('metadata.name', crd.metadata.name, `must be spec.names.plural+"."+spec.group`));
  }
  found.push(...validateGroup(spec.group), ...validateNames(spec), ...validateVersions(crd, spec.versions));
  if (!spec.scope) found.push(causes.required('spec.scope'));
  else if (spec.scope !== 'Namespaced' && spec.scope !== 'Cluster') found.push(causes.unsupported('spec.scope', spec.scope, ['Cluster', 'Namespaced']));
  if (spec.preserveUnknownFields) {
    found.push(causes.invalid('spec.preserveUnknownFields', true, 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead'));
  }
  if (spec.conversion?.strategy && spec.conversion.strategy !== 'None') {
    found.push(causes.unsupported('spec.conversion.strategy', spec.conversion.strategy, ['None']));
  }
  return found;
}

function validateGroup(group: unknown): StatusCause[] {
  if (!group || typeof group !== 'string') return [causes.required('spec.group')];
  const problems = subdomainProblems(group).map(why => causes.invalid('spec.group', group, why));
  if (!group.includes('.')) problems.push(causes.invalid('spec.group', group, 'should be a domain with at least one dot'));
  return problems;
}

function validateNames({ names }: CrdSpec): StatusCause[] {
  if (!isObject(names)) return [causes.required('spec.names')];
  const found: StatusCause[] = [];
  const check = (field: string, name: string | undefined, lower: boolean) => {
    const path = `spec.names.${field}`;
    if (!name) found.push(causes.required(path));
    else found.push(...serviceNameProblems(lower ? name : name.toLowerCase()).map(why => causes.invalid(path, name, lower ? why : `may have mixed case, but should otherwise match: ${why}`)));
  };
  check('plural', names.plural, true);
  check('kind', names.kind, false);
  if (names.singular) check('singular', names.singular, true);
  if (names.listKind) check('listKind', names.listKind, false);
  if (names.kind && names.kind === names.listKind) found.push(causes.invalid('spec.names.listKind', names.listKind, 'kind and listKind may not be the same'));
  for (const [index, name] of (names.shortNames ?? []).entries()) {
    found.push(...serviceNameProblems(name).map(why => causes.invalid(`spec.names.shortNames[${index}]`, name, why)));
  }
  return found;
}

function validateVersions(crd: KubeObject, versions: unknown): StatusCause[] {
  if (!Array.isArray(versions) || versions.length === 0) {
    return [causes.invalid('spec.versions', versions ?? [], 'must have exactly one version marked as storage version')];
  }
  const found: StatusCause[] = [];
  const names = versions.map(version => version?.name);
  if (versions.filter(version => version?.storage).length !== 1) {
    found.push(causes.invalid('spec.versions', names, 'must have exactly one version marked as storage version'));
  }
  if (new Set(names).size !== names.length) found.push(causes.invalid('spec.versions', names, 'must contain unique version names'));
  // Where all versions say the same, Kubernetes speaks of it as said once, in the form definitions had of old.
  const [first, ...others] = versions as (CrdVersion | undefined)[];
  const once = (part: (version?: CrdVersion) => unknown) => others.every(other => equal(part(other), part(first)));
  const placed: Placed = {
    schema: once(version => version?.schema),
    subresources: once(version => version?.subresources),
    columns: once(version => version?.additionalPrinterColumns),
    selectable: once(version => version?.selectableFields),
  };
  versions.forEach((version, index) => found.push(...validateVersion(crd, version, index, placed)));
  return found;
}

/** Which parts of the versions are named at the definition itself. */
interface Placed {
  schema: boolean;
  subresources: boolean;
  columns: boolean;
  selectable: boolean;
}

function validateVersion(crd: KubeObject, version: CrdVersion, index: number, placed: Placed): StatusCause[] {
  const found: StatusCause[] = [];
  const path = `spec.versions[${index}]`;
  const at = (isPlaced: boolean) => (isPlaced ? 'spec' : path);
  const isRepeated = (isPlaced: boolean) => isPlaced && index > 0;
  if (!version?.name) found.push(causes.required(`${path}.name`));
  else found.push(...serviceNameProblems(version.name).map(why => causes.invalid(`${path}.name`, version.name, why)));
  const schema = version?.schema?.openAPIV3Schema;
  if (!isObject(schema)) return [...found, causes.required(`${path}.schema.openAPIV3Schema`)];
  const ignoreCel = crd.metadata.annotations?.[CEL_ANNOTATION] === 'ignore';
  if (!isRepeated(placed.schema)) found.push(...validateStructural(schema, placed.schema ? 'spec.validation.openAPIV3Schema' : `${path}.schema.openAPIV3Schema`, ignoreCel));
  const scale = version.subresources?.scale;
  if (scale && !isRepeated(placed.subresources)) {
    for (const [field, under] of [['specReplicasPath', '.spec.'], ['statusReplicasPath', '.status.'], ['labelSelectorPath', '.']] as const) {
      const value = scale[field];
      if (value === undefined && field === 'labelSelectorPath') continue;
      if (!value) found.push(causes.required(`${at(placed.subresources)}.subresources.scale.${field}`));
      else if (!value.startsWith(under) || value.includes('[')) {
        found.push(causes.invalid(`${at(placed.subresources)}.subresources.scale.${field}`, value, `should be a json path under ${under.slice(0, -1) || 'the object'}`));
      }
    }
  }
  if (!isRepeated(placed.columns)) found.push(...validateColumns(version, at(placed.columns)));
  if (!isRepeated(placed.selectable)) found.push(...validateSelectable(schema, version, at(placed.selectable)));
  return found;
}

function validateColumns({ additionalPrinterColumns = [] }: CrdVersion, path: string): StatusCause[] {
  return additionalPrinterColumns.flatMap((column, index) => {
    const at = `${path}.additionalPrinterColumns[${index}]`;
    const found: StatusCause[] = [];
    if (!column.name) found.push(causes.required(`${at}.name`));
    if (!COLUMN_TYPES.includes(column.type)) found.push(causes.invalid(`${at}.type`, column.type, `must be one of ${COLUMN_TYPES.join(',')}`));
    if (!column.jsonPath) found.push(causes.required(`${at}.JSONPath`));
    else if (!column.jsonPath.startsWith('.')) found.push(causes.invalid(`${at}.JSONPath`, column.jsonPath, 'must be a simple json path starting with .'));
    return found;
  });
}

/** Fields to select by must be plain text, numbers or yes and no, and be there in the schema. */
function validateSelectable(schema: Schema, { selectableFields = [] }: CrdVersion, path: string): StatusCause[] {
  const found: StatusCause[] = [];
  selectableFields.forEach(({ jsonPath = '' }, index) => {
    const at = `${path}.selectableFields[${index}].jsonPath`;
    const parts = jsonPath.split('.').slice(1);
    if (!jsonPath) found.push(causes.required(at));
    else if (!jsonPath.startsWith('.')) found.push(causes.invalid(at, jsonPath, 'is an invalid path: must start with a "."'));
    else {
      const field = parts.reduce<Schema | undefined>((node, key) => node?.properties?.[key], schema);
      if (!field) found.push(causes.invalid(at, jsonPath, 'is an invalid path: does not refer to a valid field'));
      else if (!SELECTABLE_TYPES.includes(field.type ?? '')) found.push(causes.invalid(at, jsonPath, 'is an invalid path: must point to a field of type string, boolean, or integer. Enum string fields and strings with formats are allowed.'));
    }
  });
  return found;
}

const SELECTABLE_TYPES = ['string', 'boolean', 'integer'];
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];

/** Causes where an update changes what a definition may not change. */
export function validateCrdUpdate(crd: KubeObject, old: KubeObject): StatusCause[] {
  const found: StatusCause[] = [];
  const [now, before] = [crd.spec as CrdSpec | undefined, old.spec as CrdSpec];
  if (!isObject(now)) return found;
  const check = (path: string, a: unknown, b: unknown) => {
    if (!equal(a, b)) found.push(causes.invalid(path, a, 'field is immutable'));
  };
  check('spec.group', now.group, before.group);
  check('spec.scope', now.scope, before.scope);
  check('spec.names.kind', now.names?.kind, before.names.kind);
  check('spec.names.plural', now.names?.plural, before.names.plural);
  const stored: string[] = old.status?.storedVersions ?? [];
  stored.forEach((name, index) => {
    if (now.versions?.some(version => version?.name === name)) return;
    const why = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    found.push(causes.invalid(`status.storedVersions[${index}]`, name, why));
  });
  return found;
}
