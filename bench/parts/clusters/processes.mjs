import { readFileSync } from 'node:fs';

const ANSWER_LIMIT_MS = 20_000;
/** Ticks a second of /proc, on every Linux that runs Node. */
const TICKS = 100;

/** CPU seconds that a process has used. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Cores that a process used since `begin`. @param {{pid: number}} of */
export function coresSince({ pid }) {
  const [began, at] = [cpuSeconds(pid), performance.now()];
  return () => ((cpuSeconds(pid) - began) * 1_000) / (performance.now() - at);
}

let asked = 0;

/** Asks what was required into a child. @returns {Promise<any>} */
export function askChild(child, ask, value) {
  const id = (asked += 1);
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      child.off('message', take);
      child.off('exit', gone);
    };
    const take = message => {
      if (message.id !== id) return;
      end();
      resolve(message.answer);
    };
    const gone = code => {
      end();
      reject(new Error(`the process ended with ${code}`));
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`no answer to "${ask}" in time`));
    }, ANSWER_LIMIT_MS);
    child.on('message', take);
    child.once('exit', gone);
    child.send({ id, ask, value });
  });
}

/** Looks again until it is so. @param {() => Promise<boolean> | boolean} isSo @returns {Promise<number>} ms it took */
export async function until(what, isSo, limitMs, everyMs = 200) {
  const began = performance.now();
  for (;;) {
    if (await isSo()) return performance.now() - began;
    if (performance.now() - began > limitMs) throw new Error(`not within ${limitMs / 1_000} s: ${what}`);
    await new Promise(resolve => setTimeout(resolve, everyMs));
  }
}
