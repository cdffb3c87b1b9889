import type { KubeObject } from '@flotilla/kube-api';
import { diffObjects } from '../diff';
import { asStanding } from './asStanding';
import { targetsOf } from './targets';

const spec = { replicas: 2, selector: { matchLabels: { app: 'api' } }, template: { metadata: { labels: { app: 'api', 'app.kubernetes.io/managed-by': 'Helm' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } } };
const live: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', namespace: 'shop', uid: '1', resourceVersion: '7' }, spec };

function wantedOf(type: string, body: object): KubeObject {
  const application = { apiVersion: 'apps.kurator.dev/v1alpha1', kind: 'Application', metadata: { name: 'web', namespace: 'shop', uid: 'u' }, spec: { components: [{ name: 'api', type, template: { spec: body } }] } };
  return targetsOf(application, [])[0].main;
}
const pathsOf = (wanted: KubeObject, of: KubeObject) => diffObjects(wanted, of).map(change => change.path).filter(path => !path.startsWith('metadata'));

describe('what is written onto a workload that was there before us', () => {
  it('leaves its selector and the labels of its pods, also one that is called like a mark of ours', () => {
    const wanted = wantedOf('Deployment', spec);
    expect(pathsOf(wanted, live).length).toBeGreaterThan(3);
    expect(pathsOf(asStanding(wanted, live), live)).toEqual([]);
  });

  it('still changes what is wished for', () => {
    const changed = structuredClone(spec);
    changed.template.spec.containers[0].image = 'web:2';
    Object.assign(changed.template.metadata.labels, { tier: 'front' });
    expect(pathsOf(asStanding(wantedOf('Deployment', changed), live), live)).toEqual(['spec.template.metadata.labels.tier', 'spec.template.spec.containers[name=main].image']);
  });

  it('leaves the pods of a Job and of a CronJob too', () => {
    const pods = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'web:1' }] } };
    const job = { ...live, apiVersion: 'batch/v1', kind: 'Job', spec: { selector: { matchLabels: { 'controller-uid': 'x' } }, template: { metadata: { labels: { 'controller-uid': 'x' } }, ...pods } } };
    expect(pathsOf(asStanding(wantedOf('Job', { template: pods }), job), job)).toEqual([]);
    const cron = { ...live, apiVersion: 'batch/v1', kind: 'CronJob', spec: { schedule: '* * * * *', jobTemplate: { spec: { template: pods } } } };
    expect(pathsOf(asStanding(wantedOf('CronJob', { schedule: '* * * * *', jobTemplate: { spec: { template: pods } } }), cron), cron)).toEqual([]);
  });

  it('is all of it where nothing stands, and where we made what stands', () => {
    const wanted = wantedOf('Deployment', spec);
    expect(asStanding(wanted, undefined)).toBe(wanted);
    expect(asStanding(wanted, { ...live, ...wanted })).toBe(wanted);
  });
});
