// Several large packages that nothing here runs resolve to this folder (the list is `resolutions` in the root package.json).
// Failing on use, not on import, keeps code alive that only mentions them at the top of a file.
module.exports = new Proxy(function absent() {}, {
  get(_target, property) {
    if (property === '__esModule' || property === 'then' || typeof property === 'symbol') return undefined;
    throw new Error(
      `"${property}" was asked of a package that this development workspace leaves out to keep the install small. ` +
        'Remove its name from "resolutions" in the root package.json and run "yarn install" to have it.',
    );
  },
});
