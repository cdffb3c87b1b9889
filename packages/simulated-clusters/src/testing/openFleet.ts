import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterSpec } from '../clusterFile';
import { serveClusters, type Fleet } from '../serve';

/** A cluster of two nodes for tests. */
export const spec = (name: string, more: Partial<ClusterSpec> = {}): ClusterSpec => ({
  name,
  provider: 'test',
  region: 'test-1',
  nodeGroups: [{ name: 'general', count: 2, zones: ['a', 'b'], instanceType: 'test', capacity: { cpu: '8', memory: '32Gi', pods: '110' } }],
  ...more,
});

export interface TestFleet extends Fleet {
  data: string;
  /** What went wrong while it ran. */
  said: string[];
  close(): Promise<void>;
}

/** Simulated clusters in a folder of their own, or in a given one, which then stays. */
export async function openFleet(specs = [spec('one')], folder?: string): Promise<TestFleet> {
  const data = folder ?? mkdtempSync(join(tmpdir(), 'fleet-'));
  const said: string[] = [];
  const fleet = await serveClusters(specs, data, message => said.push(message));
  const close = async () => {
    await fleet.stop();
    if (!folder) rmSync(data, { recursive: true, force: true });
  };
  return { ...fleet, data, said, close };
}
