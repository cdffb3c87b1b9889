import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindDefinitions } from '@flotilla/backstage-plugin-fleet-common';
import { specFields, supportDocument, supportOf, unsupportedIn } from './support';
import { SUPPORT } from './supportTable';
import { articleObjects, changed, pick } from './testing/aWorld';

const kinds = kindDefinitions.map(definition => definition.spec.names.kind);
const DOCUMENT = join(__dirname, '../../../../docs/support.md');

describe('the support table', () => {
  it.each(kinds)('has a word for every field of %s', kind => {
    expect(specFields(kind).length).toBeGreaterThan(0);
    expect(specFields(kind).filter(path => supportOf(kind, path) === undefined)).toEqual([]);
  });

  it.each(kinds)('names no field that %s does not have', kind => {
    const fields = new Set(specFields(kind));
    const known = (path: string) => fields.has(path);
    expect(SUPPORT[kind].map(entry => entry.path).filter(path => !known(path))).toEqual([]);
  });

  it('is what docs/support.md says', () => {
    if (process.env.UPDATE_DOCS) writeFileSync(DOCUMENT, supportDocument());
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(supportDocument());
  });
});

describe('unsupportedIn', () => {
  const objects = articleObjects();

  it('names each place in an object, with its index', () => {
    expect(unsupportedIn(pick(objects, 'Application', 'intelligent-ai-platform')).map(each => each.path)).toEqual([
      'spec.components[1].placement.autoscaling',
      'spec.components[0].placement.volcano',
    ]);
  });

  it('says nothing of what is turned off', () => {
    const policy = changed(pick(objects, 'NetworkOptimizationPolicy', 'cross-cloud-optimization'), it => (it.spec = { connection: { enabled: false } }));
    expect(unsupportedIn(policy)).toEqual([]);
  });

  it("says nothing of Kubernetes' own kinds", () => {
    expect(unsupportedIn(pick(objects, 'Deployment', 'critical-app'))).toEqual([]);
  });
});
