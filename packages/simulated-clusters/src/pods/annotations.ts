/** What an object may say of how the simulation plays it. docs/simulator.md lists them all. */
const of = (name: string) => `simulated.flotilla.dev/${name}`;

/** Of a pod: how long its containers run until they end by themselves, for example `20s`. */
export const RUN_FOR = of('run-for');
/** Of a pod: the code with which they end. */
export const EXIT_CODE = of('exit-code');
/** Of a pod: the share of requests it answers with 500, for example `5%`. */
export const ERROR_RATE = of('error-rate');
/** Of a pod: how long half of its requests take at most, for example `40ms`. */
export const LATENCY = of('latency');
/** Of a pod: the CPU that one request takes, as a duration, for example `5ms`. */
export const CPU_PER_REQUEST = of('cpu-per-request');
/** Of a pod: the CPU it uses, whatever is asked of it, for example `250m`. */
export const CPU = of('cpu');
/** Of a pod: the memory it uses, for example `300Mi`. */
export const MEMORY = of('memory');
/** Of a Service: how much is asked of all its pods together, in requests per second. */
export const REQUESTS_PER_SECOND = of('requests-per-second');
/** Of a Node: `true` stops its kubelet, as when the machine is lost. */
export const DOWN = of('down');
