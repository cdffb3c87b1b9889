export type { Mend } from './fault';
export { FAULTS, readFault, signature, UP } from './table';
