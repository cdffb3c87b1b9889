export { diffObjects, type Change } from './diffObjects';
export { hashObject } from './hashObject';
export { canonicalJson } from '../model/hash';
