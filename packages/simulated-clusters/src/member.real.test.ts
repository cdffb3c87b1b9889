import { readFile } from 'node:fs/promises';
import { accountContract } from './accountContract';
import { memberContract } from './memberContract';
import { workloadContract } from './workloadContract';

const path = process.env.FLOTILLA_TEST_KUBECONFIG;
const open = async () => ({ kubeconfig: await readFile(path!, 'utf8'), close: async () => {} });

if (path) {
  describe('a member on real Kubernetes', () => memberContract(open));
  describe('on real Kubernetes', () => workloadContract(open));
  describe('accounts of real Kubernetes', () => accountContract(open));
} else it.skip('a member on real Kubernetes: set FLOTILLA_TEST_KUBECONFIG to a kubeconfig', () => {});
