import { builtinDefinitions } from '../builtins';
import type { KubeObject, PrinterColumn, ResourceInfo, Schema, ScalePaths } from '../types';

/** One entry of a CustomResourceDefinition's `spec.versions`. */
export interface CrdVersion {
  name: string;
  served: boolean;
  storage: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  schema?: { openAPIV3Schema?: Schema };
  subresources?: { status?: object; scale?: ScalePaths };
  additionalPrinterColumns?: PrinterColumn[];
  selectableFields?: { jsonPath: string }[];
}

export interface CrdSpec {
  group: string;
  scope: 'Namespaced' | 'Cluster';
  names: { plural: string; singular?: string; kind: string; listKind?: string; shortNames?: string[]; categories?: string[] };
  versions: CrdVersion[];
  preserveUnknownFields?: boolean;
  conversion?: { strategy?: string };
}

const AGE: PrinterColumn[] = [{ name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }];

/** The whole object's schema: what the author wrote, with the fields every object has. */
function graft(schema: Schema | undefined): Schema {
  return {
    ...schema,
    type: 'object',
    properties: {
      ...schema?.properties,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
    },
  };
}

/**
 * What a definition serves: one resource for each served version.
 *
 * @param storedAsSent - whether its objects are stored without the schema's defaults
 */
export function crdInfos(crd: KubeObject, storedAsSent: boolean): ResourceInfo[] {
  const { group, scope, names, versions } = crd.spec as CrdSpec;
  return versions
    .filter(version => version.served)
    .map(version => ({
      group,
      version: version.name,
      resource: names.plural,
      kind: names.kind,
      singular: names.singular || names.kind.toLowerCase(),
      shortNames: names.shortNames ?? [],
      categories: names.categories ?? [],
      namespaced: scope === 'Namespaced',
      subresources: {
        status: version.subresources?.status !== undefined,
        ...(version.subresources?.scale && { scale: version.subresources.scale }),
      },
      schema: graft(version.schema?.openAPIV3Schema),
      definitions: builtinDefinitions,
      columns: version.additionalPrinterColumns ?? AGE,
      selectable: version.selectableFields?.map(({ jsonPath }) => jsonPath.replace(/^\./, '')),
      deprecation: version.deprecated ? (version.deprecationWarning ?? `${group}/${version.name} ${names.kind} is deprecated`) : undefined,
      custom: true,
      strategicMerge: false,
      storedAsSent,
    }));
}
