/**
 * The house rules for dependencies (CONTRIBUTING.md, "Which way imports point"). `npm run check` enforces them.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const capabilities = [
  'approvals',
  'audit',
  'backup',
  'git-changes',
  'github',
  'grants',
  'guardrails',
  'handoffs',
  'harness-hooks',
  'locks',
  'operators',
  'policy',
  'profiles',
  'projects',
  'queue',
  'risk',
  'sessions',
  'tool-use',
].join('|');

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'A circle means that two files are one subject, or that one of them is in the wrong room.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-editor-below-the-extension',
      comment: 'The coordinator and the bridge run without an editor.',
      severity: 'error',
      from: { path: '^src/(coordinator|bridge)/' },
      to: { path: '^vscode$|^src/(extension|views)/' },
    },
    {
      name: 'ground-floor',
      comment: 'Kernel and database know no capability and no door.',
      severity: 'error',
      from: { path: '^src/coordinator/(kernel|database)/' },
      to: { path: `^src/coordinator/((${capabilities}|doors|host)/|coordinator\\.ts|operations\\.ts)` },
    },
    {
      name: 'capabilities-know-no-door',
      severity: 'error',
      from: { path: `^src/coordinator/(${capabilities})/` },
      to: { path: '^src/coordinator/(doors|host)/|^src/coordinator/(coordinator|operations|main)\\.ts' },
    },
    {
      name: 'doors-are-handed-their-operations',
      comment: 'A door knows operations and nothing of who carries them out.',
      severity: 'error',
      from: { path: '^src/coordinator/doors/' },
      to: {
        path: `^src/coordinator/(${capabilities})/|^src/coordinator/operations\\.ts`,
        pathNot:
          '^src/coordinator/(projects/projects|tool-use/canonical-call|tool-use/harnesses|tool-use/hook-output)\\.ts$',
      },
    },
    {
      name: 'the-guard-stands-alone',
      comment: 'The hook evaluates it when no coordinator answers: it must not pull the database in.',
      severity: 'error',
      from: { path: '^src/coordinator/guardrails/(?!.*(inspector|operation|rule-store))' },
      to: { path: '^src/coordinator/(?!guardrails/|kernel/errors\\.ts|assets)' },
    },
    {
      name: 'bridge-goes-through-the-client',
      comment: 'Small programs that agents start reach a coordinator through client.ts alone.',
      severity: 'error',
      from: { path: '^src/bridge/' },
      to: {
        path: '^src/coordinator/',
        pathNot:
          '^src/coordinator/(client\\.ts|client/|home\\.ts|chosen-store\\.ts|handshake\\.ts|version\\.ts|kernel/(errors|intent)\\.ts|audit/(chain|export)\\.ts|tool-use/|guardrails/|assets)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'one-composition-root',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/coordinator/(service|store-task)\\.ts$' },
      to: { path: '^src/coordinator/coordinator\\.ts$', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    moduleSystems: ['es6'],
    enhancedResolveOptions: { extensions: ['.ts'] },
  },
};
