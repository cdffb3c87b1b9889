import { clockSkew, endlessBody, serverErrors, unauthorized } from './answers';
import { anotherIdentity, down, expiredCertificate, flap, hang, loss, slow } from './connections';
import { fault, type Breakable, type Fault, type Mend } from './fault';
import { nodesDown } from './nodes';
import { forbidden, lies, watchCloses, watchExpires, watchReplays } from './objects';
import { duration, factor, oneOf, resources, share } from './parameters';

/** The name of no fault: what was broken is mended. */
export const UP = 'up';

/** Everything a cluster can be made to do, on command. */
export const FAULTS: readonly Fault[] = [
  fault(UP, [], 'ends any of these', () => () => undefined),
  fault('down', [], 'refuses connections and ends those there are', down),
  fault('flap', [duration('10s')], 'is down and up in turn, half of the period each', flap),
  fault('hang', [], 'takes connections and requests and answers nothing, as a process that is paused; watches fall silent; what hung goes on where it was', hang),
  fault('slow', [duration('2s')], 'answers so late', slow),
  fault('loss', [share('5%'), duration('500ms')], 'breaks the connection off at a share of the requests; answers the others late by up to the second', loss),
  fault('expired-certificate', [], 'shows a certificate that has expired', expiredCertificate),
  fault('401', [], 'knows nobody; watches that stand go on', unauthorized),
  fault('403', [resources], 'refuses these kinds to everybody, watches that stand end; discovery and questions about rights are answered', forbidden),
  fault('5xx', [share('100%')], 'answers a share of the requests with 500, as if its etcd were too slow', serverErrors),
  fault('endless-body', [], 'answers with bodies that never end', endlessBody),
  fault('another-identity', [], 'is another cluster of the same shape at the same address, that takes the same token: other UIDs, other objects', anotherIdentity),
  fault('watch-closes', [duration('1s')], 'ends each watch after that time; 0s at once', watchCloses),
  fault('watch-replays', [], 'begins each watch with the oldest changes it remembers', watchReplays),
  fault('watch-expires', [], 'answers each watch that its version is too old (410)', watchExpires),
  fault('lies', [factor('10')], 'has nodes that say so many times what they have; its own scheduler knows better', lies),
  fault('nodes-down', [factor('1')], 'has so many nodes whose kubelets are silent, the first by name', nodesDown),
  fault('clock-skew', [duration('3h'), oneOf('ahead', 'behind')], 'has a clock that is wrong, in what it writes and in the dates of its answers', clockSkew),
];

/** `slow [2s]`: a fault as it is written, with what is taken when nothing is said. */
export const signature = ({ name, parameters }: Fault): string => [name, ...parameters.map(({ usual }) => `[${usual}]`)].join(' ');

/**
 * Reads a fault with its parameters, for example `loss 5% 500ms`.
 * @returns what begins it
 * @throws Error with what was found and what is wanted
 */
export function readFault(text: string): (cluster: Breakable) => Promise<Mend> {
  const [name = '', ...words] = text.trim().split(/\s+/);
  const found = FAULTS.find(each => each.name === name);
  if (!found) throw new Error(`fault ${name}: wanted one of ${FAULTS.map(each => each.name).join(', ')}`);
  const surplus = words[found.parameters.length];
  if (surplus) throw new Error(`fault ${name}: found ${surplus} too much, wanted ${signature(found)}`);
  const values = found.parameters.map(({ usual, wanted, read }, i) => {
    const value = read(words[i] ?? usual);
    if (value === undefined) throw new Error(`fault ${name}: found ${words[i]}, wanted ${wanted}`);
    return value;
  });
  return async cluster => found.begin(cluster, ...values);
}
