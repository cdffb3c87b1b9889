/**
 * Helm, client-go's informers and Flux's apply from Go modules (tools/clients) in one binary.
 *
 *   node scripts/goClients.mjs      builds if needed, prints the path
 */
import { fileURLToPath } from 'node:url';
import { ensureGoProgram, goProgramMissing } from './goProgram.mjs';

const CLIENTS = { name: 'clients', what: 'Helm, client-go and Flux', minutes: '3' };

/** Why they cannot be built here, or undefined when they can (or are built already). */
export const goClientsMissing = () => goProgramMissing(CLIENTS);

/** The path of the binary, built now if it is not there; see `ensureGoProgram`. @param {(line: string) => void} [log] */
export const ensureGoClients = log => ensureGoProgram(CLIENTS, log);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${await ensureGoClients(line => process.stderr.write(`${line}\n`))}\n`);
}
