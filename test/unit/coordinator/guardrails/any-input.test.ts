import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAsset } from '../../../../src/coordinator/assets.ts';
import { createGuard } from '../../../../src/coordinator/guardrails/engine.ts';
import type { Verdict } from '../../../../src/coordinator/guardrails/judgement.ts';

const guard = await createGuard({ asset: readAsset, disk: { readFile: () => undefined } });
const cwd = '/home/dev/project';
const limit = 256 * 1024;

async function verdictOf(text: string, shell: 'bash' | 'powershell' = 'bash'): Promise<Verdict> {
  const judgement = await guard.judge(
    { command: { text, cwd, shell } },
    { trust: 2, home: '/home/dev', cwd },
  );
  expect(judgement.safe).toBe(judgement.verdict === 'allow');
  expect(judgement.violations.every(violation => violation.matched_text.length <= 200)).toBe(true);
  // A guard that fails asks, but it is a defect all the same.
  expect(judgement.violations.map(violation => violation.effect).join()).not.toMatch(/the guard failed/);
  return judgement.verdict;
}

const strictness: Record<Verdict, number> = { allow: 0, ask: 1, block: 2 };

/** Pieces that a shell gives a meaning to, so that random texts get into every corner of the parser. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      'rm',
      '-rf',
      '/',
      'git',
      'push',
      '-f',
      'echo',
      'sudo',
      'bash',
      '-c',
      'eval',
      'xargs',
      'find',
      '-exec',
      'X=1',
      '$X',
      `\${X:-y}`,
      '$(',
      ')',
      '`',
    ],
    ...[
      "'",
      '"',
      '\\',
      '|',
      '||',
      '&&',
      ';',
      '&',
      '>',
      '>>',
      '<',
      '<<EOF',
      '\nEOF\n',
      '<<<',
      '<(',
      '((',
      '))',
      '[[',
      ']]',
      '{',
      '}',
      '{a,b}',
      '$((',
      '*',
    ],
    ...[
      'if',
      'then',
      'fi',
      'for',
      'in',
      'do',
      'done',
      'case',
      'esac',
      'while',
      'function',
      'f()',
      '!',
      '#',
      '~',
      '\n',
      '\t',
      ' ',
      '\0',
      '\ud800',
      'é',
      "$'\\x41'",
    ],
  ),
  fc.string({ maxLength: 6 }),
);

describe('no input makes the guard crash', () => {
  test('random shell text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async pieces => {
        await verdictOf(pieces.join(pieces.length % 2 === 0 ? ' ' : ''));
      }),
      { numRuns: 1_500 },
    );
  });

  test('random PowerShell text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async pieces => {
        await verdictOf(pieces.join(' '), 'powershell');
      }),
      { numRuns: 500 },
    );
  });

  test('any characters at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async text => {
        await verdictOf(text);
      }),
      { numRuns: 500 },
    );
  });
});

const filled = (unit: string) => unit.repeat(Math.floor(limit / unit.length));
function nested(depth: number, open: string, inner: string, close: string): string {
  return open.repeat(depth) + inner + close.repeat(depth);
}

/** Milliseconds that this process computed: what else the machine does is no defect of the guard. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

describe('no input takes more than linear time', () => {
  // The slowest known inputs: what the grammar's error recovery likes least, and what multiplies when it is followed.
  test.each([
    ['parentheses', filled('(')],
    ['substitutions', filled('$(')],
    ['quotes', filled('"')],
    ['single quotes', filled("'")],
    ['backticks', filled('`')],
    ['braces', filled('{')],
    ['pipes', filled('a|')],
    ['10,000 pipes', `${'a | '.repeat(10_000)}a`],
    ['semicolons', filled('a;')],
    ['and-lists', `${filled('a&&')}a`],
    ['here-documents', filled('cat <<EOF\n')],
    ['here-document starts', filled('<<A ')],
    ['words', filled('a ')],
    ['assignments', Array.from({ length: 20_000 }, (_, i) => `v${i}=1`).join(';')],
    ['redirections', filled('>a ')],
    ['dollars', filled('$')],
    ['open expansions', filled('${')],
    ['arithmetic', filled('$((')],
    ['backslashes', filled('\\')],
    ['NUL', filled('\0')],
    ['lone surrogates', filled('\ud800')],
    ['find in find', filled('find . -exec ')],
    ['xargs of xargs', filled('xargs ')],
    ['sudo of sudo', filled('sudo ')],
    ['eval of eval', filled('eval ')],
    ['loops in loops', nested(8, 'for i in 1 2 3 4 5 6 7 8; do ', 'echo $i', '; done')],
    ['a text that doubles', `A=x;${'A=$A$A;'.repeat(100)}echo $A`],
    [
      'functions that call twice',
      Array.from({ length: 500 }, (_, i) => `f${i}(){ f${i + 1}; f${i + 1}; }`).join(';'),
    ],
    ['brace expansion', `echo ${'{a,b}'.repeat(1_000)}`],
    ['many deletions', `rm -rf ${'a '.repeat(100_000)}`],
    ['climbing', `rm -rf ${'/..'.repeat(80_000)}`],
    ['wildcards', `rm -rf ${'*'.repeat(200_000)}`],
    ['SQL', `psql -c "${'drop table a; '.repeat(15_000)}"`],
    ['SQL without end', `psql -c "${'(delete '.repeat(25_000)}"`],
    ['a program of strings', `python3 -c '${'os.system("a"); '.repeat(10_000)}'`],
  ])(
    '%s',
    async (_, text) => {
      const started = processorTime();
      await verdictOf(text.slice(0, limit));
      // What is not linear takes minutes.
      expect(processorTime() - started).toBeLessThan(20_000);
    },
    120_000,
  );

  test('a command nested 40 deep is seen to its core, in every kind of nesting', async () => {
    expect(await verdictOf(nested(40, '$(', 'rm -rf /', ')'))).toBe('block');
    expect(await verdictOf(nested(40, '(', 'rm -rf /', ')'))).toBe('block');
    expect(await verdictOf(nested(40, '{ ', 'rm -rf /', '; }'))).toBe('block');
    expect(await verdictOf(nested(40, 'if true; then ', 'rm -rf /', '; fi'))).toBe('block');
    expect(await verdictOf(nested(40, 'eval ', 'rm -rf /', ''))).toBe('block');
    expect(await verdictOf(nested(40, 'sudo env nice ', 'rm -rf /', ''))).not.toBe('allow');
    expect(await verdictOf(nested(200, 'eval ', 'rm -rf /', ''))).toBe('ask');
  });

  test('twice the text takes about twice the time', async () => {
    const time = async (text: string) => {
      const started = processorTime();
      await verdictOf(text);
      return processorTime() - started;
    };
    const unit = 'git status && ls -la "$HOME" | grep x > out.txt; for f in *.ts; do echo "$f"; done\n';
    await time(unit.repeat(200));
    const best = async (count: number) =>
      Math.min(
        await time(unit.repeat(count)),
        await time(unit.repeat(count)),
        await time(unit.repeat(count)),
      );
    const [small, large] = [await best(150), await best(1_200)];
    // Eight times the text; with a margin of three for a busy machine, and far from the 64 of a square.
    expect(large / small).toBeLessThan(24);
  }, 60_000);
});

const dangerous: readonly (readonly [command: string, verdict: Verdict])[] = [
  ['rm -rf /', 'block'],
  ['rm -rf ~', 'block'],
  ['mkfs.ext4 /dev/sda1', 'block'],
  ['dd if=/dev/zero of=/dev/sda', 'block'],
  ['git push -f origin main', 'ask'],
  ['git reset --hard', 'ask'],
  ['terraform destroy', 'ask'],
  ['kubectl delete ns prod', 'ask'],
  ['psql -c "DROP TABLE users"', 'ask'],
  ['npm publish', 'ask'],
  ['cat ~/.ssh/id_rsa', 'ask'],
  ['chmod -R 777 /etc', 'ask'],
];

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Ways to run the same thing. */
const wrappings: readonly ((command: string) => string)[] = [
  command => `sudo ${command}`,
  command => `sudo -u root -- ${command}`,
  command => `env A=1 ${command}`,
  command => `nohup ${command} &`,
  command => `timeout 5 ${command}`,
  command => `nice -n 3 ${command}`,
  command => `time ${command}`,
  command => `command ${command}`,
  command => `bash -c ${quote(command)}`,
  command => `sh -c ${quote(command)}`,
  command => `eval ${quote(command)}`,
  command => `(${command})`,
  command => `{ ${command}; }`,
  command => `! ${command}`,
  command => `true && ${command}`,
  command => `false || ${command}`,
  command => `ls; ${command}`,
  command => `ls\n${command}`,
  command => `if true; then ${command}; fi`,
  command => `for i in 1; do ${command}; done`,
  command => `while true; do ${command}; done`,
  command => `case x in x) ${command};; esac`,
  command => `f() { ${command}; }; f`,
  command => `x=$(${command})`,
  command => `echo "$(${command})"`,
  command => `cat <(${command})`,
  command => `X=${quote(command)}; eval "$X"`,
  command => `X=${quote(command)}; bash -c "$X"`,
  command => `echo ${quote(command)} | sh`,
  command => `bash <<'EOF'\n${command}\nEOF`,
  command => `bash <<< ${quote(command)}`,
  command => `alias zz=${quote(command)}; zz`,
  command => `find . -maxdepth 0 -exec ${command} \\;`,
  command => `trap ${quote(command)} EXIT`,
  command => `${command} # harmless`,
  command => `${command} 2>/dev/null`,
  command => `${command} || true`,
  command => `A=1 B=2 ${command}`,
  command => `  ${command}  `,
];

/** Ways to write the same words. */
const spellings: readonly ((command: string) => string)[] = [
  command => command.replace(/^\w/, first => `\\${first}`),
  command => command.replace(/^(\w)(\w*)/, (_, a: string, b: string) => `${a}''${b}`),
  command => command.replace(/^(\w+)/, name => `"${name}"`),
  command => command.replace(/^(\w+)/, name => `/usr/bin/${name}`),
  command => command.replace(/ /g, '  '),
  command => command.replace(/ /, ' \\\n  '),
  command => command.replace(/^(\w+)/, name => `X=${name}; $X`),
  command => command.replace(/^(\w+)/, name => `$(echo ${name})`),
];

/** Places where a command is only talked about. */
const mentions: readonly ((command: string) => string)[] = [
  command => `echo ${quote(command)}`,
  command => `printf '%s' ${quote(command)}`,
  command => `git commit -m ${quote(command)}`,
  command => `git commit -m "$(cat <<'EOF'\n${command}\nEOF\n)"`,
  command => `grep -rn ${quote(command)} docs`,
  command => `rg ${quote(command)}`,
  command => `cat > notes.md <<'EOF'\n${command}\nEOF`,
  command => `gh pr create --title x --body ${quote(command)}`,
  command => `sed -n ${quote(`/${command.replaceAll('/', '\\/')}/p`)} notes.md`,
  command => `# ${command}`,
  command => `ls # ${command}`,
  command => `X=${quote(command)}`,
  command => `jq ${quote(JSON.stringify(command))} a.json`,
  command => `node script.js ${quote(command)}`,
  command => `curl -d ${quote(command)} http://localhost:3000`,
];

describe('metamorphoses', () => {
  const wrapped = fc.tuple(
    fc.constantFrom(...dangerous),
    fc.array(fc.constantFrom(...wrappings), { minLength: 1, maxLength: 3 }),
  );

  test('no wrapping turns a block or an ask into an allow', async () => {
    for (const [command, verdict] of dangerous) {
      for (const wrap of wrappings) {
        const text = wrap(command);
        expect(strictness[await verdictOf(text)], text).toBeGreaterThanOrEqual(
          Math.min(1, strictness[verdict]),
        );
      }
    }
    await fc.assert(
      fc.asyncProperty(wrapped, async ([[command], wraps]) => {
        // One command each time, so that the next wrapping takes all of it.
        const text = wraps.reduce((inner, wrap) => wrap(`bash -c ${quote(inner)}`), command);
        expect(await verdictOf(text), text).not.toBe('allow');
      }),
      { numRuns: 600 },
    );
  }, 60_000);

  test('no spelling makes a verdict milder', async () => {
    for (const [command, verdict] of dangerous) {
      for (const spell of spellings) {
        const text = spell(command);
        expect(strictness[await verdictOf(text)], text).toBeGreaterThanOrEqual(strictness[verdict]);
      }
    }
  });

  test('to mention a command is to do nothing', async () => {
    for (const [command] of dangerous) {
      for (const mention of mentions) {
        const text = mention(command);
        expect(await verdictOf(text), text).toBe('allow');
      }
    }
  });

  test('a harmless command in front or behind changes nothing', async () => {
    for (const [command, verdict] of dangerous) {
      expect(await verdictOf(`npm test && ${command}`)).toBe(verdict);
      expect(await verdictOf(`${command}; git status`)).toBe(verdict);
    }
  });
});
