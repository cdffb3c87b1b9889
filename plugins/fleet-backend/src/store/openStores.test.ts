// A suite for tests, kept out of the package's entry so that no server loads it.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { storageContract } from '@flotilla/kube-api/src/storageContract';
import { expireActivity } from './activity';
import { Database } from './sql/Database';
import { storeContract } from './storeContract';
import { openTestStores, testbeds } from './testbed';

jest.setTimeout(60_000);

for (const { name, make } of testbeds) {
  storageContract(`ResourceStore on ${name}`, async () => {
    const { stores, close } = await openTestStores(await make());
    return { storage: stores.resources, close };
  });
  storeContract(name, async () => {
    const clock = { now: 1_700_000_000_000 };
    const opened = await openTestStores(await make(), { now: () => clock.now });
    return { ...opened, clock, cut: (limits, now) => expireActivity(new Database(opened.knex), limits, now) };
  });
}
