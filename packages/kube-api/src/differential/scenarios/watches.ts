import { scenario } from '../scenario';
import { widget } from '../testKinds';
import { configMap } from './objects';

const selectors = scenario('watching through selectors', async say => {
  const maps = say.in('configmaps');
  const { body: first } = await say.post(maps, configMap('a', {}, { labels: { app: 'x' } }));
  await say.post(maps, configMap('b'));
  const at = first.metadata.resourceVersion;
  const all = await say.watch(`${maps}?watch=1`);
  const selected = await say.watch(`${maps}?watch=1&labelSelector=app%3Dx&resourceVersion=${at}`);
  const named = await say.watch(`${maps}/b?watch=1&resourceVersion=${at}`);
  const byField = await say.watch(`${maps}?watch=true&fieldSelector=metadata.name%3Da&resourceVersion=${at}`);
  const old = await say.watch(`/api/v1/watch${maps.slice('/api/v1'.length)}?resourceVersion=${at}`);
  await all.take(2);
  await say.patch('merge', `${maps}/b`, { metadata: { labels: { app: 'x' } } });
  await say.patch('merge', `${maps}/a`, { data: { k: 'v' } });
  await say.patch('merge', `${maps}/a`, { metadata: { labels: { app: 'y' } } });
  await say.patch('merge', `${maps}/a`, { data: { k: 'unseen' } });
  await say.patch('merge', `${maps}/b`, { metadata: { finalizers: ['a.b/c'] } });
  await say.delete(`${maps}/b`);
  await say.patch('merge', `${maps}/b`, { metadata: { finalizers: null } });
  await say.delete(`${maps}/a`);
  await say.post(maps, configMap('a', {}, { labels: { app: 'x' } }));
  await all.take(9);
  await selected.take(7);
  await named.take(5);
  await byField.take(5);
  await old.take(10);
  for (const watch of [all, selected, named, byField, old]) watch.end();
});

const beginnings = scenario('where a watch begins', async say => {
  const { group } = say.places;
  const widgets = say.custom('widgets');
  for (const name of ['c', 'a', 'b']) await say.post(widgets, widget(group, name, { size: 'S' }));
  const list = await say.get(widgets);
  const at = list.body.metadata.resourceVersion;
  for (const query of ['resourceVersion=0', '', 'resourceVersion=0&allowWatchBookmarks=true', `sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`, `sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=${at}&allowWatchBookmarks=true`, 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan', 'sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion=0']) {
    const watch = await say.watch(`${widgets}?watch=1&${query}`);
    await watch.take(query.includes('Bookmarks=true') && query.includes('sendInitial') ? 4 : query.includes('=false') ? 0 : 3);
    watch.end();
  }
  const later = await say.watch(`${widgets}?watch=1&resourceVersion=${at}`);
  await say.patch('merge', `${widgets}/a`, { spec: { size: 'L' } });
  await say.patch('merge', `${widgets}/a`, { spec: { size: 'L' } });
  await say.delete(`${widgets}/b`);
  await later.take(2);
  later.end();
  const table = await say.watch(`${widgets}?watch=1`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
  await table.take(2);
  table.end();
  const partial = await say.watch(`${widgets}?watch=1&fieldSelector=metadata.name%3Da`, { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' });
  await partial.take(1);
  partial.end();
  const expired = await say.watch(`${widgets}?watch=1&resourceVersion=1`);
  await expired.take(1);
  expired.end();
  await say.get(`${widgets}?watch=1&timeoutSeconds=1&resourceVersion=${at}&fieldSelector=metadata.name%3Dnone`);
  await say.get('/api/v1/nothing?watch=1');
  await say.send('POST', `${widgets}?watch=1`, { body: {} });
});

export const watches = [selectors, beginnings];
