import type { Finding } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { Statement } from '../model/conditions';
import { findingsOf } from '../model/findings';
import { unsupportedIn } from '../model/support';
import type { Engine } from './engine';
import { rfc3339 } from './records';

/** What stands on an object: its findings, with the time each was first found, and the condition that says what has no effect yet. */
export function findingsOn(engine: Engine, object: KubeObject): { list: Finding[]; conditions: Statement[] } {
  const before: Finding[] = object.status?.findings ?? [];
  const now = rfc3339(engine.clock.now());
  const list = findingsOf(object, engine.world).map(finding => {
    const known = before.find(each => each.code === finding.code && each.path === finding.path);
    return { ...finding, since: known?.since ?? now };
  });
  const unsupported = unsupportedIn(object);
  const conditions: Statement[] =
    unsupported.length > 0
      ? [{ type: 'Unsupported', status: 'True', reason: 'NoEffectYet', message: `stored, without effect yet: ${unsupported.map(each => each.path).join(', ')}` }]
      : [];
  return { list, conditions };
}
