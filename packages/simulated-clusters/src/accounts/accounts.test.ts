import { accountContract } from '../accountContract';
import { memberClient } from '../testing/memberClient';
import { openFleet, spec } from '../testing/openFleet';

jest.setTimeout(60_000);

const open = () => openFleet([spec('one', { latency: '0ms' })]);

describe('accounts of a simulated cluster', () =>
  accountContract(async () => {
    const fleet = await open();
    return { kubeconfig: fleet.clusters.get('one')!.kubeconfig(), close: fleet.close };
  }));

it('a token is good until its time is over, and no longer by the clock of the cluster', async () => {
  const fleet = await open();
  const kubeconfig = fleet.clusters.get('one')!.kubeconfig();
  const admin = memberClient(kubeconfig);
  const account = '/api/v1/namespaces/default/serviceaccounts';
  await admin.send('POST', account, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'portal' } });
  const { token } = (await admin.send('POST', `${account}/portal/token`, { spec: { expirationSeconds: 7_200 } })).body.status;
  const client = memberClient(JSON.stringify({ ...JSON.parse(kubeconfig), users: [{ name: 'portal', user: { token } }] }));
  const codeAt = async (skew: string) => {
    await fleet.setFault('one', skew);
    return (await client.send('GET', '/api')).status;
  };
  expect([await codeAt('up'), await codeAt('clock-skew 119m ahead'), await codeAt('clock-skew 121m ahead'), await codeAt('up')]).toEqual([200, 200, 401, 200]);
  await fleet.close();
});
