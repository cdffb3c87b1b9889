import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Document, type YAMLMap, type YAMLSeq } from 'yaml';
import { gives, MEMBER_USES, rulesOf, wantedRights, type MemberRight } from './memberRights';
import { memberManifests, type RoleDocument } from './memberRoles';

const FOLDER = join(__dirname, '../../../../docs/rbac');
const HEADER = 'Generated from the calls the product makes (model/memberRights.ts of fleet-backend). Do not edit.';

function textOf({ object, uses }: RoleDocument): string {
  const document = new Document(object, { aliasDuplicateObjects: false });
  const rules = document.get('rules') as YAMLSeq<YAMLMap> | undefined;
  uses.forEach((use, i) => {
    if (use !== uses[i - 1]) rules!.items[i].commentBefore = ` ${use.name}; without it: ${use.without}`;
  });
  return document.toString({ lineWidth: 0 });
}

describe('docs/rbac', () => {
  const manifests = Object.entries(memberManifests());

  it.each(manifests)('%s is what the table of calls makes', (file, { about, documents }) => {
    const text = `# ${HEADER}\n# ${about}\n${documents.map(textOf).join('---\n')}`;
    if (process.env.UPDATE_DOCS) writeFileSync(join(FOLDER, file), text);
    expect(readFileSync(join(FOLDER, file), 'utf8')).toBe(text);
  });

  it('holds nothing else', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(manifests.map(([file]) => file).sort());
  });
});

describe('the role Observe', () => {
  it('writes nothing but questions about itself', () => {
    const writing = rulesOf('observe').filter(rule => rule.verbs.some(verb => !['get', 'list', 'watch'].includes(verb)));
    expect(writing.flatMap(rule => rule.resources)).toEqual(['selfsubjectaccessreviews', 'selfsubjectrulesreviews']);
  });

  it('reads no Secrets and no ConfigMaps', () => {
    const reads = (resource: string) => rulesOf('observe').some(rule => gives(rule, { verb: 'list', group: '', resource }));
    expect([reads('pods'), reads('secrets'), reads('configmaps')]).toEqual([true, false, false]);
  });
});

describe('the role Manage', () => {
  it('deletes no namespace, gives no rights, and runs nothing in pods', () => {
    const rules = rulesOf('observe', 'manage');
    const may = (right: MemberRight) => rules.some(rule => gives(rule, right));
    const never: MemberRight[] = [
      { verb: 'delete', group: '', resource: 'namespaces' },
      { verb: 'create', group: 'rbac.authorization.k8s.io', resource: 'rolebindings' },
      { verb: 'create', group: '', resource: 'pods/exec' },
      { verb: 'create', group: '', resource: 'pods' },
      { verb: 'create', group: '', resource: 'serviceaccounts/token' },
    ];
    expect(never.filter(may)).toEqual([]);
    expect(may({ verb: 'patch', group: 'apps', resource: 'deployments' })).toBe(true);
  });

  it('says of every use what does not work without it', () => {
    expect(MEMBER_USES.filter(use => use.without.length < 15)).toEqual([]);
  });
});

describe('gives', () => {
  const rule = { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get' as const] };
  it.each([
    ['the named object', { verb: 'get', group: '', resource: 'namespaces', name: 'kube-system' }, true],
    ['another object', { verb: 'get', group: '', resource: 'namespaces', name: 'shop' }, false],
    ['all objects, by a rule with names', { verb: 'get', group: '', resource: 'namespaces' }, false],
    ['another verb', { verb: 'delete', group: '', resource: 'namespaces', name: 'kube-system' }, false],
  ] as [string, MemberRight, boolean][])('%s', (_title, right, expected) => {
    expect(gives(rule, right)).toBe(expected);
  });
});

describe('the rights that are wanted', () => {
  it('are reading alone in Observe, whatever stands there', () => {
    const verbs = new Set(wantedRights('Observe', [{ group: 'apps', resource: 'deployments', namespace: 'shop' }]).map(({ right }) => right.verb));
    expect([...verbs].sort()).toEqual(['create', 'get', 'list', 'watch']);
  });

  it('hold in Manage what is placed beyond the list of the role', () => {
    const before = wantedRights('Manage', []).length;
    const wanted = wantedRights('Manage', [{ group: 'example.com', resource: 'widgets', namespace: 'shop' }, { group: 'apps', resource: 'deployments', namespace: 'shop' }]);
    expect(wanted.slice(before).map(({ right }) => `${right.verb} ${right.resource}`)).toEqual(['get', 'list', 'watch', 'create', 'patch', 'delete'].map(verb => `${verb} widgets`));
  });
});
