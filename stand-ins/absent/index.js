// Several large packages that nothing here runs resolve to this folder (the list is `resolutions` in the root package.json):
// readers of other clouds, cluster locators, test containers. Backstage imports some of them at start and makes a client
// without ever calling it, so importing and making are allowed; using what was made fails and says why.
const isPlumbing = property => typeof property === 'symbol' || ['__esModule', 'then', 'prototype', 'default'].includes(property);

function refuse(name) {
  throw new Error(
    `${name}() was called in a package that this development workspace leaves out to keep the install small. ` +
      'Remove that package from "resolutions" in the root package.json and run "yarn install" to have it.',
  );
}

const made = name =>
  new Proxy(function absent() {}, {
    get: (target, property) => (isPlumbing(property) ? target[property] : made(`${name}.${property}`)),
    apply: () => refuse(name),
    construct: () => refuse(name),
  });

const exported = name =>
  new Proxy(function absent() {}, {
    get: (target, property) => (isPlumbing(property) ? target[property] : exported(`${name}.${property}`)),
    apply: () => made(name),
    construct: () => made(name),
  });

module.exports = new Proxy({}, { get: (target, property) => (isPlumbing(property) ? target[property] : exported(property)) });
