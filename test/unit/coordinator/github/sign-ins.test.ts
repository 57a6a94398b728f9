import { expect, it } from 'vitest';
import { createSignIns, githubToken } from '../../../../src/coordinator/github/sign-ins.ts';

const token = 'a token of the tests';

it('gives the token of the process to the one GitHub that it is for', () => {
  const dotCom = createSignIns(githubToken({ token }));
  expect(dotCom.tokenOf('any', 'github.com')).toBe(token);
  expect(dotCom.tokenOf('any', 'ghe.example')).toBeUndefined();
  const enterprise = createSignIns(githubToken({ token, address: 'https://ghe.example/api/v3' }));
  expect(enterprise.tokenOf('any', 'ghe.example')).toBe(token);
  expect(enterprise.tokenOf('any', 'github.com')).toBeUndefined();
  expect(enterprise.enterprise).toBe('https://ghe.example/api/v3');
});

it('does not start with an address that would carry the token in the clear, and does not repeat the token', () => {
  const start = () => githubToken({ token, address: 'http://ghe.example' });
  expect(start).toThrow('INTERLOCK_GITHUB_ADDRESS');
  expect(start).not.toThrow(token);
});
