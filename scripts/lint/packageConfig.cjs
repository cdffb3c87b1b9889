// The lint rules of every package: Backstage's for its role, our size limits, and the import law where it holds.
'use strict';

const factory = require('@backstage/cli/config/eslint-factory');
const { pageOverrides, roomOverrides, TESTS } = require('./importLaw.cjs');

const GENERATED = ['**/*.generated.*', '**/generated/**', '**/builtins/**'];
const counted = max => ['error', { max, skipBlankLines: true, skipComments: true }];

const sizes = [
  {
    files: ['**/*.{ts,tsx,js,cjs,mjs}'],
    excludedFiles: GENERATED,
    rules: { 'max-lines': counted(400) },
  },
  {
    files: ['**/*.{ts,tsx,js,cjs,mjs}'],
    excludedFiles: [...GENERATED, ...TESTS],
    rules: { 'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true, IIFEs: true }] },
  },
];

const LAW = {
  'fleet-backend': roomOverrides,
  fleet: pageOverrides,
};

/** @param {string} folder of the package */
module.exports = folder => {
  const name = folder.split(/[\\/]/).pop();
  return factory(folder, { overrides: [...sizes, ...(LAW[name]?.(folder) ?? [])] });
};
