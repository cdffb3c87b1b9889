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

// Of the rules that Backstage brings, those that our way of writing does without.
const relaxed = {
  // Functions are hoisted: a file may begin with what matters and end with the details.
  '@typescript-eslint/no-use-before-define': ['error', { functions: false, classes: false, variables: false }],
  'no-nested-ternary': 'off',
  // The compiler finds these, and knows the types.
  'consistent-return': 'off',
  'no-loop-func': 'off',
};

const relaxedInTests = {
  files: TESTS,
  rules: {
    'no-restricted-syntax': 'off',
    // Contract suites export tests, tables of cases decide what to expect, and properties are asserted by fast-check.
    'jest/no-export': 'off',
    'jest/no-conditional-expect': 'off',
    'jest/no-standalone-expect': 'off',
    'jest/valid-describe-callback': 'off',
    'jest/expect-expect': 'off',
    // What cannot run on this machine says so and is counted as skipped.
    'jest/no-disabled-tests': 'off',
  },
};

/** @param {string} folder of the package */
module.exports = folder => {
  const name = folder.split(/[\\/]/).pop();
  return factory(folder, { root: true, rules: relaxed, overrides: [...sizes, ...(LAW[name]?.(folder) ?? []), relaxedInTests] });
};
