import { describe, expect, test } from 'vitest';
import { readAsset } from '../../../../src/coordinator/assets.ts';
import { createGuard } from '../../../../src/coordinator/guardrails/engine.ts';
import { contextOf, diskOf, readCases } from '../../../support/guard-cases.ts';

let disk = diskOf(undefined);
const guard = await createGuard({
  asset: readAsset,
  disk: { readFile: path => disk.readFile(path), realPath: path => disk.realPath(path) },
});

describe.each([...readCases()])('cases of %s', (_, groups) => {
  for (const group of groups) {
    test.each(group.commands)(`${group.verdict}: %s (${group.why})`, async text => {
      disk = diskOf(group.context);
      const context = contextOf(group.context);
      const shell = group.context?.shell ?? 'bash';
      const judgement = await guard.judge({ command: { text, shell, cwd: context.cwd } }, context);
      expect(judgement.verdict, JSON.stringify(judgement.violations, undefined, 1)).toBe(group.verdict);
      if (group.rule !== undefined)
        expect(judgement.violations.map(violation => violation.rule)).toContain(group.rule);
      if (group.parsed !== undefined) expect(judgement.parsed).toBe(group.parsed);
    });
  }
});
