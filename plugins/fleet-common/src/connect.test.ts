import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { loginCommand, portalKubeconfig, type ConnectView } from './connect';

const view: ConnectView = { server: 'https://portal.example.com/api/fleet/kube', portal: 'https://portal.example.com', encrypted: true, members: { names: [], total: 0 } };
const read = (...args: Parameters<typeof portalKubeconfig>) => JSON.parse(portalKubeconfig(...args));

describe('the kubeconfig of the portal', () => {
  it('names the server, and an authority only where it is one of its own', () => {
    expect(read(view, 'token').clusters).toEqual([{ name: 'flotilla', cluster: { server: view.server } }]);
    const { cluster } = read({ ...view, certificateAuthority: 'PEM für uns' }, 'token').clusters[0];
    expect(Buffer.from(cluster['certificate-authority-data'], 'base64').toString()).toBe('PEM für uns');
  });

  it('holds a token for a program, and no token for a person', () => {
    expect(read(view, 'token', { token: 'abc' }).users[0].user).toEqual({ token: 'abc' });
    expect(read(view, 'token').users[0].user.token).toBe('<the token>');
    expect(Object.keys(read(view, 'person').users[0].user)).toEqual(['exec']);
  });

  it('has a context for each cluster asked for, with the same user and authority, and stays at the portal', () => {
    const { clusters, contexts, users, ...rest } = read({ ...view, certificateAuthority: 'PEM' }, 'person', { members: ['east', 'a b'] });
    const below = (name: string) => `${view.server}/apis/fleet.kurator.dev/v1alpha1/clusters/${name}/proxy`;
    expect(clusters.map((each: any) => [each.name, each.cluster.server])).toEqual([['flotilla', view.server], ['flotilla-east', below('east')], ['flotilla-a b', below('a%20b')]]);
    expect(new Set(clusters.map((each: any) => each.cluster['certificate-authority-data'])).size).toBe(1);
    expect(contexts.map((each: any) => [each.name, each.context.cluster, each.context.user])).toEqual([['flotilla', 'flotilla', 'flotilla'], ['flotilla-east', 'flotilla-east', 'flotilla'], ['flotilla-a b', 'flotilla-a b', 'flotilla']]);
    expect([users.length, rest['current-context']]).toEqual([1, 'flotilla']);
  });

  it('signs a person in at the portal', () => expect(loginCommand(view)).toMatch(/ auth login --backend-url https:\/\/portal.example.com --instance portal.example.com$/));

  it('takes the token of this portal alone, whatever its port or address', () => {
    const tokenOf = (portal: string) => /print-token (--instance \S+)\)/.exec(read({ ...view, portal }, 'person').users[0].user.exec.args[1])?.[1];
    expect(tokenOf('http://localhost:3000')).toBe('--instance localhost:3000');
    expect(tokenOf('https://[::1]:3000')).toBe('--instance ::1:3000');
  });

  describe('the credential helper', () => {
    const { exec } = read(view, 'person').users[0].user;
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'helper-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    /** With an `npx` of our own that does what is said. */
    const helped = (npx: string) => {
      writeFileSync(join(folder, 'npx'), `#!/bin/sh\n${npx}\n`);
      chmodSync(join(folder, 'npx'), 0o755);
      return execFileSync(exec.command, exec.args, { encoding: 'utf8', stdio: 'pipe', env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` } });
    };

    it('gives kubectl what it wants', () => {
      expect(JSON.parse(helped('[ "$*" = "--yes --prefer-offline --no-update-notifier @backstage/cli-module-auth auth print-token --instance portal.example.com" ] && echo the.token'))).toEqual({ apiVersion: exec.apiVersion, kind: 'ExecCredential', status: { token: 'the.token' } });
    });

    it('fails where nobody is signed in, and gives no empty token', () => {
      expect(() => helped('echo "not signed in" >&2; exit 1')).toThrow(/not signed in\nNot signed in\. Sign in with: npx \S+ @backstage\/cli-module-auth auth login --backend-url https:\/\/portal\.example\.com /);
    });
  });
});
