import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mockCredentials, mockServices, startTestBackend, type TestBackend } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import request from 'supertest';
import fleetPlugin from '.';

const KEY = Buffer.alloc(32, 7).toString('base64');

const namespaces = '/api/fleet/kube/api/v1/namespaces';
const fleets = '/api/fleet/kube/apis/fleet.kurator.dev/v1alpha1/namespaces/default/fleets';

describe('the fleet plugin in a backend', () => {
  jest.setTimeout(60_000);
  let folder: string;
  let backend: TestBackend;
  const allowed = new Set<string>();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fleet-'));
    const permissions = mockServices.permissions.mock({
      authorize: async queries => queries.map(({ permission }) => ({ result: allowed.has(permission.name) ? AuthorizeResult.ALLOW : AuthorizeResult.DENY })),
      authorizeConditional: async queries => queries.map(({ permission }) => ({ result: allowed.has(permission.name) ? AuthorizeResult.ALLOW : AuthorizeResult.DENY })),
    });
    backend = await startTestBackend({
      features: [fleetPlugin, permissions.factory, mockServices.rootConfig.factory({ data: { fleet: { encryption: { keys: [{ id: 'a', secret: KEY }] } } } })],
    });
  });

  afterAll(async () => {
    await backend?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => allowed.clear());

  const asUser = { Authorization: mockCredentials.user.header() };

  it('answers /version to anybody', async () => {
    const { status, body } = await request(backend.server).get('/api/fleet/kube/version');
    expect([status, body.minor]).toEqual([200, '36']);
  });

  it('answers whoever brings no token with a Kubernetes Status', async () => {
    const { status, body } = await request(backend.server).get(namespaces).set('Authorization', mockCredentials.none.header());
    expect([status, body.kind, body.reason]).toEqual([401, 'Status', 'Unauthorized']);
  });

  it('answers a token nobody knows with 401, and impersonation with 403', async () => {
    expect((await request(backend.server).get(namespaces).set('Authorization', 'Bearer nobody-knows-this')).status).toBe(401);
    const impersonating = await request(backend.server).get(namespaces).set({ ...asUser, 'Impersonate-User': 'root' });
    expect([impersonating.status, impersonating.body.kind]).toEqual([403, 'Status']);
  });

  it('tells a user without rights which permission is missing', async () => {
    const { status, body } = await request(backend.server).get(namespaces).set(asUser);
    expect([status, body.reason]).toEqual([403, 'Forbidden']);
    expect(body.message).toContain('fleet.read');
  });

  it('serves the namespaces every hub has', async () => {
    allowed.add('fleet.read');
    const { body } = await request(backend.server).get(namespaces).set(asUser);
    expect(body.items.map((each: any) => each.metadata.name)).toEqual(['default', 'kurator-system']);
  });

  it('refuses a write without the right to it and takes it with', async () => {
    const fleet = { apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Fleet', metadata: { name: 'edge' }, spec: { clusters: [] } };
    allowed.add('fleet.read');
    expect((await request(backend.server).post(fleets).set(asUser).send(fleet)).status).toBe(403);
    allowed.add('fleet.create');
    expect((await request(backend.server).post(fleets).set(asUser).send(fleet)).status).toBe(201);
  });

  it('says path, found and wanted of what it refuses', async () => {
    ['fleet.read', 'fleet.create'].forEach(name => allowed.add(name));
    const fleet = { apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Fleet', metadata: { name: 'bad' }, spec: { clusters: [{ name: 'a' }, { name: 'a' }] } };
    const { status, body } = await request(backend.server).post(fleets).set(asUser).send(fleet);
    expect([status, body.details.causes[0].field]).toEqual([422, 'spec.clusters[1]']);
  });

  it('shows the pages only what their reader may see', async () => {
    expect((await request(backend.server).get('/api/fleet/views/fleets').set(asUser)).status).toBe(403);
    allowed.add('fleet.read');
    const { status, body } = await request(backend.server).get('/api/fleet/views/fleets').set(asUser);
    expect([status, body.totals.clusters]).toEqual([200, 0]);
  });

  it('says which query parameter is wrong', async () => {
    allowed.add('fleet.read');
    const { status, body } = await request(backend.server).get('/api/fleet/views/clusters?limit=many').set(asUser);
    expect(status).toBe(400);
    expect(body.error.message).toContain('limit: found many, wanted a whole number');
  });
});
