import { createRegistry } from '@flotilla/kube-api';
import { templateChecks } from '../service/templateChecks';
import { admit } from './admit';
import { aWorld, articleObjects, changed, pick } from './testing/aWorld';

const registry = createRegistry({ kinds: 'hub' });
const checks = { ...aWorld().checks, ...templateChecks(registry) };
const app = pick(articleObjects(), 'Application', 'intelligent-ai-platform');
const causesOf = (change: (copy: any) => void) => admit({ operation: 'CREATE', object: changed(app, change), world: aWorld([], { checks }) }).causes.map(cause => cause.field);
const template = (it: any, index: number) => it.spec.components[index].template;

describe("templates under Kubernetes' own validation", () => {
  it("lets the article's templates in", () => {
    expect(causesOf(() => undefined)).toEqual([]);
  });

  it('lets a Deployment without a selector in: it gets one when it is applied', () => {
    expect(causesOf(it => delete template(it, 1).spec.selector)).toEqual([]);
  });

  it('lets a Service in that leaves its type, and what else Kubernetes fills in, open, and stores it as sent', () => {
    const service = { name: 'front', type: 'Service', template: { spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } } };
    const sent = changed(app, it => it.spec.components.push(service));
    expect(admit({ operation: 'CREATE', object: sent, world: aWorld([], { checks }) }).causes).toEqual([]);
    expect(sent.spec.components[2]).toEqual(service);
  });

  it('warns of a field that the kind does not know: it would be kept and never reach a cluster', () => {
    const misspelt = changed(app, it => (template(it, 1).spec.replcas = 6));
    const { warnings } = admit({ operation: 'CREATE', object: misspelt, world: aWorld([], { checks }) });
    expect(warnings.filter(line => line.includes('replcas'))).toEqual(['spec.components[1].template: unknown field "spec.replcas" of a Deployment: it is kept and has no effect']);
  });

  it.each<[string, (copy: any) => void, string]>([
    ['a container without a name', it => delete template(it, 0).spec.template.spec.containers[0].name, 'spec.components[0].template.spec.template.spec.containers[0].name'],
    ['a container without an image', it => delete template(it, 1).spec.template.spec.containers[0].image, 'spec.components[1].template.spec.template.spec.containers[0].image'],
    ['a selector that misses its own pods', it => (template(it, 1).spec.selector.matchLabels.app = 'other'), 'spec.components[1].template.spec.template.metadata.labels'],
    ['a port out of range', it => (template(it, 1).spec.template.spec.containers[0].ports[0].containerPort = 70000), 'spec.components[1].template.spec.template.spec.containers[0].ports[0].containerPort'],
    ['a Job that restarts always', it => (template(it, 0).spec.template.spec.restartPolicy = 'Always'), 'spec.components[0].template.spec.template.spec.restartPolicy'],
    ['replicas that are no number', it => (template(it, 1).spec.replicas = 'six'), 'spec.components[1].template'],
    ['replicas below zero', it => (template(it, 1).spec.replicas = -1), 'spec.components[1].template.spec.replicas'],
  ])('refuses %s, with the path in the application', (_what, change, field) => {
    expect(causesOf(change)).toContain(field);
  });
});
