/** Something that the person at the terminal can mend: what is wrong, and how to mend it. Shown without a stack trace. */
export class Problem extends Error {
  /**
   * @param {string} wrong one sentence
   * @param {string} mend what to do about it
   * @param {string} [evidence] the lines of a log that show it
   */
  constructor(wrong, mend, evidence = '') {
    super(wrong);
    this.name = 'Problem';
    this.mend = mend;
    this.evidence = evidence;
  }
}

const KNOWN = [
  [/ENOSPC|no space left|database or disk is full/i, 'The disk is full.', 'Free some space (a fresh checkout needs about 2.5 GB) and start again.'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED .*:(80|443)|npm error .*ECONNREFUSED|ETIMEDOUT|ENETUNREACH|YN0035|RequestError|UNABLE_TO_(GET|VERIFY)|self.signed certificate in/i,
    'The package registry cannot be reached.',
    'Check the network and proxy settings. Another registry: "npm config set registry URL" and, for Yarn, YARN_NPM_REGISTRY_SERVER=URL.',
  ],
  [/YN0081/, 'The package registry is set to a plain http address.', 'Give an https address, or allow it: YARN_UNSAFE_HTTP_WHITELIST=host.'],
  // What Yarn says of a file that is cut off, and of one that is no YAML.
  [/reading 'toUpperCase'|YAMLException/, 'yarn.lock is damaged.', 'Take it from git again: git checkout yarn.lock'],
  [/YN0028/, 'yarn.lock does not fit the package.json files.', 'Run "yarn install" once and commit yarn.lock.'],
  [/EACCES|EPERM|EROFS/, 'A file or folder cannot be written.', 'Check who owns the folder named below.'],
  [/heap out of memory|ENOMEM|Cannot allocate memory/i, 'There was too little memory.', 'Close something else; about 2 GB of free memory are needed.'],
  [/SQLITE_(CORRUPT|NOTADB)|file is not a database|malformed/i, 'A database in the data folder is damaged.', 'Start with another folder (--data DIR), or remove this one to begin anew.'],
  [/EADDRINUSE/, 'A port is taken.', 'Choose others with --app-port and --backend-port.'],
];

/** What a failed program's last lines mean, if they are known to mean something. */
export function diagnose(what, output) {
  // Where in the code it happened is for the log; what happened is for the terminal.
  const lines = output.trim().split('\n').filter(line => !/^(npm error)?\s+at /.test(line));
  const evidence = lines.slice(-12).join('\n');
  const [, wrong, mend] = KNOWN.find(([sign]) => sign.test(evidence)) ?? [];
  return wrong ? new Problem(`${what} failed. ${wrong}`, mend, evidence) : new Problem(`${what} failed.`, 'Its last lines say why:', evidence);
}
