import { scenario } from '../scenario';

const AUTHORIZATION = '/apis/authorization.k8s.io/v1';
const review = (kind: string, spec?: object, group = 'authorization.k8s.io') => ({ apiVersion: `${group}/v1`, kind, ...(spec && { spec }) });

const access = scenario('reviews of oneself', async say => {
  const may = (spec?: object) => say.post(`${AUTHORIZATION}/selfsubjectaccessreviews`, review('SelfSubjectAccessReview', spec));
  await may({ resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'default' } });
  await may({ resourceAttributes: { verb: '*', group: '*', resource: '*' } });
  await may({ nonResourceAttributes: { path: '/version', verb: 'get' } });
  await may({});
  await may();
  await may({ resourceAttributes: { verb: 'get' }, nonResourceAttributes: { path: '/' } });
  await may({ resourceAttributes: 'x' });
  await say.post(`${AUTHORIZATION}/selfsubjectaccessreviews`, review('Other'));
  await say.post(`${AUTHORIZATION}/selfsubjectaccessreviews`, 'x');
  await say.post(`${AUTHORIZATION}/selfsubjectrulesreviews`, review('SelfSubjectRulesReview', {}));
  await say.post(`${AUTHORIZATION}/selfsubjectrulesreviews`, review('SelfSubjectRulesReview', { namespace: 'default' }));
  await say.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', review('SelfSubjectReview', undefined, 'authentication.k8s.io'));
  await say.get('/apis/authentication.k8s.io/v1/selfsubjectreviews');
  await say.delete(`${AUTHORIZATION}/selfsubjectaccessreviews`);
});

export const reviews = [access];
