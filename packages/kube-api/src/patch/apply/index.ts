export { compare } from './compare';
export { emptyObject } from './emptyObject';
export { FieldSet, fromFieldsV1, pathText, toFieldsV1 } from './fieldSet';
export { decodeManagedFields, describeConflicts, encodeManagedFields, identityOf } from './managedFields';
export { mergeTyped } from './mergeTyped';
export { ownableVia } from './ownable';
export { toFieldSet } from './toFieldSet';
export { applyConfiguration, updateManagers } from './updater';
export type { Actor, Applied, Conflict, Managers } from './updater';
