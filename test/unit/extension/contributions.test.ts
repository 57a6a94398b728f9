import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };
import texts from '../../../package.nls.json' with { type: 'json' };
import hooks from '../../../plugin/hooks/hooks.json' with { type: 'json' };
import { defaultSettings, Settings } from '../../../src/coordinator/kernel/settings.ts';
import { operationSets } from '../../../src/coordinator/operations.ts';
import * as ids from '../../../src/extension/ids.ts';
import { projectSettings } from '../../../src/extension/settings-names.ts';

const { contributes } = packageJson;
const properties: Readonly<
  Record<string, { default: unknown; scope: string; enum?: readonly string[]; markdownDescription: string }>
> = Object.assign({}, ...contributes.configuration.map(group => group.properties));
const sorted = (names: readonly string[]) => [...names].sort();

describe('package.json declares', () => {
  test('the commands of the code, and no others', () => {
    expect(sorted(contributes.commands.map(({ command }) => command))).toEqual(
      sorted(Object.values(ids.commands)),
    );
  });

  test('no text of its own, so that all of it can be translated', () => {
    const used = [...JSON.stringify(packageJson).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? '');
    expect(sorted(used)).toEqual(sorted(Object.keys(texts)));
    const shown = [
      ...contributes.commands.map(({ title }) => title),
      ...contributes.viewsWelcome.map(({ contents }) => contents),
      ...contributes.colors.map(({ description }) => description),
      ...Object.values(properties).map(({ markdownDescription }) => markdownDescription),
    ];
    for (const text of shown) expect(text).toMatch(/^%.+%$/);
  });

  test('links in empty views only to commands that there are', () => {
    const known: readonly string[] = [...Object.values(ids.commands), 'vscode.openFolder'];
    const linked = Object.values(texts).flatMap(text => [...text.matchAll(/\(command:([\w.]+)\)/g)]);
    expect(linked.length).toBeGreaterThan(0);
    for (const [, command] of linked) expect(known).toContain(command);
  });

  test('menus only for commands and rows that there are', () => {
    const commands: readonly string[] = Object.values(ids.commands);
    const kinds: readonly string[] = Object.values(ids.rowKinds);
    for (const entry of Object.values(contributes.menus).flat()) {
      expect(commands).toContain(entry.command);
      const pattern =
        /viewItem =~ \/(.+?)\//.exec(entry.when)?.[1] ?? /viewItem == (\w+)/.exec(entry.when)?.[1];
      if (pattern) expect(kinds.some(kind => new RegExp(`^${pattern}$`).test(kind))).toBe(true);
    }
  });

  test('the views of the code in the container of the code', () => {
    expect(contributes.viewsContainers.activitybar.map(({ id }) => id)).toEqual([ids.container]);
    expect(sorted(contributes.views.interlock.map(({ id }) => id))).toEqual(sorted(Object.values(ids.views)));
  });

  test('only context keys that the code sets', () => {
    const keys: readonly string[] = Object.values(ids.contextKeys);
    const clauses = [
      ...contributes.viewsWelcome.map(({ when }) => when),
      ...Object.values(contributes.menus)
        .flat()
        .map(({ when }) => when),
      ...contributes.chatPlugins.map(({ when }) => when),
    ];
    const used = clauses.flatMap(clause => clause.match(/(?<!== |view == )\binterlock\.\w+/g) ?? []);
    const views: readonly string[] = Object.values(ids.views);
    for (const key of used.filter(name => !views.includes(name))) expect(keys).toContain(key);
  });

  test('the colours and the MCP provider of the code', () => {
    expect(sorted(contributes.colors.map(({ id }) => id))).toEqual(sorted(Object.values(ids.colors)));
    expect(contributes.mcpServerDefinitionProviders.map(({ id }) => id)).toEqual([ids.mcpProvider]);
  });

  test('the settings of the window and of the coordinator, and no others', () => {
    const wanted = [
      ...Object.values(ids.windowSettings),
      ...projectSettings.map(name => `interlock.${name}`),
    ];
    expect(sorted(Object.keys(properties))).toEqual(sorted(wanted));
    expect(sorted(projectSettings)).toEqual(sorted(Object.keys(Settings.shape)));
  });

  test('the sets of tools that there are', () => {
    const declared = properties[ids.windowSettings.mcpToolSets] as unknown as { items: { enum: string[] } };
    const { always: _, ...sets } = operationSets;
    expect(declared.items.enum).toEqual(Object.keys(sets));
  });

  test.each(projectSettings)('%s as the coordinator has it, where no workspace can loosen it', name => {
    const declared = properties[`interlock.${name}`];
    expect(declared?.default).toBe(defaultSettings[name]);
    expect(declared?.scope).toBe('application');
    const accepted: Readonly<Record<string, unknown>> = z.toJSONSchema(Settings.shape[name]);
    for (const limit of ['enum', 'pattern', 'minimum', 'maximum', 'maxLength'])
      expect([limit, Reflect.get(declared ?? {}, limit)]).toEqual([limit, accepted[limit]]);
  });

  test('no setting that holds a secret', () => {
    expect(Object.keys(properties)).not.toContain(ids.secrets.databaseUrl);
  });
});

describe('the agent plugin', () => {
  const all = Object.entries(hooks.hooks).flatMap(([event, matchers]) =>
    matchers.flatMap(matcher => matcher.hooks.map(hook => ({ event, ...hook }))),
  );

  test.each(all)(
    'runs the bridge for $event in place of the shell, so that a time-out reaches it',
    ({ event, command, windows, timeout }) => {
      expect(command).toMatch(/^exec /);
      for (const started of [command, windows])
        expect(started.endsWith(`hook vscode ${event} --timeout ${timeout}`)).toBe(true);
    },
  );

  test('gives a hook more time than it may wait for a person', () => {
    const longest = z.toJSONSchema(Settings.shape['approvals.hookWaitSeconds']) as { maximum: number };
    const [before] = all.filter(({ event }) => event === 'PreToolUse');
    expect(before?.timeout).toBeGreaterThan(longest.maximum);
  });
});
