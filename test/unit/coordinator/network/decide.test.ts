import { expect, test } from 'vitest';
import { decide } from '../../../../src/coordinator/network/decide.ts';
import type { NetworkRule } from '../../../../src/coordinator/network/rules.ts';

const rule = (pattern: string, verdict: 'allow' | 'deny', more: Partial<NetworkRule> = {}): NetworkRule => ({
  id: pattern,
  project_id: null,
  profile: null,
  pattern,
  port: null,
  verdict,
  priority: 100,
  reason: 'test',
  changed_at: new Date(0),
  changed_by: 'test',
  ...more,
});
const local = { profile: 'local', byDefault: 'allow' } as const;
const cloud = { profile: 'cloud', byDefault: 'deny' } as const;
const to = (host: string, port?: number) => ({ host, port });

test('the first rule that is about the host decides', () => {
  const rules = [rule('a.example', 'deny'), rule('*', 'allow')];
  expect(decide(rules, local, to('a.example'))).toMatchObject({ allowed: false, reason: 'denylist_match' });
  expect(decide(rules, cloud, to('b.example'))).toMatchObject({ allowed: true, reason: 'allowlist_match' });
});

test('without a rule a local agent may and a cloud agent may not', () => {
  expect(decide([], local, to('a.example'))).toEqual({ allowed: true, reason: 'default_allow', rule: null });
  expect(decide([], cloud, to('a.example'))).toEqual({ allowed: false, reason: 'default_deny', rule: null });
});

test('a rule of another profile is about nobody else', () => {
  const rules = [rule('*', 'allow', { profile: 'local' })];
  expect(decide(rules, cloud, to('a.example')).allowed).toBe(false);
  expect(decide(rules, { profile: null, byDefault: 'deny' }, to('a.example')).allowed).toBe(false);
});

test('a rule about a port is about that port; of a port that is not known it forbids and does not allow', () => {
  const deny = [rule('a.example', 'deny', { port: 22 })];
  expect(decide(deny, local, to('a.example', 22)).allowed).toBe(false);
  expect(decide(deny, local, to('a.example', 443)).allowed).toBe(true);
  expect(decide(deny, local, to('a.example')).allowed).toBe(false);
  const allow = [rule('a.example', 'allow', { port: 443 })];
  expect(decide(allow, cloud, to('a.example', 443)).allowed).toBe(true);
  expect(decide(allow, cloud, to('a.example')).allowed).toBe(false);
});

test('this machine may be reached unless a rule says otherwise', () => {
  expect(decide([], cloud, to('localhost', 3000))).toMatchObject({ allowed: true, reason: 'default_allow' });
  expect(decide([rule('localhost', 'deny')], local, to('localhost')).allowed).toBe(false);
});
