import type { StatusCause } from '../types';

/** How Kubernetes shows a value in a refusal: strings quoted, numbers bare, objects as JSON. */
export function shown(value: unknown): string {
  if (value === undefined) return '""';
  return JSON.stringify(value);
}

const quotedList = (values: readonly unknown[]) => values.map(value => JSON.stringify(value)).join(', ');

/** Refusals in Kubernetes' words; `field` is the path (`spec.containers[0].image`). */
export const causes = {
  invalid: (field: string, value: unknown, why: string): StatusCause => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${shown(value)}: ${why}`,
    field,
  }),
  wrongType: (field: string, found: string, wanted: string): StatusCause => ({
    reason: 'FieldValueTypeInvalid',
    message: `Invalid value: ${JSON.stringify(found)}: ${field} in body must be of type ${wanted}: ${JSON.stringify(found)}`,
    field,
  }),
  required: (field: string, why = ''): StatusCause => ({
    reason: 'FieldValueRequired',
    message: why ? `Required value: ${why}` : 'Required value',
    field,
  }),
  unsupported: (field: string, value: unknown, supported: readonly unknown[]): StatusCause => ({
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${shown(value)}: supported values: ${quotedList(supported)}`,
    field,
  }),
  duplicate: (field: string, value: unknown): StatusCause => ({
    reason: 'FieldValueDuplicate',
    message: `Duplicate value: ${shown(value)}`,
    field,
  }),
  forbidden: (field: string, why: string): StatusCause => ({
    reason: 'FieldValueForbidden',
    message: `Forbidden: ${why}`,
    field,
  }),
  tooLong: (field: string, max: number): StatusCause => ({
    reason: 'FieldValueTooLong',
    message: `Too long: may not be more than ${max} bytes`,
    field,
  }),
  tooMany: (field: string, found: number, max: number): StatusCause => ({
    reason: 'FieldValueTooMany',
    message: `Too many: ${found}: must have at most ${max} items`,
    field,
  }),
};
