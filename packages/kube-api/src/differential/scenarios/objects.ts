/** Small objects that scenarios are made of. */
const labels = { app: 'web' };

export const configMap = (name: string, data?: object, metadata: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, ...(data && { data }) });

export const container = (more: object = {}) => ({ name: 'web', image: 'reg/web:1', ...more });

export const podSpec = (more: object = {}) => ({ containers: [container()], ...more });

export const deployment = (name: string, spec: object = {}, pod: object = podSpec(), metadata: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, ...metadata },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod }, ...spec },
});

export const job = (name: string, spec: object = {}, pod: object = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: { suspend: true, template: { spec: podSpec({ restartPolicy: 'Never', ...pod }) }, ...spec },
});

/** Any object. */
export const object = (apiVersion: string, kind: string, name: string, more: object = {}) => ({ apiVersion, kind, metadata: { name }, ...more });
