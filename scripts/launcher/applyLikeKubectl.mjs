const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

// As Go writes JSON: keys sorted, <, > and & escaped, a newline at the end. kubectl compares this text byte for byte.
function goJson(value) {
  const sorted = inner =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.keys(inner).sort().map(key => [key, inner[key]]))
      : inner;
  const text = JSON.stringify(value, (_key, inner) => sorted(inner));
  return `${text.replace(/[<>&\u2028\u2029]/g, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

const named = object => `${object.kind} ${object.metadata.namespace ? `${object.metadata.namespace}/` : ''}${object.metadata.name}`;

function expect(answer, object, ...statuses) {
  if (statuses.includes(answer.status)) return;
  throw new Error(`${named(object)}: ${answer.body?.message ?? JSON.stringify(answer.body)} (${answer.status})`);
}

/** Creates an object as `kubectl apply` does, with what was applied noted on it. An object that is there already stays as it is. */
export async function createLikeKubectl(client, manifest) {
  const { collection, object: path, namespaced } = await client.pathOf(manifest);
  const metadata = { ...manifest.metadata, annotations: { ...manifest.metadata.annotations } };
  if (namespaced) metadata.namespace ??= 'default';
  const applied = { ...manifest, metadata };
  if ((await client.ask('GET', path)).status === 200) return;
  const annotations = { ...metadata.annotations, [LAST_APPLIED]: goJson(applied) };
  const body = { ...applied, metadata: { ...metadata, annotations } };
  expect(await client.ask('POST', `${collection}?fieldManager=kubectl-client-side-apply`, body), manifest, 201);
}

/** Server-side apply as the demo's own field manager; for what must follow the data folder at every start. */
export async function applyServerSide(client, manifest) {
  const { object: path } = await client.pathOf(manifest);
  const answer = await client.ask('PATCH', `${path}?fieldManager=flotilla-demo&force=true`, manifest, 'application/apply-patch+yaml');
  expect(answer, manifest, 200, 201);
}
