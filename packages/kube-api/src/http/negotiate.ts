import { kubeError } from '../errors';
import { SWAGGER_PROTOBUF } from '../openapi/swaggerProtobuf';
import { bare } from './refusals';

/** The form in which a client wants an answer. */
export interface Wanted {
  media: 'application/json' | 'application/yaml';
  /** A conversion to `meta.k8s.io`, or undefined for the object as it is. */
  as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
  /** Version of `meta.k8s.io` asked for: v1 or v1beta1. */
  asVersion?: string;
}

interface Clause {
  type: string;
  parameters: Map<string, string>;
  quality: number;
}

const CONVERSIONS = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);
/** More clauses than this no client sends. */
const MAX_CLAUSES = 64;

/** Takes an `Accept` header apart, best quality first. */
export function acceptClauses(header: string | undefined): Clause[] {
  return (header?.trim() || '*/*')
    .split(',', MAX_CLAUSES)
    .map(part => {
      const [type, ...rest] = part.trim().split(';');
      const parameters = new Map(rest.map(pair => {
        const [name, value = ''] = pair.split('=');
        return [name.trim().toLowerCase(), value.trim()] as const;
      }));
      const quality = Number(parameters.get('q') ?? 1);
      return { type: type.trim().toLowerCase(), parameters, quality: Number.isNaN(quality) ? 0 : quality };
    })
    .filter(clause => clause.quality > 0)
    .sort((a, b) => b.quality - a.quality);
}

function mediaOf(type: string): Wanted['media'] | undefined {
  if (type === 'application/json' || type === '*/*') return 'application/json';
  return type === 'application/yaml' ? 'application/yaml' : undefined;
}

/**
 * The first form of the `Accept` header that can be given.
 *
 * @throws KubeError 406 when there is none
 */
export function negotiate(header: string | undefined): Wanted {
  for (const { type, parameters } of acceptClauses(header)) {
    const media = mediaOf(type);
    if (!media) continue;
    const as = parameters.get('as');
    if (!as) return { media };
    const version = parameters.get('v') ?? '';
    if (parameters.get('g') === 'meta.k8s.io' && CONVERSIONS.has(as) && (version === 'v1' || version === 'v1beta1')) {
      return { media, as: as as Wanted['as'], asVersion: version };
    }
  }
  const offered = ['application/json', 'application/yaml'];
  const converting = acceptClauses(header).some(({ type, parameters }) => mediaOf(type) && parameters.has('as'));
  throw converting ? notAcceptable(offered) : bare(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${offered.join(', ')}`);
}

export const notAcceptable = (offered: string[]) => kubeError(406, 'NotAcceptable', `only the following media types are accepted: ${offered.join(', ')}`);

/** Whether the client can read plain JSON of no particular kind. */
export function acceptsJson(header: string | undefined): boolean {
  return acceptClauses(header).some(({ type, parameters }) => mediaOf(type) === 'application/json' && !parameters.has('as'));
}

/** Whether a client asks for `/openapi/v2` in protobuf and names that before JSON. Older clients write `@` for the first dot. */
export function acceptsSwaggerProtobuf(header: string | undefined): boolean {
  const first = acceptClauses(header).find(({ type }) => mediaOf(type) === 'application/json' || type.replace('@', '.') === SWAGGER_PROTOBUF);
  return first !== undefined && mediaOf(first.type) === undefined;
}
