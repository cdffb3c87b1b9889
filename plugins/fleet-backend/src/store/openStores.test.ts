import { storageContract } from '@flotilla/kube-api/src/storageContract';
import { openStores } from './openStores';
import { testbeds } from './testbed';

const encryption = { keys: [{ id: 'k1', key: Buffer.alloc(32, 1) }] };

for (const { name, make } of testbeds) {
  storageContract(`ResourceStore on ${name}`, async () => {
    const database = await make();
    const stop = new AbortController();
    const stores = await openStores({ knex: database.connect(), encryption, now: Date.now, signal: stop.signal });
    return {
      storage: stores.resources,
      close: async () => {
        stop.abort();
        await stores.close();
        await database.drop();
      },
    };
  });
}
