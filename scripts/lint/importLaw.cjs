// Who may import whom among the rooms of plugins/fleet-backend/src, and among the pages of plugins/fleet/src/pages.
// ARCHITECTURE.md says why there are rooms; each message here says why there is a wall and what to do instead.
'use strict';

const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const PURE = ['model', 'scheduler', 'rollout', 'diff', 'policies', 'addons', 'edge', 'workloads'];
const IO = ['store', 'clusters', 'dispatch', 'observe'];
const SHELL = ['reconcile', 'service'];
const API = 'api';
const ROOMS = [...PURE, ...IO, ...SHELL, API];

// Tests look over walls: they plant what the other side would give.
const TESTS = ['**/*.test.*', '**/testing/**', '**/testbed.*', '**/*Contract.ts', '**/testSupport/**'];

/** Matches an import that leaves the room for one of the given rooms: `../store`, `../../store/types`. */
const intoRoom = rooms => `^(../)+(${rooms.join('|')})(/|$)`;

/**
 * Lint selectors for imports and re-exports whose source matches.
 * @param {{from: string, typesAllowed?: boolean, message: string}} wall `from`: a regular expression in which . and / stand for themselves
 */
function wall({ from, typesAllowed, message }) {
  // A selector's regular expression ends at its first slash, so slashes are written by their number.
  const source = `[source.value=/${from.replace(/\./g, '\\.').replace(/\//g, '\\u002F')}/]`;
  const kinds = [['ImportDeclaration', 'importKind'], ['ExportNamedDeclaration', 'exportKind'], ['ExportAllDeclaration', 'exportKind']];
  return kinds.map(([node, kind]) => ({ selector: `${node}${typesAllowed ? `[${kind}!="type"]` : ''}${source}`, message }));
}

// Overrides replace a rule's options: Backstage's own ban has to be said again.
const fileNames = {
  selector: 'Identifier[name="__dirname"]',
  message: "`__dirname` is another folder in production builds: use `resolvePackagePath()` of `@backstage/backend-plugin-api`.",
};

const restrict = (walls, ...more) => ({ 'no-restricted-syntax': ['error', fileNames, ...walls.flatMap(wall), ...more] });

const pureImports = room => [
  {
    from: intoRoom(ROOMS.filter(other => other !== 'model' && other !== room)),
    message: `${room}/ is a pure room: it may import model/ alone. What it needs from another room is handed to it as data.`,
  },
  {
    from: '^(?!.|@flotilla/backstage-plugin-fleet-common$|@flotilla/kube-api$)',
    message: `${room}/ is a pure room: no Node, no database, no Backstage service, no library. Let the caller do it and hand over the result.`,
  },
  {
    from: '^@flotilla/kube-api$',
    typesAllowed: true,
    message: `${room}/ is a pure room: of kube-api it may know types alone ("import type").`,
  },
];

const pureSyntax = [
  {
    selector: ':function[async=true]',
    message: 'A pure room answers at once: no async. Let reconcile/ await, and hand over the result.',
  },
  { selector: 'AwaitExpression', message: 'A pure room answers at once: no await. Let reconcile/ await, and hand over the result.' },
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'A pure room does not know the time: take "now" as an argument, so that a test can say what time it is.',
  },
  { selector: 'ImportExpression', message: 'A pure room has all it needs at the start: no import().' },
];

const noClock = 'A pure room does not know the time: take "now" as an argument, so that a test can say what time it is.';
const pureProperties = [
  { object: 'Date', property: 'now', message: noClock },
  { object: 'performance', property: 'now', message: noClock },
  { object: 'Math', property: 'random', message: 'A pure room gives the same answer twice: break ties by name, or take a seed as an argument.' },
];

const pureGlobals = ['process', 'console', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Buffer', 'require'].map(name => ({
  name,
  message: `A pure room touches nothing outside itself: ${name} belongs into an I/O room or into the shell.`,
}));

const pureRoom = room => ({
  files: [`src/${room}/**`],
  excludedFiles: TESTS,
  rules: {
    ...restrict(pureImports(room), ...pureSyntax),
    'no-restricted-properties': ['error', ...pureProperties],
    'no-restricted-globals': ['error', ...pureGlobals],
  },
});

const ioRoom = room => ({
  files: [`src/${room}/**`],
  excludedFiles: TESTS,
  rules: restrict([
    {
      from: intoRoom(IO.filter(other => other !== room)),
      typesAllowed: true,
      message: `${room}/ may know the types of other I/O rooms alone ("import type"): plugin.ts joins rooms, so that each can be replaced.`,
    },
    {
      from: intoRoom([...SHELL, API]),
      message: `${room}/ is below the shell: it does what it is told and does not know why. Give it what it needs as an argument.`,
    },
  ]),
});

const shellRoom = room => ({
  files: [`src/${room}/**`],
  excludedFiles: TESTS,
  rules: restrict([
    { from: intoRoom([API]), message: `${room}/ does not know HTTP: api/ calls it, never the other way round.` },
  ]),
});

const apiRoom = {
  files: [`src/${API}/**`],
  excludedFiles: TESTS,
  rules: restrict([
    {
      from: intoRoom(ROOMS.filter(other => other !== 'service' && other !== API)),
      message: 'api/ asks service/ alone: there it is decided who may, and written down who did.',
    },
  ]),
};

/** Overrides for plugins/fleet-backend. */
const roomOverrides = () => [...PURE.map(pureRoom), ...IO.map(ioRoom), ...SHELL.map(shellRoom), apiRoom];

/** Overrides for plugins/fleet: a page may be taken away without another noticing. */
function pageOverrides(packageFolder) {
  const folder = join(packageFolder, 'src/pages');
  const pages = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => entry.name) : [];
  return pages.map(page => ({
    files: [`src/pages/${page}/**`],
    excludedFiles: TESTS,
    rules: restrict([
      {
        from: `^(../)+(pages/)?(${pages.filter(other => other !== page).join('|') || '(?!)'})(/|$)`,
        message: 'Pages do not import each other: what two of them show belongs into fleet-react or beside the pages.',
      },
    ]),
  }));
}

module.exports = { roomOverrides, pageOverrides, TESTS };
