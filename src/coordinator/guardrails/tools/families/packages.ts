import { type Arg, isKnown, plainArg } from '../../shell/value.ts';
import { changes, commandLine, grants, publishes, touchesSystem } from '../command-line.ts';
import { type Call, type Family, named, type Tool } from '../tool.ts';
import { namedFor } from '../unlisted.ts';
import { hostOf, isLocalHost, isPackageAddress } from './network.ts';

/** A project's scripts larger than this are not read, in characters. */
const maximumManifest = 256 * 1024;

/** What `npm run x` would run, as package.json says. The script was written by the project: only what is certain counts. */
function packageScript(call: Call, name: string | undefined): void {
  if (name === undefined) return;
  // Whatever it runs, and whether or not that can be read.
  const said = namedFor(name);
  if (said !== undefined) call.effect(said);
  if (call.cwd === undefined) return;
  const directory = call.value('prefix', 'C', 'cwd', 'dir')?.text ?? '.';
  const { absolute } = call.place(plainArg(`${directory}/package.json`));
  const manifest = absolute === undefined ? undefined : call.read(absolute);
  const scripts =
    manifest === undefined || manifest.length > maximumManifest ? undefined : scriptsOf(manifest);
  for (const script of [`pre${name}`, name, `post${name}`]) {
    const text = scripts?.get(script);
    if (text !== undefined) call.script(plainArg(text), { fromFile: true });
  }
}

function scriptsOf(manifest: string): Map<string, string> | undefined {
  try {
    const parsed: unknown = JSON.parse(manifest);
    if (typeof parsed !== 'object' || parsed === null || !('scripts' in parsed)) return undefined;
    const { scripts } = parsed;
    if (typeof scripts !== 'object' || scripts === null) return undefined;
    return new Map(
      Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    // A broken manifest runs nothing: npm refuses it as well.
    return undefined;
  }
}

/** Where packages come from unless something else is said. (npm's own default is whatever its configuration says.) */
const registries: Readonly<Record<string, string>> = {
  cargo: 'index.crates.io',
  conda: 'conda.anaconda.org',
  mamba: 'conda.anaconda.org',
  micromamba: 'conda.anaconda.org',
  pip: 'pypi.org',
  pip3: 'pypi.org',
  pipx: 'pypi.org',
  poetry: 'pypi.org',
  uv: 'pypi.org',
};

/** An install reaches its registry, and every address that stands in the place of a package. */
function installs(call: Call): void {
  const tool = call.name.split(' ')[0] ?? '';
  const named = call.value('registry', 'i', 'index-url')?.text;
  const registry = named === undefined ? registries[tool] : hostOf(named);
  const hosts = registry === undefined ? [] : [registry];
  // A registry over plain HTTP, or one whose certificate is not to be checked, is whoever answers.
  if (/^http:/.test(named ?? call.value('extra-index-url')?.text ?? '') || call.has('trusted-host'))
    call.effect({ kind: 'run-fetched', host: hostOf(named ?? '') ?? 'an unprotected registry' });
  for (const operand of [...call.options.operands, ...call.all('e'), ...call.all('git')]) {
    if (!isPackageAddress(operand.text) && !call.all('git').includes(operand)) continue;
    const host = hostOf(operand.text.replace(/^git\+/, '')) ?? operand.text;
    hosts.push(host);
    // An install runs what it installs.
    if (!isLocalHost(host)) call.effect({ kind: 'run-fetched', host });
  }
  for (const host of hosts) call.effect({ kind: 'contact', host, purpose: 'install' });
}

const runScript = (call: Call) => packageScript(call, call.options.operands[0]?.text);
const scriptNamed = (name: string) => (call: Call) => packageScript(call, name);

const nodeOptions =
  '-w,--workspace= --prefix= -C= --cwd= --dir= --registry= --tag= --otp= --access= -g,--global -D,--save-dev -S,--save -E,--save-exact -f,--force --dry-run --silent,-s --if-present --workspaces --legacy-peer-deps -y,--yes --filter= -F= -r,--recursive --json --omit= --include= --loglevel= --userconfig= --cache= -p,--package= -c,--call= --ignore-scripts --latest';

/** `yarn x` is a script of the project, or else a program it has installed. */
function projectCommand(call: Call): void {
  packageScript(call, call.options.operands[0]?.text);
  if (!call.name.startsWith('npm')) call.run(call.args);
}

const publishing = publishes('publishes the package for everyone');

const node = commandLine('npm pnpm yarn bun', {
  options: nodeOptions,
  harmlessWith: 'dry-run',
  acts: {
    publish: publishing,
    'npm publish': publishing,
    unpublish: {
      kind: 'infrastructure',
      act: 'destroy',
      how: 'removes the published package {}',
      local: false,
    },
    deprecate: changes('marks the published package {} as deprecated'),
    'dist-tag|tag add|rm|remove': changes('changes which version of the package everyone installs'),
    'owner|team|access|org add|rm|remove|grant|revoke|set|public|restricted':
      grants('changes who may publish'),
    'token|profile create|revoke|delete|set|enable-2fa|disable-2fa': grants(
      'changes the login of the registry',
    ),
    'run|run-script|rum|urn': runScript,
    test: scriptNamed('test'),
    't|tst': scriptNamed('test'),
    start: scriptNamed('start'),
    stop: scriptNamed('stop'),
    restart: scriptNamed('restart'),
    'install|i|add|ci|install-test': call => {
      installs(call);
      for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) packageScript(call, script);
    },
    'exec|x|dlx': call => {
      const text = call.value('c');
      if (text !== undefined) call.script(text);
      if (call.options.operands.length > 0) call.run(call.options.operands);
    },
    'cache clean --force|-f': () => undefined,
    'config|c set': call => {
      if (call.options.operands.some(arg => /registry|_auth|script-shell|ignore-scripts/i.test(arg.text)))
        call.effect(changes('changes where packages come from, or how they are installed'));
    },
  },
  verbs: [[/./, projectCommand]],
});

const withExec = (tool: Tool | undefined): Tool => {
  const base = tool ?? {};
  const subcommands = { ...base.subcommands };
  for (const name of ['exec', 'x', 'dlx']) {
    const child = subcommands[name];
    if (child !== undefined) subcommands[name] = { ...child, style: { stopAtOperand: true } };
  }
  return { ...base, subcommands };
};

/** Installers of system packages. Installing is daily work; removing takes away what other things need. */
const removes = touchesSystem('package', 'removes the system packages {}');

const python = commandLine('pip pip3 pipx uv poetry pdm hatch pipenv rye conda mamba micromamba', {
  options:
    '-r,--requirement= --trusted-host= -i,--index-url= --extra-index-url= -t,--target= -c,--constraint= -e,--editable= -y,--yes -q -U,--upgrade --user --dry-run --python= -p= -n,--name= --with= --from= --group= --extra= --directory= --project= --prefix= --all -f= --no-deps --repository= -u= --token=',
  harmlessWith: 'dry-run',
  acts: {
    publish: publishing,
    upload: publishing,
    'env remove': changes('removes the environment {}'),
    'install|add|sync': installs,
    run: call => {
      call.run(call.options.operands);
    },
    'run|shell': call => {
      call.run(call.options.operands);
    },
    'tool run': call => {
      call.run(call.options.operands);
    },
  },
});

const withRun = (tool: Tool | undefined): Tool => {
  const base = tool ?? {};
  const run = base.subcommands?.run;
  return run === undefined
    ? base
    : { ...base, subcommands: { ...base.subcommands, run: { ...run, style: { stopAtOperand: true } } } };
};

/** A program that only starts another one inside an environment. */
const starter = (options: string, skip: number): Tool => ({
  options,
  style: { stopAtOperand: true },
  run: call =>
    call.options.operands.length > skip ? call.run(call.options.operands.slice(skip)) : undefined,
});

function commandText(options: string): Tool {
  return {
    options,
    run: call => {
      for (const operand of call.options.operands as readonly Arg[])
        if (isKnown(operand.text) && /\s/.test(operand.text)) call.script(operand);
      return undefined;
    },
  };
}

/** Stores of secrets that start programs with them print them as well. */
const storedSecrets: Tool = {
  run: call => {
    const [verb] = call.options.operands;
    if (/^(?:set|delete|upload)$/.test(verb?.text ?? ''))
      call.effect(changes('changes secrets of the project'));
    else if (!call.captured && !call.has('only-names'))
      call.effect({ kind: 'reveal-secret', what: 'secrets of the project' });
    return undefined;
  },
};

export const packageFamily: Family = {
  npm: withExec(node.npm),
  pnpm: withExec(node.pnpm),
  yarn: withExec(node.yarn),
  bun: withExec(node.bun),
  ...commandLine('lerna', {
    options: '--no-push --no-git-tag-version',
    acts: {
      publish: publishing,
      'version !--no-push': changes('tags and pushes a new version'),
      exec: call => {
        call.run(call.options.operands);
      },
    },
  }),
  ...commandLine('semantic-release release-it np', {
    options: '--dry-run -d --ci --no-publish',
    harmlessWith: 'dry-run d no-publish',
    acts: { '': publishing },
  }),
  ...commandLine('changeset', {
    options: '--dry-run -d --ci',
    harmlessWith: 'dry-run d',
    acts: { publish: publishing },
  }),
  pip: withRun(python.pip),
  pip3: withRun(python.pip3),
  pipx: withRun(python.pipx),
  uv: withRun(python.uv),
  poetry: withRun(python.poetry),
  pdm: withRun(python.pdm),
  hatch: withRun(python.hatch),
  pipenv: withRun(python.pipenv),
  rye: withRun(python.rye),
  conda: withRun(python.conda),
  mamba: withRun(python.mamba),
  micromamba: withRun(python.micromamba),
  ...commandLine('twine flit', {
    options: '-r,--repository= --repository-url= -u= -p= --skip-existing',
    acts: { 'upload|publish': publishing },
  }),
  ...commandLine('cargo', {
    options:
      '--token= --registry= -p,--package= --manifest-path= --dry-run,-n --features= --target= --version= --git=',
    harmlessWith: 'dry-run',
    acts: {
      publish: publishing,
      yank: changes('withdraws a published version'),
      'owner --add|-a|--remove|-r': grants('changes who may publish'),
      install: installs,
    },
  }),
  ...commandLine('gem', {
    options: '-k= --host= -v= --key=',
    acts: {
      push: publishing,
      yank: changes('withdraws a published version'),
      'owner --add|-a|--remove|-r': grants('changes who may publish'),
    },
  }),
  ...commandLine('mvn mvnw gradle gradlew sbt ant lein', {
    options: '-f= -P= -D= -pl= -p= -q -B -o --offline --dry-run -m',
    style: { singleDash: false },
    harmlessWith: 'dry-run',
    acts: {},
    verbs: [
      [
        /^(?:deploy|publish|release:perform|publishToMavenCentral|publishToSonatype|uploadArchives|publishSigned|release)$/,
        publishing,
      ],
      [
        /^(?:flyway:clean|flywayClean|liquibase:dropAll|dropAll|dropDatabase|dropSchema)$/,
        { kind: 'data', loses: 'store', how: 'drops everything in the schema' },
      ],
      [
        /^(?:flyway:undo|flywayUndo|liquibase:rollback\w*|rollbackCount|rollbackToDate)$/,
        { kind: 'migrate', direction: 'down', how: 'reverts changes of the schema' },
      ],
    ],
  }),
  ...commandLine('dotnet', {
    options: '-s,--source= -k,--api-key= -p,--project= --force -c=',
    acts: {
      'nuget push': publishing,
      'nuget delete': changes('withdraws a published version'),
      'ef database drop': { kind: 'data', loses: 'store', how: 'drops the database' },
      'ef database update': call =>
        call.effect(
          call.options.operands[0]?.text === '0'
            ? { kind: 'migrate', direction: 'down', how: 'reverts every migration' }
            : { kind: 'migrate', direction: 'up', how: 'applies migrations' },
        ),
    },
  }),
  ...commandLine('nuget', { acts: { push: publishing, delete: changes('withdraws a published version') } }),
  ...commandLine('composer', { acts: { 'run-script|exec': () => undefined } }),
  ...commandLine('vsce ovsx', {
    options: '-p,--pat= -i,--packagePath=',
    acts: {
      publish: publishing,
      unpublish: {
        kind: 'infrastructure',
        act: 'destroy',
        how: 'removes the published extension',
        local: false,
      },
    },
  }),
  ...commandLine('clasp', { acts: { 'push|deploy|undeploy': publishes('deploys the script') } }),
  ...commandLine('apt apt-get aptitude nala', {
    options:
      '-y,--yes,--assume-yes -q -o= -t= --purge -s,--simulate,--dry-run --no-install-recommends --allow-unauthenticated --force-yes',
    harmlessWith: 'simulate s',
    acts: {
      'remove|purge|autoremove|autopurge': removes,
      'dist-upgrade|full-upgrade|upgrade': touchesSystem('package', 'upgrades the packages of the system'),
    },
  }),
  ...commandLine('yum dnf microdnf zypper', {
    options: '-y,--assumeyes -q --nogpgcheck',
    acts: {
      'remove|erase|autoremove|rm': removes,
      'history undo|rollback|redo': touchesSystem('package', 'undoes package changes'),
    },
  }),
  ...commandLine('pacman yay paru', {
    options: '-S -R -s -n -c -u -y -Q -i -l -U --noconfirm --cascade --nodeps,-d --recursive',
    acts: { '-R': removes },
  }),
  ...commandLine('apk', { acts: { del: removes } }),
  ...commandLine('dpkg', {
    options: '-r,--remove -P,--purge -i,--install -l -L -s -S --force-all --configure',
    acts: { '-r|--remove': removes, '-P|--purge': removes },
  }),
  ...commandLine('rpm', {
    options: '-e,--erase -i -U -q -a -l --nodeps --force',
    acts: { '-e|--erase': removes },
  }),
  ...commandLine('snap flatpak', { acts: { 'remove|uninstall': removes } }),
  ...commandLine('brew', {
    options: '--cask --formula --force,-f --zap --ignore-dependencies',
    acts: {
      'uninstall|remove|rm': touchesSystem('package', 'removes {}'),
      'services stop|kill': touchesSystem('service', 'stops {}'),
    },
  }),
  ...commandLine('port emerge nix-env', { acts: { uninstall: removes } }),
  ...commandLine('choco winget scoop', { acts: { 'uninstall|remove': removes } }),
  ...named('cross-env env-cmd dotenvx dotenv dotenv-cli', {
    options: '-f= -e= --env-file= -c= -v=',
    style: { stopAtOperand: true },
    run: call => {
      const operands = call.options.operands.filter(
        arg => !/^[A-Za-z_]\w*=/.test(arg.text) && arg.text !== 'run',
      );
      return operands.length > 0 ? call.run(operands) : undefined;
    },
  }),
  ...named('bundle', { subcommands: { exec: starter('--keep-file-descriptors', 0) } }),
  ...named('direnv', { subcommands: { exec: starter('', 1) } }),
  ...named('mise rtx asdf', { subcommands: { exec: starter('-C=', 0), x: starter('', 0) } }),
  ...named('aws-vault', { subcommands: { exec: starter('-d= --duration= --region= --no-session -n', 1) } }),
  ...named('doppler infisical chamber envchain teller', {
    subcommands: {
      run: starter('--env-file= -p= -c= --project= --config= --env=', 0),
      exec: starter('', 1),
      secrets: storedSecrets,
      export: storedSecrets,
      read: storedSecrets,
    },
  }),
  ...named('nix-shell nix', {
    options: '--run= -p= -c= --command=',
    run: call => {
      const text = call.value('run', 'command', 'c');
      return text === undefined ? undefined : call.script(text);
    },
  }),
  ...named(
    'concurrently npm-run-all run-s run-p hyperfine onchange nodemon chokidar just-run',
    commandText('-n= -c= -k --kill-others -w,--warmup= -r,--runs= -x,--exec= -e= -N --names='),
  ),
  ...named('turbo nx rush moon wireit lage', {}),
};
