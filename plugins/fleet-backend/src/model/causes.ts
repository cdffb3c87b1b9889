import type { StatusCause } from './kinds';

/**
 * Why one field is refused, in Kubernetes' words: `Invalid value: "x": must be …`. Each says the field, what was found,
 * what is wanted, and, where it is not plain, how to mend it.
 */
const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
};

const hinted = (message: string, hint?: string) => (hint ? `${message}; ${hint}` : message);

/** A value that is out of range or malformed. */
export const invalid = (field: string, found: unknown, wanted: string, hint?: string): StatusCause => ({
  reason: 'FieldValueInvalid',
  message: hinted(`Invalid value: ${show(found)}: ${wanted}`, hint),
  field,
});

/** A value that must be there. */
export const required = (field: string, wanted: string, hint?: string): StatusCause => ({
  reason: 'FieldValueRequired',
  message: hinted(`Required value: ${wanted}`, hint),
  field,
});

/** A value that stands there, or elsewhere, already. */
export const duplicate = (field: string, found: unknown, why?: string): StatusCause => ({
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${show(found)}${why ? `: ${why}` : ''}`,
  field,
});

/** A word that is not one of the known ones. */
export const notSupported = (field: string, found: unknown, known: readonly string[]): StatusCause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${show(found)}: supported values: ${known.map(word => `"${word}"`).join(', ')}`,
  field,
});

/** A value that may not stand here, whatever it is. */
export const forbidden = (field: string, why: string, hint?: string): StatusCause => ({
  reason: 'FieldValueForbidden',
  message: hinted(`Forbidden: ${why}`, hint),
  field,
});

/** One cause for each value that repeats an earlier one. */
export function duplicates<T>(items: readonly T[] | undefined, value: (item: T) => string | undefined, field: (index: number) => string): StatusCause[] {
  const seen = new Set<string>();
  return (items ?? []).flatMap((item, index) => {
    const key = value(item);
    if (key === undefined) return [];
    if (seen.has(key)) return [duplicate(field(index), key)];
    seen.add(key);
    return [];
  });
}
