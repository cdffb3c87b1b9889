import { decisionName, parseTargetKey, targetKey } from './targetKey';

const app = { kind: 'Application', namespace: 'shop', name: 'cart' };

describe('targetKey', () => {
  it('is taken apart into what it was made of', () => {
    const key = targetKey(app, 'web');
    expect(key).toBe('Application/shop/cart/web');
    expect(parseTargetKey(key)).toEqual({ ...app, component: 'web' });
  });

  it.each(['', 'a/b', 'a/b/c', 'a/b/c/d/e', '/b/c/d', 'a/b//d'])('is not "%s"', text => {
    expect(parseTargetKey(text)).toBeUndefined();
  });

  it('has a namespace that may be empty, for objects without one', () => {
    expect(parseTargetKey('Namespace//shop/shop')).toMatchObject({ namespace: '' });
  });
});

describe('decisionName', () => {
  it('differs for an application called like a kind and a selected object', () => {
    const component = decisionName({ kind: 'Application', namespace: 'shop', name: 'cart', component: 'deployment' });
    const object = decisionName({ kind: 'Deployment', namespace: 'shop', name: 'cart', component: 'cart' });
    expect([component, object]).toEqual(['cart.deployment', 'cart.deployment.object']);
  });
});
