import type { Reason } from '@flotilla/backstage-plugin-fleet-common';
import { Mean, fresh, older, onScale } from '../facts';
import type { DimensionScorer } from '../types';

/**
 * How well kept and certified the cluster is: standards it declares (those asked for, or how many), how far its Kubernetes is
 * behind, open findings of policies. Where data may be is not decided here: that is the residency filter.
 */
export const compliance: DimensionScorer = {
  name: 'compliance',
  score({ cluster, request, profile, now }) {
    const { anchors, staleAfter } = profile;
    const wanted = request.standards ?? [];
    const { standards } = cluster.compliance;
    const held = wanted.filter(standard => standards.includes(standard));
    const version = fresh(cluster.compliance.version, now, staleAfter.compliance);
    const minor = version.ok ? minorOf(version.value) : undefined;
    const findings = fresh(cluster.compliance.findings, now, staleAfter.compliance);
    const mean = new Mean();
    mean.add(certified(), 0.4);
    mean.add(minor === undefined ? undefined : onScale(minor, anchors['kubernetes-minor']), 0.3);
    mean.add(findings.ok ? onScale(findings.value, anchors['policy-findings']) : undefined, 0.3);
    const { score, known } = mean;
    if (known === 0) return { score, because: { code: 'ComplianceUnknown', values: {} }, unsure: true };
    const values: Reason['values'] = { standards: (wanted.length > 0 ? held : standards).join(', ') };
    if (wanted.length > held.length) values.missing = wanted.filter(standard => !standards.includes(standard)).join(', ');
    if (version.ok) values.version = version.value;
    if (findings.ok) values.findings = findings.value;
    return { score, because: { code: 'Compliance', values }, factAt: older(version.ok ? version.seenAt : undefined, findings.ok ? findings.seenAt : undefined) };

    /** No declaration at all is not knowledge that there is no certificate. */
    function certified(): number | undefined {
      if (wanted.length > 0) return (100 * held.length) / wanted.length;
      return standards.length > 0 ? onScale(standards.length, anchors.standards) : undefined;
    }
  },
};

/** The minor number of a `gitVersion` (v1.36.3-eks → 36); undefined for anything else. */
function minorOf(version: string): number | undefined {
  const match = /^v?1\.(\d{1,3})(?:\.|\b)/.exec(version);
  return match ? Number(match[1]) : undefined;
}
