import { readFile } from 'node:fs/promises';
import { memberContract } from './memberContract';

const path = process.env.FLOTILLA_TEST_KUBECONFIG;

if (path) describe('a member on real Kubernetes', () => memberContract(async () => ({ kubeconfig: await readFile(path, 'utf8'), close: async () => {} })));
else it.skip('a member on real Kubernetes: set FLOTILLA_TEST_KUBECONFIG to a kubeconfig', () => {});
