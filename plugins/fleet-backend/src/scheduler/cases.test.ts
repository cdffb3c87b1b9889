import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { sentence, type Decision } from '@flotilla/backstage-plugin-fleet-common';
import { parseAmounts } from '../model/quantities';
import { parseDuration } from '../model/time';
import { aCluster, aNode, aRequest, NOW, SEEN } from './examples';
import { DEFAULT_PROFILE } from './profile';
import { schedule } from './schedule';
import type { ClusterFacts, SchedulingInput } from './types';

/**
 * Whole decisions, kept as YAML that a person can read: request and clusters in, the sentence and every verdict out.
 * `UPDATE_CASES=1` writes what comes out into the files; read the diff before you keep it.
 */
const FOLDER = join(__dirname, 'cases');
const files = readdirSync(FOLDER).filter(name => name.endsWith('.yaml'));

function clusterOf(name: string, said: any): ClusterFacts {
  const { nodes = [], prices, performance = {}, standards, version, unreachableFor, ...plain } = said;
  const away = parseDuration(unreachableFor);
  return aCluster(name, {
    ...plain,
    nodes: { seenAt: SEEN, value: nodes.flatMap(nodesOf) },
    ...(prices && { prices: prices === 'unknown' ? 'unknown' : { value: prices, seenAt: SEEN } }),
    performance: Object.fromEntries(Object.entries(performance).map(([metric, value]) => [metric, { value, seenAt: SEEN }])),
    compliance: { standards: standards ?? [], version: { value: version ?? 'v1.36.3', seenAt: SEEN }, findings: { value: 0, seenAt: SEEN } },
    ...(away.ok && { reachable: { ok: false, since: NOW - away.value, reason: 'Unreachable' } }),
  });
}

function nodesOf({ count, allocatable, free = {}, zones, taints = [] }: any, group: number) {
  return Array.from({ length: count }, (_, i) =>
    aNode(`group-${group}-${i}`, parseAmounts(free).amounts, {
      allocatable: { pods: 110, ...parseAmounts(allocatable).amounts }, labels: { 'topology.kubernetes.io/zone': zones[i % zones.length] }, taints,
    }),
  );
}

function inputOf(said: any): SchedulingInput {
  return {
    request: aRequest({ ...said.request, requests: parseAmounts(said.request.requests).amounts }),
    clusters: Object.entries(said.clusters).map(([name, cluster]) => clusterOf(name, cluster)),
    profile: DEFAULT_PROFILE,
    placed: said.placed,
    now: NOW,
  };
}

/** The decision as lines: what a page would show, without ages. */
function linesOf(decision: Decision): string[] {
  const lines = [sentence(decision.sentence), `unplaced ${decision.unplaced}`, ...decision.notes.map(note => `note: ${sentence(note)}`)];
  for (const { cluster, outcome, replicas, total, parts, rejections, fix } of decision.verdicts) {
    lines.push(`${cluster}: ${outcome}${outcome === 'chosen' ? ` ${replicas}` : ''}${outcome === 'rejected' ? '' : `, ${total}`}`);
    for (const { scorer, score, points, because, unsure } of parts) lines.push(`  ${scorer} ${score}${unsure ? '*' : ''} → ${points}: ${sentence(because)}`);
    for (const { by, because, remedy } of rejections) lines.push(`  ✕ ${by}: ${sentence(because)} [${remedy}]`);
    for (const change of fix) lines.push(`  fix: ${sentence(change)}`);
  }
  return lines;
}

describe('whole decisions', () => {
  it.each(files)('%s', file => {
    const path = join(FOLDER, file);
    const text = readFileSync(path, 'utf8');
    const said = parse(text);
    const lines = linesOf(schedule(inputOf(said)));
    if (process.env.UPDATE_CASES) {
      writeFileSync(path, `${text.slice(0, text.indexOf('\ndecision:'))}\ndecision: |\n${lines.map(line => `  ${line}\n`).join('')}`);
      return;
    }
    expect(lines).toEqual(String(said.decision).trimEnd().split('\n'));
  });
});
