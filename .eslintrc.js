// For scripts/ and what else lies outside the packages; each package has its own, made by scripts/lint/packageConfig.cjs.
module.exports = {
  root: true,
  extends: ['eslint:recommended', 'prettier'],
  env: { node: true, es2023: true },
  parserOptions: { ecmaVersion: 2023, sourceType: 'module' },
  ignorePatterns: ['node_modules/', 'dist-types/', 'coverage/', '.flotilla*'],
  rules: {
    'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true, IIFEs: true }],
    'no-empty': ['error', { allowEmptyCatch: true }],
    'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
  },
};
