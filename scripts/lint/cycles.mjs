// Finds files that import each other in a ring, package by package: such files can be neither read nor tested one at a time,
// and which of them is loaded first decides whether they work.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { filesBelow } from '../launcher/contentHash.mjs';
import { inRoot, ROOT } from '../launcher/paths.mjs';

const IMPORT = /^(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?['"](\.[^'"]*)['"]/gm;
const ENDINGS = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'];

/** The relative imports of a text. */
export const importsOf = text => [...text.matchAll(IMPORT)].map(([, source]) => source);

/**
 * The rings of a graph (its strongly connected parts of more than one node), by Tarjan's algorithm.
 * @param {Map<string, string[]>} graph each node and those it points to
 * @returns {string[][]}
 */
export function rings(graph) {
  const found = [];
  const order = new Map();
  const lowest = new Map();
  const open = [];
  const visit = node => {
    order.set(node, order.size);
    lowest.set(node, order.get(node));
    open.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) lowest.set(node, Math.min(lowest.get(node), lowest.get(next)));
    }
    if (lowest.get(node) !== order.get(node)) return;
    const ring = open.splice(open.indexOf(node));
    if (ring.length > 1) found.push(ring);
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}

function graphOf(folder) {
  const files = [...filesBelow(folder)].filter(file => /\.(tsx?|mjs)$/.test(file));
  const known = new Set(files);
  const find = (from, source) => ENDINGS.map(ending => resolve(dirname(from), source) + ending).find(file => known.has(file));
  return new Map(files.map(file => [file, importsOf(readFileSync(file, 'utf8')).map(source => find(file, source)).filter(Boolean)]));
}

/** All rings of all packages, as paths from the root. */
export function importRings() {
  const folders = ['packages', 'plugins'].flatMap(parent => readdirSync(inRoot(parent)).map(name => inRoot(parent, name, 'src')));
  return [...folders, inRoot('scripts')].filter(existsSync).flatMap(folder => rings(graphOf(folder))).map(ring => ring.map(file => relative(ROOT, file)).sort());
}
