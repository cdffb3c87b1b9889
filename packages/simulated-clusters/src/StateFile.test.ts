import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStorage, type KubeObject } from '@flotilla/kube-api';
import { StateFile } from './StateFile';

const identity = { port: 31_000, token: 'secret' };
const key = (name: string) => ({ group: '', resource: 'configmaps', namespace: 'default', name });
const map = (name: string, size = 1): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', uid: name }, data: { a: 'x'.repeat(size) } });

describe('the state file', () => {
  let folder: string;
  let path: string;
  let ending: AbortController;
  let storage: MemoryStorage;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'state-'));
    path = join(folder, 'state.jsonl');
    ending = new AbortController();
    storage = new MemoryStorage();
  });
  afterEach(() => {
    ending.abort();
    rmSync(folder, { recursive: true, force: true });
  });

  async function follow(): Promise<{ end(): Promise<void> }> {
    const file = new StateFile(path);
    await file.begin(storage, identity);
    const following = file.follow(storage, () => identity, ending.signal);
    return {
      end: () => {
        ending.abort();
        return following;
      },
    };
  }
  const names = () => new StateFile(path).read()!.objects.map(each => each.key.name).sort();
  const until = async (isSo: () => boolean) => {
    for (let i = 0; !isSo() && i < 500; i += 1) await new Promise(resolve => setTimeout(resolve, 10));
    expect(isSo()).toBe(true);
  };

  it('is not there for a new cluster', () => {
    expect(new StateFile(path).read()).toBeUndefined();
  });

  it('gives back who the cluster is, what it holds and at which version', async () => {
    await storage.create(key('one'), map('one'));
    const following = await follow();
    const two = await storage.create(key('two'), map('two'));
    await storage.update(key('two'), { ...two, data: { a: 'changed' } }, two.metadata.resourceVersion!);
    const three = await storage.create(key('three'), map('three'));
    await storage.remove(key('three'), three.metadata.resourceVersion!);
    await following.end();
    const read = new StateFile(path).read()!;
    expect(read).toMatchObject({ ...identity, version: Number(await storage.version()) });
    expect(read.objects).toEqual(storage.entries().objects);
  });

  it('has each change soon after it was made, so that a kill loses nothing that has settled', async () => {
    await follow();
    await storage.create(key('one'), map('one'));
    await until(() => names().includes('one'));
  });

  it('writes a change, not the whole', async () => {
    for (let i = 0; i < 100; i += 1) await storage.create(key(`many-${i}`), map(`many-${i}`, 1_000));
    await follow();
    const before = statSync(path).size;
    await storage.create(key('one'), map('one'));
    await until(() => names().includes('one'));
    expect(statSync(path).size - before).toBeLessThan(1_000);
  });

  it('leaves out a line that a kill interrupted', async () => {
    await storage.create(key('one'), map('one'));
    await (await follow()).end();
    appendFileSync(path, '{"version":9,"key":{"group":"","resou');
    expect(names()).toEqual(['one']);
  });

  it('is written anew when it has grown, with everything in it', async () => {
    const following = await follow();
    let size = 0;
    let last = await storage.create(key('one'), map('one', 500_000));
    for (let i = 0; i < 12; i += 1) {
      last = await storage.update(key('one'), { ...map('one', 500_000), data: { a: 'x'.repeat(500_000), i: String(i) } }, last.metadata.resourceVersion!);
      await until(() => readFileSync(path, 'utf8').includes(`"i":"${i}"`));
      size = Math.max(size, statSync(path).size);
    }
    await following.end();
    expect(size).toBeGreaterThan(4_000_000);
    expect(statSync(path).size).toBeLessThan(size);
    expect(new StateFile(path).read()!.objects.map(each => each.object.data.i)).toEqual(['11']);
  });

  it('is whole after more changes than the storage remembers', async () => {
    storage = new MemoryStorage({ history: 50 });
    const following = await follow();
    for (let i = 0; i < 500; i += 1) await storage.create(key(`many-${i}`), map(`many-${i}`));
    await until(() => names().length === 500);
    await following.end();
    expect(names()).toHaveLength(500);
  });

  it.each([
    ['{"format":1,"version":1,"port":1,"token":"t"}\nnonsense\n', 'line 2: it is not JSON'],
    ['{"format":1,"version":1,"port":1,"token":"t"}\n{"version":2}\n', 'line 2: it names no object'],
    ['{"format":1,"version":1,"port":1,"token":"t"}\n17\n', 'line 2: it has no version'],
    ['{"version":2,"key":{}}\n', 'line 1: it does not begin with who the cluster is'],
    ['', 'line 1: it does not begin with who the cluster is'],
  ])('says what is wrong with %j and what to do', (text, why) => {
    writeFileSync(path, text);
    const read = () => new StateFile(path).read();
    expect(read).toThrow(`${path}, ${why}`);
    expect(read).toThrow(/Put back a copy of the file, or remove it/);
  });
});
