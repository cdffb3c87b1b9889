export { causes, shown } from './causes';
export { decode, isObject, MAX_DEPTH } from './decode';
export type { Decoded } from './decode';
export { applyDefaults } from './defaults';
export { equal } from './equal';
export { listItemKey } from './listKeys';
export { OPEN, Shape, shapeOf } from './shape';
export type { Definitions } from './shape';
export { validate } from './validate';
