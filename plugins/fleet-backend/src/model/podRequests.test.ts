import { podRequests } from './podRequests';

const MI = 1024 * 1024;
const asks = (requests: object, over: object = {}) => ({ resources: { requests }, ...over });

describe('podRequests', () => {
  it.each([
    ['the sum of the containers', { containers: [asks({ cpu: '1', memory: '1Mi' }), asks({ cpu: '500m', memory: '1Mi' })] }, { cpu: 1_500, memory: 2 * MI, pods: 1 }],
    ['the largest init container, when that is more', { containers: [asks({ cpu: '1', memory: '1Mi' })], initContainers: [asks({ cpu: '3' }), asks({ cpu: '2' })] }, { cpu: 3_000, memory: MI, pods: 1 }],
    ['side-cars beside everything that starts after them', { containers: [asks({ cpu: '1', memory: '1Mi' })], initContainers: [asks({ cpu: '1' }, { restartPolicy: 'Always' }), asks({ cpu: '2' })] }, { cpu: 3_000, memory: MI, pods: 1 }],
    ['overhead on top', { containers: [asks({ cpu: '1', memory: '1Mi' })], overhead: { cpu: '250m' } }, { cpu: 1_250, memory: MI, pods: 1 }],
    ['limits where nothing is requested', { containers: [{ resources: { limits: { 'nvidia.com/gpu': 2, cpu: '1', memory: '1Mi' } } }] }, { cpu: 1_000, memory: MI, 'nvidia.com/gpu': 2, pods: 1 }],
    ['requests of the whole pod, when they are given', { containers: [asks({ cpu: '1', memory: '1Mi' })], resources: { requests: { cpu: '4' } } }, { cpu: 4_000, memory: MI, pods: 1 }],
  ])('counts %s', (_, spec, requests) => {
    expect(podRequests(spec)).toEqual({ requests, assumed: [] });
  });
  it('assumes 100m and 200Mi for what is not asked, and says so', () => {
    expect(podRequests({ containers: [asks({ 'nvidia.com/gpu': 2 })] })).toEqual({ requests: { cpu: 100, memory: 200 * MI, 'nvidia.com/gpu': 2, pods: 1 }, assumed: ['cpu', 'memory'] });
  });
  it('replaces words of ours by resources', () => {
    expect(podRequests({ containers: [asks({ gpu: 1, cpu: 1, memory: 1 })] }, { gpu: 'amd.com/gpu' }).requests).toEqual({ cpu: 1_000, memory: 1, 'amd.com/gpu': 1, pods: 1 });
  });
});
