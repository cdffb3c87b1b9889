import type { Shape } from '../../schema/shape';

/**
 * What a built-in kind is before anybody says anything: its structs are there, empty, and its required lists are null.
 * A first writer therefore owns their fields, and not them. Of a custom kind nothing is there.
 */
export function emptyObject(shape: Shape): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  if (!shape.typed) return out;
  for (const name of shape.declaredNames) {
    const child = shape.declared(name)!;
    if (child.kind === 'object' && child.schema.default !== undefined) out[name] = emptyObject(child);
    else if (child.kind === 'list' && shape.schema.required?.includes(name)) out[name] = null;
  }
  return out;
}
