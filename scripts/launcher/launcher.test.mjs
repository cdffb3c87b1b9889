import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLikeKubectl } from './applyLikeKubectl.mjs';
import { contentHash } from './contentHash.mjs';
import { add, crashedSuites, jestCounts, lastLineCounts, nodeTestCounts, one } from './counts.mjs';
import { openDataFolder } from './dataFolder.mjs';
import { bundle, joinOptions, portalObjects } from './join.mjs';
import { isAllowed } from './licences.mjs';
import { forward, freePort, needDisk, needPort } from './machine.mjs';
import { startOptions } from './options.mjs';
import { inRoot } from './paths.mjs';
import { diagnose } from './problem.mjs';
import { runQuietly } from './processes.mjs';
import { writePortalConfig, writePortalKubeconfig } from './portalConfig.mjs';

const problem = (wrong, mend) => error => error.name === 'Problem' && wrong.test(error.message) && mend.test(error.mend);
const alive = pid => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'launcher-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('options', () => {
  it('has the documented defaults', () => {
    const { appPort, backendPort, data, empty, real } = startOptions([]);
    assert.deepEqual({ appPort, backendPort, empty, real }, { appPort: 3000, backendPort: 7007, empty: false, real: false });
    assert.equal(data, join(process.cwd(), '.flotilla'));
  });
  it('says which option is wrong and what to give', () => {
    assert.throws(() => startOptions(['--app-port', 'x']), problem(/--app-port is "x"/, /--app-port 3000/));
    assert.throws(() => startOptions(['--app-port', '70000']), problem(/no port/, /65535/));
    assert.throws(() => startOptions(['--app-port', '7007']), problem(/are the same/, /give two/));
    assert.throws(() => startOptions(['--clusters', '/not/there.yaml']), problem(/no file \/not\/there\.yaml/, /how many/));
    assert.throws(() => startOptions(['--clusters', '0']), problem(/nothing to see/, /--empty/));
    assert.throws(() => startOptions(['--empty', '--real']), problem(/--real asks for some/, /Leave one/));
    assert.throws(() => startOptions(['--colour']), problem(/--colour/, /--data DIR/));
  });
});

describe('the data folder', () => {
  it('keeps secrets for this user alone, and the same ones', () => {
    const first = openDataFolder(join(folder, 'data'));
    const token = readFileSync(first.token, 'utf8');
    assert.equal(statSync(first.token).mode & 0o777, 0o600);
    assert.equal(statSync(first.encryptionKey).mode & 0o777, 0o600);
    assert.equal(Buffer.from(readFileSync(first.encryptionKey, 'utf8'), 'base64').length, 32);
    first.release();
    assert.equal(readFileSync(openDataFolder(join(folder, 'data')).token, 'utf8'), token);
  });
  it('refuses a folder of something else', () => {
    writeFileSync(join(folder, 'letters.txt'), '');
    assert.throws(() => openDataFolder(folder), problem(/no data folder of Flotilla/, /--data DIR/));
  });
  it('refuses a damaged marker, another format and a damaged database', () => {
    openDataFolder(folder).release();
    writeFileSync(join(folder, 'db/fleet.sqlite'), 'this is no database');
    assert.throws(() => openDataFolder(folder), problem(/fleet\.sqlite is damaged/, /begin anew/));
    writeFileSync(join(folder, 'flotilla.json'), '{"format":99}');
    assert.throws(() => openDataFolder(folder), problem(/format 99/, /begin anew/));
    writeFileSync(join(folder, 'flotilla.json'), '{');
    assert.throws(() => openDataFolder(folder), problem(/damaged/, /begin anew/));
  });
  it('serves one launcher at a time, and forgets one that was killed', async () => {
    openDataFolder(folder).release();
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', 'launch.mjs']);
    writeFileSync(join(folder, 'launcher.pid'), String(other.pid));
    assert.throws(() => openDataFolder(folder), problem(/Another Flotilla is running/, /End that one/));
    other.kill('SIGKILL');
    await new Promise(resolve => other.once('exit', resolve));
    openDataFolder(folder).release();
  });
  it('writes what the backend and kubectl need, the secrets by name only', () => {
    const data = openDataFolder(folder);
    const file = writePortalConfig(data, { appPort: 1, backendPort: 2, kubePort: 3 });
    const text = readFileSync(file, 'utf8');
    const token = readFileSync(data.token, 'utf8');
    assert.ok(!text.includes(token) && !text.includes(readFileSync(data.encryptionKey, 'utf8')));
    assert.equal(JSON.parse(text).backend.listen.host, '127.0.0.1');
    writePortalKubeconfig(data, 3, Buffer.from('ca'));
    assert.equal(statSync(join(folder, 'portal.kubeconfig')).mode & 0o777, 0o600);
    assert.equal(JSON.parse(readFileSync(join(folder, 'portal.kubeconfig'), 'utf8')).clusters[0].cluster.server, 'https://127.0.0.1:3');
    data.release();
  });
});

describe('the machine', () => {
  it('says which port is taken and which to try', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    const { port } = server.address();
    await assert.rejects(needPort(port, 'app-port'), problem(new RegExp(`Port ${port} is taken`), new RegExp(`--app-port ${port + 1}`)));
    server.close();
    await needPort(port, 'app-port');
  });
  it('says how much disk is missing', () => assert.throws(() => needDisk(join(folder, 'not/there'), 1e9, 'a test'), problem(/a test needs/, /Free some space/)));
  it('passes one port on to another, and survives a target that is not there', async () => {
    const server = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    const target = server.address().port;
    const port = await freePort([], [target]);
    const close = await forward(port, target);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'hello');
    server.close();
    server.closeAllConnections();
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
    close();
  });
});

describe('what programs say', () => {
  it('is understood', () => {
    assert.match(diagnose('Installing', 'x\nError: ENOSPC: no space left on device').message, /disk is full/);
    assert.match(diagnose('Installing', 'YN0001: RequestError: getaddrinfo ENOTFOUND host').message, /registry cannot be reached/);
    assert.match(diagnose('Getting', "npm error   code: 'ECONNREFUSED',\nnpm error     at x (y.js:1)").message, /registry cannot be reached/);
    assert.match(diagnose('Installing', 'YN0081: Unsafe http requests').mend, /https/);
    assert.match(diagnose('Installing', 'YN0028: The lockfile would have been modified').mend, /yarn install/);
    assert.match(diagnose('The backend', 'SqliteError: SQLITE_CORRUPT').mend, /--data DIR/);
    assert.match(diagnose('It', 'Error: odd\n    at x (y.js:1)').evidence, /^Error: odd$/);
  });
  it('is counted', () => {
    const crash = { name: 'a.test.ts', message: 'A jest worker process (pid=1) was terminated by another process: signal=SIGSEGV' };
    const jest = { numPassedTests: 7, numFailedTests: 1, numPendingTests: 2, numTodoTests: 0, numRuntimeErrorTestSuites: 2, testResults: [crash, { name: 'b.test.ts', message: 'SyntaxError' }] };
    assert.deepEqual(crashedSuites(jest), ['a.test.ts']);
    assert.deepEqual(jestCounts(jest, ['a.test.ts']), { passed: 7, failed: 2, skipped: 2 });
    assert.deepEqual(lastLineCounts('ok\n1 passed, 2 failed, 3 skipped\n'), { passed: 1, failed: 2, skipped: 3 });
    assert.deepEqual(nodeTestCounts('ℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 2\nℹ todo 0\n'), { passed: 3, failed: 2, skipped: 2 });
    assert.deepEqual(add(one(true), one(false), one(undefined)), { passed: 1, failed: 1, skipped: 1 });
  });
});

describe('licences', () => {
  it('are met if one of several is allowed, and all of those that hold together', () => {
    for (const fine of ['MIT', '(MIT OR GPL-3.0)', 'MIT AND Zlib']) assert.ok(isAllowed(fine), fine);
    for (const not of ['GPL-3.0', 'MIT AND GPL-2.0', 'none named']) assert.ok(!isAllowed(not), not);
  });
});

describe('content hashes', () => {
  it('change with a name and with a content, and with nothing else', () => {
    writeFileSync(join(folder, 'a'), '1');
    const before = contentHash([folder]);
    assert.equal(contentHash([folder]), before);
    writeFileSync(join(folder, 'a'), '2');
    assert.notEqual(contentHash([folder]), before);
  });
});

describe('applying as kubectl does', () => {
  const client = answers => ({
    sent: [],
    pathOf: async () => ({ collection: '/c', object: '/c/x', namespaced: true }),
    ask(method, path, body) {
      this.sent.push({ method, path, body });
      return Promise.resolve(answers[method]);
    },
  });
  const manifest = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'x' }, data: { b: 'a<b', a: '1' } };

  it('notes what was applied, byte for byte', async () => {
    const api = client({ GET: { status: 404 }, POST: { status: 201 } });
    await createLikeKubectl(api, manifest);
    const noted = api.sent[1].body.metadata.annotations['kubectl.kubernetes.io/last-applied-configuration'];
    // What kubectl 1.32 wrote for the same file.
    const expected = '{"apiVersion":"v1","data":{"a":"1","b":"a\\u003cb"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"x","namespace":"default"}}\n';
    assert.equal(noted, expected);
  });
  it('leaves what is there alone, and says what was refused', async () => {
    const there = client({ GET: { status: 200 } });
    await createLikeKubectl(there, manifest);
    assert.equal(there.sent.length, 1);
    const refused = client({ GET: { status: 404 }, POST: { status: 422, body: { message: 'spec.x: wrong' } } });
    await assert.rejects(createLikeKubectl(refused, manifest), /ConfigMap x: spec\.x: wrong \(422\)/);
  });
});

describe('a program run quietly', () => {
  it('is ended at the line that says all is lost', async () => {
    const code = "console.log('RequestError: connect ECONNREFUSED'); setInterval(() => {}, 1000)";
    const run = runQuietly('Installing', process.execPath, ['-e', code], { log: join(folder, 'log'), lost: /^RequestError:.*$/m });
    await assert.rejects(run, problem(/registry cannot be reached/, /YARN_NPM_REGISTRY_SERVER/));
  });
});

describe('processes', () => {
  // A launcher of one child that says its number, refuses to end when asked if told so, and a launcher that may be killed.
  const launcher = stubborn => `
    import { endAll, startInBackground } from ${JSON.stringify(inRoot('scripts/launcher/processes.mjs'))};
    import { readFileSync } from 'node:fs';
    const code = ${JSON.stringify(`${stubborn ? "process.on('SIGTERM', () => {});" : ''} console.log(process.pid); setInterval(() => {}, 1000)`)};
    const log = ${JSON.stringify(join(folder, 'child.log'))};
    startInBackground('a child', process.execPath, ['-e', code], { log });
    process.on('SIGTERM', () => endAll().then(() => process.exit(0)));
    const timer = setInterval(() => { const pid = readFileSync(log, 'utf8').trim(); if (pid) { console.log(pid); clearInterval(timer); } }, 20);`;
  const begin = async stubborn => {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', launcher(stubborn)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const child = Number(String(await new Promise(resolve => parent.stdout.once('data', resolve))));
    return { parent, child };
  };
  const gone = async (pid, limit) => {
    for (const deadline = Date.now() + limit; alive(pid); await sleep(50)) if (Date.now() > deadline) return false;
    return true;
  };

  for (const [name, signal, stubborn] of [
    ['end with the launcher', 'SIGTERM', false],
    ['are killed if they do not end', 'SIGTERM', true],
    ['end when the launcher is killed', 'SIGKILL', false],
    ['end when the launcher is killed, even if they ignore being told', 'SIGKILL', true],
  ]) {
    it(name, async () => {
      const { parent, child } = await begin(stubborn);
      parent.kill(signal);
      assert.ok(await gone(child, 8000), 'the child is still there after 8 s');
      assert.ok(await gone(parent.pid, 8000), 'the launcher is still there after 8 s');
    });
  }
});

it('join gives the rights of the mode and no more', () => {
  const roles = options => [...bundle(joinOptions(['--name', 'a', ...options])).matchAll(/kind: ClusterRole\nmetadata:\n {2}name: (\S+)/g)].map(([, name]) => name);
  assert.deepEqual(roles([]), ['flotilla-observe']);
  assert.deepEqual(roles(['--mode', 'Manage']), ['flotilla-observe', 'flotilla-manage']);
  assert.deepEqual(roles(['--mode', 'Manage', '--tidy']), ['flotilla-observe', 'flotilla-manage', 'flotilla-tidy']);
});

it('join refuses what it cannot do before it does anything', () => {
  for (const args of [[], ['--name', 'Not_A_Name'], ['--name', 'a', '--mode', 'Own'], ['--name', 'a', '--tidy'], ['--name', 'a', '--life', 'long'], ['--name', 'a', '--unknown']]) {
    assert.throws(() => joinOptions(args), { name: 'Problem' }, args.join(' '));
  }
});

it('join keeps a Cluster to Observe unless told otherwise, and names the Secret it wrote', () => {
  const [secret, cluster] = portalObjects(joinOptions(['--name', 'a', '--allow', 'shop,web']), 'text');
  assert.equal(Buffer.from(secret.data.kubeconfig, 'base64').toString(), 'text');
  assert.deepEqual(cluster.spec, { mode: 'Observe', kubeconfigRef: secret.metadata, allowedNamespaces: ['shop', 'web'] });
});
